# What the benchmarks say of their runs; the benchmarks themselves are run by ./dev bench, but for the one that no neighbour of
# the machine can move.
foreach(name results instructions)
  add_test(NAME unit.bench_${name} COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/unit/bench/${name}_test.py)
  set_tests_properties(unit.bench_${name} PROPERTIES LABELS unit TIMEOUT 60)
endforeach()
if(TARGET fold_bench)
  add_test(NAME release.instructions COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/bench/instructions.py --program $<TARGET_FILE:fold_bench>)
  set_tests_properties(release.instructions PROPERTIES LABELS release TIMEOUT 300)
endif()
