# The images of docker/, built and run by a Docker engine; `./dev docker-test` has one.
add_test(NAME docker.images COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/docker/docker_test.py)
set_tests_properties(docker.images PROPERTIES
  LABELS docker TIMEOUT 3000 SKIP_RETURN_CODE 77
  ENVIRONMENT "SIJILL_BINARY=${CMAKE_BINARY_DIR}/sijill;PYTHONPATH=${CMAKE_CURRENT_SOURCE_DIR}/release")
