add_library(sijill_raw_http STATIC support/raw_http.cc support/test_tls.cc)
set_target_properties(sijill_raw_http PROPERTIES UNITY_BUILD OFF)  # a type of a header has members of unnamed types
target_include_directories(sijill_raw_http PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(sijill_raw_http PUBLIC sijill::events OpenSSL::SSL OpenSSL::Crypto PRIVATE sijill_warnings)

sijill_test(http_test KIND unit SOURCES unit/api/http_test.cc DEPS sijill::api)
sijill_test(http_server_test KIND unit LABELS thread
  SOURCES unit/api/http_server_test.cc unit/api/http_server_refusal_test.cc unit/api/http_server_stream_test.cc
          unit/api/http_server_tls_test.cc
  DEPS sijill::api sijill_raw_http)
sijill_test(parameters_test KIND unit SOURCES unit/api/parameters_test.cc unit/api/documents_test.cc DEPS sijill::api)
sijill_test(publish_test KIND unit SOURCES unit/api/publish_test.cc DEPS sijill::api)
sijill_test(answers_test KIND unit SOURCES unit/api/answers_test.cc unit/api/follow_up_answers_test.cc unit/api/labels_test.cc DEPS sijill_memory_log sijill::api)
sijill_test(kept_cases_test KIND unit SOURCES unit/api/kept_cases_test.cc DEPS sijill::api)
sijill_test(log_ends_test KIND unit SOURCES unit/api/log_ends_test.cc DEPS sijill::api)
sijill_test(http_client_test KIND unit LABELS thread
  SOURCES unit/api/http_client_test.cc DEPS sijill::api sijill_raw_http)
sijill_test(service_test KIND unit LABELS thread SOURCES unit/api/service_test.cc unit/api/service_writes_test.cc DEPS sijill_memory_log sijill::api spdlog::spdlog)
sijill_test(appender_test KIND unit LABELS thread SOURCES unit/api/appender_test.cc DEPS sijill_memory_log sijill::api)
sijill_test(follow_up_step_test KIND unit SOURCES unit/api/follow_up_step_test.cc
  DEPS sijill_memory_rows sijill::api sijill::projections nlohmann_json::nlohmann_json)
sijill_test(xlsx_test KIND unit LABELS thread SOURCES unit/api/xlsx_test.cc DEPS sijill::api)
sijill_test(change_feed_test KIND unit SOURCES unit/api/change_feed_test.cc DEPS sijill::api)
sijill_test(metrics_test KIND unit SOURCES unit/api/metrics_test.cc DEPS sijill::api)
