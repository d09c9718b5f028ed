# End-to-end tests of the release binary, in another language: they share no code with what they judge.
find_package(Python3 COMPONENTS Interpreter REQUIRED)
foreach(name golden kill kafka)
  add_test(NAME release.${name} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/release/${name}_test.py)
  set_tests_properties(release.${name} PROPERTIES
    LABELS release TIMEOUT 900 SKIP_RETURN_CODE 77 ENVIRONMENT "SIJILL_BINARY=${CMAKE_BINARY_DIR}/sijill")
endforeach()
