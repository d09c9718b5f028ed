# Tests of log/. Those that need a broker read KAFKA_BOOTSTRAP and say SKIPPED without it.
sijill_test(event_log_contract_test KIND contract LABELS thread kafka
  SOURCES contract/event_log_contract_test.cc contract/log_backends.cc support/kafka_writer.cc support/mock_cluster.cc
  DEPS sijill::log PkgConfig::RDKAFKA)
