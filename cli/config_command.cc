// cli/config_command.cc - sijill config print, check and docs.

#include "cli/config_command.h"

#include "cli/commands.h"
#include "cli/config.h"

#include <cstdio>
#include <filesystem>
#include <memory>

namespace sijill::cli {

namespace {

constexpr const char* kDefaultFile = "/etc/sijill/sijill.toml";

/// Each line begins with a place, as compilers write it, so that editors find it.
int report_mistakes(const Error& error) {
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return exit_code_of(error.code);
}

int print(const std::string& asked) {
    const Environment environment = process_environment();
    auto loaded = load_config(config_file(asked), environment);
    if (!loaded) {
        return report_mistakes(loaded.error());
    }
    // It stands for the option --data, so it is over the file.
    if (const auto data = environment.find(kDataVariable); data != environment.end()) {
        loaded->config.storage.path = data->second;
        loaded->origins.insert_or_assign("storage.path", kDataVariable);
    }
    std::fputs(print_config(*loaded).c_str(), stdout);
    return kOk;
}

int check(const std::string& asked) {
    const std::string file = config_file(asked);
    const auto loaded = load_config(file, process_environment());
    if (!loaded) {
        return report_mistakes(loaded.error());
    }
    std::printf("%s: the configuration is fine; %zu settings are given\n",
                file.empty() ? "no file" : file.c_str(),
                loaded->origins.size());
    return kOk;
}

}  // namespace

std::string config_file(const std::string& asked) {
    std::error_code ignored;
    const bool exists = asked.empty() && std::filesystem::exists(kDefaultFile, ignored);
    return exists ? kDefaultFile : asked;
}

void add_config(CLI::App& app, Options& /*options*/, Action& action) {
    CLI::App* command = app.add_subcommand("config", "The configuration: check it, or show it");
    command->require_subcommand(1);
    const auto file = std::make_shared<std::string>();
    CLI::App* printing =
        command->add_subcommand("print", "What is in effect, as TOML, and where it comes from");
    CLI::App* checking =
        command->add_subcommand("check", "Name every mistake with its line; exit 78 when one is");
    for (CLI::App* each : {printing, checking}) {
        each->add_option("--config", *file, "TOML file (/etc/sijill/sijill.toml where it exists)")
            ->envname("SIJILL_CONFIG");
    }
    printing->callback([&action, file] { action = [file] { return print(*file); }; });
    checking->callback([&action, file] { action = [file] { return check(*file); }; });
    command->add_subcommand("docs", "docs/configuration.md")->callback([&action] {
        action = [] {
            std::fputs(configuration_page().c_str(), stdout);
            return kOk;
        };
    });
}

}  // namespace sijill::cli
