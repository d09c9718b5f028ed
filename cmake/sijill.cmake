# Warnings for our own code only; -Werror comes from the presets. -Wshadow is in the tidy preset: it alone compiles file by
# file, and in a unity build a file's local name may be another file's.
add_library(sijill_warnings INTERFACE)
target_compile_options(sijill_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wswitch-enum -Wnon-virtual-dtor -Wold-style-cast -Wundef)
if(SIJILL_WERROR)
  target_compile_options(sijill_warnings INTERFACE -Werror)
endif()

# sijill_library(NAME SOURCES … DEPS … PRIVATE_DEPS …): the static library of one folder.
function(sijill_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(sijill_${name} STATIC ${arg_SOURCES})
  add_library(sijill::${name} ALIAS sijill_${name})
  target_include_directories(sijill_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  set_target_properties(sijill_${name} PROPERTIES UNITY_BUILD_BATCH_SIZE 12)
  target_link_libraries(sijill_${name} PUBLIC ${arg_DEPS} PRIVATE ${arg_PRIVATE_DEPS} sijill_warnings)
endfunction()

# sijill_test(NAME KIND unit SOURCES … DEPS … [LABELS thread …] [TIMEOUT S] [ENV A=B …]): one test program.
# KIND is its folder and first CTest label; LABELS are further ones (thread, kafka, release: see tests/README.md).
function(sijill_test name)
  cmake_parse_arguments(arg "" "KIND;TIMEOUT" "SOURCES;DEPS;ENV;LABELS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${arg_DEPS} sijill_source_path GTest::gtest_main sijill_warnings)
  add_test(NAME ${arg_KIND}.${name} COMMAND ${name})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  set_tests_properties(${arg_KIND}.${name} PROPERTIES
    LABELS "${arg_KIND};${arg_LABELS}" TIMEOUT ${arg_TIMEOUT} ENVIRONMENT "${arg_ENV}")
endfunction()

# sijill_label_targets(): a target tests_LABEL for the test programs of each label registered in this folder, so that
# `./dev test tsan` builds only what it runs. Test programs are those whose test is named KIND.TARGET.
function(sijill_label_targets)
  foreach(label unit property thread contract canary release)
    if(NOT TARGET tests_${label})
      add_custom_target(tests_${label})
    endif()
  endforeach()
  get_property(tests DIRECTORY PROPERTY TESTS)
  foreach(test IN LISTS tests)
    string(REGEX REPLACE "^[^.]*\\." "" program "${test}")
    get_test_property(${test} LABELS labels)
    foreach(label unit property thread contract canary release)
      if(label IN_LIST labels AND TARGET ${program})
        add_dependencies(tests_${label} ${program})
      endif()
    endforeach()
  endforeach()
endfunction()

# sijill_compile_fail_test(NAME MESSAGE): NAME.cc compiles, and with SHOULD_NOT_COMPILE it fails and prints MESSAGE.
function(sijill_compile_fail_test name message)
  foreach(kind good bad)
    add_library(${name}_${kind} OBJECT EXCLUDE_FROM_ALL ${name}.cc)
    target_include_directories(${name}_${kind} PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(${name}_${kind} PRIVATE sijill::projections)
    add_test(NAME compile_fail.${name}.${kind}
             COMMAND ${CMAKE_COMMAND} --build ${CMAKE_BINARY_DIR} --target ${name}_${kind})
    set_tests_properties(compile_fail.${name}.${kind} PROPERTIES LABELS compile_fail TIMEOUT 300
                         RESOURCE_LOCK build_tree)
  endforeach()
  target_compile_definitions(${name}_bad PRIVATE SHOULD_NOT_COMPILE)
  set_tests_properties(compile_fail.${name}.bad PROPERTIES PASS_REGULAR_EXPRESSION "${message}")
endfunction()
