// Goal: who may ask, stays so only as long as the file of tokens says so. Method: the service over
// an empty log, tokens in a file that the test writes again.

#include "api/service.h"
#include "tests/support/memory_log.h"
#include "tests/support/scratch_directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <future>
#include <thread>

namespace sijill::api {
namespace {

class Listening final : public EventStream {
  public:
    bool send(std::string /*bytes*/) override { return !closed; }
    void close() override { closed = true; }
    std::atomic<bool> closed{false};
};

class ServiceAccess : public testing::Test {
  protected:
    ServiceAccess() : worker_(log_, worker_config()) {
        EXPECT_TRUE(worker_.open().has_value());
        write({line("desk", "desk-token", {Scope::Read}), line("roads", "roads-token", {})});
    }

    void start() { start(*token_authenticator(file_)); }
    void start(std::shared_ptr<Authenticator> authenticator) {
        ServiceConfig config;
        config.version = "0.0.0";
        config.local_time = *projections::LocalTime::of("Asia/Bahrain");
        config.authenticator = std::move(authenticator);
        config.readers = 1;
        config.queue = 1;
        config.address_rate = address_rate_;
        service_.emplace(config, log_, worker_, positions_, feed_);
    }

    static std::string line(const std::string& name,
                            const std::string& token,
                            const std::vector<Scope>& scopes) {
        Principal principal{name, {}, {}};
        principal.scopes.add(Scope::Publish);
        for (const Scope scope : scopes) {
            principal.scopes.add(scope);
        }
        return *token_line(principal, token);
    }

    void write(const std::vector<std::string>& lines) const {
        std::ofstream out(file_, std::ios::binary | std::ios::trunc);
        for (const std::string& each : lines) {
            out << each << "\n";
        }
    }

    Request request(const std::string& method,
                    const std::string& target,
                    const std::string& token) const {
        Request request;
        request.method = method;
        request.target = target;
        request.peer = peer_;
        EXPECT_TRUE(split_target(target, request.path, request.query));
        if (!token.empty()) {
            request.headers["authorization"] = "Bearer " + token;
        }
        return request;
    }
    std::future<Response> begin(const std::string& target, const std::string& token) {
        const auto answered = std::make_shared<std::promise<Response>>();
        auto answer = answered->get_future();
        service_->handle(request("GET", target, token), [answered](Response response) {
            answered->set_value(std::move(response));
        });
        return answer;
    }
    Response ask(const std::string& target, const std::string& token) {
        return got(begin(target, token));
    }
    /// The status of what a request with a body is answered before that; 0: it is read.
    int without_body(const std::string& method,
                     const std::string& target,
                     const std::string& token) {
        const auto refused = service_->refuse_head(request(method, target, token));
        return refused ? refused->status : 0;
    }
    static Response got(std::future<Response> answer) {
        if (answer.wait_for(std::chrono::seconds(30)) != std::future_status::ready) {
            ADD_FAILURE() << "no answer";
            return {};
        }
        return answer.get();
    }
    static std::string header(const Response& response, const std::string& name) {
        const auto found =
            std::ranges::find(response.headers, name, &std::pair<std::string, std::string>::first);
        return found == response.headers.end() ? "" : found->second;
    }

    RateLimiter::Limits address_rate_;
    std::string peer_ = "192.0.2.1";
    tests::ScratchDirectory scratch_;
    std::string file_ = scratch_.path().string() + "/tokens";
    log::MemoryLog log_{1};
    Positions positions_;
    ChangeFeed feed_;
    consumers::Worker worker_;
    std::optional<Service> service_;

  private:
    consumers::WorkerConfig worker_config() {
        consumers::WorkerConfig config;
        config.data_directory = scratch_.path().string() + "/data";
        return config;
    }
};

TEST_F(ServiceAccess, AfterReadingAgainNewTokensWorkAndRevokedOnesDoNot) {
    start();
    EXPECT_EQ(ask("/v1/cases", "desk-token").status, 200);
    EXPECT_EQ(ask("/v1/cases", "new-token").status, 401);
    write({line("new", "new-token", {Scope::Read})});
    EXPECT_EQ(ask("/v1/cases", "desk-token").status, 200) << "until it is read again";
    ASSERT_TRUE(service_->reload_authenticator());
    EXPECT_EQ(ask("/v1/cases", "desk-token").status, 401);
    EXPECT_EQ(ask("/v1/cases", "new-token").status, 200);
    EXPECT_EQ(ask("/v1/cases", "").status, 401);
}

TEST_F(ServiceAccess, AnAuditorsTokenOpensWhatWasToldAndPublishedAndAnAdminsAll) {
    write({line("auditor", "audit-token", {Scope::Audit}),
           line("admin", "admin-token", {Scope::Admin})});
    start();
    for (const char* target :
         {"/v1/cases", "/v1/anomalies", "/v1/positions", "/v1/periods/2017-Q1"}) {
        EXPECT_EQ(ask(target, "audit-token").status, 200) << target;
        EXPECT_EQ(ask(target, "admin-token").status, 200) << target;
    }
    for (const char* target : {"/v1/kpis", "/v1/departments/quality/follow-ups"}) {
        EXPECT_EQ(ask(target, "audit-token").status, 403) << target;
        EXPECT_EQ(ask(target, "admin-token").status, 200) << target;
    }
}

TEST_F(ServiceAccess, AFileWithAMistakeIsNamedWithItsLineAndChangesNothing) {
    start();
    write({line("new", "new-token", {Scope::Read}), "half a line"});
    const auto read = service_->reload_authenticator();
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::Config);
    EXPECT_NE(read.error().message.find(file_ + ":2: "), std::string::npos) << read.error().message;
    EXPECT_EQ(ask("/v1/cases", "desk-token").status, 200);
    EXPECT_EQ(ask("/v1/cases", "new-token").status, 401);
}

TEST_F(ServiceAccess, StreamsOfRevokedTokensEndAndOthersGoOn) {
    write({line("desk", "desk-token", {Scope::Read}), line("other", "other-token", {Scope::Read})});
    start();
    const auto goes = std::make_shared<Listening>();
    const auto stays = std::make_shared<Listening>();
    ask("/v1/stream", "desk-token").stream(goes);
    ask("/v1/stream", "other-token").stream(stays);
    write({line("desk", "desk-token", {}), line("other", "other-token", {Scope::Read})});
    ASSERT_TRUE(service_->reload_authenticator());
    EXPECT_TRUE(goes->closed) << "its token has not the scope any more";
    EXPECT_FALSE(stays->closed);
    EXPECT_EQ(feed_.listeners(), 1U);
}

TEST_F(ServiceAccess, AStreamThatOpensBehindItsTokensEndIsClosedAtOnce) {
    start();
    const auto late = std::make_shared<Listening>();
    const Response admitted = ask("/v1/stream", "desk-token");
    write({});
    ASSERT_TRUE(service_->reload_authenticator());
    admitted.stream(late);
    EXPECT_TRUE(late->closed);
}

// Knows "known" at once; any other token takes until the test says whose it is.
class SlowAuthenticator final : public Authenticator {
  public:
    [[nodiscard]] std::optional<Result<Principal>> at_once(std::string_view token) const override {
        return token == "known" ? std::optional<Result<Principal>>(reader()) : std::nullopt;
    }
    [[nodiscard]] Result<Principal> principal_of(std::string_view token) const override {
        asked_in = std::this_thread::get_id();
        ++asked;
        asked.notify_all();
        open.wait(false);
        return token == "good" ? Result<Principal>(reader()) : fail(Errc::Rejected, "forged");
    }
    [[nodiscard]] Result<void> reload() override { return {}; }

    void let_go() {
        open = true;
        open.notify_all();
    }

    mutable std::atomic<std::thread::id> asked_in{};
    mutable std::atomic<int> asked{0};
    std::atomic<bool> open{false};

  private:
    static Principal reader() {
        Principal principal{"desk", {}, {}};
        principal.scopes.add(Scope::Read);
        return principal;
    }
};

TEST_F(ServiceAccess, SignaturesAreCheckedByReadersAndWhatFindsNoRoomIsToldToComeBack) {
    const auto slow = std::make_shared<SlowAuthenticator>();
    start(slow);
    auto good = begin("/v1/cases", "good");  // comes back at once, though nobody answers yet
    slow->asked.wait(0);
    EXPECT_NE(slow->asked_in.load(), std::this_thread::get_id());
    auto forged = begin("/v1/cases", "forged");  // waits for the one reader
    const Response busy = ask("/v1/cases", "good");
    EXPECT_EQ(busy.status, 503);
    EXPECT_EQ(header(busy, "Retry-After"), "1");
    EXPECT_EQ(ask("/livez", "").status, 200);
    slow->let_go();
    EXPECT_EQ(got(std::move(good)).status, 200) << "answered where it was checked, without a turn";
    EXPECT_EQ(got(std::move(forged)).status, 401);
    EXPECT_EQ(slow->asked, 2);
}

TEST_F(ServiceAccess, AnAddressWithoutValidTokensIsSoonToldToWaitAndOthersAreNot) {
    address_rate_ = {1, 3};
    start();
    for (const char* token : {"", "forged", "forged"}) {
        EXPECT_EQ(ask("/v1/cases", token).status, 401);
    }
    const Response refused = ask("/v1/cases", "forged");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(header(refused, "Retry-After"), "1");
    EXPECT_EQ(ask("/v1/cases", "").status, 429);
    EXPECT_EQ(ask("/v1/cases", "desk-token").status, 200) << "a token that is known";
    for (const char* token : {"", "forged", "desk-token"}) {  // 200 as soon as it is caught up
        const int status = ask("/readyz", token).status;
        EXPECT_TRUE(status == 200 || status == 503) << status << ": it asks for no token";
    }
    peer_ = "192.0.2.2";
    EXPECT_EQ(ask("/v1/cases", "forged").status, 401);
}

TEST_F(ServiceAccess, AForgersSignaturesAreNotCheckedAnyMoreAndKnownTokensGoOn) {
    address_rate_ = {1, 3};
    const auto slow = std::make_shared<SlowAuthenticator>();
    slow->let_go();
    start(slow);
    int refused = 0;
    for (int i = 0; i < 50; ++i) {
        refused += ask("/v1/cases", "forged").status == 429 ? 1 : 0;
    }
    EXPECT_GE(refused, 40);
    EXPECT_EQ(slow->asked + refused, 50) << "a refused one costs no signature";
    EXPECT_EQ(ask("/v1/cases", "known").status, 200);
}

TEST_F(ServiceAccess, WhoMayNotSendABodyIsToldByTheHead) {
    Principal reads{"reads", {}, {}};
    reads.scopes.add(Scope::Read);
    write({line("desk", "desk-token", {}), *token_line(reads, "read-token")});
    start();
    EXPECT_EQ(without_body("POST", "/v1/events", "desk-token"), 0);
    EXPECT_EQ(without_body("POST", "/v1/events", ""), 401);
    EXPECT_EQ(without_body("POST", "/v1/events", "forged"), 401);
    EXPECT_EQ(without_body("POST", "/v1/events", "read-token"), 403);
    EXPECT_EQ(without_body("POST", "/v1/nowhere", "desk-token"), 404);
    EXPECT_EQ(without_body("PUT", "/v1/events", "desk-token"), 405);
    for (const char* path : {"/v1/cases", "/livez"}) {
        EXPECT_EQ(without_body("GET", path, "read-token"), 413) << path << " takes none";
    }
}

// It could tell any event of any case, and learn from the answers how the others stand.
TEST_F(ServiceAccess, ATokenWithDepartmentsDoesNotPublish) {
    Principal roads{"roads", {}, {"roads"}};
    for (const Scope scope : {Scope::Publish, Scope::FollowUp, Scope::Admin}) {
        roads.scopes.add(scope);
    }
    write({*token_line(roads, "roads-token")});
    start();
    for (const char* path : {"/v1/events", "/v1/events/validate"}) {
        EXPECT_EQ(without_body("POST", path, "roads-token"), 404) << path;
    }
    EXPECT_EQ(without_body("POST", "/v1/departments/roads/follow-ups", "roads-token"), 0);
}

TEST_F(ServiceAccess, ASignatureIsCheckedBeforeTheBodyAndAForgersNotForLong) {
    address_rate_ = {1, 3};
    const auto slow = std::make_shared<SlowAuthenticator>();
    slow->let_go();
    start(slow);
    EXPECT_EQ(without_body("POST", "/v1/events", "good"), 403) << "it may only read";
    for (const int status : {401, 401, 401, 429, 429}) {
        EXPECT_EQ(without_body("POST", "/v1/events", "forged"), status);
    }
    EXPECT_EQ(slow->asked, 4) << "a refused one costs no signature";
}

TEST_F(ServiceAccess, ChecksComeInOneOrderWhoeverMakesThem) {
    const auto slow = std::make_shared<SlowAuthenticator>();
    slow->let_go();
    start(slow);
    for (const char* token : {"known", "good"}) {
        EXPECT_EQ(ask("/v1/nowhere", token).status, 404) << token;
        EXPECT_EQ(ask("/v1/events/validate", token).status, 405) << token;
        EXPECT_EQ(ask("/v1/cases?colour=red", token).status, 400) << token;
        EXPECT_EQ(ask("/metrics", token).status, ask("/metrics", "known").status) << token;
    }
    EXPECT_EQ(ask("/v1/nowhere", "forged").status, 404) << "before anybody is asked who it is";
    EXPECT_EQ(ask("/v1/cases?colour=red", "forged").status, 401) << "before parameters are judged";
}

}  // namespace
}  // namespace sijill::api
