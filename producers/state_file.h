#pragma once
// producers/state_file.h - what a connector keeps in the data directory between two runs.

#include "events/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace sijill::producers {

/// One text of a connector, held by one process at a time. Texts begin with a title line and end
/// with a digest of all that stands before it.
class StateFile {
  public:
    StateFile(StateFile&& other) noexcept;
    StateFile& operator=(StateFile&&) = delete;
    StateFile(const StateFile&) = delete;
    ~StateFile();

    /// `kind`: of the connector, a word; `owner`: whose state it is, any text. Makes the folder
    /// when it is not there. Errors: Conflict (another process holds it), Storage.
    [[nodiscard]] static Result<StateFile> open(const std::string& data_directory,
                                                std::string_view kind,
                                                std::string_view owner);

    /// nullopt when there is no file yet. Errors: Storage.
    [[nodiscard]] Result<std::optional<std::string>> load() const;

    /// Durable, and whole or not at all, whenever the machine stops. Errors: Storage.
    [[nodiscard]] Result<void> save(std::string_view text) const;

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    StateFile(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

    std::string path_;
    int lock_ = -1;
};

/// The text with its title before it and its digest behind it.
[[nodiscard]] std::string sealed_text(std::string_view title, std::string_view text);

/// Back again. Errors: Corrupt (another title, or damaged).
[[nodiscard]] Result<std::string_view> opened_text(std::string_view title, std::string_view sealed);

}  // namespace sijill::producers
