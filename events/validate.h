#pragma once
// events/validate.h - everything that is wrong with an event, each with its place. The slow,
// complete judge.

#include <string>
#include <string_view>
#include <vector>

namespace sijill::events {

/// One thing wrong with an event.
struct Violation {
    std::string pointer;  // RFC 6901 place in the event; "" is the whole of it
    std::string code;     // stable, for programs: "missing", "wrong-type", "grammar", …
    std::string
        detail;  // for people: what was expected; never the value itself, which may be personal
    bool operator==(const Violation&) const = default;
};

/// Who asks. The gateway refuses a personal field in clear; in the log it has happened already and
/// is an anomaly.
enum class Door { Gateway, Log };

/// So many violations are told at most, and behind them one of this code when there are more.
inline constexpr size_t kMostViolations = 100;
inline constexpr std::string_view kMoreViolations = "more-violations";

/// The violations of one CloudEvent in structured JSON; empty when it is valid. Nesting, size,
/// UTF-8 and JSON itself are judged first: what cannot be read has one violation. Shares no code
/// with the decoder but the grammars.
[[nodiscard]] std::vector<Violation> validate(std::string_view json, Door door);

}  // namespace sijill::events
