#pragma once
// api/case_answers.h - one case, its history, and lists of cases.

#include "api/table.h"
#include "consumers/shard_set.h"
#include "log/event_log.h"
#include "projections/aggregate_table.h"
#include "projections/dictionary.h"
#include "projections/local_time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::api {

// NOLINTNEXTLINE(bugprone-exception-escape): a moved small_vector asks for no memory
struct FoundCase {
    std::unique_ptr<projections::Dictionary> dictionary =
        std::make_unique<projections::Dictionary>();
    projections::Aggregate aggregate;
    [[nodiscard]] const projections::CaseState& state() const {
        return std::get<projections::CaseState>(aggregate.state);
    }
    [[nodiscard]] std::string text(projections::Term term) const {
        return std::string(dictionary->text(term));
    }
};

/// What the fold makes of an event with these flags of its history, as the schema CaseEvents names
/// it.
[[nodiscard]] std::string verdict_text(uint8_t flags);

/// Whether all of the history is read too; without, only its last entries are there.
enum class WithHistory { No, Yes };

/// `rows`: of the shard that the case lives in. Errors: NotFound, Corrupt, Storage; Unavailable
/// from cached rows.
[[nodiscard]] Result<FoundCase> find_case(const projections::RowReader& rows,
                                          const std::string& id,
                                          WithHistory history);

/// Where a case stands, a JSON object. Instants in UTC.
[[nodiscard]] std::string case_json(const std::string& id, const FoundCase& found);

/// case, status, kind, opened, episode, referrals, queue
[[nodiscard]] Table empty_case_table();
/// With the row that list_cases() has of it.
[[nodiscard]] Table case_table(const std::string& id, const FoundCase& found);

/// Which events of a case: those behind an offset, and of them so many at most.
struct HistoryPage {
    int64_t after = -1;
    size_t limit = 0;
};

struct HistoryList {
    Table table;
    std::optional<int64_t> next;  // the last offset of this page; none: nothing is behind it
};

/// A page of the events of a case that was found, read again from the log, with what the fold made
/// of each. Errors: Corrupt, Unavailable.
[[nodiscard]] Result<HistoryList> list_history(const FoundCase& found,
                                               const std::string& id,
                                               const consumers::ShardView& shards,
                                               log::EventLog& log,
                                               const HistoryPage& page);

/// Which cases: what is empty does not narrow.
struct CaseFilter {
    std::string status;
    std::string kind;
    std::string department;                    // with an open referral to it
    std::string period;                        // opened in it
    std::vector<std::string> concerning = {};  // with a referral, open or not, to one of these
};

/// Whether a case was ever referred to one of the departments; true for no departments.
[[nodiscard]] bool concerns(const FoundCase& found, const std::vector<std::string>& departments);

/// The answer when there is no such case, or none that the asker may know of.
[[nodiscard]] Unexpected no_case(const std::string& id);

/// Where a page of a list ended: the next one begins behind it.
struct CasePlace {
    int64_t opened_at_ms = INT64_MIN;
    std::string id;
    // clang-tidy 14 takes the 0 of a defaulted comparison for a null pointer.
    auto operator<=>(const CasePlace&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// So many cases are looked at for one page, and what is left of the last one's day.
inline constexpr size_t kLookedAtOnce = 10'000;

struct CasePage {
    CasePlace after;
    size_t limit = 0;  // rows
    size_t look_at = kLookedAtOnce;
};

struct CaseList {
    Table table;                    // as empty_case_table()
    std::optional<CasePlace> next;  // none: nothing is behind this page
};

/// Cases by opening time and id, at most `limit` of them, behind `after` (case_list.cc). A page
/// ends early, perhaps empty, when `look_at` cases were looked at for it: only `next` tells the
/// end. Errors: Invalid (period), Corrupt, Storage.
[[nodiscard]] Result<CaseList> list_cases(const consumers::ShardView& shards,
                                          const CaseFilter& filter,
                                          const projections::LocalTime& local_time,
                                          const CasePage& page);

}  // namespace sijill::api
