#include "cli/table_reader.h"

#include <algorithm>

namespace sijill::cli {

const Value* member_of(const Value& table, std::string_view name) {
    const auto found = std::ranges::find(table.members, name, &Value::Member::name);
    return found == table.members.end() ? nullptr : &found->value;
}

void TableReader::tell(const Value& table, std::string_view name, const std::string& what) {
    const auto found = std::ranges::find(table.members, name, &Value::Member::name);
    if (found == table.members.end()) {
        problems_.add(table.place, what);
    } else if (!unread_.contains(&found->value)) {
        problems_.add(found->place, what);
    }
}

void TableReader::tell_once(const Place& place, const std::string& what) {
    if (told_.emplace(place.line, place.column, what).second) {
        problems_.add(place, what);
    }
}

void TableReader::check_keys(const Value& table, const std::vector<std::string>& known) {
    for (const Value::Member& member : table.members) {
        if (std::ranges::find(known, member.name) == known.end()) {
            problems_.add(member.place,
                          "there is no key '" + member.name + "'" +
                              hint_of(nearest_name(member.name, known)));
        }
    }
}

bool TableReader::read_text(const Value& value, std::string_view name, std::string& out) {
    read_setting({value, name, {}, problems_}, out);
    if (value.type != Value::Type::Text) {
        unread_.insert(&value);
    }
    return value.type == Value::Type::Text;
}

std::string TableReader::text_at(const Value& table,
                                 std::string_view name,
                                 const std::string& fallback) {
    return maybe_text(table, name).value_or(fallback);
}

std::optional<std::string> TableReader::maybe_text(const Value& table, std::string_view name) {
    const Value* value = member_of(table, name);
    std::string text;
    return value != nullptr && read_text(*value, name, text) ? std::optional(text) : std::nullopt;
}

std::vector<std::string> TableReader::texts_at(const Value& table, std::string_view name) {
    const Value* value = member_of(table, name);
    if (value == nullptr) {
        return {};
    }
    std::vector<std::string> texts;
    if (value->type != Value::Type::Array) {
        texts.push_back(text_at(table, name, ""));
        return texts;
    }
    for (const Value& item : value->items) {
        static_cast<void>(read_text(item, name, texts.emplace_back()));
    }
    return texts;
}

bool TableReader::flag_at(const Value& table, std::string_view name) {
    const Value* value = member_of(table, name);
    if (value != nullptr && value->type != Value::Type::Boolean) {
        tell(table, name, std::string(name) + " must be true or false");
    }
    return value != nullptr && value->text == "true";
}

}  // namespace sijill::cli
