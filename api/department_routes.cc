// api/department_routes.cc - the routes of departments: what they must follow up, and the steps
// that they take.

#include "api/follow_up_answers.h"
#include "api/pages.h"
#include "api/route.h"
#include "events/time.h"

#include <algorithm>

namespace sijill::api {

namespace {

constexpr std::string_view kFollowUpsPath = "/v1/departments/{departmentId}/follow-ups";
constexpr std::string_view kExampleFollowUps = "/v1/departments/engineering/follow-ups";
constexpr std::string_view kJson = "application/json";
const Parameter kDepartmentId{"departmentId", In::Path, "Department", "engineering", true};

// "<referred ms>.<subject> <referral>"; neither name has a space.
std::string cursor_of(const projections::FollowUpPlace& place) {
    return join_cursor(place.referred_at_ms, place.subject + " " + place.referral);
}

Result<projections::FollowUpPlace> place_of(std::string_view cursor) {
    const auto parts = split_cursor(cursor);
    const size_t space = parts ? parts->second.find(' ') : std::string::npos;
    if (space == std::string::npos) {
        return wrong_cursor();
    }
    return projections::FollowUpPlace{
        parts->first, parts->second.substr(0, space), parts->second.substr(space + 1)};
}

// The route's table has judged the status.
Result<projections::WorkListFilter> work_list_filter(const Asked& asked) {
    projections::WorkListFilter filter;
    const std::string status = asked.get("status");
    filter.status = projections::follow_up_status(status);
    filter.only_overdue = status == "overdue";
    filter.only_open = status.empty() || status == "open" || status == "overdue";
    if (const std::string period = asked.get("period"); !period.empty()) {
        const auto settled = projections::parse_period(period);
        if (!settled) {
            return Unexpected(settled.error());
        }
        filter.settled_in = *settled;
    }
    auto after = place_asked(asked, place_of);
    if (!after) {
        return Unexpected(after.error());
    }
    filter.after = std::move(*after);
    filter.limit = limit_of(asked);
    return filter;
}

Result<int64_t> instant_asked(const Asked& asked, int64_t now_ms) {
    const std::string text = asked.get("at");
    if (text.empty()) {
        return now_ms;
    }
    const auto at = events::parse_rfc3339(text);
    return at ? Result<int64_t>(at->ms) : fail("at", at.error());
}

Result<Answer> follow_ups(const Asked& asked, const Reading& reading) {
    const auto& own = asked.departments;
    const std::string department = asked.get("departmentId");
    if (!own.empty() && std::ranges::find(own, department) == own.end()) {
        return fail(Errc::NotFound, "there is no such department");
    }
    const auto filter = work_list_filter(asked);
    const auto at_ms = instant_asked(asked, reading.now_ms);
    if (!filter || !at_ms) {
        return Unexpected(filter ? at_ms.error() : filter.error());
    }
    const auto list = projections::work_list_of(
        reading.shards.rows(), department, *filter, reading.local_time, *at_ms);
    if (!list) {
        return Unexpected(list.error());
    }
    return page_of(work_list_table(*list, reading.site.catalogue, *at_ms, opens_for(asked)),
                   list->next ? std::optional(cursor_of(*list->next)) : std::nullopt,
                   [&](JsonWriter& json) {
                       json.member("department", department);
                       json.member("at", events::format_rfc3339({*at_ms}));
                       write_work_list(json, list->counts);
                   });
}

Route list_route() {
    Route route{
        "GET",
        kFollowUpsPath,
        "listFollowUps",
        "What a department must follow up, the oldest first, with counts and ages",
        Scope::FollowUp,
        {kDepartmentId,
         {"status",
          In::Query,
          "Only those in it; open (default) is waiting and accepted, overdue a part of them",
          "overdue",
          false,
          {},
          {"open",
           "waiting",
           "accepted",
           "overdue",
           "answered",
           "returned",
           "declined",
           "recalled",
           "closed",
           "all"}},
         period_parameter(In::Query,
                          false,
                          "Of those that are settled, only the ones settled in this SDMX period"),
         {.name = "at",
          .description = "RFC 3339 instant for ages and what is overdue; now by default",
          .example = "2017-04-02T05:00:00Z",
          .judge = judged_by<events::parse_rfc3339>},
         cursor_parameter("^-?[0-9]{1,18}[.].* ", judged_by<place_of>),
         limit_parameter()},
        Read(follow_ups),
        "FollowUps",
        {404},
        {{"/v1/departments/engineering/follow-ups", 200},
         {"/v1/departments/engineering/follow-ups?status=overdue&at=2017-04-02T05:00:00Z", 200},
         {"/v1/departments/engineering/follow-ups?status=all&period=2017-M03&format=csv", 200},
         {"/v1/departments/engineering/follow-ups?status=lost", 400},
         {"/v1/departments/engineering/follow-ups?at=noon", 400}},
        true};
    route.by_clock = true;
    return route;
}

Route step_route() {
    return Route{"POST",
                 kFollowUpsPath,
                 "stepFollowUp",
                 "Accept, answer, return or decline a follow-up; close a figure that was answered",
                 Scope::FollowUp,
                 {kDepartmentId, if_match_parameter("The version that the subject must have")},
                 Own::FollowUp,
                 "Appended",
                 {400, 404, 409, 412, 413, 415, 503},
                 {{kExampleFollowUps, 404, R"({"step":"accept","subject":"no-such-case"})", kJson},
                  {kExampleFollowUps, 400, R"({"step":"sing","subject":"no-such-case"})", kJson},
                  {kExampleFollowUps, 415, "x", "text/plain"}},
                 true};
}

}  // namespace

std::vector<Route> department_routes() {
    return {list_route(), step_route()};
}

}  // namespace sijill::api
