# Who is asking: token files, access tokens, rates.
sijill_test(auth_test KIND unit SOURCES unit/api/auth_test.cc DEPS sijill::api)
sijill_test(token_command_test KIND unit SOURCES unit/cli/token_command_test.cc DEPS sijill::cli)
