#include "cli/config_file.h"

#include "producers/input.h"

#include <toml++/toml.h>

#include <cerrno>
#include <iterator>
#include <sstream>
#include <system_error>

namespace sijill::cli {

namespace {

Place place_of(const toml::source_region& region, const std::string& file) {
    return {file, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

template <class T>
std::string written(const T& value) {
    std::ostringstream out;
    out << value;
    return out.str();
}

Value value_of(const toml::node& node, const std::string& file);

void take_scalar(const toml::node& node, Value& out) {
    if (const auto* text = node.as_string()) {
        out.text = text->get();
    } else if (const auto* number = node.as_integer()) {
        out.type = Value::Type::Integer;
        out.integer = number->get();
    } else if (const auto* real = node.as_floating_point()) {
        out.type = Value::Type::Float;
        out.text = written(real->get());
    } else if (const auto* flag = node.as_boolean()) {
        out.type = Value::Type::Boolean;
        out.text = flag->get() ? "true" : "false";
    } else if (const auto* date = node.as_date()) {
        out.type = Value::Type::Date;
        out.text = written(date->get());
    } else {
        out.type = Value::Type::Time;
    }
}

Value value_of(const toml::node& node, const std::string& file) {
    Value out;
    out.place = place_of(node.source(), file);
    if (const auto* table = node.as_table()) {
        out.type = Value::Type::Table;
        for (const auto& [key, member] : *table) {
            out.members.push_back(
                {std::string(key.str()), place_of(key.source(), file), value_of(member, file)});
        }
    } else if (const auto* array = node.as_array()) {
        out.type = Value::Type::Array;
        for (const auto& item : *array) {
            out.items.push_back(value_of(item, file));
        }
    } else {
        take_scalar(node, out);
    }
    return out;
}

}  // namespace

Result<Value> read_toml(const std::string& file, Problems& problems) {
    auto in = producers::open_input(file);
    if (!in) {
        return fail(Errc::Config, in.error().message);
    }
    const std::string text(std::istreambuf_iterator<char>(*in), {});
    if (producers::broke_off(*in)) {
        return fail(Errc::Config,
                    "cannot read " + file + ": " + std::generic_category().message(errno));
    }
    try {
        return value_of(toml::parse(std::string_view(text)), file);
    } catch (const toml::parse_error& wrong) {
        problems.add(place_of(wrong.source(), file), std::string(wrong.description()));
        Value empty;
        empty.type = Value::Type::Table;
        return empty;
    }
}

}  // namespace sijill::cli
