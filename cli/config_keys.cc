#include "cli/config_keys.h"

#include <algorithm>
#include <cctype>

namespace sijill::cli {

namespace {

template <class T>
struct KindOf;
template <>
struct KindOf<std::string> {
    static constexpr std::string_view kName = "text";
};
template <>
struct KindOf<int> {
    static constexpr std::string_view kName = "integer";
};
template <>
struct KindOf<Config::Bytes> {
    static constexpr std::string_view kName = "size";
};
template <>
struct KindOf<Config::Seconds> {
    static constexpr std::string_view kName = "duration";
};
template <>
struct KindOf<AuthMode> {
    static constexpr std::string_view kName = "none, token, jwt";
};
template <>
struct KindOf<LogLevel> {
    static constexpr std::string_view kName = "trace, debug, info, warn, error, off";
};
template <>
struct KindOf<LogFormat> {
    static constexpr std::string_view kName = "text, json";
};
template <>
struct KindOf<std::optional<producers::DueTarget>> {
    static constexpr std::string_view kName = "target";
};

/// What holds several values stands in the file only.
struct Several {
    static constexpr bool kScalar = false;
};
template <>
struct KindOf<std::map<std::string, std::string>> : Several {
    static constexpr std::string_view kName = "table";
};
template <>
struct KindOf<producers::WeekHours> : Several {
    static constexpr std::string_view kName = "hours";
};
template <>
struct KindOf<std::array<bool, 7>> : Several {
    static constexpr std::string_view kName = "weekdays";
};
template <>
struct KindOf<std::set<producers::CivilDate>> : Several {
    static constexpr std::string_view kName = "dates";
};
template <>
struct KindOf<std::vector<producers::Season>> : Several {
    static constexpr std::string_view kName = "tables of from, to, hours";
};

template <>
struct KindOf<std::vector<projections::OwnKpi>> : Several {
    static constexpr std::string_view kName = "tables";
};
template <>
struct KindOf<std::vector<projections::KpiTarget>> : Several {
    static constexpr std::string_view kName = "tables";
};

template <auto Table, auto Member>
constexpr Key key(std::string_view name, std::string_view doc, Range range = {}) {
    using T = std::remove_cvref_t<decltype((std::declval<Config&>().*Table).*Member)>;
    return {name, doc, range, KindOf<T>::kName, !requires {KindOf<T>::kScalar;
}
, [](Config& config, const Reading& from) { read_setting(from, (config.*Table).*Member); },
    [](const Config& config) { return literal_of((config.*Table).*Member); }
};  // namespace
}  // namespace sijill::cli

constexpr Range kThreads{1, 64};
constexpr Range kTimeout{1, 86400};
constexpr Range kPause{0, 3600};
constexpr Range kMany{1, 1'000'000};
constexpr int64_t kMiB = int64_t{1} << 20U;

using C = Config;
using Calendar = producers::WorkingCalendar;

constexpr std::array kKeys = {
    key<&C::kafka, &C::Kafka::bootstrap_servers>(
        "kafka.bootstrap_servers",
        "Kafka brokers, `host:port` with commas between; empty is the embedded log under "
        "`storage.path`."),
    key<&C::kafka, &C::Kafka::topic>("kafka.topic", "Topic that holds all events."),
    key<&C::kafka, &C::Kafka::librdkafka>(
        "kafka.librdkafka",
        "Further librdkafka settings by their names. Those that decide about durability, order or "
        "completeness are fixed and refused."),
    key<&C::storage, &C::Storage::path>("storage.path",
                                        "Directory of the shards and of the embedded log."),
    key<&C::reporting, &C::Reporting::time_zone>(
        "reporting.time_zone",
        "IANA time zone of the reporting days and of the working calendar. Shards keep the zone "
        "they were folded with."),
    key<&C::http, &C::Http::listen>("http.listen",
                                    "Address and port, such as `127.0.0.1:8080` or `[::]:8080`."),
    key<&C::http, &C::Http::max_body>(
        "http.max_body", "Largest body of a request.", {1024, 1024 * kMiB}),
    key<&C::http, &C::Http::max_bodies>(
        "http.max_bodies",
        "Memory for the bodies of all requests at one time; those over it are told to come back.",
        {1024, kMiB* kMiB}),
    key<&C::http, &C::Http::header_timeout>(
        "http.header_timeout", "A request's head must be complete after this.", kTimeout),
    key<&C::http, &C::Http::body_timeout>(
        "http.body_timeout",
        "A request's body must be complete after this, and each 64 KiB of an answer taken.",
        kTimeout),
    key<&C::http, &C::Http::idle_timeout>(
        "http.idle_timeout", "A connection without a request is closed after this.", kTimeout),
    key<&C::http, &C::Http::max_connections>(
        "http.max_connections", "Connections at one time.", kMany),
    key<&C::http, &C::Http::max_connections_per_peer>(
        "http.max_connections_per_peer",
        "Connections of one address (IPv6: of each /64) at one time.",
        kMany),
    key<&C::http, &C::Http::tls_cert_file>(
        "http.tls_cert_file", "PEM file of the certificate chain; with it the server speaks TLS."),
    key<&C::http, &C::Http::tls_key_file>("http.tls_key_file",
                                          "PEM file of the certificate's private key."),
    key<&C::http, &C::Http::readers>(
        "http.readers", "Threads that answer from the views.", kThreads),
    key<&C::http, &C::Http::queue>(
        "http.queue", "Requests that wait for a reader; more are told to come back.", {1, 65536}),
    key<&C::http, &C::Http::kept_cases>(
        "http.kept_cases",
        "Memory for cases as they were answered, until they change; about 1.3 KiB each.",
        {0, kMiB* kMiB}),
    key<&C::auth, &C::Auth::mode>("auth.mode",
                                  "Who may ask: `none` is everybody, as often as they like "
                                  "(loopback addresses only), `token` "
                                  "the tokens of a file, `jwt` the access tokens of an issuer."),
    key<&C::auth, &C::Auth::tokens_file>(
        "auth.tokens_file", "Names, SHA-256 and scopes of the tokens; `sijill token create`."),
    key<&C::auth, &C::Auth::jwks_file>("auth.jwks_file",
                                       "Public keys of the issuer, a JSON Web Key Set."),
    key<&C::auth, &C::Auth::issuer>("auth.issuer", "`iss` that an access token must have."),
    key<&C::auth, &C::Auth::audience>("auth.audience", "`aud` that an access token must have."),
    key<&C::auth, &C::Auth::rate_per_second>(
        "auth.rate_per_second",
        "Requests a second that each name may make in the long run.",
        kMany),
    key<&C::auth, &C::Auth::rate_burst>(
        "auth.rate_burst", "Requests that each name may make at once after a pause.", kMany),
    key<&C::auth, &C::Auth::address_rate_per_second>(
        "auth.address_rate_per_second",
        "Requests a second without a valid token that are taken from each address (IPv6: each /64) "
        "in the long run. Behind a proxy all clients have one address.",
        kMany),
    key<&C::auth, &C::Auth::address_rate_burst>(
        "auth.address_rate_burst",
        "Requests without a valid token that are taken from each address at once after a pause.",
        kMany),
    key<&C::worker, &C::Worker::threads>(
        "worker.threads", "Threads that fold, in `serve` and `catch-up`.", kThreads),
    key<&C::worker, &C::Worker::state_cache>(
        "worker.state_cache", "Their memory for states in play.", {kMiB, kMiB* kMiB}),
    key<&C::log, &C::Log::level>("log.level",
                                 "Least important lines of the log, on stderr, that are written."),
    key<&C::log, &C::Log::format>("log.format",
                                  "These lines for people, or as JSON for machines. All that "
                                  "`serve` tells is such a line, but for faults of the "
                                  "configuration; what other commands tell of "
                                  "their work beside them is for people."),
    key<&C::shutdown, &C::Shutdown::drain_delay>(
        "shutdown.drain_delay",
        "After SIGTERM the server is not ready, and goes on for so long, until balancers know.",
        kPause),
    key<&C::shutdown, &C::Shutdown::grace>(
        "shutdown.grace", "Requests in progress have so long to end.", kPause),
    key<&C::calendar, &Calendar::hours>(
        "calendar.hours",
        "Working hours: `{ sun = [\"07:00-12:00\", \"13:00-15:00\"] }` by weekday, or an array "
        "for every day. Due dates and figures in business time are counted by them."),
    key<&C::calendar, &Calendar::weekend>("calendar.weekend",
                                          "Days without working time, whatever their hours say."),
    key<&C::calendar, &Calendar::holidays>("calendar.holidays", "Dates without working time."),
    key<&C::calendar, &Calendar::seasons>(
        "calendar.ramadan",
        "`[[calendar.ramadan]]`: dates (both included) with working hours of their own."),
    key<&C::due, &C::Due::referral>(
        "due.referral",
        "Time to answer a referral that came without a due date: working time `PT16H` or calendar "
        "days `P3D`."),
    key<&C::due, &C::Due::complaint>("due.complaint", "Time to answer a complaint, as above."),
    key<&C::due, &C::Due::kpi_referral>(
        "due.kpi_referral", "Time to answer for a figure that missed its target, as above."),
    key<&C::kpi, &C::Kpi::minimum_cell_size>(
        "kpi.minimum_cell_size",
        "Figures of fewer persons or things than this, and those from which such a figure would "
        "follow by subtraction from a total, are suppressed (`…`) in every output; 0 is off. What "
        "periods that overlap, or different KPIs, tell together is not judged: see "
        "[follow-up](follow-up.md).",
        {0, 1000}),
    key<&C::kpi, &C::Kpi::own>(
        "kpi.own",
        "`[[kpi.own]]`: a KPI of the site: `id`, `name` and `definition` (each `{ en, ar }`), "
        "`unit` (count, percent, seconds, minutes, hours), `decimals`, and a `numerator` and "
        "a `denominator`, which only a count may lack: measures of cubes, such as "
        "`\"calls.answered\"` or "
        "`{ measure, where, except, minus, past }`. See [follow-up](follow-up.md)."),
    key<&C::kpi, &C::Kpi::targets>(
        "kpi.target",
        "`[[kpi.target]]`: a `kpi` (with `base`, `variant`, `filters`), what it must reach "
        "(`at_least` or `at_most`, in its unit), and the `department` that is asked when it does "
        "not. `by` judges each value of a dimension; a ratio over fewer than `least` is not "
        "judged. `sijill period refer` reads them."),
};

}  // namespace

std::span<const Key> all_keys() {
    return kKeys;
}

const Key* find_key(std::string_view name) {
    const auto found = std::find_if(kKeys.begin(), kKeys.end(), [name](const Key& candidate) {
        return candidate.name == name;
    });
    return found == kKeys.end() ? nullptr : &*found;
}

std::string_view table_of(std::string_view key) {
    return key.substr(0, key.find('.'));
}

std::string variable_of(std::string_view key) {
    std::string name = "SIJILL_";
    for (const char c : key) {
        if (c == '.') {
            name += "__";
        } else {
            name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        }
    }
    return name;
}

}  // namespace sijill::cli
