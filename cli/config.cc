#include "cli/config.h"

#include "cli/config_file.h"
#include "cli/config_keys.h"
#include "cli/config_parse.h"
#include "log/kafka_config.h"
#include "projections/business_time.h"
#include "projections/local_time.h"

#include <unistd.h>

#include <algorithm>
#include <set>

namespace sijill::cli {

namespace {

/// Puts one file and the environment over the defaults.
class Loader {
  public:
    explicit Loader(std::string file) : file_(std::move(file)) {}

    void take_file(const Value& root) {
        if (!problems_.empty()) {
            unknown_.insert("");  // of syntax: nothing of the file is known
        }
        for (const auto& [name, place, value] : root.members) {
            if (!is_table(name)) {
                refuse_unknown(place, name);
            } else if (value.type != Value::Type::Table) {
                problems_.add(value.place, name + " must be a table: [" + name + "]");
            } else {
                take_table(name, value);
            }
        }
    }

    void take_environment(const Environment& environment) {
        for (const auto& [name, text] : environment) {
            if (is_meant(name)) {
                take_variable(name, text);
            }
        }
    }

    [[nodiscard]] Problems& problems() { return problems_; }

    [[nodiscard]] Result<LoadedConfig> end() {
        if (in_doubt("kpi.own", std::nullopt)) {
            loaded_.config.kpi.own.clear();
        }
        for (const Contradiction& each : contradictions(loaded_.config)) {
            if (!in_doubt(each)) {
                problems_.add(place_of(each), each.message);
            }
        }
        if (problems_.empty()) {
            return std::move(loaded_);
        }
        std::string message;
        for (const std::string& line : problems_.lines()) {
            message += (message.empty() ? "" : "\n") + line;
        }
        return fail(Errc::Config, message);
    }

  private:
    [[nodiscard]] Place place_of(const Contradiction& flaw) const {
        const auto found = given_.find(flaw.key);
        if (found == given_.end()) {
            return {file_.empty() ? "default" : file_};
        }
        return flaw.item
                   ? place_in(found->second, "[" + std::to_string(*flaw.item) + "]." + flaw.member)
                   : found->second.place;
    }

    /// True when another value may have been meant: what was written could not be read, or nothing
    /// was written and something unknown was. One mistake is told once.
    [[nodiscard]] bool in_doubt(std::string_view key, std::optional<size_t> item) const {
        const auto found = unread_.find(key);
        if (found == unread_.end()) {
            return !given_.contains(key) &&
                   (unknown_.contains("") || unknown_.contains(table_of(key)));
        }
        return !item || found->second.contains(kWhole) || found->second.contains(*item);
    }

    [[nodiscard]] bool in_doubt(const Contradiction& flaw) const {
        return in_doubt(flaw.key, flaw.item) ||
               std::ranges::any_of(flaw.beside, [this](std::string_view key) {
                   return in_doubt(key, std::nullopt);
               });
    }

    static bool is_table(std::string_view name) {
        return std::ranges::any_of(all_keys(),
                                   [name](const Key& key) { return table_of(key.name) == name; });
    }

    void take_table(const std::string& table, const Value& value) {
        for (const auto& [name, place, member] : value.members) {
            const std::string full = table + "." + name;
            if (const Key* key = find_key(full)) {
                set(*key, member, file_ + ":" + std::to_string(place.line));
            } else {
                refuse_unknown(place, full);
            }
        }
    }

    /// The variable of a setting, be it written with one underscore where two stand for the dot.
    static bool is_meant(std::string_view name) {
        const auto with_one = [name](const Key& key) {
            std::string variable = variable_of(key.name);
            return variable.erase(variable.find("__"), 1) == name;
        };
        return name.starts_with("SIJILL_") && (name.find("__") != std::string_view::npos ||
                                               std::ranges::any_of(all_keys(), with_one));
    }

    void take_variable(const std::string& name, const std::string& text) {
        const auto keys = all_keys();
        const auto key = std::ranges::find_if(
            keys, [&name](const Key& candidate) { return variable_of(candidate.name) == name; });
        Value value;
        value.text = text;
        value.place = {name};
        value.from_environment = true;
        if (key == keys.end()) {
            std::vector<std::string> names;
            for (const Key& known : keys) {
                names.push_back(variable_of(known.name));
            }
            unknown_.insert("");
            problems_.add(value.place,
                          "there is no such setting" + hint_of(nearest_name(name, names)));
        } else if (!key->scalar) {
            problems_.add(value.place, std::string(key->name) + " can be set in the file only");
        } else {
            set(*key, value, name);
        }
    }

    void set(const Key& key, const Value& value, const std::string& origin) {
        const size_t before = problems_.all().size();
        key.set(loaded_.config, {value, key.name, key.range, problems_});
        const std::string name(key.name);
        loaded_.origins[name] = origin;
        given_[name] = value;
        unread_.erase(name);
        for (size_t i = before; i < problems_.all().size(); ++i) {
            const Place& place = problems_.all()[i].place;
            const auto item = std::ranges::find_if(
                value.items, [&place](const Value& each) { return holds_place(each, place); });
            unread_[name].insert(item == value.items.end()
                                     ? kWhole
                                     : static_cast<size_t>(item - value.items.begin()));
        }
    }

    void refuse_unknown(const Place& place, const std::string& name) {
        std::set<std::string> names;
        std::string elsewhere;  // the same word in another table
        for (const Key& key : all_keys()) {
            names.emplace(table_of(key.name));
            names.emplace(key.name);
            const std::string_view last = key.name.substr(table_of(key.name).size() + 1);
            if (last == std::string_view(name).substr(name.rfind('.') + 1)) {
                elsewhere = key.name;
            }
        }
        const std::string nearest = nearest_name(name, {names.begin(), names.end()});
        const std::string& meant = nearest.empty() ? elsewhere : nearest;
        problems_.add(place, "there is no setting '" + name + "'" + hint_of(meant));
        const bool is_whole_table = name.find('.') == std::string::npos;
        unknown_.insert(is_whole_table ? "" : std::string(table_of(name)));
        unknown_.insert(std::string(table_of(meant)));
    }

    std::string file_;
    LoadedConfig loaded_;
    static constexpr size_t kWhole = SIZE_MAX;
    std::map<std::string, Value, std::less<>> given_;
    // Of the settings that could not be read: which of their values, or kWhole.
    std::map<std::string, std::set<size_t>, std::less<>> unread_;
    // The tables in which something was written that is no setting; "" is any.
    std::set<std::string, std::less<>> unknown_;
    Problems problems_;
};

void check_http(const Config& config, std::vector<Contradiction>& out) {
    const auto endpoint = parse_endpoint(config.http.listen);
    if (!endpoint) {
        out.push_back({"http.listen",
                       "http.listen must be an address and a port such as \"127.0.0.1:8080\" or "
                       "\"[::1]:8080\", not '" +
                           config.http.listen + "'"});
    } else if (!endpoint->loopback && config.auth.mode == AuthMode::None) {
        out.push_back({"http.listen",
                       "http.listen is " + config.http.listen +
                           ", which others can reach, and auth.mode is \"none\": set auth.mode to "
                           "\"token\" or \"jwt\", or listen on 127.0.0.1",
                       {},
                       {},
                       {"auth.mode"}});
    }
    if (config.http.tls_cert_file.empty() != config.http.tls_key_file.empty()) {
        const bool has_cert = !config.http.tls_cert_file.empty();
        out.push_back({has_cert ? "http.tls_cert_file" : "http.tls_key_file",
                       "TLS needs both http.tls_cert_file and http.tls_key_file",
                       {},
                       {},
                       {"http.tls_cert_file", "http.tls_key_file"}});
    }
}

void check_auth(const Config& config, std::vector<Contradiction>& out) {
    const auto require = [&out](AuthMode wanted, const std::string& value, const char* key) {
        if (value.empty()) {
            out.push_back({"auth.mode",
                           "auth.mode is " + literal_of(wanted) + " and needs " + key,
                           {},
                           {},
                           {key}});
        }
    };
    const auto refuse = [&](const char* key, const std::string& value, AuthMode wanted) {
        if (!value.empty() && config.auth.mode != wanted) {
            out.push_back({key,
                           std::string(key) + " counts with auth.mode " + literal_of(wanted) +
                               " only, and auth.mode is " + literal_of(config.auth.mode) +
                               ": set auth.mode, or take " + key + " away",
                           {},
                           {},
                           {"auth.mode"}});
        }
    };
    refuse("auth.tokens_file", config.auth.tokens_file, AuthMode::Token);
    refuse("auth.jwks_file", config.auth.jwks_file, AuthMode::Jwt);
    refuse("auth.issuer", config.auth.issuer, AuthMode::Jwt);
    refuse("auth.audience", config.auth.audience, AuthMode::Jwt);
    if (config.auth.mode == AuthMode::Token) {
        require(AuthMode::Token, config.auth.tokens_file, "auth.tokens_file");
    }
    if (config.auth.mode == AuthMode::Jwt) {
        require(AuthMode::Jwt, config.auth.jwks_file, "auth.jwks_file");
        require(AuthMode::Jwt, config.auth.issuer, "auth.issuer");
        require(AuthMode::Jwt, config.auth.audience, "auth.audience");
    }
}

/// Asks librdkafka about each setting; nothing is connected to.
void check_kafka(const Config& config, std::vector<Contradiction>& out) {
    if (config.kafka.topic.empty()) {
        out.push_back({"kafka.topic", "kafka.topic must not be empty"});
    }
    if (config.kafka.librdkafka.empty()) {
        return;
    }
    log::KafkaConfig kafka;
    kafka.bootstrap_servers = "localhost";  // any: the embedded log has none
    kafka.librdkafka = config.kafka.librdkafka;
    for (const auto role : {log::KafkaRole::Producer, log::KafkaRole::Reader}) {
        if (const auto conf = log::kafka_conf(kafka, role); !conf) {
            out.push_back({"kafka.librdkafka", conf.error().message});
            return;
        }
    }
}

/// A working-time target that no day could ever meet.
void check_due(const Config& config, std::vector<Contradiction>& out) {
    const bool works = events::has_working_time(config.calendar);
    const auto judge = [&](const std::optional<producers::DueTarget>& target, const char* key) {
        if (target && std::holds_alternative<producers::WorkingTime>(*target) && !works) {
            out.push_back({key,
                           std::string(key) +
                               " is working time, and calendar.hours has none outside the weekend: "
                               "set calendar.hours, or give calendar days such as \"P3D\"",
                           {},
                           {},
                           {"calendar.hours", "calendar.weekend"}});
        }
    };
    judge(config.due.referral, "due.referral");
    judge(config.due.complaint, "due.complaint");
    judge(config.due.kpi_referral, "due.kpi_referral");
}

/// Days that two seasons have, with hours that differ: which were meant is not guessed.
void check_seasons(const Config& config, std::vector<Contradiction>& out) {
    const auto& seasons = config.calendar.seasons;
    const auto named = [](const producers::Season& season) {
        return format_date(season.from) + " to " + format_date(season.to);
    };
    for (size_t i = 0; i < seasons.size(); ++i) {
        for (size_t j = 0; j < i; ++j) {
            if (seasons[j].from <= seasons[i].to && seasons[i].from <= seasons[j].to &&
                seasons[j].hours != seasons[i].hours) {
                out.push_back({"calendar.ramadan",
                               "calendar.ramadan: " + named(seasons[i]) + " has days of " +
                                   named(seasons[j]) + ", whose hours are others",
                               i,
                               {},
                               {"calendar.ramadan"}});
            }
        }
    }
}

bool counts_working_time(const projections::KpiDefinition& kpi) {
    const auto computed = [](const projections::SumTerm& term) {
        return projections::describe(term.cube).computed;
    };
    return std::ranges::any_of(kpi.numerator, computed) ||
           std::ranges::any_of(kpi.bases,
                               [&computed](const projections::KpiBase& base) {
                                   return std::ranges::any_of(base.terms, computed);
                               }) ||
           std::ranges::any_of(kpi.variants, [&computed](const projections::KpiVariant& variant) {
               return std::ranges::any_of(variant.numerator, computed);
           });
}

// A referral's id is that of its question, so that the second of two targets could never refer.
void check_same_referral(const Config& config, size_t item, std::vector<Contradiction>& out) {
    const auto& targets = config.kpi.targets;
    const projections::KpiTarget& target = targets[item];
    for (size_t before = 0; before < item; ++before) {
        if (referral_id_of(targets[before], "", "") == referral_id_of(target, "", "")) {
            out.push_back({"kpi.target",
                           "kpi.target: targets " + std::to_string(before + 1) + " and " +
                               std::to_string(item + 1) + " ask " +
                               (target.department.empty() ? "each department" : target.department) +
                               " the same of " + target.kpi +
                               ", and a figure is referred once: keep one of them",
                           item,
                           "kpi",
                           {"kpi.target"}});
            return;
        }
    }
}

void check_targets(const Config& config, std::vector<Contradiction>& out) {
    const projections::KpiCatalogue kpis(config.kpi.own);
    const bool works = events::has_working_time(config.calendar);
    for (size_t i = 0; i < config.kpi.targets.size(); ++i) {
        const projections::KpiTarget& target = config.kpi.targets[i];
        const auto* kpi = kpis.find(target.kpi);
        for (const auto& [member, what] : flaws_of(target, kpis)) {
            out.push_back({"kpi.target", "kpi.target: " + what, i, member, {}});
            if (kpi == nullptr) {
                out.back().beside = {"kpi.own"};
            }
        }
        if (kpi != nullptr && !works && counts_working_time(*kpi)) {
            out.push_back({"kpi.target",
                           "kpi.target: " + target.kpi +
                               " counts working time, and calendar.hours has none outside the "
                               "weekend, so that it has no value: set calendar.hours",
                           i,
                           "kpi",
                           {"calendar.hours", "calendar.weekend", "kpi.own"}});
        }
        check_same_referral(config, i, out);
    }
}

}  // namespace

projections::SiteKpis site_kpis(const Config& config) {
    projections::FigureRules rules{config.kpi.minimum_cell_size};
    if (events::has_working_time(config.calendar)) {
        const auto of_calendar = projections::BusinessTime::of(due_policy(config).calendar);
        rules.business_time = of_calendar ? *of_calendar : nullptr;
    }
    return {projections::KpiCatalogue(config.kpi.own, std::move(rules)), config.kpi.targets};
}

producers::DuePolicy due_policy(const Config& config) {
    producers::DuePolicy policy{
        config.calendar, config.due.referral, config.due.complaint, config.due.kpi_referral};
    policy.calendar.time_zone = config.reporting.time_zone;
    return policy;
}

std::vector<Contradiction> contradictions(const Config& config) {
    std::vector<Contradiction> out;
    if (const auto zone = projections::LocalTime::of(config.reporting.time_zone); !zone) {
        out.push_back({"reporting.time_zone", zone.error().message});
    }
    if (config.storage.path.empty()) {
        out.push_back({"storage.path", "storage.path must not be empty"});
    }
    check_kafka(config, out);
    check_http(config, out);
    check_auth(config, out);
    check_due(config, out);
    check_seasons(config, out);
    check_targets(config, out);
    return out;
}

Environment process_environment() {
    Environment environment;
    for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        const size_t equals = text.find('=');
        if (equals != std::string_view::npos && equals + 1 < text.size()) {
            environment.emplace(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    return environment;
}

Result<LoadedConfig> load_config(const std::string& file, const Environment& environment) {
    Loader loader(file);
    if (!file.empty()) {
        const auto root = read_toml(file, loader.problems());
        if (!root) {
            return Unexpected(root.error());
        }
        loader.take_file(*root);
    }
    loader.take_environment(environment);
    return loader.end();
}

}  // namespace sijill::cli
