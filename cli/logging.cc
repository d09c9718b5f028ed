#include "cli/logging.h"

#include "events/json.h"
#include "events/time.h"

#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <syslog.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace sijill::cli {

namespace {

// spdlog's patterns do not escape the message: a line break in it would forge a line.
class JsonLines final : public spdlog::formatter {
  public:
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
        const auto ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(message.time.time_since_epoch())
                .count();
        const auto level = spdlog::level::to_string_view(message.level);
        const nlohmann::ordered_json line{
            {"time", events::format_rfc3339({ms})},
            {"level", std::string_view(level.data(), level.size())},
            {"message", std::string_view(message.payload.data(), message.payload.size())}};
        const std::string text =
            line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
        out.append(text.data(), text.data() + text.size());
    }
    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<JsonLines>();
    }
};

}  // namespace

void set_logging(LogLevel level, LogFormat format) {
    auto logger = std::make_shared<spdlog::logger>(
        "sijill", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    // The enumerators stand in spdlog's order, but for "critical" before "off".
    const int number = static_cast<int>(level);
    logger->set_level(level == LogLevel::Off ? spdlog::level::off
                                             : static_cast<spdlog::level::level_enum>(number));
    if (format == LogFormat::Json) {
        logger->set_formatter(std::make_unique<JsonLines>());
    }
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
}

void log_kafka_line(int level, std::string_view line) {
    const auto ours = level <= LOG_ERR       ? spdlog::level::err
                      : level == LOG_WARNING ? spdlog::level::warn
                                             : spdlog::level::debug;
    spdlog::log(ours, "kafka: {}", line);
}

}  // namespace sijill::cli
