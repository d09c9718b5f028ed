#include "cli/config.h"

#include "cli/config_keys.h"
#include "cli/config_parse.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/source_path.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

namespace sijill::cli {
namespace {

class ConfigFile : public testing::Test {
  protected:
    /// The text as sijill.toml, loaded.
    Result<LoadedConfig> load(const std::string& text, const Environment& environment = {}) {
        std::ofstream(file_, std::ios::binary) << text;
        return load_config(file_, environment);
    }

    /// The lines of the error, without the directory.
    std::vector<std::string> problems(const std::string& text,
                                      const Environment& environment = {}) {
        const auto loaded = load(text, environment);
        std::vector<std::string> lines;
        std::istringstream in(loaded ? "" : loaded.error().message);
        EXPECT_EQ(loaded ? Errc::Config : loaded.error().code, Errc::Config);
        for (std::string line; std::getline(in, line);) {
            const size_t at = line.find(file_);
            lines.push_back(at == 0 ? line.substr(file_.size() - 11) : line);
        }
        return lines;
    }

    std::string problem(const std::string& text, const Environment& environment = {}) {
        const auto lines = problems(text, environment);
        EXPECT_EQ(lines.size(), 1U) << text;
        return lines.empty() ? "" : lines.front();
    }

    tests::ScratchDirectory scratch_;
    std::string file_ = scratch_.path().string() + "/sijill.toml";
};

const std::string kEverything = R"([kafka]
bootstrap_servers = "a:9092,b:9092"
topic = "t"
[kafka.librdkafka]
security.protocol = "SASL_SSL"
"sasl.password" = "hush"
"socket.keepalive.enable" = true
reconnect.backoff.ms = 5
[storage]
path = "/var/lib/sijill"
[reporting]
time_zone = "Europe/Berlin"
[http]
listen = "[::1]:81"
max_body = 4096
max_bodies = "1GiB"
header_timeout = "PT1M"
body_timeout = "PT1H30M5S"
idle_timeout = "PT2S"
max_connections = 7
max_connections_per_peer = 3
tls_cert_file = "c.pem"
tls_key_file = "k.pem"
readers = 5
queue = 6
kept_cases = "64MiB"
[auth]
mode = "jwt"
jwks_file = "jwks.json"
issuer = "https://issuer"
audience = "sijill"
rate_per_second = 8
rate_burst = 9
address_rate_per_second = 3
address_rate_burst = 7
[worker]
threads = 4
state_cache = "1GiB"
[log]
level = "warn"
format = "json"
[shutdown]
drain_delay = "PT3S"
grace = "PT0S"
[calendar]
weekend = ["sat", "sun"]
holidays = ["2017-05-01", 2017-12-16]
[calendar.hours]
mon = ["08:00-12:00", "13:00-24:00"]
tue = []
[[calendar.ramadan]]
from = "2017-05-27"
to = 2017-06-24
hours = ["09:00-14:00"]
[due]
referral = "PT16H"
complaint = "P3D"
kpi_referral = "PT1H30M"
[kpi]
minimum_cell_size = 5
[[kpi.target]]
kpi = "answer-rate"
by = "queue"
filters = { language = "ar" }
at_least = 95.5
department = "telephony"
least = 30
[[kpi.target]]
kpi = "referral-turnaround"
by = "department"
at_most = "120"
[[kpi.target]]
kpi = "held-share"
at_most = 20
department = "telephony"
[[kpi.own]]
id = "held-share"
version = 2
name = { en = "Calls put on hold", ar = "نسبة المكالمات المعلقة" }
definition = { en = "Held, of answered calls.", ar = "المعلقة من المجابة." }
unit = "percent"
decimals = 1
numerator = [{ measure = "calls.held", except = { language = "en" }, past = true }]
denominator = "calls.answered"
dimensions = ["queue"]
basis = "activity"
)";

constexpr std::string_view kOfAnotherMode = "auth.tokens_file";  // than the auth.mode above

TEST_F(ConfigFile, NothingGivenIsTheDefaults) {
    const auto loaded = load_config("", {{"SIJILL_DATA", "x"}, {"HOME", "/a__b"}});
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_TRUE(loaded->origins.empty());
    EXPECT_EQ(print_config(*loaded), print_config({}));
    EXPECT_EQ(loaded->config.http.max_body, 8U * 1024 * 1024);
    EXPECT_TRUE(loaded->config.calendar.weekend.at(4));
}

TEST_F(ConfigFile, EverySettingIsRead) {
    const auto loaded = load(kEverything);
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->origins.size() + 1, all_keys().size());
    const Config& config = loaded->config;
    // A key whose value is still the default was not given, or was not read.
    for (const Key& key : all_keys()) {
        EXPECT_EQ(key.literal(config) == key.literal({}), key.name == kOfAnotherMode) << key.name;
    }
    EXPECT_EQ(config.kafka.librdkafka.at("security.protocol"), "SASL_SSL");
    EXPECT_EQ(config.kafka.librdkafka.at("socket.keepalive.enable"), "true");
    EXPECT_EQ(config.kafka.librdkafka.at("reconnect.backoff.ms"), "5");
    EXPECT_EQ(config.http.body_timeout, std::chrono::seconds(5405));
    EXPECT_EQ(config.worker.state_cache, 1U << 30U);
    const producers::DuePolicy policy = due_policy(config);
    EXPECT_EQ(policy.calendar.time_zone, "Europe/Berlin");
    EXPECT_EQ(policy.calendar.hours.at(0),
              (producers::DayHours{{8 * 60, 12 * 60}, {13 * 60, 24 * 60}}));
    EXPECT_EQ(policy.calendar.holidays.count({2017, 12, 16}), 1U);
    EXPECT_EQ(policy.calendar.seasons.at(0).hours.at(3), (producers::DayHours{{9 * 60, 14 * 60}}));
    EXPECT_EQ(config.kpi.targets.at(0).thousandths, 95'500);
    EXPECT_EQ(config.kpi.targets.at(0).filters.at("language"), "ar");
    EXPECT_EQ(config.kpi.targets.at(1).direction, projections::TargetDirection::AtMost);
    EXPECT_EQ(config.kpi.minimum_cell_size, 5);
    EXPECT_EQ(config.kpi.own.at(0).numerator.at(0).except.at("language"), "en");
    EXPECT_EQ(config.kpi.own.at(0).denominator.at(0).measure, "calls.answered");
    EXPECT_EQ(config.kpi.own.at(0).dimensions, std::vector<std::string>{"queue"});
    EXPECT_EQ(policy.referral, producers::DueTarget(producers::WorkingTime{960}));
    EXPECT_EQ(policy.complaint, producers::DueTarget(producers::CalendarDays{3}));
}

TEST_F(ConfigFile, TheEnvironmentOverridesTheFile) {
    const auto loaded = load("[http]\nreaders = 3\nqueue = 5\n[kafka]\ntopic = \"t\"\n",
                             {{"SIJILL_HTTP__READERS", "9"},
                              {"SIJILL_HTTP__MAX_BODY", "16KiB"},
                              {"SIJILL_LOG__FORMAT", "json"},
                              {"SIJILL_KAFKA__TOPIC", "e"}});
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->config.http.readers, 9);
    EXPECT_EQ(loaded->config.http.queue, 5);
    EXPECT_EQ(loaded->config.http.max_body, 16384U);
    EXPECT_EQ(loaded->config.log.format, LogFormat::Json);
    EXPECT_EQ(loaded->config.kafka.topic, "e");
    EXPECT_EQ(loaded->origins.at("http.readers"), "SIJILL_HTTP__READERS");
    EXPECT_EQ(loaded->origins.at("http.queue"), file_ + ":3");
}

TEST_F(ConfigFile, EveryScalarSettingHasAVariable) {
    const auto all = load(kEverything);
    ASSERT_TRUE(all);
    Environment environment;
    for (const Key& key : all_keys()) {
        if (key.scalar && key.name != kOfAnotherMode) {
            std::string text = key.literal(all->config);
            if (text.front() == '"') {
                text = text.substr(1, text.size() - 2);
            }
            environment[variable_of(key.name)] = text;
        }
    }
    const auto loaded = load("[calendar]\nhours = [\"08:00-16:00\"]\n", environment);
    ASSERT_TRUE(loaded) << loaded.error().message;
    for (const Key& key : all_keys()) {
        if (key.scalar && key.name != kOfAnotherMode) {
            EXPECT_EQ(key.literal(loaded->config), key.literal(all->config)) << key.name;
            EXPECT_EQ(loaded->origins.at(std::string(key.name)), variable_of(key.name));
        }
    }
}

TEST_F(ConfigFile, AnUnknownSettingIsAnErrorWithItsPlaceAndTheNearest) {
    EXPECT_EQ(problem("\n[kafka]\n  bootstrap_server = \"a\"\n"),
              "sijill.toml:3:3: there is no setting 'kafka.bootstrap_server'; did you mean "
              "'kafka.bootstrap_servers'?");
    EXPECT_EQ(problem("[htpp]\nlisten = \"a\"\n"),
              "sijill.toml:1:2: there is no setting 'htpp'; did you mean 'http'?");
    EXPECT_EQ(problem("topic = \"a\"\n"),
              "sijill.toml:1:1: there is no setting 'topic'; did you mean 'kafka.topic'?");
    EXPECT_EQ(problem("[http]\nfrobnicate = 1\n"),
              "sijill.toml:2:1: there is no setting 'http.frobnicate'");
    EXPECT_EQ(problem("[[calendar.ramadan]]\nfrom = 2017-05-27\nto = 2017-06-24\n"
                      "hours = [\"09:00-14:00\"]\nhour = 1\n"),
              "sijill.toml:5:1: there is no setting 'calendar.ramadan.hour'; did you mean "
              "'hours'?");
}

TEST_F(ConfigFile, AllMistakesAreToldAtOnceInTheirOrder) {
    const auto lines = problems("[worker]\nthreads = \"two\"\nstate = 1\n[http]\nlisten = 8080\n",
                                {{"SIJILL_HTTP__LISTN", "x"}, {"SIJILL_LOG__LEVEL", "loud"}});
    ASSERT_EQ(lines.size(), 5U);
    EXPECT_EQ(lines[0],
              "sijill.toml:2:11: worker.threads must be an integer from 1 to 64, not 'two'");
    EXPECT_EQ(lines[1], "sijill.toml:3:1: there is no setting 'worker.state'");
    EXPECT_EQ(lines[2], "sijill.toml:5:10: http.listen must be a text, not 8080");
    EXPECT_EQ(lines[3],
              "SIJILL_HTTP__LISTN: there is no such setting; did you mean 'SIJILL_HTTP__LISTEN'?");
    EXPECT_EQ(lines[4],
              "SIJILL_LOG__LEVEL: log.level must be one of \"trace\" \"debug\" \"info\" \"warn\" "
              "\"error\" \"off\", not 'loud'");
}

TEST_F(ConfigFile, AMistakeOfSyntaxHasItsPlaceAndDoesNotHideTheEnvironment) {
    const auto lines = problems("[http]\nreaders = \n", {{"SIJILL_X__Y", "1"}});
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].find("sijill.toml:2:"), 0U) << lines[0];
    EXPECT_EQ(lines[1], "SIJILL_X__Y: there is no such setting");
    EXPECT_EQ(problems("[http]\nreaders = 1\nreaders = 2\n").at(0).find("sijill.toml:3:"), 0U);
}

TEST_F(ConfigFile, AFileThatCannotBeReadIsAnError) {
    EXPECT_EQ(load_config(scratch_.path().string() + "/none.toml", {}).error().code, Errc::Config);
    EXPECT_EQ(load_config(scratch_.path().string(), {}).error().code, Errc::Config);
}

struct Bad {
    std::string text;
    const char* message;  // part of it
};

TEST_F(ConfigFile, EachKindRefusesWhatItIsNot) {
    const std::string target = "[[kpi.target]]\nkpi = \"answer-rate\"\nat_least = 95\n";
    for (const Bad& bad : {
             Bad{"http = 1", "http must be a table"},
             Bad{"[http]\nlisten = 1", "must be a text, not 1"},
             Bad{"[http]\nlisten = true", "must be a text, not a boolean"},
             Bad{"[http]\nreaders = 0", "an integer from 1 to 64, not 0"},
             Bad{"[http]\nreaders = 65", "an integer from 1 to 64, not 65"},
             Bad{"[http]\nreaders = 2.0", "not a float"},
             Bad{"[http]\nreaders = \"2\"", "not '2'"},
             Bad{"[http]\nmax_body = \"8MB\"", "\"1KiB\" to \"1GiB\""},
             Bad{"[http]\nmax_body = \"KiB\"", "a size"},
             Bad{"[http]\nmax_body = -1", "a size"},
             Bad{"[http]\nmax_body = \"9999999999999GiB\"", "a size"},
             Bad{"[http]\nmax_body = 1", "a size"},
             Bad{"[http]\nidle_timeout = 10", "a duration"},
             Bad{"[http]\nidle_timeout = \"10s\"", "a duration"},
             Bad{"[http]\nidle_timeout = \"PT\"", "a duration"},
             Bad{"[http]\nidle_timeout = \"PT1S1M\"", "a duration"},
             Bad{"[http]\nidle_timeout = \"PT0S\"", "a duration"},
             Bad{"[http]\nidle_timeout = \"PT9999999999S\"", "a duration"},
             Bad{"[auth]\nmode = \"jtw\"", "one of \"none\" \"token\" \"jwt\", not 'jtw'"},
             Bad{"[due]\nreferral = \"PT90S\"", "whole minutes"},
             Bad{"[due]\nreferral = \"P0D\"", "calendar days"},
             Bad{"[due]\nreferral = \"P1DT2H\"", "calendar days"},
             Bad{"[due]\nreferral = 3", "working time"},
             Bad{"[calendar]\nweekend = \"fri\"", "weekdays such as"},
             Bad{"[calendar]\nweekend = [\"Friday\"]", "mon tue wed thu fri sat sun"},
             Bad{"[calendar]\nholidays = [\"2017-02-29\"]", "dates such as"},
             Bad{"[calendar]\nholidays = [2017-05-01T00:00:00]", "dates such as"},
             Bad{"[calendar]\nhours = 8", "hours by weekday"},
             Bad{"[calendar]\nhours = { monday = [] }", "no weekday 'monday'"},
             Bad{"[calendar]\nhours = { mon = \"08:00-16:00\" }", "an array of hours"},
             Bad{"[calendar]\nhours = [\"16:00-08:00\"]", "hours such as"},
             Bad{"[calendar]\nhours = [\"8:00-16:00\"]", "hours such as"},
             Bad{"[calendar]\nhours = [\"08:00-24:01\"]", "hours such as"},
             Bad{"[calendar]\nhours = [\"08:00-12:00\", \"11:00-13:00\"]", "after those before"},
             Bad{"[calendar]\nramadan = { from = 2017-05-27 }", "[[tables]]"},
             Bad{"[[calendar.ramadan]]\nfrom = 2017-05-27", "from, to and hours"},
             Bad{"[[kpi.target]]\nkpi = \"answer-rate\"\ndepartment = \"x\"", "either at_least"},
             Bad{target, "the department that"},
             Bad{target + "department = \"Tele phony\"", "'Tele phony' is no code"},
             Bad{"[[kpi.target]]\nkpi = \"answer\"\nat_least = 95", "there is no KPI 'answer'"},
             Bad{target + "by = \"colour\"", "no dimension 'colour'; it has: queue, language"},
             Bad{target + "by = \"queue\"\nfilters = { queue = \"1\" }",
                 "one value of queue cannot be broken down by it"},
             Bad{"[[kpi.target]]\nkpi = \"answer-rate\"\nat_least = 95.12345", "three decimals"},
             Bad{"[[kpi.target]]\nkpii = \"answer-rate\"\nat_least = 95", "did you mean 'kpi'"},
             Bad{"[[calendar.ramadan]]\nfrom = 2017-05-27\nto = 2017-05-26\nhours = []",
                 "2:8: calendar.ramadan: its from, 2017-05-27, is after its to, 2017-05-26"},
             Bad{"[kafka]\nlibrdkafka = 1", "must be a table"},
             Bad{"[kafka.librdkafka]\na = [1]", "texts, numbers and booleans"},
         }) {
        const std::string told = problem(bad.text);
        EXPECT_NE(told.find(bad.message), std::string::npos) << bad.text << "\n" << told;
        EXPECT_EQ(told.find("sijill.toml:"), 0U) << told;
    }
}

// A KPI of the site, with one of its lines replaced.
std::string own_kpi(const std::string& key, const std::string& value) {
    std::string text = "[[kpi.own]]\n";
    for (const auto& [name, good] : {std::pair{"id", "\"x\""},
                                     std::pair{"name", "{ en = \"X\", ar = \"س\" }"},
                                     std::pair{"definition", "{ en = \"X.\", ar = \"س.\" }"},
                                     std::pair{"unit", "\"percent\""},
                                     std::pair{"numerator", "\"calls.held\""},
                                     std::pair{"denominator", "\"calls.answered\""},
                                     std::pair{"dimensions", "[]"}}) {
        text += std::string(name) + " = " + (name == key ? value : good) + "\n";
    }
    return text;
}

TEST_F(ConfigFile, AKpiOfTheSiteIsRefusedWithItsLineAndWhatThereIs) {
    EXPECT_TRUE(load(own_kpi("", "")));
    struct Bad {
        const char* key;
        const char* value;
        const char* told;
    };
    for (const Bad& bad : {
             Bad{"id", "\"answer-rate\"", "2:6: kpi.own.id: the catalogue has a KPI 'answer-rate'"},
             Bad{"id", "\"Held share\"", "2:6: kpi.own.id: must be 1 to 64 of a-z"},
             Bad{"name", "{ en = \"X\" }", "kpi.own.name.ar: must not be empty"},
             Bad{"unit", "\"days\"", "one of \"count\" \"percent\" \"seconds\""},
             Bad{"unit", "\"seconds\"", "5:8: kpi.own.unit: is seconds, which needs durations"},
             Bad{"numerator", "\"call.held\"", "there is no cube 'call' in 'call.held'"},
             Bad{"numerator", "\"call.held\"", "did you mean 'calls'?"},
             Bad{"numerator",
                 "[\"calls.held\", { measure = \"calls.answred\" }]",
                 "6:40: kpi.own.numerator[1].measure: the cube 'calls' has no measure 'answred'"},
             Bad{"numerator", "[\"calls.answred\"]", "did you mean 'answered'?"},
             Bad{"numerator",
                 "{ measure = \"calls.held\", where = { que = \"general\" } }",
                 "kpi.own.numerator[0].where.que: the cube 'calls' has no dimension 'que'"},
             Bad{"numerator", "[]", "kpi.own.numerator: needs at least one measure"},
             Bad{"numerator", "[\"calls.held\", \"calls.hold_ms\"]", "adds durations"},
             Bad{"numerator", "{ measur = \"calls.held\" }", "did you mean 'measure'?"},
             Bad{"denominator",
                 "\"cases.opened\"\nshares = [\"kind\"]",
                 "'calls.held' has no dimension 'kind'"},
             Bad{"dimensions", "[\"kind\"]", "8:15: kpi.own.dimensions[0]: 'calls.held' has no"},
             Bad{"dimensions", "[\"queue\"]\nbasis = \"x\"", "9:9: kpi.own.basis: must be one of"},
             Bad{"dimensions", "[\"queue\"]\nshares = [\"queue\"]", "belongs to dimensions"},
         }) {
        const std::string told = problem(own_kpi(bad.key, bad.value));
        EXPECT_NE(told.find(bad.told), std::string::npos) << bad.value << "\n" << told;
        EXPECT_EQ(told.find("sijill.toml:"), 0U) << told;
    }
    EXPECT_NE(problem(own_kpi("", "") + own_kpi("", "")).find("'x' stands here twice"),
              std::string::npos);
}

TEST_F(ConfigFile, AnOpenAddressWithoutAuthenticationIsAnErrorWithTheRemedy) {
    for (const char* open : {"0.0.0.0:80", "[::]:80", "10.0.0.1:80", "[::ffff:127.0.0.1]:80"}) {
        const std::string told = problem("[http]\nlisten = \"" + std::string(open) + "\"\n");
        EXPECT_EQ(told.find("sijill.toml:2:10: http.listen is "), 0U) << told;
        EXPECT_NE(told.find("set auth.mode to \"token\" or \"jwt\", or listen on 127.0.0.1"),
                  std::string::npos);
        EXPECT_TRUE(load("[http]\nlisten = \"" + std::string(open) +
                         "\"\n[auth]\nmode = \"token\"\ntokens_file = \"f\"\n"));
    }
    for (const char* own : {"127.0.0.1:80", "127.9.9.9:0", "[::1]:80", "localhost:80"}) {
        EXPECT_TRUE(load("[http]\nlisten = \"" + std::string(own) + "\"\n")) << own;
    }
    EXPECT_EQ(problem("", {{"SIJILL_HTTP__LISTEN", "0.0.0.0:80"}}).find("SIJILL_HTTP__LISTEN: "),
              0U);
}

TEST_F(ConfigFile, SettingsThatContradictEachOtherAreErrors) {
    for (const Bad& bad : {
             Bad{"[http]\nlisten = \"8080\"", "http.listen must be an address and a port"},
             Bad{"[http]\nlisten = \"example.com:80\"", "must be an address"},
             Bad{"[http]\nlisten = \"127.0.0.1:65536\"", "must be an address"},
             Bad{"[http]\ntls_cert_file = \"c\"", "TLS needs both"},
             Bad{"[auth]\nmode = \"token\"", "needs auth.tokens_file"},
             Bad{"[reporting]\ntime_zone = \"Asia/Manamah\"", "not in the system's tz database"},
             Bad{"[kafka]\ntopic = \"\"", "must not be empty"},
             Bad{"[storage]\npath = \"\"", "must not be empty"},
             Bad{"[kafka.librdkafka]\nacks = 1", "acks"},
             Bad{"[kafka.librdkafka]\n\"no.such\" = 1", "no.such"},
             Bad{"[due]\nreferral = \"PT1H\"", "set calendar.hours"},
             Bad{"[due]\nreferral = \"PT1H\"\n[calendar]\nhours = { fri = [\"08:00-09:00\"] }",
                 "outside the weekend"},
         }) {
        const std::string told = problem(bad.text);
        EXPECT_NE(told.find(bad.message), std::string::npos) << bad.text << "\n" << told;
    }
    EXPECT_EQ(problems("[auth]\nmode = \"jwt\"\n").size(), 3U);
}

TEST_F(ConfigFile, AVariableThatLooksLikeASettingAndIsNoneIsAnError) {
    EXPECT_EQ(problem("", {{"SIJILL_CALENDAR__WEEKEND", "fri"}}),
              "SIJILL_CALENDAR__WEEKEND: calendar.weekend can be set in the file only");
    EXPECT_EQ(problem("", {{"SIJILL_HTTP__READERS", ""}}),
              "SIJILL_HTTP__READERS: http.readers must be an integer from 1 to 64, not ''");
    EXPECT_TRUE(load("", {{"SIJILL_DATA", "d"}, {"SIJILL", "x"}, {"OTHER__X", "y"}}));
}

TEST_F(ConfigFile, WhatIsPrintedReadsAsTheSame) {
    for (const std::string& text : {std::string(), kEverything}) {
        const auto loaded = load(text);
        ASSERT_TRUE(loaded);
        const auto again = load(print_config(*loaded));
        ASSERT_TRUE(again) << again.error().message;
        for (const Key& key : all_keys()) {
            EXPECT_EQ(key.literal(again->config), key.literal(loaded->config)) << key.name;
        }
    }
}

TEST_F(ConfigFile, PrintingSaysWhereASettingComesFromAndHidesSecrets) {
    const auto loaded = load(kEverything, {{"SIJILL_WORKER__THREADS", "8"}});
    ASSERT_TRUE(loaded);
    const std::string text = print_config(*loaded);
    EXPECT_NE(text.find("topic = \"t\"  # " + file_ + ":3\n"), std::string::npos) << text;
    EXPECT_NE(text.find("threads = 8  # SIJILL_WORKER__THREADS\n"), std::string::npos);
    EXPECT_NE(print_config({}).find("queue = 64  # default\n"), std::string::npos);
    EXPECT_EQ(text.find("hush"), std::string::npos);
    EXPECT_NE(text.find("\"sasl.password\" = \"***\""), std::string::npos);
}

TEST(ConfigText, AnyTextIsQuotedSoThatTomlReadsItBack) {
    const tests::ScratchDirectory scratch;
    const std::string file = scratch.path().string() + "/a.toml";
    std::string text = "\"\\'\n\t\x7f سجل";
    text += '\0';
    std::ofstream(file, std::ios::binary) << "[kafka]\ntopic = " << literal_of(text) << "\n";
    const auto loaded = load_config(file, {});
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->config.kafka.topic, text);
}

TEST(ConfigText, SizesAndDurationsKeepTheirValue) {
    for (const uint64_t bytes : {0U, 1U, 1023U, 1024U, 1536U, 1U << 20U, 3U << 30U}) {
        EXPECT_EQ(parse_size(format_size(bytes)), bytes);
    }
    for (const int seconds : {0, 1, 59, 60, 3600, 3661, 86400}) {
        const std::chrono::seconds duration(seconds);
        EXPECT_EQ(parse_duration(format_duration(duration)), duration);
    }
    EXPECT_EQ(format_duration(std::chrono::seconds(5405)), "PT1H30M5S");
}

TEST(ConfigKeys, AreUniqueAndStandTableByTable) {
    std::set<std::string_view> names;
    std::set<std::string_view> tables;
    std::string_view table;
    for (const Key& key : all_keys()) {
        EXPECT_TRUE(names.insert(key.name).second) << key.name;
        if (table_of(key.name) != table) {
            table = table_of(key.name);
            EXPECT_TRUE(tables.insert(table).second) << table;
        }
        EXPECT_FALSE(key.doc.empty()) << key.name;
    }
}

TEST(ConfigPage, IsThatOfTheKeys) {
    const std::string path = tests::source_path("docs/configuration.md");
    // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
    if (std::getenv("SIJILL_WRITE_DOCS") != nullptr) {
        std::ofstream(path, std::ios::binary) << configuration_page();
    }
    std::ifstream file(path, std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), configuration_page());
}

}  // namespace
}  // namespace sijill::cli
