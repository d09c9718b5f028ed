#pragma once
// api/http_head.h - the strict rules of a request's head, judged on its raw bytes before Beast
// parses it: Beast is lenient where two readers of the same bytes may disagree (folded lines,
// repeated framing headers, unknown codings), which is what request smuggling lives on.

#include <cstddef>
#include <string>
#include <string_view>

namespace sijill::api {

struct HeadLimits {
    size_t header_bytes = 0;  // of the whole head, with request line and blank line
    size_t target_bytes = 0;
    size_t body_bytes = 0;
};

/// Why a request is refused.
struct Refusal {
    int status = 400;
    std::string detail;
};

/// "the body is over its limit of 8388608 bytes"
[[nodiscard]] std::string over_limit(std::string_view what, size_t bytes);

/// Finds where the head of one request ends and whether it keeps the rules. What is wrong with the
/// bytes so far is said at once: a client that waits for an answer then need not wait for the
/// deadline.
class HeadScanner {
  public:
    explicit HeadScanner(const HeadLimits& limits) : limits_(limits) {}

    enum class Seen { More, Whole, Refused };

    /// `bytes` begins where the request does, and grows between the calls.
    [[nodiscard]] Seen look(std::string_view bytes);

    /// After Whole: the head with its blank line, without an empty line in front, which RFC 9112
    /// section 2.2 lets pass.
    [[nodiscard]] std::string_view head(std::string_view bytes) const {
        return bytes.substr(start_, at_ - start_);
    }
    /// After Whole: how many bytes to consume.
    [[nodiscard]] size_t size() const { return at_; }
    /// After Refused.
    [[nodiscard]] const Refusal& refusal() const { return refusal_; }

  private:
    Seen refuse(int status, std::string detail);
    Seen refuse_length(std::string_view bytes);
    Seen end_line(std::string_view bytes);
    Seen judge_start_line(std::string_view line);
    Seen judge_fields(std::string_view lines);

    HeadLimits limits_;
    size_t start_ = 0;       // 2 after an empty line in front
    size_t at_ = 0;          // looked at so far
    size_t line_start_ = 0;  // of the line that is not yet ended
    size_t fields_start_ = 0;
    bool http11_ = false;
    Refusal refusal_;
};

}  // namespace sijill::api
