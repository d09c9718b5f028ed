#pragma once
// api/certificate.h - what can be said of a certificate before a client sees it.

#include "api/http_server.h"
#include "events/result.h"

#include <cstdint>
#include <string>

namespace sijill::api {

/// Seconds since 1970.
struct CertificateTimes {
    int64_t begins = 0;
    int64_t ends = 0;
};

/// Of the first certificate of a PEM file, the server's own. Errors: Config.
[[nodiscard]] Result<CertificateTimes> certificate_times(const std::string& file);

/// Whether certificate and key can be read and belong together. Errors: Config.
[[nodiscard]] Result<void> check_tls_files(const HttpConfig& config);

}  // namespace sijill::api
