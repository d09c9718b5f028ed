# What the benchmarks say of their runs; the benchmarks themselves are run by ./dev bench.
add_test(NAME unit.bench_results COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/unit/bench/results_test.py)
set_tests_properties(unit.bench_results PROPERTIES LABELS unit TIMEOUT 60)
