# Tests of log/. Those that need a broker read KAFKA_BOOTSTRAP and say SKIPPED without it.
sijill_test(event_log_contract_test KIND contract LABELS thread kafka
  SOURCES contract/event_log_contract_test.cc contract/event_log_partial_contract_test.cc
    contract/log_backends.cc support/c11_threads.cc support/kafka_writer.cc support/mock_cluster.cc
  DEPS sijill_memory_log sijill::log PkgConfig::RDKAFKA)
sijill_test(kafka_outage_test KIND contract LABELS thread
  SOURCES contract/kafka_outage_test.cc support/c11_threads.cc support/mock_cluster.cc
  DEPS sijill::log PkgConfig::RDKAFKA)
sijill_test(log_test KIND unit LABELS thread
  SOURCES unit/log/embedded_format_test.cc unit/log/embedded_log_test.cc unit/log/kafka_config_test.cc
    unit/log/memory_log_test.cc unit/log/read_again_test.cc
  DEPS sijill_memory_log sijill::log PkgConfig::RDKAFKA PkgConfig::ROCKSDB)
sijill_test(kafka_log_kafka_test KIND kafka LABELS thread
  SOURCES integration/kafka_log_kafka_test.cc support/c11_threads.cc support/kafka_writer.cc
  DEPS sijill::log PkgConfig::RDKAFKA)
sijill_test(kafka_topic_kafka_test KIND kafka
  SOURCES integration/kafka_topic_kafka_test.cc support/kafka_writer.cc
  DEPS sijill::log PkgConfig::RDKAFKA)
sijill_test(kafka_library_test KIND unit SOURCES unit/log/kafka_library_test.cc DEPS sijill::log PkgConfig::RDKAFKA)
