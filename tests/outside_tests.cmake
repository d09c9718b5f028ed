# Clients and tools of others against the release binary; `./dev test outside` installs those that Debian has not.
foreach(name documents schemathesis cloudevents channels browser metrics observability slow_clients systemd_unit debezium)
  add_test(NAME outside.${name} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/outside/${name}_test.py)
  set_tests_properties(outside.${name} PROPERTIES
    LABELS outside TIMEOUT 600 SKIP_RETURN_CODE 77
    ENVIRONMENT "SIJILL_BINARY=${CMAKE_BINARY_DIR}/sijill;PYTHONPATH=${CMAKE_CURRENT_SOURCE_DIR}/release")
endforeach()
# It measures latencies.
set_tests_properties(outside.slow_clients PROPERTIES RUN_SERIAL TRUE)
