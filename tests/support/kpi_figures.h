#pragma once
// tests/support/kpi_figures.h - what a test of figures tells in a few words, and the figures it
// asks; each is also opened, and the list behind it must add up to it.

#include "projections/kpi.h"
#include "tests/support/built_in_kpis.h"
#include "tests/support/event_text.h"
#include "tests/support/fold_harness.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sijill::projections {

using nlohmann::json;

inline constexpr const char* kAt = "2017-01-15T09:00:00.000Z";
inline constexpr const char* kTwoHoursOn = "2017-01-15T11:00:00.000Z";
inline constexpr const char* kDaysOn = "2017-01-20T09:00:00.000Z";

class KpiFigures : public testing::Test {
  protected:
    void tell(const std::string& name,
              const std::string& subject,
              json data,
              const std::string& at = "") {
        const std::string id = "event-" + std::to_string(++ids_);
        const std::string& time = at.empty() ? at_ : at;
        harness_.tell(subject, event_json(name, subject, id, time, std::move(data)).dump());
    }

    std::string new_call(const std::string& queue = "general") {
        std::string call = "call-" + std::to_string(++ids_);
        tell("call.offered",
             call,
             {{"contact_id", call},
              {"direction", "inbound"},
              {"queue", queue},
              {"enqueued_at", at_}});
        return call;
    }
    std::string answered_after(int64_t wait_ms) {
        std::string call = new_call();
        tell(
            "call.answered", call, {{"agent", "x"}, {"queue_wait", wait_ms}, {"answered_at", at_}});
        return call;
    }
    void abandoned_after(int64_t wait_ms) {
        tell("call.abandoned",
             new_call(),
             {{"queue_wait", wait_ms}, {"abandoned_at", at_}, {"by", "citizen"}});
    }

    std::string new_case(const std::string& kind = "enquiry") {
        std::string id = "case-" + std::to_string(++ids_);
        tell("case.opened",
             id,
             {{"case_id", id},
              {"kind", kind},
              {"purposes", {"late_delivery", "other"}},
              {"priority", "normal"},
              {"opened_at", at_},
              {"opened_via", "phone"}});
        return id;
    }
    void resolve(const std::string& id, bool at_first_contact) {
        tell("case.resolved",
             id,
             {{"resolution", "done"}, {"resolved_at", at_}, {"first_contact", at_first_contact}});
    }
    void resolve_at(const std::string& id, const std::string& at) {
        tell("case.resolved",
             id,
             {{"resolution", "done"}, {"resolved_at", at}, {"first_contact", false}},
             at);
    }
    void reopen(const std::string& id, int episode) {
        tell("case.reopened", id, {{"reason", "again"}, {"episode", episode}});
    }
    void refer(const std::string& id,
               const std::string& referral,
               const std::string& department,
               const std::string& due_at = "") {
        json data{{"referral_id", referral},
                  {"case_id", id},
                  {"from_unit", "contact_centre"},
                  {"to_department", department},
                  {"reason", "needs_decision"},
                  {"requested_at", at_}};
        if (!due_at.empty()) {
            data["due_at"] = due_at;
        }
        tell("referral.requested", id, data);
    }
    void complain(const std::string& id, const std::string& due_at) {
        tell("complaint.received",
             id,
             {{"case_id", id},
              {"category", "delay"},
              {"received_via", "phone"},
              {"severity", "low"},
              {"due_at", due_at}});
    }
    void answer(const std::string& id, const std::string& referral, const std::string& at) {
        tell("referral.accepted", id, {{"referral_id", referral}, {"at", at_}});
        tell("referral.answered",
             id,
             {{"referral_id", referral}, {"at", at}, {"outcome", "actioned"}},
             at);
    }

    Figure figure(const char* kpi,
                  const std::string& base = "",
                  const std::string& variant = "",
                  std::map<std::string, std::string> filters = {}) {
        const KpiQuery query{
            kpis_.find(kpi), *parse_period(period_), std::move(filters), base, variant};
        EXPECT_NE(query.kpi, nullptr) << kpi;
        const auto found = figure_of({&harness_.rows()}, query);
        EXPECT_TRUE(found) << (found ? "" : found.error().message);
        if (!found) {
            return {};
        }
        if (query.kpi->mean_of_months) {
            return *found;
        }
        EXPECT_EQ(behind_of(query, Side::Numerator), found->numerator) << kpi;
        if (found->denominator) {
            EXPECT_EQ(behind_of(query, Side::Denominator), *found->denominator) << kpi;
        }
        return *found;
    }
    int64_t count(const char* kpi, std::map<std::string, std::string> filters = {}) {
        return figure(kpi, "", "", std::move(filters)).numerator;
    }

    Result<BehindList> part_of(const KpiQuery& query, Side side, const BehindPart& part) {
        return behind(
            {&harness_.rows()}, query, side, *LocalTime::of(FoldConfig().time_zone), part);
    }
    // What the list behind a side adds up to; it says the same, and comes in parts as well.
    int64_t behind_of(const KpiQuery& query, Side side) {
        const auto list = part_of(query, side, {});
        EXPECT_TRUE(list) << (list ? "" : list.error().message);
        if (!list) {
            return 0;
        }
        int64_t sum = 0;
        for (const Behind& each : list->items) {
            sum += each.amount;
        }
        EXPECT_EQ(list->sum, sum);
        std::vector<Behind> in_parts;
        std::optional<BehindPlace> next{std::in_place};
        while (next) {
            const auto part = part_of(query, side, {*next, 1, 1});
            if (!part) {
                ADD_FAILURE() << part.error().message;
                break;
            }
            in_parts.insert(in_parts.end(), part->items.begin(), part->items.end());
            next = part->next;
        }
        EXPECT_EQ(in_parts, list->items);
        return sum;
    }

    FoldHarness harness_;
    KpiCatalogue kpis_;
    std::string at_ = kAt;               // when what is told happens, unless it says otherwise
    std::string period_ = "2017-01-15";  // of the figures asked
    int ids_ = 0;
};

}  // namespace sijill::projections
