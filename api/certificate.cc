#include "api/certificate.h"

#include "api/http_server_core.h"
#include "api/openssl_owned.h"

#include <openssl/asn1.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>
#include <optional>

namespace sijill::api {

namespace {

std::optional<int64_t> seconds_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
        return std::nullopt;
    }
    return timegm(&parts);
}

}  // namespace

Result<CertificateTimes> certificate_times(const std::string& file) {
    const Owned<BIO> in(BIO_new_file(file.c_str(), "r"));
    if (!in) {
        return fail(Errc::Config, "cannot read " + file);
    }
    const Owned<X509> certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    if (!certificate) {
        return fail(Errc::Config, file + " has no certificate in PEM");
    }
    const auto begins = seconds_of(X509_get0_notBefore(certificate.get()));
    const auto ends = seconds_of(X509_get0_notAfter(certificate.get()));
    if (!begins || !ends) {
        return fail(Errc::Config, file + ": the certificate has no dates");
    }
    return CertificateTimes{*begins, *ends};
}

Result<void> check_tls_files(const HttpConfig& config) {
    const auto context = load_tls(config);
    return context ? Result<void>{} : Result<void>(Unexpected(context.error()));
}

}  // namespace sijill::api
