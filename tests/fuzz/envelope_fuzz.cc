// tests/fuzz/envelope_fuzz.cc - any headers around any value: binary mode invents nothing.
//
// Input: lines `name=value` are headers, what follows the first empty line is the value.

#include "events/check.h"
#include "events/decode.h"
#include "events/validate.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using sijill::events::Header;
using Headers = std::vector<Header>;

bool read_headers(const void* handle, size_t limit, Headers& out) {
    const auto& headers = *static_cast<const Headers*>(handle);
    out.insert(out.end(),
               headers.begin(),
               headers.begin() + static_cast<std::ptrdiff_t>(std::min(limit, headers.size())));
    return headers.size() <= limit;
}

Headers take_headers(std::string_view& text) {
    Headers headers;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.empty()) {
            break;
        }
        const size_t equals = std::min(line.find('='), line.size());
        headers.push_back({std::string(line.substr(0, equals)),
                           std::string(line.substr(std::min(line.size(), equals + 1)))});
    }
    return headers;
}

bool has_header(const Headers& headers, std::string_view name, std::string_view value) {
    return std::ranges::any_of(headers,
                               [&](const Header& h) { return h.name == name && h.value == value; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    const Headers headers = take_headers(text);
    const auto subject = std::ranges::find(headers, std::string_view("ce_subject"), &Header::name);
    sijill::events::Record record;
    record.value = text;
    record.key = subject == headers.end() ? std::string_view("key") : subject->value;
    record.headers = {&headers, &read_headers};
    sijill::events::Decoder decoder;
    const sijill::events::Decoded* decoded = decoder.decode(record);
    if (decoded != nullptr) {
        CHECK(record.key == decoded->envelope.subject, "the key is the subject");
        CHECK(sijill::events::validate(decoder.text(), sijill::events::Door::Log).empty(),
              "what was decoded is a valid structured event");
        if (decoder.text().data() != text.data()) {
            CHECK(has_header(headers, "ce_id", decoded->envelope.id) &&
                      has_header(headers, "ce_source", decoded->envelope.source),
                  "identity comes from the headers alone");
        }
    }
    return 0;
}
