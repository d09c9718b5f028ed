#pragma once
// producers/queue_import.h - reads queue logs into the log of events: whole files, or one for ever.

#include "producers/importer.h"
#include "producers/queue_state.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

namespace sijill::producers {

/// Things that a person should know and that are no line's fault.
struct QueueRemarks {
    uint64_t callers_dropped = 0;  // lines with a caller's number, which entered no event
    uint64_t clock_set_back = 0;   // lines with a negative duration, taken as 0
    bool operator==(const QueueRemarks&) const = default;
};

/// What the caller does while an import runs. Each may be empty.
struct ImportHooks {
    std::function<void(int64_t)> bytes_read;         // so many more
    std::function<void(const std::string&)> remark;  // one sentence for a person
    std::function<void()> idle;                      // follow: nothing new; waits a little
};

/// Imports the logs of one PBX. One thread.
class QueueImport {
  public:
    /// `importer` and `file` must outlive it; `state` is what the file holds.
    QueueImport(Importer& importer,
                const QueueStateFile& file,
                QueueState state,
                QueueRules rules,
                ImportHooks hooks);

    /// Before all else: sees that the log is the one of the state, and has what went into it.
    /// Errors: those of the log; Corrupt, with the remedy.
    [[nodiscard]] Result<void> open();

    /// The whole of one file: one part of the PBX's log. Errors: those of file and log; then
    /// nothing is remembered of it, and importing it again has no effect twice.
    [[nodiscard]] Result<void> import_file(const std::string& path);

    /// Goes on where an earlier run stopped, until `stop` and everything there is was read. What
    /// is remembered is saved behind each piece that the log has for good. Errors: as above.
    [[nodiscard]] Result<void> follow(const std::string& path, const std::atomic<bool>& stop);

    [[nodiscard]] const QueueRemarks& remarks() const { return remarks_; }

  private:
    [[nodiscard]] Result<void> take(QueueLogMapper& mapper, const std::vector<FileLine>& lines);
    void count(const ImportPlace& place, const MappedLine& mapped);
    [[nodiscard]] Result<void> end_part(QueueLogMapper& mapper);
    [[nodiscard]] Result<void> mind_gap(QueueLogMapper& mapper, const std::string& path);
    [[nodiscard]] Result<bool> look(QueueLogMapper& mapper,
                                    FollowedFile& file,
                                    const std::string& path);
    [[nodiscard]] Result<void> keep(const QueueLogMapper& mapper, const FollowedFile& file);
    [[nodiscard]] Result<void> save();
    void say(const std::string& remark) const;

    Importer& importer_;
    const QueueStateFile& file_;
    QueueState state_;
    QueueRules rules_;
    ImportHooks hooks_;
    QueueRemarks remarks_;
};

/// The earliest instant of which a log tells, in milliseconds, from its first lines; 0 when they
/// tell none.
[[nodiscard]] int64_t first_instant(const std::string& path);

}  // namespace sijill::producers
