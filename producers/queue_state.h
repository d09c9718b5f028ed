#pragma once
// producers/queue_state.h - what an import of queue logs keeps in the data directory.

#include "producers/followed_file.h"
#include "producers/queue_calls.h"
#include "producers/state_file.h"
#include "producers/target_log.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::producers {

/// How far the followed log was read, which calls stood in the queues there, and into which log
/// what was read went.
struct QueueState {
    TargetLog target;
    FilePosition position;  // offset 0: nothing was followed
    std::string part;
    std::vector<QueueStay> stays;
    QueueMemory memory;
    bool operator==(const QueueState&) const = default;
};

/// As text, one item a line, with a digest of all that stands before it as the last line.
[[nodiscard]] std::string encode_queue_state(const QueueState& state);

/// Errors: Corrupt, with the line.
[[nodiscard]] Result<QueueState> decode_queue_state(std::string_view text);

/// The state of one source in a data directory.
class QueueStateFile {
  public:
    /// Errors: as StateFile::open().
    [[nodiscard]] static Result<QueueStateFile> open(const std::string& data_directory,
                                                     std::string_view source);

    /// An empty state when there is no file yet. Errors: Corrupt, Storage.
    [[nodiscard]] Result<QueueState> load() const;

    /// Errors: as StateFile::save().
    [[nodiscard]] Result<void> save(const QueueState& state) const;

    /// The error of a state that cannot be gone on from, with the remedy when it is Corrupt.
    [[nodiscard]] Unexpected refusal(const Error& error) const;

    [[nodiscard]] const std::string& path() const { return file_.path(); }

  private:
    explicit QueueStateFile(StateFile file) : file_(std::move(file)) {}

    StateFile file_;
};

}  // namespace sijill::producers
