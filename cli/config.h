#pragma once
// cli/config.h - the settings of a deployment: file, then environment, then (by the caller) flags.

#include "events/result.h"
#include "producers/due_dates.h"
#include "projections/own_kpi.h"
#include "projections/targets.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::cli {

enum class AuthMode { None, Token, Jwt };
enum class LogLevel { Trace, Debug, Info, Warn, Error, Off };
enum class LogFormat { Text, Json };

/// Spellings in the order of the enumerators.
[[nodiscard]] constexpr auto names_of(AuthMode /*of*/) {
    return std::array<std::string_view, 3>{"none", "token", "jwt"};
}
[[nodiscard]] constexpr auto names_of(LogLevel /*of*/) {
    return std::array<std::string_view, 6>{"trace", "debug", "info", "warn", "error", "off"};
}
[[nodiscard]] constexpr auto names_of(LogFormat /*of*/) {
    return std::array<std::string_view, 2>{"text", "json"};
}

/// Every setting with its default. Sizes are bytes. docs/configuration.md and cli/config_keys.cc
/// say what each means.
struct Config {
    using Bytes = uint64_t;
    using Seconds = std::chrono::seconds;
    struct Kafka {
        std::string bootstrap_servers;  // "": the embedded log under storage.path
        std::string topic = "sijill.events";
        std::map<std::string, std::string> librdkafka;
    } kafka;
    struct Storage {
        std::string path = "sijill-data";
    } storage;
    struct Reporting {
        std::string time_zone = "Asia/Bahrain";
    } reporting;
    struct Http {
        std::string listen = "127.0.0.1:8080";
        Bytes max_body = Bytes{8} << 20U;
        Bytes max_bodies = Bytes{256} << 20U;
        Seconds header_timeout{10};
        Seconds body_timeout{30};
        Seconds idle_timeout{60};
        int max_connections = 1000;
        int max_connections_per_peer = 64;
        std::string tls_cert_file;
        std::string tls_key_file;
        int readers = 2;
        int queue = 64;
        Bytes kept_cases = Bytes{128} << 20U;
    } http;
    struct Auth {
        AuthMode mode = AuthMode::None;
        std::string tokens_file;
        std::string jwks_file;
        std::string issuer;
        std::string audience;
        int rate_per_second = 100;
        int rate_burst = 200;
        int address_rate_per_second = 10;
        int address_rate_burst = 100;
    } auth;
    struct Worker {
        int threads = 2;
        Bytes state_cache = Bytes{256} << 20U;
    } worker;
    struct Log {
        LogLevel level = LogLevel::Info;
        LogFormat format = LogFormat::Text;
    } log;
    struct Shutdown {
        Seconds drain_delay{0};
        Seconds grace{20};
    } shutdown;
    /// Its time zone is reporting.time_zone: read it through due_policy().
    producers::WorkingCalendar calendar{.hours = {},
                                        .weekend = {false, false, false, false, true, true, false},
                                        .holidays = {},
                                        .seasons = {}};
    struct Due {
        std::optional<producers::DueTarget> referral;
        std::optional<producers::DueTarget> complaint;
        std::optional<producers::DueTarget> kpi_referral;
    } due;
    struct Kpi {
        int minimum_cell_size = 0;
        std::vector<projections::OwnKpi> own;
        std::vector<projections::KpiTarget> targets;
    } kpi;
};

/// What the site says about its figures; without contradictions only.
[[nodiscard]] projections::SiteKpis site_kpis(const Config& config);

/// The due-date policy with the calendar in the reporting zone.
[[nodiscard]] producers::DuePolicy due_policy(const Config& config);

/// A setting that is fine by itself and not beside the others.
struct Contradiction {
    std::string_view key;                       // "http.listen"
    std::string message;                        // with the remedy
    std::optional<size_t> item = {};            // of a setting that is several tables
    std::string member = {};                    // of that table
    std::vector<std::string_view> beside = {};  // the other settings that it follows from
};

/// What load_config() checks at its end; a caller that applied flags asks again.
[[nodiscard]] std::vector<Contradiction> contradictions(const Config& config);

/// Environment variables, names and values.
using Environment = std::map<std::string, std::string>;

/// The environment of this process; an empty variable is as one that is not set, as it is for the
/// options that have one. Threads: before any that changes it.
[[nodiscard]] Environment process_environment();

struct LoadedConfig {
    Config config;
    /// Key → "sijill.toml:3" or "SIJILL_HTTP__LISTEN"; keys that have their default are missing.
    std::map<std::string, std::string, std::less<>> origins;
};

/// Defaults, then the file (none when ""), then SIJILL_… of the environment. Errors: Config; the
/// message has one line for each problem of both, as `file:line:column: what`, in their order.
[[nodiscard]] Result<LoadedConfig> load_config(const std::string& file,
                                               const Environment& environment);

/// The effective configuration as TOML that load_config() reads again, each line with where it
/// comes from. Secrets in kafka.librdkafka are shown as ***.
[[nodiscard]] std::string print_config(const LoadedConfig& loaded);

/// docs/configuration.md.
[[nodiscard]] std::string configuration_page();

}  // namespace sijill::cli
