#include "events/uuid.h"

#include "events/check.h"
#include "events/digest.h"
#include "events/hex.h"

namespace sijill::events {

namespace {

bool dash_before(size_t byte) {
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

}  // namespace

Uuid make_uuid7(Timestamp time, uint64_t random_high, uint64_t random_low) {
    CHECK(time.ms >= 0 && time.ms < (int64_t{1} << 48), "UUIDv7 holds 48 bits of milliseconds");
    Uuid uuid;
    for (size_t i = 0; i < 6; ++i) {
        uuid.bytes[i] = static_cast<uint8_t>(static_cast<uint64_t>(time.ms) >> (40 - 8 * i));
    }
    uuid.bytes[6] = static_cast<uint8_t>(0x70U | ((random_high >> 8U) & 0x0fU));
    uuid.bytes[7] = static_cast<uint8_t>(random_high);
    for (size_t i = 0; i < 8; ++i) {
        uuid.bytes[8 + i] = static_cast<uint8_t>(random_low >> (56 - 8 * i));
    }
    uuid.bytes[8] = static_cast<uint8_t>(0x80U | (uuid.bytes[8] & 0x3fU));
    return uuid;
}

Result<Timestamp> time_of_uuid7(const Uuid& uuid) {
    if ((uuid.bytes[6] >> 4U) != 7 || (uuid.bytes[8] >> 6U) != 2) {
        return fail(Errc::Invalid, to_string(uuid) + " is no version 7 UUID");
    }
    int64_t ms = 0;
    for (size_t i = 0; i < 6; ++i) {
        ms = (ms << 8) | uuid.bytes[i];
    }
    return Timestamp{ms};
}

std::string to_string(const Uuid& uuid) {
    std::string text = to_hex(uuid.bytes);
    for (const size_t at : {20U, 16U, 12U, 8U}) {
        text.insert(at, 1, '-');
    }
    return text;
}

Result<Uuid> parse_uuid(std::string_view text) {
    Uuid uuid;
    size_t at = 0;
    for (size_t i = 0; i < uuid.bytes.size(); ++i) {
        if (dash_before(i) && (at >= text.size() || text[at++] != '-')) {
            return fail(Errc::Invalid, "a UUID has dashes after 8, 12, 16 and 20 digits");
        }
        const int high = at < text.size() ? hex_value(text[at++]) : -1;
        const int low = at < text.size() ? hex_value(text[at++]) : -1;
        if (high < 0 || low < 0) {
            return fail(Errc::Invalid, "a UUID has 32 hexadecimal digits");
        }
        uuid.bytes[i] = static_cast<uint8_t>(high * 16 + low);
    }
    if (at != text.size()) {
        return fail(Errc::Invalid, "a UUID has 36 characters");
    }
    return uuid;
}

}  // namespace sijill::events
