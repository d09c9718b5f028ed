#pragma once
// tests/support/test_tls.h - self-signed certificates and a TLS client over a RawClient's socket.

#include "tests/support/raw_http.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace sijill::tests {

/// Writes a fresh key and a certificate for `name` that is signed with it.
void write_certificate(const std::filesystem::path& certificate,
                       const std::filesystem::path& key,
                       const std::string& name);

class TlsClient {
  public:
    /// Shakes hands at once; `version` is the only one offered (TLS1_2_VERSION, say), 0: any.
    TlsClient(RawClient& under, int version);
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;
    ~TlsClient();

    [[nodiscard]] bool connected() const { return connected_; }
    /// The name in the server's certificate.
    [[nodiscard]] std::string server_name() const;
    bool send(std::string_view bytes);
    /// Everything until `mark` has come or the server has closed.
    std::string read_until(std::string_view mark);

  private:
    struct Session;
    std::unique_ptr<Session> session_;
    bool connected_ = false;
};

}  // namespace sijill::tests
