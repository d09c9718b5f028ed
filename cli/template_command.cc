// cli/template_command.cc - sijill template: files that an installation needs around the binary.

#include "cli/commands.h"
#include "cli/csv_templates.h"
#include "cli/observability.h"
#include "cli/systemd_unit.h"

#include <cstdio>

namespace sijill::cli {

namespace {

// A command that prints a text.
void print_when_asked(CLI::App* command, const char* text, Action& action) {
    command->callback([&action, text] {
        action = [text] {
            std::fputs(text, stdout);
            return kOk;
        };
    });
}

}  // namespace

void add_template(CLI::App& app, Options& /*options*/, Action& action) {
    CLI::App* command = app.add_subcommand("template", "Files for an installation, to be adapted");
    command->require_subcommand(1);
    print_when_asked(
        command->add_subcommand("systemd-unit", "sijill.service: `sijill serve` as a service"),
        kSystemdUnit,
        action);
    print_when_asked(
        command->add_subcommand("prometheus-config", "prometheus.yml: scrapes the server"),
        kPrometheusConfig,
        action);
    print_when_asked(
        command->add_subcommand("alerts", "alerts.yml: Prometheus' rules on the server's metrics"),
        kAlerts,
        action);
    print_when_asked(
        command->add_subcommand("grafana-dashboard", "A dashboard of the server, for Grafana"),
        kGrafanaDashboard,
        action);
    CLI::App* mapping = command->add_subcommand(
        "csv-mapping",
        "What `sijill import csv --mapping` reads: change its names to your table's");
    mapping->require_subcommand(1);
    print_when_asked(mapping->add_subcommand("appointments", "One appointment a row"),
                     kAppointmentsMapping,
                     action);
    print_when_asked(mapping->add_subcommand("call-details",
                                             "One inbound call a row, as telephone systems export"),
                     kCallDetailsMapping,
                     action);
}

}  // namespace sijill::cli
