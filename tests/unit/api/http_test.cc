#include "api/http.h"

#include "api/http_answer.h"
#include "api/http_head.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace sijill::api {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

TEST(PercentDecode, DecodesEachEscapeOnce) {
    EXPECT_EQ(percent_decode("", false), "");
    EXPECT_EQ(percent_decode("plain", false), "plain");
    EXPECT_EQ(percent_decode("a%20b", false), "a b");
    EXPECT_EQ(percent_decode("%41%4a%4A", false), "AJJ");
    EXPECT_EQ(percent_decode("%252e", false), "%2e");
    EXPECT_EQ(percent_decode("%2525", false), "%25");
    EXPECT_EQ(percent_decode("%D8%B3%D8%AC%D9%84", false), "\xD8\xB3\xD8\xAC\xD9\x84");
    EXPECT_EQ(percent_decode("%", true), std::nullopt);
    EXPECT_EQ(percent_decode("a%2", true), std::nullopt);
    EXPECT_EQ(percent_decode("%2g", true), std::nullopt);
    EXPECT_EQ(percent_decode("%g2", true), std::nullopt);
    EXPECT_EQ(percent_decode("%%41", true), std::nullopt);
    EXPECT_EQ(percent_decode("%+1", true), std::nullopt);
}

TEST(PercentDecode, RefusesNul) {
    EXPECT_EQ(percent_decode("a%00b", false), std::nullopt);
    EXPECT_EQ(percent_decode(std::string_view("a\0b", 3), false), std::nullopt);
}

TEST(PercentDecode, APlusIsASpaceOnlyWhereAsked) {
    EXPECT_EQ(percent_decode("a+b", false), "a+b");
    EXPECT_EQ(percent_decode("a+b", true), "a b");
    EXPECT_EQ(percent_decode("a%2Bb", true), "a+b");
}

TEST(SplitTarget, TakesOriginFormApart) {
    struct Case {
        std::string_view target;
        std::string_view path;
        Query query;
    };
    const std::vector<Case> cases = {
        {"/", "/", {}},
        {"/?", "/", {}},
        {"/v1/cases", "/v1/cases", {}},
        {"/v1/cases?limit=5", "/v1/cases", {{"limit", "5"}}},
        {"/a?b", "/a", {{"b", ""}}},
        {"/a?b=", "/a", {{"b", ""}}},
        {"/a?=b", "/a", {{"", "b"}}},
        {"/a?b=c=d", "/a", {{"b", "c=d"}}},
        {"/a?b=1&b=2&&c", "/a", {{"b", "1"}, {"b", "2"}, {"c", ""}}},
        {"/a?x=1+2&y=1%2B2", "/a", {{"x", "1 2"}, {"y", "1+2"}}},
        {"/a?x=/../?&y=%2F..", "/a", {{"x", "/../?"}, {"y", "/.."}}},
        {"/a?x=%26%3D", "/a", {{"x", "&="}}},
        {"/a+b", "/a+b", {}},
        {"/a%20b", "/a b", {}},
        {"/%252e%252e", "/%252e%252e", {}},
        {"/a%252fb", "/a%252fb", {}},
        {"/a%2fb%5c", "/a%2Fb\\", {}},
        {"/...", "/...", {}},
        {"/.a", "/.a", {}},
        {"/case:1;v=2,3@x", "/case:1;v=2,3@x", {}},
        {"/\xD8\xB3", "/\xD8\xB3", {}},
        {"http://host/a", "/a", {}},
        {"HTTPS://host:8080/a/b?x=1", "/a/b", {{"x", "1"}}},
        {"http://[::1]", "/", {}},
    };
    for (const Case& one : cases) {
        std::string path = "left over";
        Query query = {{"left", "over"}};
        EXPECT_TRUE(split_target(one.target, path, query)) << one.target;
        EXPECT_EQ(path, one.path) << one.target;
        EXPECT_EQ(query, one.query) << one.target;
    }
}

TEST(SplitTarget, RefusesWhatNamesNoPlaceOrAnother) {
    const std::vector<std::string_view> targets = {
        "",          "*",           "a",         "?a=b",          "http:///a",
        "host:80",   "//",          "//a",       "/a/",           "/a//b",
        "/a/?x=1",   "/.",          "/..",       "/./a",          "/a/.",
        "/../a",     "/a/../b",     "/a/..",     "/%2e",          "/%2E%2e",
        "/%2e%2e/a", "/.%2e/a",     "/a/%2e%2e", "/a%2f..",       "/a%2F%2E",
        "/%2f..",    "/%2e%2e%2fa", "/..%5cb",   "/a\\b",         "/..\\a",
        "/a%00",     "/%00",        "/a?x=%00",  "/a?%00=x",      "/a%",
        "/a%2",      "/a%zz",       "/a?x=%",    "/a?x%2=1",      "/a#b",
        "/a b",      "/a\tb",       "/a\x7F",    "/a\rb",         "/a\nb",
        "/a?x=\x01", "/\xD8",       "/%ff",      "/a?x=%C0%AF",   "/a?x=%ed%a0%80",
        "/a?%fe=x",  "http://",     "http://?/", "http://a#/b",   "http://h\\/a",
        "ftp://h/a", "http://h//a", "http:/a",   "http://h/../a",
    };
    for (const std::string_view target : targets) {
        std::string path = "left over";
        Query query = {{"left", "over"}};
        EXPECT_FALSE(split_target(target, path, query)) << target;
        EXPECT_EQ(path, "") << target;
        EXPECT_TRUE(query.empty()) << target;
    }
}

TEST(Request, AHeaderIsFoundByItsLowerCaseName) {
    Request request;
    request.headers["host"] = "here";
    ASSERT_NE(request.header("host"), nullptr);
    EXPECT_EQ(*request.header("host"), "here");
    EXPECT_EQ(request.header("accept"), nullptr);
}

constexpr HeadLimits kLimits{200, 100, 1'000};

TEST(HeadScanner, GivesTheSameVerdictHoweverTheBytesAreCut) {
    const std::array<std::string_view, 4> heads = {"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                                                   "\r\nGET / HTTP/1.0\r\n\r\n",
                                                   "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
                                                   "GET / HTTP/1.1\nHost: a\n\n"};
    for (const std::string_view head : heads) {
        HeadScanner whole(kLimits);
        const auto verdict = whole.look(head);
        EXPECT_NE(verdict, HeadScanner::Seen::More) << head;
        HeadScanner bytewise(kLimits);
        auto seen = HeadScanner::Seen::More;
        for (size_t size = 1; size <= head.size() && seen == HeadScanner::Seen::More; ++size) {
            seen = bytewise.look(head.substr(0, size));
        }
        EXPECT_EQ(seen, verdict) << head;
        EXPECT_EQ(bytewise.refusal().detail, whole.refusal().detail);
    }
}

TEST(HeadScanner, KnowsWhereTheHeadEnds) {
    HeadScanner scanner(kLimits);
    const std::string_view bytes = "\r\nGET / HTTP/1.0\r\n\r\nthe next";
    ASSERT_EQ(scanner.look(bytes), HeadScanner::Seen::Whole);
    EXPECT_EQ(scanner.head(bytes), "GET / HTTP/1.0\r\n\r\n");
    EXPECT_EQ(bytes.substr(scanner.size()), "the next");
}

TEST(HeadScanner, TakesAHeadOfExactlyTheLimit) {
    std::string head = "GET / HTTP/1.0\r\nA: ";
    head.append(kLimits.header_bytes - head.size() - 4, 'x').append("\r\n\r\n");
    EXPECT_EQ(HeadScanner(kLimits).look(head), HeadScanner::Seen::Whole);
    head.insert(20, 1, 'x');
    HeadScanner scanner(kLimits);
    EXPECT_EQ(scanner.look(head), HeadScanner::Seen::Refused);
    EXPECT_EQ(scanner.refusal().status, 431);
    EXPECT_EQ(scanner.refusal().detail,
              "the head is over its limit of " + std::to_string(kLimits.header_bytes) + " bytes");
}

TEST(HttpDate, IsAnImfFixdate) {
    EXPECT_EQ(http_date(std::chrono::sys_seconds(std::chrono::seconds(784111777))),
              "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(http_date(std::chrono::sys_seconds(std::chrono::seconds(1709210096))),
              "Thu, 29 Feb 2024 12:34:56 GMT");
}

TEST(AnswerHead, AHandlersHeaderCannotBeginALineOfItsOwn) {
    Response response;
    response.headers = {{"X-Good", "yes"},
                        {"X-Bad", "a\r\nSet-Cookie: x"},
                        {"X-Bad", "a\nb"},
                        {"X-Bad", std::string("a\0b", 3)},
                        {"X-Bad: y\r\nX-Worse", "a"},
                        {"", "a"},
                        {"content-length", "7"},
                        {"Transfer-Encoding", "chunked"},
                        {"Server", "other"}};
    const std::string head = answer_head(response, "OK", "now", {});
    EXPECT_EQ(head,
              "HTTP/1.1 200 OK\r\nServer: sijill\r\nDate: now\r\nX-Good: yes\r\n"
              "Content-Length: 0\r\n\r\n");
}

TEST(ChunkOf, SaysItsSizeInHex) {
    EXPECT_EQ(chunk_of("abc"), "3\r\nabc\r\n");
    EXPECT_EQ(chunk_of(std::string(255, 'x')).substr(0, 4), "ff\r\n");
}

}  // namespace
}  // namespace sijill::api
