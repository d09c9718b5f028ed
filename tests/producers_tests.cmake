sijill_test(quarter_test KIND unit SOURCES unit/producers/quarter_test.cc
  DEPS sijill::producers nlohmann_json::nlohmann_json TIMEOUT 600)
sijill_test(scenario_fold_test KIND unit SOURCES unit/producers/scenario_fold_test.cc
  DEPS sijill::producers sijill::projections)
sijill_test(load_test KIND unit SOURCES unit/producers/load_test.cc DEPS sijill::producers)
sijill_test(publisher_test KIND unit SOURCES unit/producers/publisher_test.cc DEPS sijill::producers)
sijill_test(outbox_bridge_test KIND unit SOURCES unit/producers/outbox_bridge_test.cc DEPS sijill_memory_log sijill::producers)
sijill_test(due_dates_test KIND unit SOURCES unit/producers/due_dates_test.cc
  DEPS sijill::producers nlohmann_json::nlohmann_json)
sijill_test(queue_calls_test KIND unit SOURCES unit/producers/queue_calls_test.cc
  DEPS sijill::producers nlohmann_json::nlohmann_json)
sijill_test(followed_file_test KIND unit SOURCES unit/producers/followed_file_test.cc DEPS sijill::producers)
sijill_test(csv_reader_test KIND unit SOURCES unit/producers/csv_reader_test.cc DEPS sijill::producers)
sijill_test(csv_values_test KIND unit SOURCES unit/producers/csv_values_test.cc DEPS sijill::producers)
sijill_test(csv_mapper_test KIND unit SOURCES unit/producers/csv_mapper_test.cc DEPS sijill::producers)
sijill_test(csv_import_test KIND unit SOURCES unit/producers/csv_import_test.cc DEPS sijill_memory_log sijill::producers)
