#include "log/embedded_format.h"

namespace sijill::log {
namespace {

// The grammar. Integers are big-endian, so that keys sort by partition, then offset.
//
//   record key   := partition(u32) offset(u64)
//   record row   := version(u8 = 1) append_time_ms(i64) key_bytes(u32) key headers value
//   headers      := count(u32) { name_bytes(u32) name value_bytes(u32) value }*
//   value        := the rest of the row
//   description  := version(u8 = 1) partitions(u32) id_bytes(u32) id
//
// A version this file does not know is refused: an older program must not guess at a newer row.
constexpr char kVersion = 1;
constexpr size_t kRecordKeyBytes = 12;

template <class T>
void put(std::string& out, T value) {
    for (size_t i = sizeof(T); i > 0; --i) {
        out += static_cast<char>(static_cast<unsigned char>((value >> (8U * (i - 1))) & 0xffU));
    }
}

void put_text(std::string& out, std::string_view text) {
    put(out, static_cast<uint32_t>(text.size()));
    out += text;
}

/// Takes fields off the front of a row; once a field is missing, ok() stays false and fields are
/// empty.
class Fields {
  public:
    explicit Fields(std::string_view row) : rest_(row) {}

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::string_view rest() const { return rest_; }

    template <class T>
    T number() {
        T value = 0;
        for (const char byte : bytes(sizeof(T))) {
            value = static_cast<T>(static_cast<T>(value << 8U) | static_cast<unsigned char>(byte));
        }
        return value;
    }

    bool version() { return bytes(1) == std::string_view(&kVersion, 1); }
    std::string_view text() { return bytes(number<uint32_t>()); }

  private:
    std::string_view bytes(size_t count) {
        if (!ok_ || count > rest_.size()) {
            ok_ = false;
            return {};
        }
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }

    std::string_view rest_;
    bool ok_ = true;
};

}  // namespace

std::string encode_record_key(const Place& place) {
    std::string key;
    key.reserve(kRecordKeyBytes);
    put(key, static_cast<uint32_t>(place.partition));
    put(key, static_cast<uint64_t>(place.next_offset));
    return key;
}

std::optional<Place> decode_record_key(std::string_view key) {
    if (key.size() != kRecordKeyBytes) {
        return std::nullopt;
    }
    Fields fields(key);
    const auto partition = fields.number<uint32_t>();
    const auto offset = fields.number<uint64_t>();
    return Place{static_cast<int32_t>(partition), static_cast<int64_t>(offset)};
}

std::string encode_record(const events::NewRecord& record, int64_t append_time_ms) {
    std::string row;
    row.reserve(record.key.size() + record.value.size() + 128);
    row += kVersion;
    put(row, static_cast<uint64_t>(append_time_ms));
    put_text(row, record.key);
    put(row, static_cast<uint32_t>(record.headers.size()));
    for (const events::Header& header : record.headers) {
        put_text(row, header.name);
        put_text(row, header.value);
    }
    row += record.value;
    return row;
}

std::optional<StoredRecord> decode_record(std::string_view row) {
    Fields fields(row);
    if (!fields.version()) {
        return std::nullopt;
    }
    StoredRecord record;
    record.append_time_ms = static_cast<int64_t>(fields.number<uint64_t>());
    record.key = fields.text();
    const std::string_view from_headers = fields.rest();
    for (auto left = fields.number<uint32_t>(); left > 0 && fields.ok(); --left) {
        fields.text();
        fields.text();
    }
    if (!fields.ok()) {
        return std::nullopt;
    }
    record.value = fields.rest();
    record.headers = from_headers.substr(0, from_headers.size() - record.value.size());
    return record;
}

bool copy_stored_headers(std::string_view headers, size_t limit, std::vector<events::Header>& out) {
    Fields fields(headers);
    const auto count = fields.number<uint32_t>();
    for (uint32_t i = 0; i < count && i < limit; ++i) {
        const std::string_view name = fields.text();
        const std::string_view value = fields.text();
        out.push_back({std::string(name), std::string(value)});
    }
    return count <= limit;
}

std::string encode_description(const EmbeddedDescription& description) {
    std::string row(1, kVersion);
    put(row, static_cast<uint32_t>(description.partitions));
    put_text(row, description.id);
    return row;
}

std::optional<EmbeddedDescription> decode_description(std::string_view row) {
    Fields fields(row);
    if (!fields.version()) {
        return std::nullopt;
    }
    EmbeddedDescription description;
    description.partitions = static_cast<int32_t>(fields.number<uint32_t>());
    description.id = fields.text();
    if (!fields.ok() || !fields.rest().empty() || description.partitions < 1) {
        return std::nullopt;
    }
    return description;
}

}  // namespace sijill::log
