#pragma once
// tests/support/model_cells.h - the model's two steps: a subject's events to what is known, and
// that to cells.

#include "tests/support/model_fold.h"

namespace sijill::model {

/// What a subject's events say after corrections. `first`: per event name the earliest by time;
/// `last`: the latest; `count`: how many; `history`: every event that was heard, in log order;
/// `legal`: one per event given.
struct Folded {
    std::map<std::string, json> first;
    std::map<std::string, json> last;
    std::map<std::string, int64_t> count;
    std::vector<json> history;
    std::vector<bool> legal;
    json of_case;  // the case's own record, where the subject is one
    json of_kpi_referral;
};

/// Null entries are not heard (conflicts).
[[nodiscard]] Folded fold(const std::string& family, const std::vector<json>& events);

void add_cells(const std::string& family, const Folded& folded, Cells& cells);

/// How many of its events are listed: with one of them the answer that counts got a score that its
/// instrument lacks, or the points of an evaluation are above their maximum.
[[nodiscard]] int64_t out_of_scale(const std::string& family, const Folded& folded);

/// "call.offered" of gov.cc.call.offered.v1
[[nodiscard]] std::string short_name(const json& event);
[[nodiscard]] std::string family_of(const std::string& name);
/// Source and id, which name an event for ever.
[[nodiscard]] std::string id_of(const json& event);
/// Milliseconds since 1970 of an RFC 3339 text with Z and three digits.
[[nodiscard]] int64_t ms_of(const std::string& time);
/// Local hour of the event's time.
[[nodiscard]] int64_t hour_of(const json& event);

/// The case's next status under an event, "" when it is illegal; written as sentences, not as a
/// table.
[[nodiscard]] std::string next_case_status(const json& of_case,
                                           const std::string& name,
                                           const json& data);

}  // namespace sijill::model
