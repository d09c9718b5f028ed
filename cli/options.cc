// cli/options.cc - the options that commands share.

#include "cli/commands.h"
#include "cli/reads.h"

namespace sijill::cli {

namespace {

Format format_of(const std::string& name) {
    static const std::map<std::string, Format> kFormats{{"text", Format::Text},
                                                        {"json", Format::Json},
                                                        {"csv", Format::Csv},
                                                        {"ndjson", Format::Ndjson}};
    const auto found = kFormats.find(CLI::detail::to_lower(name));
    if (found == kFormats.end()) {
        throw CLI::ValidationError("--format",
                                   "text, json, csv or ndjson, not '" + name +
                                       "'; a workbook (xlsx) comes from `sijill serve`");
    }
    return found->second;
}

// An unset variable of a script would otherwise ask for something else in silence.
CLI::Validator not_empty() {
    return {[](const std::string& text) { return text.empty() ? "must not be empty" : ""; }, ""};
}

}  // namespace

void add_data_options(CLI::App& command, Options& options) {
    command.add_option("--data", options.data, "Data directory (shards, and the embedded log)")
        ->envname(kDataVariable)
        ->capture_default_str();
    command
        .add_option_function<int>(
            "--partitions",
            [&options](int partitions) { options.partitions = partitions; },
            "Partitions of a log or topic that is made (default 12)")
        ->check(CLI::Range(1, 1024));
    command.add_option("--time-zone", options.time_zone, "IANA zone of the reporting days")
        ->envname("SIJILL_REPORTING__TIME_ZONE")
        ->capture_default_str();
}

void ignore_environment(CLI::App& command) {
    for (CLI::Option* option : command.get_options()) {
        option->envname("");
    }
}

void add_kafka_options(CLI::App& command, Options& options) {
    command
        .add_option("--kafka",
                    options.kafka,
                    "Kafka bootstrap servers; without it the embedded log is used")
        ->envname("SIJILL_KAFKA__BOOTSTRAP_SERVERS");
    command.add_option("--topic", options.topic, "Kafka topic")
        ->envname("SIJILL_KAFKA__TOPIC")
        ->capture_default_str();
    command.add_option_function<std::vector<std::string>>(
        "-X",
        [&options](const std::vector<std::string>& settings) {
            for (const std::string& setting : settings) {
                const size_t equals = setting.find('=');
                if (equals == std::string::npos) {
                    throw CLI::ValidationError("-X", "expected key=value, got " + setting);
                }
                options.librdkafka[setting.substr(0, equals)] = setting.substr(equals + 1);
            }
        },
        "A librdkafka setting, key=value");
}

void add_output_options(CLI::App& command, Options& options) {
    command.add_option("--lang", options.lang, "Language of titles and labels")
        ->check(CLI::IsMember({"en", "ar"}))
        ->capture_default_str();
    command.add_option_function<std::string>(
        "--format",
        [&options](const std::string& name) { options.format = format_of(name); },
        "text (default), json, csv or ndjson");
}

void add_config_option(CLI::App& command, Options& options) {
    command
        .add_option("--config",
                    options.config,
                    "TOML file of the site (/etc/sijill/sijill.toml where it exists); a server "
                    "that is asked has its own")
        ->envname("SIJILL_CONFIG");
}

void add_site_options(CLI::App& command, Options& options) {
    add_data_options(command, options);
    add_kafka_options(command, options);
    add_config_option(command, options);
    command.parse_complete_callback([&command, &options] {
        const auto given = [&command](const char* name) {
            return command.get_option(name)->count() > 0;
        };
        options.given = GivenOptions{given("--data"),
                                     given("--kafka"),
                                     given("--topic"),
                                     given("--time-zone"),
                                     command.get_option_no_throw("--api") != nullptr};
    });
}

void add_server_options(CLI::App& command, Options& options, const char* what) {
    command.add_option("--api", options.api, what)->check(not_empty());
    command.add_option("--token-file",
                       options.token_file,
                       "With --api: a file whose first line is the token (or SIJILL_TOKEN)");
    command.add_option("--ca-file",
                       options.ca_file,
                       "With --api https://…: certificates to trust (PEM) instead of the system's");
}

void add_asking_options(CLI::App& command, Options& options) {
    add_site_options(command, options);
    add_output_options(command, options);
    add_server_options(
        command, options, "Ask the server at this URL instead of the data directory");
}

void add_read_options(CLI::App& command, Options& options) {
    add_asking_options(command, options);
    command
        .add_option("--as-of",
                    options.as_of,
                    "Answer as of this position (partition:offset,...), or with what had been "
                    "appended before this instant (2017-04-01T00:00:00Z): the log is folded "
                    "again")
        ->check(not_empty());
}

void add_limit_option(CLI::App& command, size_t& rows) {
    command.add_option("--limit", rows, "Most rows (all)")->check(CLI::Range(size_t{1}, kMostRows));
}

}  // namespace sijill::cli
