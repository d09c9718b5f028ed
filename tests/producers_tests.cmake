sijill_test(quarter_test KIND unit SOURCES unit/producers/quarter_test.cc
  DEPS sijill::producers nlohmann_json::nlohmann_json TIMEOUT 600)
