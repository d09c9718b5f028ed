#pragma once
// cli/logging.h - where log lines go and how they look.

#include "cli/config.h"

#include <string_view>

namespace sijill::cli {

/// Log lines go to stderr, as text or as one JSON object a line (time, level, message; every value
/// escaped). Before the first thread.
void set_logging(LogLevel level, LogFormat format);

/// A line of the Kafka client's as one of ours; what is below its warnings is for those who look
/// for a fault. A log::KafkaLogSink.
void log_kafka_line(int level, std::string_view line);

}  // namespace sijill::cli
