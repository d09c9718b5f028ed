sijill_test(http_test KIND unit SOURCES unit/api/http_test.cc DEPS sijill::api)
