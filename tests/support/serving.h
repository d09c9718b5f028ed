#pragma once
// tests/support/serving.h - the service over a log and a real worker, without a socket.

#include "api/service.h"
#include "events/json.h"
#include "tests/support/memory_log.h"
#include "tests/support/scratch_directory.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace sijill::api {

using nlohmann::json;

inline json opened(const std::string& subject, const std::string& id) {
    return {{"specversion", "1.0"},
            {"id", id},
            {"source", "urn:test"},
            {"type", "gov.cc.case.opened.v1"},
            {"subject", subject},
            {"time", "2017-02-01T08:00:00.000Z"},
            {"datacontenttype", "application/json"},
            {"actor", "agent:7"},
            {"data",
             {{"case_id", subject},
              {"opened_at", "2017-02-01T08:00:00.000Z"},
              {"kind", "request"},
              {"purposes", {"new_application"}},
              {"priority", "normal"},
              {"opened_via", "call"}}}};
}

inline json reopened(const std::string& subject, const std::string& id) {
    json event = opened(subject, id);
    event["type"] = "gov.cc.case.reopened.v1";
    event["data"] = {{"reason", "new_information"}, {"episode", 2}};
    return event;
}

// Log, worker and service of one test; the worker folds from the start to the end.
class Serving {
  public:
    explicit Serving(std::unique_ptr<log::EventLog> log = std::make_unique<log::MemoryLog>(3),
                     const std::string& time_zone = "Asia/Bahrain")
        : log_(std::move(log)), worker_(*log_, worker_config(time_zone)) {
        const auto open = worker_.open();
        EXPECT_TRUE(open.has_value());
        ServiceConfig config;
        config.version = "0.0.0";
        config.local_time = *projections::LocalTime::of(time_zone);
        config.topic = "test.events";
        config.longest_wait = std::chrono::milliseconds(2'000);
        config.kept = kept_;
        service_.emplace(config, *log_, worker_, positions_, feed_);
        folding_ = std::jthread([this] {
            const auto folded = worker_.run(consumers::RunUntil::Stopped, stop_);
            EXPECT_TRUE(folded.has_value()) << folded.error().message;
        });
    }
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;
    ~Serving() {
        stop_ = true;
        folding_.join();
        service_.reset();
    }

    std::future<Response> begin(const std::string& method,
                                const std::string& target,
                                const std::map<std::string, std::string>& headers = {},
                                const std::string& body = "") {
        Request request;
        request.method = method;
        request.target = target;
        EXPECT_TRUE(split_target(target, request.path, request.query));
        request.headers = headers;
        request.body = body;
        // Shared: a service that answers too late must not write into a test that has gone on.
        const auto answered = std::make_shared<std::promise<Response>>();
        service_->handle(std::move(request), [answered](Response response) {
            answered->set_value(std::move(response));
        });
        return answered->get_future();
    }
    Response ask(const std::string& method,
                 const std::string& target,
                 const std::map<std::string, std::string>& headers = {},
                 const std::string& body = "") {
        auto answer = begin(method, target, headers, body);
        if (answer.wait_for(std::chrono::seconds(30)) != std::future_status::ready) {
            ADD_FAILURE() << method << " " << target << ": no answer";
            return {};
        }
        return answer.get();
    }
    Response get(const std::string& target) { return ask("GET", target); }
    Response publish(const json& event, std::map<std::string, std::string> headers = {}) {
        headers["content-type"] = "application/cloudevents+json";
        return ask("POST", "/v1/events", headers, event.dump());
    }
    void drain() { service_->drain(); }
    Response publish_and_wait(const json& event) { return publish(event, {{"prefer", "wait=20"}}); }

  private:
    consumers::WorkerConfig worker_config(const std::string& time_zone) {
        consumers::WorkerConfig config;
        config.fold.time_zone = time_zone;
        config.data_directory = scratch_.path().string();
        config.committed =
            [this](int32_t partition, int64_t next_offset, const projections::RowBatch& changes) {
                feed_.note(partition, next_offset, changes);
                kept_->note(partition, next_offset, changes);
                positions_.commit(partition, next_offset);
            };
        return config;
    }

    tests::ScratchDirectory scratch_;
    std::unique_ptr<log::EventLog> log_;
    Positions positions_;
    ChangeFeed feed_;
    const std::shared_ptr<KeptCases> kept_ = std::make_shared<KeptCases>(size_t{1} << 20U);
    consumers::Worker worker_;
    std::optional<Service> service_;
    std::atomic<bool> stop_{false};
    std::jthread folding_;
};

inline std::string header(const Response& response, const std::string& name) {
    for (const auto& [key, value] : response.headers) {
        if (key == name) {
            return value;
        }
    }
    return "";
}

inline std::string problem_kind(const Response& response) {
    EXPECT_EQ(header(response, "Content-Type"), "application/problem+json");
    const std::string type = json::parse(response.body)["type"];
    return type.substr(type.rfind('/') + 1);
}

}  // namespace sijill::api
