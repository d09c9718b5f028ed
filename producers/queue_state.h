#pragma once
// producers/queue_state.h - what an import of queue logs keeps in the data directory.

#include "producers/followed_file.h"
#include "producers/queue_calls.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::producers {

/// How far the followed log was read, and which calls stood in the queues there.
struct QueueState {
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

/// The state of one source in a data directory, held by one process at a time.
class QueueStateFile {
  public:
    QueueStateFile(QueueStateFile&& other) noexcept;
    QueueStateFile& operator=(QueueStateFile&&) = delete;
    QueueStateFile(const QueueStateFile&) = delete;
    ~QueueStateFile();

    /// Makes the folder when it is not there. Errors: Conflict (another import of this source
    /// runs), Storage.
    [[nodiscard]] static Result<QueueStateFile> open(const std::string& data_directory,
                                                     std::string_view source);

    /// An empty state when there is no file yet. Errors: Corrupt, Storage.
    [[nodiscard]] Result<QueueState> load() const;

    /// Durable, and whole or not at all, whenever the machine stops. Errors: Storage.
    [[nodiscard]] Result<void> save(const QueueState& state) const;

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    QueueStateFile(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

    std::string path_;
    int lock_ = -1;
};

}  // namespace sijill::producers
