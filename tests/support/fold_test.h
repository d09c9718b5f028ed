#pragma once
// tests/support/fold_test.h - a call and a case event by event, and a fold of one shard to tell
// them.

#include "tests/support/event_text.h"
#include "tests/support/fold_harness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace sijill::projections {

using nlohmann::json;

inline constexpr const char* kNoon = "2017-01-15T09:00:00.000Z";
inline constexpr const char* kLater = "2017-01-20T09:00:00.000Z";

inline json offered(const std::string& id = "o1", const std::string& time = kNoon) {
    return event_json("call.offered",
                      "call-1",
                      id,
                      time,
                      {{"contact_id", "call-1"},
                       {"direction", "inbound"},
                       {"queue", "general"},
                       {"enqueued_at", time}});
}

inline json answered(int wait, const std::string& id = "a1") {
    return event_json("call.answered",
                      "call-1",
                      id,
                      kNoon,
                      {{"agent", "x"}, {"queue_wait", wait}, {"answered_at", kNoon}});
}

inline json opened(const std::string& time = kNoon) {
    return event_json("case.opened",
                      "case-1",
                      "c1",
                      time,
                      {{"case_id", "case-1"},
                       {"kind", "enquiry"},
                       {"purposes", {"other"}},
                       {"priority", "normal"},
                       {"opened_at", time},
                       {"opened_via", "phone"}});
}

inline json resolved(const std::string& id) {
    return event_json("case.resolved",
                      "case-1",
                      id,
                      kLater,
                      {{"resolution", "done"}, {"resolved_at", kLater}, {"first_contact", false}});
}

inline json reopened() {
    return event_json(
        "case.reopened", "case-1", "r1", kLater, {{"reason", "again"}, {"episode", 2}});
}

inline json correction(const std::string& name,
                       const std::string& id,
                       const std::string& target,
                       json extra = {}) {
    json data{{"target_source", "/test"}, {"target_id", target}, {"reason", "error"}};
    if (!extra.is_null()) {
        data["patch"] = std::move(extra);
    }
    return event_json(name, "call-1", id, kLater, data);
}

class Fold : public testing::Test {
  protected:
    void tell(const json& event) { harness_.tell(event["subject"], event.dump()); }

    int64_t total(const std::string& cube, const std::string& measure) {
        int64_t sum = 0;
        for (const auto& [cell, value] : harness_.cells()) {
            if (cell.starts_with(cube + "|") && cell.ends_with("|" + measure)) {
                sum += value;
            }
        }
        return sum;
    }

    CaseState case_state() {
        const auto row = harness_.all_rows()[keys::aggregate(AggregateKind::Case, "case-1")];
        return std::get<CaseState>(
            decode_aggregate(AggregateKind::Case, row, dictionary_)->aggregate.state);
    }

    int64_t rows_of(char letter) {
        const auto rows = harness_.all_rows();
        return std::ranges::count_if(rows,
                                     [letter](const auto& row) { return row.first[0] == letter; });
    }

    Dictionary dictionary_;
    FoldHarness harness_;
};

}  // namespace sijill::projections
