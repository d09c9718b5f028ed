#include "tests/support/test_tls.h"

#include "events/check.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>

namespace sijill::tests {

namespace {

template <auto Free>
struct Freer {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using File = std::unique_ptr<BIO, Freer<BIO_free>>;

constexpr long kDay = 24L * 60 * 60;

}  // namespace

void write_certificate(const std::filesystem::path& certificate,
                       const std::filesystem::path& key,
                       const std::string& name) {
    const Key pair(EVP_EC_gen("P-256"));
    const Certificate signed_by_itself(X509_new());
    X509* const x509 = signed_by_itself.get();
    CHECK(pair && x509 != nullptr, "OpenSSL makes a key");
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -kDay);
    X509_gmtime_adj(X509_getm_notAfter(x509), kDay);
    X509_set_pubkey(x509, pair.get());
    X509_NAME* const subject = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(subject,
                               "CN",
                               MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()),
                               -1,
                               -1,
                               0);
    X509_set_issuer_name(x509, subject);
    CHECK(X509_sign(x509, pair.get(), EVP_sha256()) > 0, "OpenSSL signs");
    const File certificate_file(BIO_new_file(certificate.c_str(), "w"));
    const File key_file(BIO_new_file(key.c_str(), "w"));
    CHECK(certificate_file && PEM_write_bio_X509(certificate_file.get(), x509) == 1,
          "a scratch directory is writable");
    CHECK(key_file && PEM_write_bio_PrivateKey(
                          key_file.get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "a scratch directory is writable");
}

struct TlsClient::Session {
    std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>> context;
    std::unique_ptr<SSL, Freer<SSL_free>> ssl;
};

TlsClient::TlsClient(RawClient& under, int version) : session_(std::make_unique<Session>()) {
    session_->context.reset(SSL_CTX_new(TLS_client_method()));
    CHECK(session_->context != nullptr, "OpenSSL makes a context");
    SSL_CTX_set_verify(session_->context.get(), SSL_VERIFY_NONE, nullptr);
    if (version != 0) {
        // Level 0, so that it is the server who refuses what is old.
        SSL_CTX_set_cipher_list(session_->context.get(), "ALL:@SECLEVEL=0");
        SSL_CTX_set_min_proto_version(session_->context.get(), version);
        SSL_CTX_set_max_proto_version(session_->context.get(), version);
    }
    session_->ssl.reset(SSL_new(session_->context.get()));
    CHECK(session_->ssl != nullptr, "OpenSSL makes a session");
    SSL_set_fd(session_->ssl.get(), under.fd());
    connected_ = SSL_connect(session_->ssl.get()) == 1;
}

TlsClient::~TlsClient() = default;

std::string TlsClient::server_name() const {
    const Certificate certificate(SSL_get1_peer_certificate(session_->ssl.get()));
    std::array<char, 256> name{};
    if (certificate) {
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()),
                                  NID_commonName,
                                  name.data(),
                                  static_cast<int>(name.size()));
    }
    return name.data();
}

bool TlsClient::send(std::string_view bytes) {
    return SSL_write(session_->ssl.get(), bytes.data(), static_cast<int>(bytes.size())) ==
           static_cast<int>(bytes.size());
}

std::string TlsClient::read_until(std::string_view mark) {
    std::string received;
    std::array<char, 16384> bytes{};
    while (received.find(mark) == std::string::npos) {
        const int got = SSL_read(session_->ssl.get(), bytes.data(), static_cast<int>(bytes.size()));
        if (got <= 0) {
            break;
        }
        received.append(bytes.data(), static_cast<size_t>(got));
    }
    return received;
}

}  // namespace sijill::tests
