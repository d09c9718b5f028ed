#pragma once
// api/case_answers.h - one case, its history, and lists of cases.

#include "api/table.h"
#include "consumers/shard_set.h"
#include "log/event_log.h"
#include "projections/aggregate_table.h"
#include "projections/dictionary.h"
#include "projections/local_time.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::api {

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

/// Errors: NotFound, Corrupt, Storage.
[[nodiscard]] Result<FoundCase> find_case(const consumers::ShardView& shards,
                                          const std::string& id);

/// Where a case stands. Instants in UTC.
[[nodiscard]] nlohmann::ordered_json case_json(const std::string& id, const FoundCase& found);

/// The row that list_cases() has of it.
[[nodiscard]] Table case_table(const std::string& id, const FoundCase& found);

/// The events of a case that was found, read again from the log, with what the fold made of each.
/// Errors: Corrupt, Unavailable.
[[nodiscard]] Result<Table> history_table(const FoundCase& found,
                                          const std::string& id,
                                          const consumers::ShardView& shards,
                                          log::EventLog& log);

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

struct CaseList {
    Table table;                    // case, status, kind, opened, episode, referrals, queue
    size_t total = 0;               // that pass the filter, on this and all other pages
    std::optional<CasePlace> next;  // none: this is the last page
};

/// Cases by opening time and id, `limit` of them behind `after`. Errors: Invalid (period), Corrupt,
/// Storage.
[[nodiscard]] Result<CaseList> list_cases(const consumers::ShardView& shards,
                                          const CaseFilter& filter,
                                          const projections::LocalTime& local_time,
                                          const CasePlace& after,
                                          size_t limit);

}  // namespace sijill::api
