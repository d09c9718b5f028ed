#include "producers/input.h"

#include "events/event.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <system_error>

namespace sijill::producers {

Result<std::ifstream> open_input(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {  // it opens, and gives nothing
        return fail(Errc::NotFound, "cannot read " + path + ": it is a directory");
    }
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return fail(Errc::NotFound,
                    "cannot read " + path + ": " + std::generic_category().message(errno));
    }
    return in;
}

bool read_line(std::istream& input, std::string& line) {
    line.clear();
    constexpr int kEnd = std::char_traits<char>::eof();
    int c = input.get();
    if (c == kEnd) {
        return false;
    }
    for (; c != kEnd && c != '\n'; c = input.get()) {
        if (line.size() <= events::kMaxEventBytes) {
            line += static_cast<char>(c);
        }
    }
    if (line.size() <= events::kMaxEventBytes && line.ends_with('\r')) {
        line.pop_back();
    }
    return true;
}

bool is_blank_line(std::string_view line) {
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

bool broke_off(const std::istream& input) {
    return input.bad() || (&input == &std::cin && std::ferror(stdin) != 0);
}

}  // namespace sijill::producers
