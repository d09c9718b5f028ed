#pragma once
// cli/context.h - what every command is given: the common options, and how to reach log and shards.

#include "consumers/shard_set.h"
#include "events/result.h"
#include "log/event_log.h"
#include "log/kafka_config.h"
#include "projections/local_time.h"

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sijill::cli {

enum class Format { Text, Json, Csv, Ndjson };

/// Which of the options stand on the command line, or in the variable of one: those go over the
/// configuration. Beside them, what the command can do.
struct GivenOptions {
    bool data = false;
    bool kafka = false;
    bool topic = false;
    bool time_zone = false;
    bool has_api = false;  // the command can ask a server: it has --api
};

/// Options that stand behind any command.
struct Options {
    std::optional<GivenOptions> given;  // nullopt: the command has not these options
    std::string data = "sijill-data";
    std::string kafka;  // bootstrap servers; "" is the embedded log in the data directory
    std::string topic = "sijill.events";
    std::optional<int> partitions;  // of a log or topic that is made; an existing one keeps its own
    Format format = Format::Text;
    std::string lang = "en";
    std::string time_zone = "Asia/Bahrain";
    std::string api;         // URL of a server to ask instead of the data directory
    std::string token_file;  // its first line is the token for that server
    std::string ca_file;     // PEM of the authorities to trust; "": the system's
    std::string config;      // the site's configuration file; "": the usual place
    std::string as_of;       // a position: reads answer as of it, from a fold of their own
    bool dev = false;        // fold a topic whose settings deviate
    std::map<std::string, std::string> librdkafka;  // -X key=value
};

/// Stands for the option --data.
inline constexpr const char* kDataVariable = "SIJILL_DATA";

/// Exit codes; README and `sijill --help` list them.
inline constexpr int kOk = 0;
inline constexpr int kFailure = 1;
inline constexpr int kUsage = 2;
inline constexpr int kMismatch = 3;
inline constexpr int kNotFound = 4;
inline constexpr int kConflict = 5;
inline constexpr int kUnavailable = 6;
inline constexpr int kBadConfig = 78;

[[nodiscard]] int exit_code_of(Errc code);

/// Prints `sijill: <message>` on stderr and gives the code to exit with.
int report_error(const Error& error);

[[nodiscard]] log::KafkaConfig kafka_config(const Options& options);

/// The embedded log under the data directory, or the Kafka topic. Errors: Config, Conflict,
/// NotFound, Unavailable.
[[nodiscard]] Result<std::unique_ptr<log::EventLog>> open_log(const Options& options);

/// As open_log(); an embedded log is made where there is none: for commands that bring events.
[[nodiscard]] Result<std::unique_ptr<log::EventLog>> open_or_make_log(const Options& options);

/// How many offsets lie in the ranges: as many records, where there are no holes.
[[nodiscard]] int64_t offsets_in(const std::vector<log::OffsetRange>& ranges);

/// Refuses a Kafka topic that is compacted, expires or was made otherwise, unless --dev. Nothing to
/// check when embedded.
[[nodiscard]] Result<void> require_sound_topic(const Options& options);

/// The shards of the data directory, folded with this program's rules and the time zone of the
/// options.
[[nodiscard]] Result<consumers::ShardView> open_shards(const Options& options);

/// Set by SIGTERM and SIGINT; a second signal ends the process at once.
[[nodiscard]] const std::atomic<bool>& stop_requested();
void install_signal_handlers();

/// From now on a SIGHUP does not end the process, but asks it to read certificate, tokens and keys
/// again.
void catch_reload_requests();
/// True once behind each SIGHUP.
[[nodiscard]] bool take_reload_request();

}  // namespace sijill::cli
