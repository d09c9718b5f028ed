# Who is asking: token files, access tokens, rates.
sijill_test(auth_test KIND unit SOURCES unit/api/auth_test.cc DEPS sijill::api)
sijill_test(access_token_test KIND unit
  SOURCES unit/api/access_token_test.cc unit/api/forged_claims.cc unit/api/forged_tokens.cc unit/api/token_maker.cc
  DEPS sijill::api nlohmann_json::nlohmann_json OpenSSL::Crypto)
sijill_test(authenticator_test KIND unit LABELS thread
  SOURCES unit/api/authenticator_test.cc unit/api/token_maker.cc
  DEPS sijill::api nlohmann_json::nlohmann_json OpenSSL::Crypto)
sijill_test(service_access_test KIND unit LABELS thread SOURCES unit/api/service_access_test.cc DEPS sijill_memory_log sijill::api)
sijill_test(token_command_test KIND unit SOURCES unit/cli/token_command_test.cc DEPS sijill::cli)
