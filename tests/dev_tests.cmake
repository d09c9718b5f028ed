# How ./dev test counts.
add_test(NAME unit.dev_stages COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/unit/dev/stages_test.py)
set_tests_properties(unit.dev_stages PROPERTIES LABELS unit TIMEOUT 60)
