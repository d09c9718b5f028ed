#pragma once
// cli/import_run.h - what the import commands share: the log with what it knows, progress, the
// closing table.

#include "cli/context.h"
#include "cli/progress.h"
#include "producers/importer.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace sijill::cli {

/// The log, and the events that were appended at or after an instant, of the sources that `known`
/// is for. Shows progress.
struct ImportLog {
    std::unique_ptr<log::EventLog> log;
    producers::KnownEvents known;
};
[[nodiscard]] Result<ImportLog> open_import_log(const Options& options,
                                                producers::KnownEvents known,
                                                int64_t from_ms);

/// `file:line: reason` on stderr, 1,000 lines a minute at most; then how many more there were. One
/// thread.
class RejectList {
  public:
    using Now = std::function<std::chrono::steady_clock::time_point()>;
    explicit RejectList(Now now = std::chrono::steady_clock::now) : now_(std::move(now)) {}
    RejectList(const RejectList&) = delete;
    RejectList& operator=(const RejectList&) = delete;
    ~RejectList() { tell_hidden(); }

    void tell(const producers::ImportPlace& place, const std::string& reason);

    /// Tells what a minute that is over has hidden. What runs on calls it, for there may come no
    /// further rejection.
    void pass_time();

  private:
    void tell_hidden();

    Now now_;
    std::chrono::steady_clock::time_point minute_{};  // its beginning
    uint64_t told_ = 0;                               // in this minute
    uint64_t hidden_ = 0;
};

/// A progress line over bytes, while it lives; nothing for less than a second of work.
class ByteProgress {
  public:
    ByteProgress(std::string what, int64_t total);
    void add(int64_t bytes) { done_ += bytes; }
    void end() { bar_.reset(); }

  private:
    std::atomic<int64_t> done_{0};
    std::optional<Progress> bar_;
};

/// When a connector's state was saved last; nullopt: never.
[[nodiscard]] std::optional<int64_t> saved_at_ms(const std::string& state_file);

/// Bytes of a file; 0 when it cannot be told.
[[nodiscard]] int64_t size_of_file(const std::string& path);

/// Prints the table and gives the exit code: a failure when something was rejected. `unit`: what
/// was read, "lines" or "rows"; in a dry run nothing was published.
int print_totals(const producers::ImportTotals& totals,
                 const std::string& unit,
                 const Options& options,
                 bool dry_run = false);

/// An identifier that can be an event's source. Errors: Invalid.
[[nodiscard]] Result<void> check_source(const std::string& source);

}  // namespace sijill::cli
