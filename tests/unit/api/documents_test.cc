// Goal: what the interface says of itself is whole: who may ask what, and what may be answered.

#include "api/auth.h"
#include "api/case_answers.h"
#include "api/openapi.h"
#include "api/problem.h"
#include "api/route.h"
#include "events/json.h"
#include "tests/support/source_path.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>

namespace sijill::api {
namespace {

using nlohmann::ordered_json;

// The rows of the page's table of scopes: scope, what it is for.
std::map<std::string, std::string> documented_scopes() {
    std::ifstream page(tests::source_path("docs/http.md"));
    std::map<std::string, std::string> rows;
    bool inside = false;
    for (std::string line; std::getline(page, line);) {
        inside = line.starts_with("| scope |") || (inside && line.starts_with("|"));
        if (const size_t end = line.find("` |"); inside && line.starts_with("| `")) {
            rows[line.substr(3, end - 3)] = line.substr(end + 3);
        }
    }
    return rows;
}

TEST(Documents, ThePageSaysOfEveryScopeWhichPathsItIsFor) {
    const auto rows = documented_scopes();
    EXPECT_EQ(rows.size(), 5U) << "each scope there is";
    for (const auto& [name, what] : rows) {
        const auto scope = scope_named(name);
        ASSERT_TRUE(scope) << name;
        if (*scope == Scope::Admin) {
            continue;  // all of them
        }
        std::set<std::string> paths;
        for (const Route& route : routes()) {
            if (scopes_of(route).has(*scope)) {
                paths.insert(std::string(route.path));
            }
        }
        std::set<std::string> told;
        for (size_t at = what.find("`/"); at != std::string::npos; at = what.find("`/", at)) {
            const size_t end = what.find('`', at + 1);
            told.insert(what.substr(at + 1, end - at - 1));
            at = end + 1;
        }
        EXPECT_EQ(told, paths) << name;
    }
}

TEST(Documents, TheSchemaNamesEveryVerdictOfTheFold) {
    const ordered_json schemas = openapi_document("0.0.0").at("components").at("schemas");
    const auto named = schemas.at("CaseEvents")
                           .at("properties")
                           .at("items")
                           .at("items")
                           .at("properties")
                           .at("verdict")
                           .at("enum")
                           .get<std::set<std::string>>();
    std::set<std::string> told;
    for (int flags = 0; flags < 256; ++flags) {
        told.insert(verdict_text(static_cast<uint8_t>(flags)));
    }
    EXPECT_EQ(named, told);
}

TEST(Documents, EveryRouteThatHidesFromDepartmentsMayAnswerThatThereIsNone) {
    const ordered_json document = openapi_document("0.0.0");
    for (const Route& route : routes()) {
        if (route.method == "GET" && route.scope) {
            const ordered_json& answers =
                document.at("paths").at(std::string(route.path)).at("get").at("responses");
            const bool own_list = route.id == "listCases";  // of its own cases, perhaps none
            EXPECT_NE(answers.contains("404"), own_list) << route.path;
        }
    }
}

TEST(Documents, AReaderIsNotToldToSendAnEventAgain) {
    const auto told = ordered_json::parse(problem_of({Errc::Unavailable, "no broker"}).body);
    EXPECT_EQ(told.at("type"), "/v1/problems/log-unreadable");
    EXPECT_EQ(told.at("status"), 503);
}

}  // namespace
}  // namespace sijill::api
