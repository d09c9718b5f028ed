// Goal: whoever asks wrongly learns of every wrong parameter at once, by its name. Method: the
// route table's own checks, without a server; each parameter that has a judge is given nonsense.

#include "api/route.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sijill::api {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

// What is told of a request for the path: name of the parameter, code.
std::set<std::pair<std::string, std::string>> told(std::string_view path, Query query) {
    const Match found = match("GET", path);
    if (found.route == nullptr) {
        ADD_FAILURE() << path;
        return {};
    }
    Request request;
    request.query = std::move(query);
    Asked asked;
    asked.parameters = found.parameters;
    std::set<std::pair<std::string, std::string>> all;
    auto violations = check_parameters(*found.route, request, asked);
    add_judged(*found.route, asked, {}, violations);
    for (const events::Violation& each : violations) {
        EXPECT_FALSE(each.detail.empty());
        EXPECT_TRUE(all.emplace(each.pointer, each.code).second) << each.pointer << " twice";
    }
    return all;
}

const std::set<std::pair<std::string, std::string>> kNothing;

std::pair<std::string, std::string> value(std::string name) {
    return {std::move(name), "parameter-value"};
}

TEST(Parameters, AllThatAreWrongAreToldAtOnce) {
    const std::set<std::pair<std::string, std::string>> of_cases{value("limit"),
                                                                 value("status"),
                                                                 value("period"),
                                                                 value("cursor"),
                                                                 value("minPosition"),
                                                                 {"colour", "parameter-unknown"}};
    EXPECT_EQ(told("/v1/cases",
                   {{"colour", "red"},
                    {"limit", "many"},
                    {"status", "LOST"},
                    {"period", "spring"},
                    {"cursor", "x"},
                    {"minPosition", "soon"}}),
              of_cases);
    EXPECT_EQ(told("/v1/kpis/answer-rate", {{"period", "2017-Q1,spring"}, {"compare", "never"}}),
              (std::set{value("period"), value("compare")}));
    EXPECT_EQ(told("/v1/cases", {{"cursor", "-9223372036854775807.x"}}), std::set{value("cursor")});
    // Given and empty is not the same as not given.
    EXPECT_EQ(told("/v1/anomalies", {{"cursor", ""}, {"minPosition", ""}}),
              (std::set{value("cursor"), value("minPosition")}));
    EXPECT_EQ(told("/v1/departments/roads/follow-ups", {{"cursor", "7.case-1"}, {"limit", "0"}}),
              (std::set{value("cursor"), value("limit")}));
    EXPECT_EQ(told("/v1/kpis/answer-rate", {{"period", ""}}),
              (std::set{std::pair(std::string("period"), std::string("parameter-missing"))}));
}

TEST(Parameters, WhatAKpiHasNoPlaceForIsToldByTheParameterThatAsksForIt) {
    for (const std::string_view path : {"/v1/kpis/answer-rate", "/v1/kpis/answer-rate/cases"}) {
        EXPECT_EQ(told(path,
                       {{"period", "2017-Q1"},
                        {"base", "moon"},
                        {"variant", "blue"},
                        {"queue", "1"},
                        {"kind", "request"}}),
                  (std::set{value("base"), value("variant"), value("kind")}));
    }
    const auto asked = [](std::string_view kpi, Query more) {
        more.emplace_back("period", "2017-01-31");
        const std::string path = "/v1/kpis/" + std::string(kpi);
        return told(path, std::move(more));
    };
    EXPECT_EQ(asked("answer-rate", {{"by", "queue,language"}, {"each", "hour"}}), kNothing);
    EXPECT_EQ(asked("answer-rate", {{"by", "queue,weather"}}), std::set{value("by")});
    for (const char* by : {"queue,language,queue", "queue,queue", ",queue", "queue,"}) {
        EXPECT_EQ(asked("answer-rate", {{"by", by}}), std::set{value("by")}) << by;
    }
    EXPECT_EQ(asked("answer-rate", {{"by", ",queue"}, {"base", "moon"}}),
              (std::set{value("by"), value("base")}));
    EXPECT_EQ(asked("case-backlog", {{"each", "hour"}}), std::set{value("each")});
    EXPECT_EQ(told("/v1/kpis/case-backlog", {{"period", "2017-01-31T05"}}),
              std::set{value("period")});
    EXPECT_EQ(told("/v1/kpis/answer-rate", {{"period", "2017-01-31T05"}, {"each", "day"}}),
              std::set{value("each")});
    // Parts that lie behind the last year, and more than are answered.
    EXPECT_EQ(told("/v1/kpis/answer-rate", {{"period", "2199-12-31/P366D"}, {"each", "day"}}),
              std::set{value("each")});
    EXPECT_EQ(told("/v1/kpis/answer-rate", {{"period", "2016,2017"}, {"each", "hour"}}),
              std::set{value("each")});
    // That there is no such KPI is not a matter of parameters.
    EXPECT_EQ(asked("none", {{"by", "weather"}}), kNothing);
}

TEST(Parameters, WhatAValueOrAKpiHasNoPlaceForIsToldTogether) {
    EXPECT_EQ(told("/v1/kpis/answer-rate",
                   {{"period", "2017-Q1"}, {"each", "fortnight"}, {"by", "foo"}, {"base", "x"}}),
              (std::set{value("each"), value("by"), value("base")}));
    EXPECT_EQ(told("/v1/kpis/answer-rate", {{"period", "spring"}, {"each", "day"}, {"by", "foo"}}),
              (std::set{value("period"), value("by")}));
    EXPECT_EQ(told("/v1/kpis/answer-rate", {{"by", "foo"}}),
              (std::set{value("by"), {std::string("period"), std::string("parameter-missing")}}));
}

TEST(Parameters, WhatHasAJudgeIsJudgedOnEveryRouteInPathAndQuery) {
    size_t judged = 0;
    for (const Route& route : routes()) {
        if (route.method != "GET") {
            continue;
        }
        for (const Parameter& parameter : route.parameters) {
            if (parameter.judge == nullptr) {
                continue;
            }
            ++judged;
            std::string path(route.path);
            Query query;
            if (parameter.in == In::Query) {
                query.emplace_back(parameter.name, "nonsense");
            }
            const auto all = told(path, query);
            EXPECT_TRUE(all.contains({std::string(parameter.name), "parameter-value"}))
                << route.path << " " << parameter.name;
        }
    }
    EXPECT_GE(judged, 10U);
}

TEST(Parameters, TheirExamplesPassTheirJudges) {
    for (const Route& route : routes()) {
        for (const Parameter& parameter : route.parameters) {
            if (parameter.judge != nullptr && !parameter.example.empty()) {
                EXPECT_TRUE(parameter.judge(parameter.example)) << parameter.example;
            }
        }
    }
}

}  // namespace
}  // namespace sijill::api
