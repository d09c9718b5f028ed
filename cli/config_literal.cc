// cli/config_literal.cc - settings as TOML.

#include "cli/config_parse.h"
#include "cli/config_value.h"

#include <algorithm>

namespace sijill::cli {

namespace {

std::string in_quotes(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            out += "\\u00";
            out += kHex[byte >> 4U];
            out += kHex[byte & 0xfU];
        } else {
            out += c;
        }
    }
    return out + "\"";
}

template <class E>
std::string choice(E value) {
    return in_quotes(names_of(value).at(static_cast<size_t>(value)));
}

/// `[a, b]` or `{ a, b }` of the parts.
std::string joined(const std::vector<std::string>& parts, bool table) {
    if (parts.empty()) {
        return table ? "{}" : "[]";
    }
    std::string out = table ? "{ " : "[";
    for (const std::string& part : parts) {
        out += (&part == &parts.front() ? "" : ", ") + part;
    }
    return out + (table ? " }" : "]");
}

std::string day_literal(const producers::DayHours& day) {
    std::vector<std::string> spans;
    for (const producers::WorkingSpan& span : day) {
        spans.push_back(in_quotes(format_span(span)));
    }
    return joined(spans, false);
}

/// librdkafka settings that hold a secret and not the name of its file.
bool is_secret(std::string_view name) {
    constexpr std::array<std::string_view, 5> kSigns = {
        "password", "secret", "key.pem", "oauthbearer.config", "sasl.jaas"};
    return std::any_of(kSigns.begin(), kSigns.end(), [name](std::string_view sign) {
        return name.find(sign) != std::string_view::npos;
    });
}

}  // namespace

std::string literal_of(const std::string& value) {
    return in_quotes(value);
}

std::string literal_of(int value) {
    return std::to_string(value);
}

std::string literal_of(Config::Bytes value) {
    return in_quotes(format_size(value));
}

std::string literal_of(Config::Seconds value) {
    return in_quotes(format_duration(value));
}

std::string literal_of(AuthMode value) {
    return choice(value);
}

std::string literal_of(LogLevel value) {
    return choice(value);
}

std::string literal_of(LogFormat value) {
    return choice(value);
}

std::string literal_of(const std::optional<producers::DueTarget>& value) {
    return value ? in_quotes(format_target(*value)) : "";
}

std::string literal_of(const std::map<std::string, std::string>& value) {
    std::vector<std::string> parts;
    parts.reserve(value.size());
    for (const auto& [name, text] : value) {
        parts.push_back(in_quotes(name) + " = " + in_quotes(is_secret(name) ? "***" : text));
    }
    return joined(parts, true);
}

std::string literal_of(const producers::WeekHours& value) {
    std::vector<std::string> parts;
    for (size_t i = 0; i < value.size(); ++i) {
        if (!value[i].empty()) {
            parts.push_back(std::string(kWeekdays[i]) + " = " + day_literal(value[i]));
        }
    }
    return joined(parts, true);
}

std::string literal_of(const std::array<bool, 7>& value) {
    std::vector<std::string> parts;
    for (size_t i = 0; i < value.size(); ++i) {
        if (value[i]) {
            parts.push_back(in_quotes(kWeekdays[i]));
        }
    }
    return joined(parts, false);
}

std::string literal_of(const std::set<producers::CivilDate>& value) {
    std::vector<std::string> parts;
    parts.reserve(value.size());
    for (const producers::CivilDate date : value) {
        parts.push_back(in_quotes(format_date(date)));
    }
    return joined(parts, false);
}

std::string literal_of(const std::vector<producers::Season>& value) {
    std::vector<std::string> parts;
    parts.reserve(value.size());
    for (const producers::Season& season : value) {
        parts.push_back(joined({"from = " + in_quotes(format_date(season.from)),
                                "to = " + in_quotes(format_date(season.to)),
                                "hours = " + literal_of(season.hours)},
                               true));
    }
    return joined(parts, false);
}

}  // namespace sijill::cli
