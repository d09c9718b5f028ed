#pragma once
// events/decode.h - record bytes to event: the hot path. Allocates nothing per event in steady
// state.

#include "events/event.h"
#include "events/record.h"
#include "events/validate.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::events {

/// Why a record is no event of ours. Stored in parked rows as a number: never renumber, only
/// append.
enum class Refusal : uint8_t {
    None = 0,
    Empty = 1,           // null or empty value
    TooLarge = 2,        // over 64 KiB
    MalformedJson = 3,   // not JSON, not UTF-8, a duplicate key, too deep
    NotACloudEvent = 4,  // JSON without the required attributes
    UnknownType = 5,
    UnknownVersion = 6,
    InvalidEvent = 7,  // a field is missing, of another kind or outside its grammar
    WrongKey = 8,      // the record's key is absent or is not the event's subject
    TooManyHeaders = 9,
    Misrouted = 10,  // stands on another partition than its key's (noticed by the fold)
};

[[nodiscard]] std::string_view name_of(Refusal refusal);

/// Decodes records of one thread. What decode() returned is valid until the next call.
class Decoder {
  public:
    Decoder();
    ~Decoder();
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    /// The event, or nullptr; then refusal() and violations() say why. Structured mode first; a
    /// value without a top-level `specversion` has its headers read (binary mode).
    [[nodiscard]] const Decoded* decode(const Record& record);

    /// As decode(), for the text of one structured event without a record around it (a line of a
    /// file).
    [[nodiscard]] const Decoded* decode_text(std::string_view json);

    [[nodiscard]] Refusal refusal() const { return refusal_; }
    [[nodiscard]] const std::vector<Violation>& violations() const { return violations_; }

    /// The structured JSON of what decode() last read: the value itself, or binary mode written as
    /// structured.
    [[nodiscard]] std::string_view text() const { return text_; }

    /// Records that took the complete judge besides the fast path (escapes, unknown fields,
    /// refusals).
    [[nodiscard]] uint64_t examined() const { return examined_; }

  private:
    struct Fast;
    [[nodiscard]] const Decoded* examine(std::string_view json, bool decoded);
    [[nodiscard]] const Decoded* refuse(Refusal refusal);
    [[nodiscard]] const Decoded* decode_binary(const Record& record);

    std::unique_ptr<Fast> fast_;
    Decoded decoded_;
    Refusal refusal_ = Refusal::None;
    std::vector<Violation> violations_;
    std::vector<Header> headers_;
    std::string structured_;  // binary mode rewritten as structured
    std::string_view text_;
    uint64_t examined_ = 0;
};

}  // namespace sijill::events
