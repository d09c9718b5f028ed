#include "api/json_writer.h"

#include "events/check.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>

namespace sijill::api {

struct JsonWriter::Writer {
    rapidjson::StringBuffer out;
    rapidjson::Writer<rapidjson::StringBuffer> to{out};
};

namespace {

rapidjson::SizeType size_of(std::string_view text) {
    return static_cast<rapidjson::SizeType>(text.size());
}

}  // namespace

JsonWriter::JsonWriter() : writer_(std::make_unique<Writer>()) {}

JsonWriter::~JsonWriter() = default;

void JsonWriter::begin_object() {
    writer_->to.StartObject();
}

void JsonWriter::end_object() {
    writer_->to.EndObject();
}

void JsonWriter::begin_array() {
    writer_->to.StartArray();
}

void JsonWriter::end_array() {
    writer_->to.EndArray();
}

void JsonWriter::key(std::string_view name) {
    writer_->to.Key(name.data(), size_of(name));
}

void JsonWriter::value(std::string_view text) {
    writer_->to.String(text.data(), size_of(text));
}

void JsonWriter::value(int64_t number) {
    writer_->to.Int64(number);
}

void JsonWriter::value(double number) {
    CHECK(std::isfinite(number), "JSON has no infinite number");
    writer_->to.Double(number);
}

void JsonWriter::value(bool truth) {
    writer_->to.Bool(truth);
}

void JsonWriter::null() {
    writer_->to.Null();
}

void JsonWriter::json(std::string_view bytes) {
    writer_->to.RawValue(bytes.data(), bytes.size(), rapidjson::kObjectType);
}

std::string JsonWriter::take() const {
    CHECK(writer_->to.IsComplete(), "JSON that was begun must be ended");
    return {writer_->out.GetString(), writer_->out.GetSize()};
}

}  // namespace sijill::api
