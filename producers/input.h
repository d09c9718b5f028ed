#pragma once
// producers/input.h - files and stdin that events are read from.

#include "events/result.h"

#include <fstream>
#include <istream>
#include <string>
#include <string_view>

namespace sijill::producers {

/// Errors: NotFound, with the system's reason.
[[nodiscard]] Result<std::ifstream> open_input(const std::string& path);

/// Reads up to the next line break, and leaves out a carriage return before it. Of a line over
/// events::kMaxEventBytes only one byte more is kept, so that no input can fill the memory. False
/// at the end of the input.
[[nodiscard]] bool read_line(std::istream& input, std::string& line);

/// Such lines are passed over.
[[nodiscard]] bool is_blank_line(std::string_view line);

/// Whether the input ended with an error, and not at its end. Of one of stdin, std::cin tells
/// nothing.
[[nodiscard]] bool broke_off(const std::istream& input);

}  // namespace sijill::producers
