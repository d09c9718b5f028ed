#include "cli/site.h"

#include "cli/config_command.h"
#include "cli/logging.h"

#include <utility>

namespace sijill::cli {

Config with_flags(Config config, const Options& options) {
    const GivenOptions given = options.given.value_or(GivenOptions{});
    config.storage.path = given.data ? options.data : config.storage.path;
    config.kafka.bootstrap_servers = given.kafka ? options.kafka : config.kafka.bootstrap_servers;
    config.kafka.topic = given.topic ? options.topic : config.kafka.topic;
    config.reporting.time_zone = given.time_zone ? options.time_zone : config.reporting.time_zone;
    for (const auto& [key, value] : options.librdkafka) {
        config.kafka.librdkafka[key] = value;
    }
    return config;
}

Options options_of(const Config& config, const Options& given) {
    Options options = given;
    options.data = config.storage.path;
    options.kafka = config.kafka.bootstrap_servers;
    options.topic = config.kafka.topic;
    options.time_zone = config.reporting.time_zone;
    options.librdkafka = config.kafka.librdkafka;
    return options;
}

Result<Config> config_of(const Options& options) {
    auto loaded = load_config(config_file(options.config), process_environment());
    if (!loaded) {
        return Unexpected(loaded.error());
    }
    return with_flags(std::move(loaded->config), options);
}

Result<void> take_configuration(Options& options) {
    if (!options.given || !options.api.empty()) {
        return {};
    }
    const auto config = config_of(options);
    if (!config) {
        return Unexpected(config.error());
    }
    set_logging(config->log.level, config->log.format);
    options = options_of(*config, options);
    return {};
}

Result<projections::SiteKpis> site_of(const Options& options) {
    const auto config = config_of(options);
    if (!config) {
        return Unexpected(config.error());
    }
    return site_kpis(*config);
}

Result<producers::PublishRules> publish_rules(const Options& options) {
    const auto config = config_of(options);
    if (!config) {
        return Unexpected(config.error());
    }
    producers::PublishRules rules;
    rules.due = due_policy(*config);
    return rules;
}

std::string place_flags(const Options& options) {
    const Environment environment = process_environment();
    const auto named = environment.find("SIJILL_CONFIG");
    const auto loaded =
        load_config(config_file(named == environment.end() ? "" : named->second), environment);
    const bool same_zone = loaded && loaded->config.reporting.time_zone == options.time_zone;
    return "--data " + options.data + (same_zone ? "" : " --time-zone " + options.time_zone);
}

}  // namespace sijill::cli
