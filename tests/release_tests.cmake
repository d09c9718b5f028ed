# End-to-end tests of the release binary, in another language: they share no code with what they judge.
# Debian's own interpreter: python3-confluent-kafka is installed for no other.
set(Python3_EXECUTABLE /usr/bin/python3)
foreach(name golden golden_paths kpi kpi_worlds kill kafka api xlsx remote own_writes systemd access doctor health department own_kpi suppression import
         csv csv_hostile import_kafka outbox command figures)
  add_test(NAME release.${name} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/release/${name}_test.py)
  set_tests_properties(release.${name} PROPERTIES
    LABELS release TIMEOUT 900 SKIP_RETURN_CODE 77 ENVIRONMENT "SIJILL_BINARY=${CMAKE_BINARY_DIR}/sijill")
endforeach()
# The longest first: on two cores the others fit beside it.
set_tests_properties(release.golden_paths PROPERTIES COST 1000)
