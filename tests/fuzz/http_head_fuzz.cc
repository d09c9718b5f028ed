// tests/fuzz/http_head_fuzz.cc - any bytes as a request's head and as a target.

#include "api/http.h"
#include "api/http_head.h"
#include "events/check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using sijill::api::HeadScanner;

constexpr sijill::api::HeadLimits kLimits{300, 100, 1'000};

/// The verdict may not depend on how the network has cut the bytes.
void check_head(std::string_view bytes) {
    HeadScanner whole(kLimits);
    HeadScanner bytewise(kLimits);
    const auto verdict = whole.look(bytes);
    auto seen = HeadScanner::Seen::More;
    for (size_t size = 0; size <= bytes.size() && seen == HeadScanner::Seen::More; ++size) {
        seen = bytewise.look(bytes.substr(0, size));
    }
    CHECK(seen == verdict, "the same bytes, the same verdict");
    CHECK(bytewise.refusal().status == whole.refusal().status, "the same bytes, the same status");
    if (verdict == HeadScanner::Seen::Whole) {
        CHECK(bytewise.size() == whole.size(), "the same bytes, the same head");
        CHECK(whole.head(bytes).ends_with("\r\n\r\n"), "a head ends with a blank line");
    }
}

/// As the least careful reader of a path would split it: at its escaped slashes and backslashes
/// too.
std::string split_wherever_possible(std::string path) {
    constexpr std::string_view kSlash = "%2F";
    std::ranges::replace(path, '\\', '/');
    for (size_t at = path.find(kSlash); at != std::string::npos; at = path.find(kSlash)) {
        path.replace(at, kSlash.size(), "/");
    }
    return path;
}

void check_target(std::string_view target) {
    std::string path;
    std::vector<std::pair<std::string, std::string>> query;
    if (!sijill::api::split_target(target, path, query)) {
        CHECK(path.empty() && query.empty(), "nothing is left of a malformed target");
        return;
    }
    CHECK(path.starts_with('/') && path.find('\0') == std::string::npos, "a path is absolute");
    CHECK(path == "/" || !path.ends_with('/'), "a path has one spelling");
    CHECK(path.find("//") == std::string::npos, "no segment is empty");
    const std::string_view sent = target.substr(0, target.find('?'));
    CHECK(sent.find('\\') == std::string_view::npos, "a backslash in a path is escaped");
    const std::string split = split_wherever_possible(path) + "/";
    for (const char* never : {"/../", "/./"}) {
        CHECK(split.find(never) == std::string::npos, "no way out of a path");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_head(bytes);
    check_target(bytes);
    return 0;
}
