add_library(sijill_samples STATIC unit/events/samples.cc)
target_include_directories(sijill_samples PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(sijill_samples PUBLIC sijill::events PRIVATE sijill_warnings)

sijill_test(time_test KIND unit SOURCES unit/events/time_test.cc DEPS sijill::events)
sijill_test(uuid_test KIND unit SOURCES unit/events/uuid_test.cc DEPS sijill::events)
sijill_test(digest_test KIND unit SOURCES unit/events/digest_test.cc DEPS sijill::events)
sijill_test(record_test KIND unit SOURCES unit/events/record_test.cc DEPS sijill::events)
sijill_test(grammar_test KIND unit SOURCES unit/events/grammar_test.cc DEPS sijill::events)
sijill_test(decode_test KIND unit SOURCES unit/events/decode_test.cc DEPS sijill_samples)
sijill_test(decode_mutants_test KIND unit SOURCES unit/events/decode_mutants_test.cc DEPS sijill_samples)
sijill_test(decode_spellings_test KIND unit SOURCES unit/events/decode_spellings_test.cc
  DEPS sijill_samples nlohmann_json::nlohmann_json)
sijill_test(patch_test KIND unit SOURCES unit/events/patch_test.cc DEPS sijill::events nlohmann_json::nlohmann_json)
sijill_test(validate_test KIND unit SOURCES unit/events/validate_test.cc
  DEPS sijill_samples nlohmann_json::nlohmann_json)
sijill_test(catalogue_test KIND unit SOURCES unit/events/catalogue_test.cc
  DEPS sijill::events nlohmann_json::nlohmann_json)
