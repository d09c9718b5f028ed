# Tests of cli/. SIJILL_WRITE_DOCS=1 config_test brings docs/configuration.md up to date.
sijill_test(config_test KIND unit SOURCES unit/cli/config_test.cc unit/cli/config_mistakes_test.cc DEPS sijill::cli)
sijill_test(site_test KIND unit SOURCES unit/cli/site_test.cc DEPS sijill::cli)
sijill_test(service_manager_test KIND unit SOURCES unit/cli/service_manager_test.cc DEPS sijill::cli)
sijill_test(doctor_test KIND unit SOURCES unit/cli/doctor_test.cc DEPS sijill::cli)
sijill_test(period_asked_test KIND unit SOURCES unit/cli/period_asked_test.cc DEPS sijill::cli nlohmann_json::nlohmann_json)
sijill_test(csv_mapping_test KIND unit SOURCES unit/cli/csv_mapping_test.cc DEPS sijill::cli)
sijill_test(import_run_test KIND unit SOURCES unit/cli/import_run_test.cc DEPS sijill::cli)
