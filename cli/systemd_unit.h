#pragma once
// cli/systemd_unit.h - cli/sijill.service as text; CMake writes the source from the file.

namespace sijill::cli {

extern const char* const kSystemdUnit;

}  // namespace sijill::cli
