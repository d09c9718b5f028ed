// tests/fuzz/decoder_fuzz.cc - any bytes as a structured event: decoder and validator agree.

#include "events/check.h"
#include "events/decode.h"
#include "events/encode.h"
#include "events/validate.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

// What was decoded, written and decoded again is the same event.
void check_round_trip(const sijill::events::Decoded& decoded) {
    if (decoded.clear_personal_field) {
        return;  // its value was not kept, so it cannot be written again
    }
    const std::string json = sijill::events::encode(decoded.envelope, decoded.event);
    if (json.size() > sijill::events::kMaxEventBytes) {
        return;  // an object's numbers or escapes may be written longer than they came
    }
    sijill::events::Decoder again;
    const sijill::events::Decoded* read = again.decode_text(json);
    CHECK(read != nullptr && read->envelope == decoded.envelope, "an event survives its writing");
    CHECK(sijill::events::encode(read->envelope, read->event) == json, "and so do its fields");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using sijill::events::Door;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    sijill::events::Decoder decoder;
    const sijill::events::Decoded* decoded = decoder.decode_text(text);
    const bool valid = sijill::events::validate(text, Door::Log).empty();
    CHECK((decoded != nullptr) == valid, "decoder and validator agree");
    if (decoded != nullptr) {
        const bool good = sijill::events::validate(text, Door::Gateway).empty();
        // What a correction would put in is not in a field of its own.
        const bool correction =
            std::holds_alternative<sijill::events::EventCorrected>(decoded->event);
        CHECK(good ? !decoded->clear_personal_field : decoded->clear_personal_field || correction,
              "and about clear personal fields");
        check_round_trip(*decoded);
    }
    return 0;
}
