#pragma once
// events/result.h - what a function returns when it can fail for a reason outside the program.

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace sijill {

/// Why a call failed. Fewer than a dozen: callers switch on it, people read the message.
enum class Errc {
    Invalid,      // an argument, file or record does not follow its grammar
    Rejected,     // a rule refuses it
    Conflict,     // another writer or process was first
    NotFound,     // no such thing
    Corrupt,      // stored bytes are not what was written, or the log is not ours any more
    TooLarge,     // over a stated limit
    Unavailable,  // broker or file system does not answer; the same call may succeed later
    Unknown,      // the outcome is not known; the same event may be sent again
    Storage,      // RocksDB or the file system refused a write or a read
    Config,       // a setting is missing, unknown or forbidden
};

/// One failure: a code to switch on and a sentence that names the thing and the place.
struct Error {
    Errc code;
    std::string message;
};

/// A value or an Error. [[nodiscard]] on the class: a dropped result is a compile error here.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
  public:
    using tl::expected<T, Error>::expected;
    Result() = default;
};

/// Result<void> that succeeded is `Result<void>{}`.
using Unexpected = tl::unexpected<Error>;

/// `return fail(Errc::Invalid, "…");`
[[nodiscard]] inline Unexpected fail(Errc code, std::string message) {
    return Unexpected(Error{code, std::move(message)});
}

/// Passes an error on with the place where it happened in front.
[[nodiscard]] inline Unexpected fail(std::string_view where, const Error& error) {
    return Unexpected(Error{error.code, std::string(where) + ": " + error.message});
}

/// True when the same call may succeed later without anybody changing anything.
[[nodiscard]] inline bool is_retriable(Errc code) {
    return code == Errc::Unavailable || code == Errc::Unknown;
}

}  // namespace sijill
