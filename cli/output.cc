#include "cli/output.h"

#include "projections/kpi.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace sijill::cli {

namespace {

// Decodes one UTF-8 character at `at` and moves behind it; damaged bytes count as one character
// each.
char32_t next_character(std::string_view text, size_t& at) {
    const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(at++);
    const int more = first >= 0xf0 ? 3 : (first >= 0xe0 ? 2 : (first >= 0xc0 ? 1 : 0));
    char32_t c = more == 0 ? first : first & (0x3fU >> more);
    for (int i = 0; i < more && at < text.size() && (byte(at) & 0xc0U) == 0x80; ++i) {
        c = (c << 6U) | (byte(at++) & 0x3fU);
    }
    return c;
}

bool is_combining(char32_t c) {
    return (c >= 0x0300 && c <= 0x036f) || (c >= 0x0610 && c <= 0x061a) ||
           (c >= 0x064b && c <= 0x065f) || c == 0x0670 || (c >= 0x06d6 && c <= 0x06dc) ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e);
}

bool is_wide(char32_t c) {
    return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
           (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
           (c >= 0xff00 && c <= 0xff60);
}

std::string padded(const std::string& text, size_t width, bool right) {
    const size_t used = display_width(text);
    const std::string space(width > used ? width - used : 0, ' ');
    return right ? space + text : text + space;
}

}  // namespace

size_t display_width(std::string_view text) {
    size_t width = 0;
    for (size_t at = 0; at < text.size();) {
        const char32_t c = next_character(text, at);
        width += is_combining(c) ? 0 : (is_wide(c) ? 2 : 1);
    }
    return width;
}

std::string text_table(const Table& table) {
    std::vector<size_t> widths;
    std::vector<std::vector<std::string>> rows{table.header};
    rows.insert(rows.end(), table.rows.begin(), table.rows.end());
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], display_width(row[i]));
        }
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (size_t i = 0; i < row.size(); ++i) {
            const bool right = i < table.right_aligned.size() && table.right_aligned[i];
            line += (i == 0 ? "" : "  ") + padded(row[i], widths[i], right);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

void print_table(const Table& table, Format format) {
    std::string text;
    switch (format) {
        case Format::Text:
            text = text_table(table);
            break;
        case Format::Csv:
            text = api::csv_table(table);
            break;
        case Format::Json:
            text = api::json_table(table);
            break;
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
}

void print_json(const std::string& object, const std::string& position) {
    auto whole = nlohmann::ordered_json::parse(object);
    whole["position"] = position;
    const std::string text = whole.dump(2) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string grouped(int64_t number) {
    return projections::decimal_text(number, 1, 0, true);
}

}  // namespace sijill::cli
