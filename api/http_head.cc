#include "api/http_head.h"

#include "api/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace sijill::api {

namespace {

using Seen = HeadScanner::Seen;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

bool is_token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [kMarks](char c) {
        return is_digit(c) || is_letter(c) || kMarks.find(c) != std::string_view::npos;
    });
}

/// A host with an optional port, by its characters alone: nobody connects to it.
bool is_host(std::string_view text) {
    constexpr std::string_view kMarks = "-._~!$&'()*+,;=:%[]";
    return !text.empty() && std::all_of(text.begin(), text.end(), [kMarks](char c) {
        return is_digit(c) || is_letter(c) || kMarks.find(c) != std::string_view::npos;
    });
}

std::string_view trimmed(std::string_view text) {
    const size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// A header that decides where the body ends or whom it is for: how often it came, and its last
/// value.
struct Decisive {
    std::string_view name;
    size_t count = 0;
    std::string_view value;
};

/// A length that fits no number is the largest one: over any limit.
uint64_t length_of(std::string_view digits) {
    uint64_t length = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    return error == std::errc() ? length : UINT64_MAX;
}

/// The rules of the decisive headers; status 0: kept.
class FramingRules {
  public:
    void take(std::string_view name, std::string_view value) {
        for (Decisive* decisive : {&host_, &length_, &coding_, &expect_}) {
            if (is_word(name, decisive->name)) {
                ++decisive->count;
                decisive->value = value;
            }
        }
    }

    [[nodiscard]] Refusal judge(bool http11, uint64_t body_bytes) const {
        if (host_.count > 1 || (http11 && host_.count == 0)) {
            return {400, "exactly one Host header is needed"};
        }
        if (host_.count == 1 && !is_host(host_.value)) {
            return {400, "malformed Host"};
        }
        if (coding_.count > 0) {
            if (Refusal refusal = judge_coding(http11); refusal.status != 0) {
                return refusal;
            }
        }
        if (length_.count > 0) {
            if (Refusal refusal = judge_length(body_bytes); refusal.status != 0) {
                return refusal;
            }
        }
        // RFC 9110 section 10.1.1: an HTTP/1.0 client cannot mean it.
        if (http11 && expect_.count > 0 &&
            (expect_.count > 1 || !is_word(expect_.value, "100-continue"))) {
            return {417, "only the expectation 100-continue can be met"};
        }
        return {0, {}};
    }

  private:
    [[nodiscard]] Refusal judge_coding(bool http11) const {
        if (length_.count > 0) {
            return {400, "Content-Length together with Transfer-Encoding"};
        }
        if (!http11 || coding_.count > 1 || !is_word(coding_.value, "chunked")) {
            return {400, "the only Transfer-Encoding is chunked, once, in HTTP/1.1"};
        }
        return {0, {}};
    }

    /// Two equal lengths are refused as well: no honest client sends them.
    [[nodiscard]] Refusal judge_length(uint64_t body_bytes) const {
        if (length_.count > 1 || length_.value.empty() ||
            !std::all_of(length_.value.begin(), length_.value.end(), is_digit)) {
            return {400, "Content-Length must be one number"};
        }
        if (length_of(length_.value) > body_bytes) {
            return {413, over_limit("body", body_bytes)};
        }
        return {0, {}};
    }

    Decisive host_{"host", 0, {}};
    Decisive length_{"content-length", 0, {}};
    Decisive coding_{"transfer-encoding", 0, {}};
    Decisive expect_{"expect", 0, {}};
};

}  // namespace

HeadScanner::Seen HeadScanner::look(std::string_view bytes) {
    const size_t end = std::min(bytes.size(), limits_.header_bytes);
    while (at_ < end) {
        const char c = bytes[at_];
        const bool after_return = at_ > line_start_ && bytes[at_ - 1] == '\r';
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\r' && c != '\n' && c != '\t') || byte == 0x7F) {
            return refuse(400, "a control byte in the head");
        }
        if (after_return != (c == '\n')) {
            return refuse(400, "a line must end with CR LF");
        }
        ++at_;
        if (c == '\n') {
            const Seen seen = end_line(bytes);
            if (seen != Seen::More) {
                return seen;
            }
            line_start_ = at_;
        }
    }
    return bytes.size() >= limits_.header_bytes ? refuse_length(bytes) : Seen::More;
}

/// A line has just ended at at_.
HeadScanner::Seen HeadScanner::end_line(std::string_view bytes) {
    const std::string_view line = bytes.substr(line_start_, at_ - 2 - line_start_);
    if (fields_start_ != 0) {
        return line.empty() ? judge_fields(bytes.substr(fields_start_, line_start_ - fields_start_))
                            : Seen::More;
    }
    if (line.empty() && start_ == 0) {
        start_ = at_;
        return Seen::More;
    }
    fields_start_ = at_;
    return judge_start_line(line);
}

std::string over_limit(std::string_view what, size_t bytes) {
    return "the " + std::string(what) + " is over its limit of " + std::to_string(bytes) + " bytes";
}

HeadScanner::Seen HeadScanner::refuse(int status, std::string detail) {
    refusal_ = {status, std::move(detail)};
    return Seen::Refused;
}

HeadScanner::Seen HeadScanner::refuse_length(std::string_view bytes) {
    const std::string_view begun = bytes.substr(start_, limits_.header_bytes - start_);
    if (fields_start_ == 0 && is_token(begun.substr(0, begun.find(' ')))) {
        return refuse(414, over_limit("target", limits_.target_bytes));
    }
    return refuse(431, over_limit("head", limits_.header_bytes));
}

HeadScanner::Seen HeadScanner::judge_start_line(std::string_view line) {
    const size_t method_end = std::min(line.find(' '), line.size());
    if (!is_token(line.substr(0, method_end))) {
        return refuse(400, "malformed method");
    }
    line.remove_prefix(std::min(method_end + 1, line.size()));
    const std::string_view target = line.substr(0, line.find(' '));
    if (target.empty() || target.find('\t') != std::string_view::npos) {
        return refuse(400, "malformed request line");
    }
    if (target.size() > limits_.target_bytes) {
        return refuse(414, over_limit("target", limits_.target_bytes));
    }
    line.remove_prefix(std::min(target.size() + 1, line.size()));
    const bool versioned = line.size() == 8 && line.starts_with("HTTP/") && is_digit(line[5]) &&
                           line[6] == '.' && is_digit(line[7]);
    if (versioned && line[5] >= '2') {
        return refuse(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
    }
    if (line != "HTTP/1.1" && line != "HTTP/1.0") {
        return refuse(400, "malformed request line or HTTP version");
    }
    http11_ = line == "HTTP/1.1";
    return Seen::More;
}

/// `lines`: all fields, each with its CR LF.
HeadScanner::Seen HeadScanner::judge_fields(std::string_view lines) {
    FramingRules rules;
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find("\r\n"));
        lines.remove_prefix(line.size() + 2);
        if (line.front() == ' ' || line.front() == '\t') {
            return refuse(400, "a folded header line");
        }
        const size_t colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
            return refuse(400, "malformed header name");
        }
        rules.take(line.substr(0, colon), trimmed(line.substr(colon + 1)));
    }
    const Refusal refusal = rules.judge(http11_, limits_.body_bytes);
    return refusal.status == 0 ? Seen::Whole : refuse(refusal.status, refusal.detail);
}

}  // namespace sijill::api
