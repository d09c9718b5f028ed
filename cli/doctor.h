#pragma once
// cli/doctor.h - what `sijill doctor` finds: pure judgements here, the looks at the machine in
// doctor_machine.cc and at log and shards in doctor_log.cc.

#include "api/http_server.h"
#include "cli/config.h"
#include "cli/context.h"
#include "log/event_log.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sijill::cli {

enum class Verdict { Ok, Warning, Problem };

/// One line of the report. `advice` is empty when all is well. Never holds a secret.
struct Finding {
    Verdict verdict = Verdict::Ok;
    std::string check;  // "disk"
    std::string said;
    std::string advice;
    bool operator==(const Finding&) const = default;
};

using Findings = std::vector<Finding>;

// Judgements. What is judged is given; nothing is looked up.

/// Free and all bytes of the file system under `path`.
[[nodiscard]] Finding judge_disk(const std::string& path, uint64_t free, uint64_t all);

/// `magic` as statfs(2) gives it. `holds_log`: the embedded log is there, not only views that can
/// be folded again.
[[nodiscard]] Finding judge_file_system(const std::string& path, int64_t magic, bool holds_log);

[[nodiscard]] Finding judge_open_files(uint64_t limit, int connections);

/// Whether the kernel's clock is kept by NTP, and by how much it may be wrong.
[[nodiscard]] Finding judge_clock(bool kept, int64_t error_us);

/// When the log's last record was appended, and now; milliseconds since 1970. Nothing: no record.
[[nodiscard]] Findings judge_last_append(int64_t appended, int64_t now);

/// The mode bits of a file that decides who may ask (`secret` false) or that proves who we are.
[[nodiscard]] Finding judge_mode(const std::string& check,
                                 const std::string& path,
                                 uint32_t mode,
                                 bool secret);

/// A certificate's dates; all in seconds since 1970.
[[nodiscard]] Finding judge_certificate(const std::string& path,
                                        int64_t begins,
                                        int64_t ends,
                                        int64_t now);

// Looks at the machine.

[[nodiscard]] Findings look_at_machine(const Config& config);
[[nodiscard]] Findings look_at_listening(const Config& config);
[[nodiscard]] Findings look_at_access(const Config& config);

// Looks at the log and at what was folded from it. Nothing is made or changed; a server may run
// over them.

/// `opened`: the log, unless it could not be looked into.
[[nodiscard]] Findings look_at_log(const Options& options, std::unique_ptr<log::EventLog>& opened);
/// Holds them against the log they should be of; nullptr: there is none to look into.
[[nodiscard]] Findings look_at_shards(const Options& options, log::EventLog* log);

/// Which process holds RocksDB's lock of a directory; nullopt: none, or there is none to hold.
[[nodiscard]] std::optional<int> locked_by(const std::string& directory);

}  // namespace sijill::cli
