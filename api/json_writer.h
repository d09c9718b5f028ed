#pragma once
// api/json_writer.h - JSON written member by member: an answer of a thousand rows is one text, not
// a tree of values first.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sijill::api {

/// Writes one JSON value, in one line. Texts must be UTF-8. Every begin has its end, every member
/// of an object its key.
class JsonWriter {
  public:
    JsonWriter();
    JsonWriter(const JsonWriter&) = delete;
    JsonWriter& operator=(const JsonWriter&) = delete;
    ~JsonWriter();

    void begin_object();
    void end_object();
    void begin_array();
    void end_array();
    void key(std::string_view name);

    void value(std::string_view text);
    void value(const char* text) { value(std::string_view(text)); }
    void value(int64_t number);
    void value(double number);  // finite
    void value(bool truth);
    void null();
    /// Bytes that are JSON already: an exact decimal, or what another writer wrote.
    void json(std::string_view bytes);

    template <class Value>
    void value(const std::optional<Value>& given) {
        given ? value(*given) : null();
    }
    template <class Value>
    void member(std::string_view name, const Value& given) {
        key(name);
        value(given);
    }
    void begin_object(std::string_view name) {
        key(name);
        begin_object();
    }
    void begin_array(std::string_view name) {
        key(name);
        begin_array();
    }

    /// What was written; once, at the end.
    [[nodiscard]] std::string take() const;

  private:
    struct Writer;
    std::unique_ptr<Writer> writer_;
};

}  // namespace sijill::api
