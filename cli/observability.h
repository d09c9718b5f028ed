#pragma once
// cli/observability.h - docker/observability/ as text; CMake writes the source from the files.

namespace sijill::cli {

extern const char* const kPrometheusConfig;
extern const char* const kAlerts;
extern const char* const kGrafanaDashboard;

}  // namespace sijill::cli
