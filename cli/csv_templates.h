#pragma once
// cli/csv_templates.h - producers/mappings/ as text; CMake writes the source from the files.

namespace sijill::cli {

extern const char* const kAppointmentsMapping;
extern const char* const kCallDetailsMapping;

}  // namespace sijill::cli
