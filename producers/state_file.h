#pragma once
// producers/state_file.h - what a connector keeps in the data directory between two runs.

#include "events/result.h"

#include <charconv>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

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

    /// What to do about a text that cannot be gone on from (Corrupt): the file's name and `remedy`,
    /// which follows "remove it ". Other errors are not the file's, and are given back as they are.
    [[nodiscard]] Unexpected refusal(const Error& error, std::string_view remedy) const;

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    StateFile(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

    std::string path_;
    int lock_ = -1;
};

/// The text with its title before it and its digest behind it.
[[nodiscard]] std::string sealed_text(std::string_view title, std::string_view text);

/// The fields of one line of a text, with `|` between them, taken from the left.
class StateFields {
  public:
    explicit StateFields(std::string_view line) : rest_(line) {}

    std::string_view text();
    template <class N>
    N number() {
        const std::string_view field = text();
        N value = 0;
        const char* const end = field.data() + field.size();
        const auto [stop, error] = std::from_chars(field.data(), end, value);
        sound_ = sound_ && error == std::errc() && stop == end && !field.empty();
        return value;
    }
    /// All that is left, bars as they are.
    std::string_view rest();

    /// Nothing is left.
    [[nodiscard]] bool done() const { return done_; }
    /// Each was there, and a number where one was asked for.
    [[nodiscard]] bool sound() const { return sound_; }

  private:
    std::string_view rest_;
    bool done_ = false;
    bool sound_ = true;
};

/// Is given the first field of a line, and the others to take. False: there is no such line.
using StateLine = std::function<bool(std::string_view what, StateFields& fields)>;

/// Reads each line of a sealed text. Errors: Corrupt (another title, damaged, or the first line
/// that has not just what `read` takes of it).
[[nodiscard]] Result<void> read_sealed(std::string_view title,
                                       std::string_view sealed,
                                       const StateLine& read);

}  // namespace sijill::producers
