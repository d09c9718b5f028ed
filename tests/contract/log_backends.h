#pragma once
// tests/contract/log_backends.h - the back ends the log's contract runs on.

#include "log/event_log.h"
#include "tests/support/kafka_writer.h"

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>

namespace sijill::tests {

/// A fresh, empty log and what tests do to it from outside.
class LogBackend {
  public:
    virtual ~LogBackend() = default;
    [[nodiscard]] virtual log::EventLog& log() = 0;
    /// As a foreign producer writes: any partition, null key or value. The embedded log has no such
    /// door.
    virtual void write_raw(const RawRecord& record) = 0;
    /// The process ends and starts again.
    virtual void reopen() = 0;
    /// Somebody deletes the log and makes an empty one of the same name.
    virtual void recreate() = 0;
};

/// One value of the parameterised suites. make() gives nullptr where there is no broker.
struct BackendKind {
    std::string name;
    std::unique_ptr<LogBackend> (*make)(int32_t partitions);
};

inline void PrintTo(const BackendKind& kind, std::ostream* out) {
    *out << kind.name;
}

[[nodiscard]] BackendKind memory_backend();
[[nodiscard]] BackendKind embedded_backend();
[[nodiscard]] BackendKind mock_backend();
[[nodiscard]] BackendKind broker_backend();

}  // namespace sijill::tests
