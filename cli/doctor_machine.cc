// cli/doctor_machine.cc - looks at disk, clock, limits, address and files.

#include "api/auth.h"
#include "api/certificate.h"
#include "api/jwks.h"
#include "cli/config_parse.h"
#include "cli/doctor.h"
#include "cli/serve_config.h"
#include "projections/local_time.h"

#include <netdb.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace sijill::cli {

namespace {

std::string text_of(int error) {
    return std::generic_category().message(error);
}

// The nearest directory above that is there.
std::string existing(const std::string& path) {
    std::error_code failed;
    auto at = std::filesystem::absolute(path, failed);
    while (!std::filesystem::exists(at, failed) && at.has_relative_path()) {
        at = at.parent_path();
    }
    return at.string();
}

Findings look_at_storage(const Config& config) {
    const std::string& path = config.storage.path;
    const std::string at = existing(path);
    struct statfs volume {};
    struct statvfs space {};
    if (statfs(at.c_str(), &volume) != 0 || statvfs(at.c_str(), &space) != 0) {
        return {
            {Verdict::Problem, "disk", at + ": " + text_of(errno), "name another storage.path"}};
    }
    Findings found{judge_disk(at, space.f_bavail * space.f_frsize, space.f_blocks * space.f_frsize),
                   judge_file_system(at, volume.f_type, config.kafka.bootstrap_servers.empty())};
    if (access(at.c_str(), W_OK | X_OK) != 0) {
        found.push_back({Verdict::Problem,
                         "storage",
                         at + " cannot be written by this user: " + text_of(errno),
                         "run the doctor as the server's user, or give the directory to it"});
    }
    return found;
}

Finding look_at_clock() {
    timex state{};  // modes 0: only asks
    const int result = adjtimex(&state);
    if (result < 0) {
        return {Verdict::Warning,
                "clock",
                "the kernel does not tell: " + text_of(errno),
                "ask the host whether NTP keeps its clock"};
    }
    return judge_clock(result != TIME_ERROR && (state.status & STA_UNSYNC) == 0, state.maxerror);
}

Findings look_at_time_zones(const Config& config) {
    Findings found;
    for (const std::string& zone : {config.reporting.time_zone, std::string("Asia/Riyadh")}) {
        const auto known = projections::LocalTime::of(zone);
        found.push_back(
            known
                ? Finding{Verdict::Ok, "time zone", zone + " is known", ""}
                : Finding{Verdict::Problem, "time zone", known.error().message, "install tzdata"});
    }
    if (found.front() == found.back()) {
        found.pop_back();
    }
    return found;
}

Findings look_at_file(const std::string& check, const std::string& path, bool secret) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0 || access(path.c_str(), R_OK) != 0) {
        return {{Verdict::Problem,
                 check,
                 path + ": " + text_of(errno),
                 "the server's user must be able to read it"}};
    }
    return {judge_mode(check, path, status.st_mode, secret)};
}

Findings look_at_tls(const Config& config, const api::HttpConfig& http) {
    Findings found = look_at_file("key", http.key_file, true);
    if (const auto sound = api::check_tls_files(http); !sound) {
        found.push_back({Verdict::Problem,
                         "certificate",
                         sound.error().message,
                         "http.tls_cert_file and http.tls_key_file must be PEM and a pair"});
    }
    if (const auto times = api::certificate_times(config.http.tls_cert_file)) {
        const auto now = std::chrono::duration_cast<std::chrono::seconds>(
            std::chrono::system_clock::now().time_since_epoch());
        found.push_back(
            judge_certificate(config.http.tls_cert_file, times->begins, times->ends, now.count()));
    }
    return found;
}

struct FreeAddress {
    void operator()(addrinfo* address) const { freeaddrinfo(address); }
};

Finding look_at_address(const Config& config, const api::HttpConfig& http) {
    const char* const check = "address";
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
    addrinfo* first = nullptr;
    const int resolved =
        getaddrinfo(http.address.c_str(), std::to_string(http.port).c_str(), &hints, &first);
    const std::unique_ptr<addrinfo, FreeAddress> address(first);
    if (resolved != 0) {
        return {Verdict::Problem, check, config.http.listen + " is no IP address", "http.listen"};
    }
    const int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const bool bound =
        fd >= 0 && bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, 1) == 0;
    const int error = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (bound) {
        return {Verdict::Ok, check, config.http.listen + " is free", ""};
    }
    if (error == EADDRINUSE) {
        return {Verdict::Warning,
                check,
                config.http.listen + " is in use",
                "as it should be while the server runs; else stop what listens there, or change "
                "http.listen"};
    }
    return {Verdict::Problem,
            check,
            config.http.listen + ": " + text_of(error),
            error == EACCES ? "ports below 1024 need CAP_NET_BIND_SERVICE: take one above"
                            : "http.listen must be an address of this machine"};
}

Findings look_at_tokens(const std::string& path) {
    Findings found = look_at_file("tokens", path, false);
    const auto tokens = api::TokenFile::read(path);
    if (!tokens) {
        found.push_back({Verdict::Problem,
                         "tokens",
                         tokens.error().message,
                         "mend the lines; `sijill token create` writes good ones"});
    } else if (tokens->size() == 0) {
        found.push_back({Verdict::Warning,
                         "tokens",
                         path + " has no token: nobody may ask",
                         "sijill token create"});
    } else {
        found.push_back(
            {Verdict::Ok, "tokens", std::to_string(tokens->size()) + " tokens can be read", ""});
    }
    return found;
}

Findings look_at_keys(const std::string& path) {
    const auto keys = api::KeySet::read(path);
    if (!keys) {
        return {{Verdict::Problem,
                 "issuer's keys",
                 keys.error().message,
                 "auth.jwks_file must be the issuer's JSON Web Key Set"}};
    }
    Findings found = look_at_file("issuer's keys", path, false);
    if (found.front().verdict == Verdict::Warning) {
        found.front() = {Verdict::Ok, "issuer's keys", path + " is public", ""};
    }
    found.push_back(
        {Verdict::Ok, "issuer's keys", std::to_string(keys->size()) + " keys can be read", ""});
    return found;
}

}  // namespace

Findings look_at_machine(const Config& config) {
    Findings found = look_at_storage(config);
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    found.push_back(judge_open_files(files.rlim_cur, config.http.max_connections));
    found.push_back(look_at_clock());
    const auto zones = look_at_time_zones(config);
    found.insert(found.end(), zones.begin(), zones.end());
    return found;
}

Findings look_at_listening(const Config& config) {
    const auto http = http_config(config);
    if (!http) {
        return {{Verdict::Problem, "address", http.error().message, "http.listen"}};
    }
    Findings found{look_at_address(config, *http)};
    if (!config.http.tls_cert_file.empty()) {
        const auto tls = look_at_tls(config, *http);
        found.insert(found.end(), tls.begin(), tls.end());
    }
    return found;
}

Findings look_at_access(const Config& config) {
    switch (config.auth.mode) {
        case AuthMode::None:
            return {{Verdict::Ok, "access", "everybody on this machine may ask (auth.mode)", ""}};
        case AuthMode::Token:
            return look_at_tokens(config.auth.tokens_file);
        case AuthMode::Jwt:
            return look_at_keys(config.auth.jwks_file);
    }
    return {};
}

}  // namespace sijill::cli
