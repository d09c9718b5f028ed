// tests/tidy/text_rules.cc - rules that look at the lines of one file.

#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace sijill::tidy {
namespace {

constexpr int kFileLinesMax = 500;
constexpr size_t kColumnsMax = 100;

bool is_test(std::string_view path) {
    return path.starts_with("tests/") && is_source(path);
}

/// Characters, not bytes: Arabic and box drawing take two and three bytes in UTF-8.
size_t columns_of(std::string_view line) {
    const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
    return static_cast<size_t>(std::count_if(line.begin(), line.end(), starts));
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// The place of `word` in `line` where no letter, digit or underscore stands before or behind it.
size_t find_word(std::string_view line, std::string_view word) {
    for (size_t at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
        const bool begins = at == 0 || !is_word(line[at - 1]);
        const bool ends = at + word.size() >= line.size() || !is_word(line[at + word.size()]);
        if (begins && ends) {
            return at;
        }
    }
    return std::string_view::npos;
}

/// A finding for each line that `broken` says something about.
template <class Rule>
Findings per_line(const File& file, std::string_view text, Rule broken) {
    Findings findings;
    int line_number = 0;
    for (const std::string_view line : lines_of(text)) {
        ++line_number;
        std::string message = broken(line);
        if (!message.empty()) {
            findings.push_back({file.path, line_number, std::move(message)});
        }
    }
    return findings;
}

bool has_issue(std::string_view after) {
    return after.starts_with("(#") && after.size() > 2 &&
           std::isdigit(static_cast<unsigned char>(after[2])) != 0;
}

}  // namespace

bool is_source(std::string_view path) {
    return path.ends_with(".h") || path.ends_with(".cc");
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

Findings check_file_length(const File& file) {
    const auto lines = static_cast<int>(lines_of(file.text).size());
    const bool text = is_source(file.path) || file.path.ends_with(".sh") || file.path == "dev";
    if (!text || lines <= kFileLinesMax) {
        return {};
    }
    return {
        {file.path, 0, std::to_string(lines) + " lines; at most " + std::to_string(kFileLinesMax)}};
}

Findings check_line_shape(const File& file) {
    if (!is_source(file.path)) {
        return {};
    }
    return per_line(file, file.text, [](std::string_view line) -> std::string {
        if (line.find('\t') != std::string_view::npos) {
            return "a tab";
        }
        const size_t columns = columns_of(line);
        return columns > kColumnsMax ? std::to_string(columns) + " columns; at most 100" : "";
    });
}

Findings check_reminders(const File& file) {
    return per_line(file, file.text, [](std::string_view line) -> std::string {
        // Split, so that this file does not break its own rule.
        constexpr std::array<std::string_view, 2> kNever = {
            "FIX"
            "ME",
            "X"
            "XX"};
        constexpr std::string_view kOwned =
            "TO"
            "DO";
        for (const auto word : kNever) {
            if (find_word(line, word) != std::string_view::npos) {
                return std::string(word) + ": repair it, or open an issue";
            }
        }
        const size_t at = find_word(line, kOwned);
        if (at != std::string_view::npos && !has_issue(line.substr(at + kOwned.size()))) {
            return "a reminder needs its issue: " + std::string(kOwned) + "(#12)";
        }
        return "";
    });
}

Findings check_sleeps(const File& file) {
    if (!is_test(file.path)) {
        return {};
    }
    return per_line(file, code_only(file.text), [](std::string_view line) -> std::string {
        for (const std::string_view call :
             {"sleep_for", "sleep_until", "usleep", "nanosleep", "sleep"}) {
            if (find_word(line, call) != std::string_view::npos) {
                return std::string(call) + " in a test: wait for a condition with a deadline";
            }
        }
        return "";
    });
}

Findings check_disabled_tests(const File& file) {
    if (!is_test(file.path)) {
        return {};
    }
    return per_line(file, code_only(file.text), [](std::string_view line) -> std::string {
        return line.find("DISABLED_") != std::string_view::npos ? "a test that is switched off"
                                                                : "";
    });
}

Findings check_machine_paths(const File& file) {
    // Split, so that this file does not break its own rule.
    // clang-format off
    constexpr std::array<std::string_view, 5> kPaths = {
        "/wo" "rk/", "../sha" "red", "/ro" "ot/", "/ho" "me/", "/Use" "rs/"};
    // clang-format on
    return per_line(file, file.text, [&kPaths](std::string_view line) -> std::string {
        for (const auto path : kPaths) {
            const size_t at = line.find(path);
            // Inside a longer path (a URL's, say) it is no path of this machine.
            if (at != std::string_view::npos && (at == 0 || !is_word(line[at - 1]))) {
                return "a path of one machine: " + std::string(path);
            }
        }
        return "";
    });
}

}  // namespace sijill::tidy
