// Goal: whoever asks wrongly learns of every wrong parameter at once, by its name. Method: the
// route table's own check, without a server; each parameter that has a judge is given nonsense.

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
    for (const events::Violation& each : check_parameters(*found.route, request, asked)) {
        EXPECT_FALSE(each.detail.empty());
        EXPECT_TRUE(all.emplace(each.pointer, each.code).second) << each.pointer << " twice";
    }
    return all;
}

TEST(Parameters, AllThatAreWrongAreToldAtOnce) {
    const auto value = [](std::string name) {
        return std::pair(std::move(name), std::string("parameter-value"));
    };
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
    // Given and empty is not the same as not given.
    EXPECT_EQ(told("/v1/anomalies", {{"cursor", ""}, {"minPosition", ""}}),
              (std::set{value("cursor"), value("minPosition")}));
    EXPECT_EQ(told("/v1/departments/roads/follow-ups", {{"cursor", "7.case-1"}, {"limit", "0"}}),
              (std::set{value("cursor"), value("limit")}));
    EXPECT_EQ(told("/v1/kpis/answer-rate", {{"period", ""}}),
              (std::set{std::pair(std::string("period"), std::string("parameter-missing"))}));
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
