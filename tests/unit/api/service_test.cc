// tests/unit/api/service_test.cc - the routes over a memory log and a real worker, without a
// socket.

#include "api/openapi.h"
#include "api/publish.h"
#include "events/json.h"
#include "projections/keys.h"
#include "tests/support/memory_log.h"
#include "tests/support/serving.h"

#include <gtest/gtest.h>

#include <future>
#include <set>

namespace sijill::api {
namespace {

using std::chrono::milliseconds;

TEST(Service, EveryExampleOfTheTableIsAnsweredWithItsStatus) {
    Serving serving;
    size_t examples = 0;
    for (const Route& route : routes()) {
        for (const Example& example : route.examples) {
            std::map<std::string, std::string> headers;
            if (!example.content_type.empty()) {
                headers["content-type"] = example.content_type;
            }
            const Response response = serving.ask(std::string(route.method),
                                                  std::string(example.target),
                                                  headers,
                                                  std::string(example.body));
            const bool starting = route.id == "getReady" && response.status == 503;
            EXPECT_TRUE(response.status == example.status || starting)
                << route.method << " " << example.target << ": " << response.status << " "
                << response.body;
            ++examples;
        }
    }
    EXPECT_GT(examples, 30U);
}

TEST(Service, EveryRouteHasAnExampleAndItsSchemaIsInTheDocument) {
    const auto document = openapi_document("0.0.0");
    for (const Route& route : routes()) {
        EXPECT_FALSE(route.examples.empty()) << route.path;
        EXPECT_TRUE(route.schema.empty() ||
                    document["components"]["schemas"].contains(std::string(route.schema)))
            << route.path << ": " << route.schema;
    }
}

TEST(Service, AWriterReadsItsOwnWriteAtThePositionOfTheAnswer) {
    Serving serving;
    for (int i = 0; i < 300; ++i) {
        const std::string id = "case-" + std::to_string(i);
        const Response published = serving.publish(opened(id, "event-" + std::to_string(i)));
        ASSERT_EQ(published.status, 201) << published.body;
        const std::string position = json::parse(published.body)["position"];
        const Response read = serving.get("/v1/cases/" + id + "?minPosition=" + position);
        ASSERT_EQ(read.status, 200) << read.body;
        ASSERT_EQ(json::parse(read.body)["case"], id);
    }
}

TEST(Service, PreferWaitTellsWhatTheFoldMadeOfTheEvent) {
    Serving serving;
    const json first = opened("case-1", "event-1");
    const Response applied = serving.publish_and_wait(first);
    EXPECT_EQ(applied.status, 201) << applied.body;
    EXPECT_EQ(json::parse(applied.body)["verdict"], "applied");
    EXPECT_EQ(header(applied, "Preference-Applied"), "wait");

    const Response repeated = serving.publish_and_wait(first);
    EXPECT_EQ(repeated.status, 200) << repeated.body;
    EXPECT_EQ(json::parse(repeated.body)["duplicate"], true);

    json other = first;
    other["data"]["priority"] = "high";
    EXPECT_EQ(problem_kind(serving.publish_and_wait(other)), "event-id-conflict");
    EXPECT_EQ(problem_kind(serving.publish_and_wait(reopened("case-1", "event-2"))),
              "illegal-transition");
    json expecting = opened("case-2", "event-3");
    expecting["expectedversion"] = 7;
    EXPECT_EQ(problem_kind(serving.publish_and_wait(expecting)), "version-conflict");
    const Response failed = serving.publish(opened("case-3", "event-4"), {{"if-match", "\"7\""}});
    EXPECT_EQ(failed.status, 412) << "though nobody preferred to wait: " << failed.body;
    EXPECT_EQ(header(failed, "Preference-Applied"), "");
    EXPECT_EQ(serving.get("/v1/cases/case-3").status, 404) << "it was never opened";
    EXPECT_EQ(json::parse(serving.get("/v1/anomalies").body)["items"].size(), 5U);
}

TEST(Service, ABatchTellsTheResultOfEachEvent) {
    Serving serving;
    const json batch = {opened("case-1", "a"), {{"a", 1}}, opened("case-2", "b")};
    const Response answered =
        serving.ask("POST",
                    "/v1/events",
                    {{"content-type", "application/cloudevents-batch+json"}, {"prefer", "wait=20"}},
                    batch.dump());
    ASSERT_EQ(answered.status, 207) << answered.body;
    EXPECT_EQ(header(answered, "Preference-Applied"), "") << "it waits for the log only";
    const json items = json::parse(answered.body)["items"];
    ASSERT_EQ(items.size(), 3U);
    EXPECT_EQ(items[0]["status"], 201);
    EXPECT_EQ(items[0]["id"], "a");
    EXPECT_EQ(items[1]["status"], 400);
    EXPECT_FALSE(items[1]["problem"]["errors"].empty());
    EXPECT_EQ(items[2]["id"], "b");
}

TEST(Service, ABrokenBatchIsRefusedAlsoWhenItExpectsAVersion) {
    Serving serving;
    for (const auto& [body, status] :
         {std::pair{std::string("{}"), 400}, {"[" + std::string(501, ',') + "]", 413}}) {
        const Response refused = serving.ask(
            "POST",
            "/v1/events",
            {{"content-type", "application/cloudevents-batch+json"}, {"if-match", "\"3\""}},
            body);
        EXPECT_EQ(refused.status, status) << refused.body;
    }
}

TEST(Service, ABatchIsJudgedEventByEventWithoutBeingPublished) {
    Serving serving;
    const json batch = {opened("case-1", "a"), {{"a", 1}}};
    const Response judged = serving.ask("POST",
                                        "/v1/events/validate",
                                        {{"content-type", "application/cloudevents-batch+json"}},
                                        batch.dump());
    const json body = json::parse(judged.body);
    EXPECT_EQ(body["valid"], false);
    EXPECT_EQ(body["items"][0]["id"], "a");
    EXPECT_EQ(body["items"][1]["problem"]["type"], "/v1/problems/invalid-event");
    EXPECT_EQ(json::parse(serving.get("/v1/cases").body)["items"].size(), 0U);
}

TEST(Service, BinaryModeIsTheSameEvent) {
    Serving serving;
    const json event = opened("case-1", "event-1");
    std::map<std::string, std::string> headers{{"content-type", "application/json"},
                                               {"prefer", "wait=20"}};
    for (const char* name : {"specversion", "id", "source", "type", "subject", "time", "actor"}) {
        headers[std::string("ce-") + name] = event[name];
    }
    const Response binary = serving.ask("POST", "/v1/events", headers, event["data"].dump());
    EXPECT_EQ(binary.status, 201) << binary.body;
    EXPECT_EQ(serving.get("/v1/cases/case-1").status, 200);
    const Response broken =
        serving.ask("POST", "/v1/events", headers, R"({"a":1},"actor":"agent:evil")");
    EXPECT_EQ(problem_kind(broken), "invalid-event");
}

TEST(Service, EveryViolationOfAnEventIsTold) {
    Serving serving;
    json event = opened("case-1", "event-1");
    event["data"]["kind"] = "wish";
    event["data"].erase("priority");
    const Response refused = serving.publish(event);
    EXPECT_EQ(refused.status, 400);
    const json errors = json::parse(refused.body)["errors"];
    ASSERT_EQ(errors.size(), 2U) << refused.body;
    EXPECT_TRUE(errors[0]["pointer"] == "#/data/kind" || errors[1]["pointer"] == "#/data/kind");
}

TEST(Service, AnAnswerIsNotSentAgainWhileTheViewsStandStill) {
    Serving serving;
    EXPECT_EQ(serving.publish_and_wait(opened("case-1", "event-1")).status, 201);
    const Response first = serving.get("/v1/cases/case-1");
    const std::string tag = header(first, "ETag");
    ASSERT_FALSE(tag.empty());
    const auto again = [&] {
        return serving.ask("GET", "/v1/cases/case-1", {{"if-none-match", tag}});
    };
    EXPECT_EQ(again().status, 304);
    const auto with = [&](const std::string& target, const std::string& tags) {
        return serving.ask("GET", target, {{"if-none-match", tags}}).status;
    };
    EXPECT_EQ(with("/v1/cases/case-1", "W/\"x\", " + tag.substr(2)), 304) << "compared weakly";
    EXPECT_EQ(with("/v1/cases/case-1", "*"), 304);
    EXPECT_EQ(with("/v1/cases/none", "*"), 404) << "there is nothing that could be the same";
    EXPECT_EQ(serving.publish_and_wait(opened("case-2", "event-2")).status, 201);
    EXPECT_EQ(again().status, 200);
}

// As after a restart with another configuration, or over a log that was made again.
TEST(Service, AnAnswerOfAnotherZoneOrLogIsAnotherAnswer) {
    std::set<std::string> tags;
    for (const char* zone : {"Asia/Bahrain", "UTC", "UTC"}) {
        Serving serving(std::make_unique<log::MemoryLog>(3), zone);
        EXPECT_EQ(serving.publish_and_wait(opened("case-1", "event-1")).status, 201);
        const Response answered = serving.get("/v1/kpis/cases-opened?period=2017-02-01");
        EXPECT_EQ(answered.status, 200) << answered.body;
        tags.insert(header(answered, "ETag"));
    }
    EXPECT_EQ(tags.size(), 3U);
}

TEST(Service, ACaseInMemoryIsAnsweredWithoutAReader) {
    Serving serving;
    EXPECT_EQ(serving.publish_and_wait(opened("case-1", "event-1")).status, 201);
    const Response by_reader = serving.get("/v1/cases/case-1");  // opens a view of the last commit
    auto at_once = serving.begin("GET", "/v1/cases/case-1");
    ASSERT_EQ(at_once.wait_for(milliseconds(0)), std::future_status::ready);
    EXPECT_EQ(at_once.get().body, by_reader.body);
    auto missing = serving.begin("GET", "/v1/cases/none");
    ASSERT_EQ(missing.wait_for(milliseconds(0)), std::future_status::ready);
    EXPECT_EQ(missing.get().status, 404);
}

TEST(Service, ACaseThatIsKeptIsAnsweredAsOfThePositionAndAnewWhenItChanges) {
    Serving serving;
    EXPECT_EQ(serving.publish_and_wait(opened("case-1", "event-1")).status, 201);
    const Response first = serving.get("/v1/cases/case-1");
    EXPECT_EQ(serving.get("/v1/cases/case-1").body, first.body);
    EXPECT_EQ(serving.publish_and_wait(opened("case-2", "event-2")).status, 201);
    json moved = json::parse(serving.get("/v1/cases/case-1").body);
    json before = json::parse(first.body);
    EXPECT_NE(moved["position"], before["position"]) << "another case has changed";
    for (const char* standing : {"position", "asOf", "lag"}) {
        moved.erase(standing);
        before.erase(standing);
    }
    EXPECT_EQ(moved, before);
    json note = opened("case-1", "event-3");
    note["type"] = "gov.cc.case.cancelled.v1";
    note["data"] = {{"reason", "test"}};
    EXPECT_EQ(serving.publish_and_wait(note).status, 201);
    EXPECT_EQ(json::parse(serving.get("/v1/cases/case-1").body)["status"], "CANCELLED");
    EXPECT_EQ(serving.get("/v1/cases/case-1?format=csv").body.find("case,status"), 0U);
}

TEST(Service, APositionThatIsNotReachedInTimeIsTold) {
    Serving serving;
    EXPECT_EQ(problem_kind(serving.get("/v1/kpis?minPosition=0:1000000")), "view-behind");
    EXPECT_EQ(problem_kind(serving.get("/v1/kpis?minPosition=soon")), "invalid-parameter");
    const Response nowhere = serving.get("/v1/kpis?minPosition=0:0,3:0");
    EXPECT_EQ(problem_kind(nowhere), "invalid-parameter");
    EXPECT_NE(nowhere.body.find("names partition 3; the log has 3"), std::string::npos)
        << nowhere.body;
}

TEST(Service, WhoStillWaitsAtTheEndIsAnswered) {
    std::future<Response> answer;
    {
        Serving serving;
        answer = serving.begin("GET", "/v1/kpis?minPosition=0:1000000");
    }
    ASSERT_EQ(answer.wait_for(std::chrono::seconds(0)), std::future_status::ready);
    EXPECT_EQ(answer.get().status, 503);
}

TEST(Service, WhoeverIsNotReadySaysWhyAndWhenToComeBack) {
    Serving serving;
    serving.drain();
    const Response draining = serving.get("/readyz");
    EXPECT_EQ(draining.status, 503);
    EXPECT_EQ(problem_kind(draining), "not-ready");
    EXPECT_NE(draining.body.find("draining: yes"), std::string::npos) << draining.body;
    EXPECT_EQ(header(draining, "Retry-After"), "1");
}

TEST(Service, AnEmptyRequiredParameterIsMissing) {
    Serving serving;
    const Response response = serving.get("/v1/kpis/answer-rate?period=");
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(json::parse(response.body)["errors"][0]["code"], "parameter-missing");
}

TEST(Service, WrongParametersAreAllNamed) {
    Serving serving;
    const Response response =
        serving.get("/v1/cases?colour=red&limit=many&status=LOST&period=spring");
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(json::parse(response.body)["errors"].size(), 4U) << response.body;
    const Response of_kpi = serving.get("/v1/kpis/answer-rate?period=2017&by=x&base=y");
    EXPECT_EQ(json::parse(of_kpi.body)["errors"].size(), 2U) << of_kpi.body;
    const Response of_both =
        serving.get("/v1/kpis/answer-rate?period=2017-Q1&each=fortnight&by=foo&base=x");
    EXPECT_EQ(json::parse(of_both.body)["errors"].size(), 3U) << of_both.body;
}

TEST(Service, PagesOfCasesFollowEachOtherWithoutGapOrRepetition) {
    Serving serving;
    for (int i = 0; i < 25; ++i) {
        const std::string id = "case-" + std::to_string(i);
        ASSERT_EQ(serving.publish_and_wait(opened(id, id)).status, 201);
    }
    std::set<std::string> seen;
    std::string target = "/v1/cases?limit=10";
    for (int page = 0; page < 3; ++page) {
        const json body = json::parse(serving.get(target).body);
        for (const json& item : body["items"]) {
            EXPECT_TRUE(seen.insert(item["case"]).second) << item["case"];
        }
        if (page == 2) {
            EXPECT_TRUE(body["next"].is_null());
        } else {
            target = "/v1/cases?limit=10&cursor=" + std::string(body["next"]);
        }
    }
    EXPECT_EQ(seen.size(), 25U);
}

TEST(Service, PagesOfACasesEventsFollowEachOtherWithoutGapOrRepetition) {
    Serving serving;
    for (int i = 0; i < 7; ++i) {  // the others have no effect, and are its events too
        serving.publish_and_wait(opened("case-1", "event-" + std::to_string(i)));
        serving.publish_and_wait(opened("case-2", "other-" + std::to_string(i)));
    }
    std::vector<std::string> ids;
    std::string cursor;
    do {
        const Response page = serving.get("/v1/cases/case-1/events?limit=3" + cursor);
        ASSERT_EQ(page.status, 200) << page.body;
        const json answer = json::parse(page.body);
        EXPECT_EQ(answer["case"], "case-1");
        EXPECT_LE(answer["items"].size(), 3U);
        for (const json& item : answer["items"]) {
            ids.push_back(item["id"]);
        }
        EXPECT_EQ(answer["next"].is_null(), header(page, "Link").empty());
        cursor = answer["next"].is_null() ? "" : "&cursor=" + answer["next"].get<std::string>();
    } while (!cursor.empty());
    EXPECT_EQ(ids,
              (std::vector<std::string>{
                  "event-0", "event-1", "event-2", "event-3", "event-4", "event-5", "event-6"}));
    EXPECT_EQ(json::parse(serving.get("/v1/cases/case-1/events").body)["items"].size(), 7U);
}

TEST(Service, TheFormatIsTheOneThatWasAskedFor) {
    Serving serving;
    EXPECT_EQ(serving.publish_and_wait(opened("case-1", "event-1")).status, 201);
    const auto type = [&](const std::string& target, const std::string& accept) {
        const Response response = serving.ask("GET", target, {{"accept", accept}});
        return response.status == 200 ? header(response, "Content-Type")
                                      : std::to_string(response.status);
    };
    EXPECT_EQ(type("/v1/cases", "*/*"), "application/json");
    EXPECT_EQ(type("/v1/cases", "text/csv;q=0.5, application/x-ndjson"), "application/x-ndjson");
    EXPECT_EQ(type("/v1/cases", "text/*"), "text/csv; charset=utf-8; header=present");
    const std::string csv = "text/csv; charset=utf-8; header=present";
    EXPECT_EQ(type("/v1/cases", "text/csv, */*; q=0.1"), csv);
    EXPECT_EQ(type("/v1/cases", "text/csv ;\tQ=0.9 , application/json;q=0.8"), csv);
    EXPECT_EQ(type("/v1/cases", "text/csv;header=present;q=0.4, application/json;q=0.5"),
              "application/json");
    EXPECT_EQ(type("/v1/cases", "application/json; q=0, text/csv; q=0.1"), csv);
    EXPECT_EQ(type("/v1/cases", "application/json;q=0"), "406");
    EXPECT_EQ(type("/v1/cases", "application/json;q=0.000, */*;q=0.1"), csv);
    EXPECT_EQ(type("/v1/cases", "text/csv;q=nan"), csv) << "malformed is 1";
    EXPECT_EQ(type("/v1/cases", "image/png"), "406");
    EXPECT_EQ(type("/v1/cases/case-1", "text/csv"), "text/csv; charset=utf-8; header=present");
    EXPECT_EQ(type("/v1/cases?format=json", "text/csv"), "application/json");
    EXPECT_TRUE(serving.get("/v1/cases?format=csv&bom=1")
                    .body.starts_with("\xEF\xBB\xBF"
                                      "case,"));
}

TEST(Service, ATableWithoutRowsHasTheColumnsOfItsQuestion) {
    Serving serving;
    const std::string target = "/v1/kpis/inbound-offered?period=1999-Q1&by=queue,language";
    EXPECT_EQ(serving.get(target + "&format=csv").body,
              "kpi,period,language,filters,base,variant,numerator,denominator,prints,name\r\n");
    EXPECT_EQ(serving.get(target + "&compare=previous&format=csv").body,
              "kpi,period,language,filters,base,variant,compare,numerator,denominator,prints,now,"
              "before,change,name\r\n");
    EXPECT_EQ(serving.get(target + "&format=xlsx").status, 200);
}

TEST(Service, APathThatExistsForAnotherMethodNamesIt) {
    Serving serving;
    const Response response = serving.ask("DELETE", "/v1/cases");
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(header(response, "Allow"), "GET, HEAD");
    EXPECT_EQ(serving.get("/v1/case").status, 404);
}

// A page whose own name was made to mean 127.0.0.1 is of another origin no more.
TEST(Service, WithoutTokensOnlyTheNamesOfLoopbackAreServed) {
    Serving serving;
    const auto status = [&serving](const std::string& host) {
        return serving.ask("GET", "/v1/cases", {{"host", host}}).status;
    };
    for (const char* host :
         {"localhost", "LocalHost:8080", "127.0.0.1:80", "127.1.2.3", "[::1]:1"}) {
        EXPECT_EQ(status(host), 200) << host;
    }
    for (const char* host : {"evil.example",
                             "evil.example:8080",
                             "localhost.evil.example",
                             "",
                             "127.0.0.1.evil.example",
                             "128.0.0.1",
                             "[::2]",
                             "[::1",
                             "::1"}) {
        EXPECT_EQ(status(host), 421) << host;
    }
    const Response refused = serving.ask("GET", "/v1/nowhere", {{"host", "evil.example"}});
    EXPECT_EQ(problem_kind(refused), "misdirected-request") << "it learns nothing of the paths";
}

TEST(Service, AnIdOrAPeriodWithASlashIsOneSegment) {
    Serving serving;
    ASSERT_EQ(serving.publish_and_wait(opened("a/b%2F", "event-1")).status, 201);
    const Response found = serving.get("/v1/cases/a%2Fb%252F");
    ASSERT_EQ(found.status, 200);
    EXPECT_EQ(json::parse(found.body)["case"], "a/b%2F");
    EXPECT_EQ(serving.get("/v1/cases/a/b%252F").status, 404);
    EXPECT_EQ(serving.get("/v1/periods/2017-01-29%2FP7D").status, 200);
}

}  // namespace
}  // namespace sijill::api
