#pragma once
// producers/followed_file.h - the whole lines of a file that grows and is rotated.

#include "events/result.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sijill::producers {

/// How far a file was read. It is known again by its content, whatever its name is by then.
struct FilePosition {
    int64_t offset = 0;  // behind the last whole line; 0: nothing was read
    uint64_t line = 0;   // lines before the offset
    std::string head;    // digest of its first min(offset, 1,024) bytes
    bool operator==(const FilePosition&) const = default;
};

/// One line. `fault` says why it is none, then there is no text.
struct FileLine {
    std::string file;
    uint64_t number = 0;  // from 1
    std::string text;
    std::string fault;
};

/// Reads a file line by line: once to its end, or for ever (follow), through rotation by rename and
/// by copy and truncation. A last line without its line break is left until the break comes; when
/// the file was rotated it never will, and the line is told as a fault. One thread.
class FollowedFile {
  public:
    enum class Mode { Once, Follow };

    FollowedFile(std::string path, Mode mode) : path_(std::move(path)), mode_(mode) {}
    ~FollowedFile();
    FollowedFile(const FollowedFile&) = delete;
    FollowedFile& operator=(const FollowedFile&) = delete;

    /// Begins, or goes on behind a position of an earlier run: with what it has not read of that
    /// file, which may have been renamed or copied beside the path, then with the files that were
    /// rotated later, then with the path itself. Errors: NotFound, Storage.
    [[nodiscard]] Result<void> open(const FilePosition& position);

    /// The next lines, about 256 KiB at most; none when there is nothing new. Errors: Storage.
    [[nodiscard]] Result<std::vector<FileLine>> read();

    /// Behind the last line that read() gave.
    [[nodiscard]] FilePosition position() const;

    /// True once when the file that was read is gone before its end was seen: lines may be missing
    /// before the next one.
    [[nodiscard]] bool take_gap() { return std::exchange(gap_, false); }

    /// Bytes of a last line that has no line break yet.
    [[nodiscard]] size_t unfinished() const { return rest_; }

  private:
    struct Piece {
        std::string path;
        FilePosition from;
    };

    /// The file that was open before this one.
    struct Left {
        uint64_t device = 0;
        uint64_t inode = 0;
        int64_t bytes = 0;  // that were read of it, with those behind its last whole line
    };

    void plan(const FilePosition& position);
    void leave();
    [[nodiscard]] bool was_left(const std::string& path) const;
    [[nodiscard]] Result<bool> open_next();
    [[nodiscard]] Result<std::vector<FileLine>> take_lines();
    // Up to the end of what there is, through files that take_lines() goes on to.
    [[nodiscard]] Result<std::vector<FileLine>> lines_at_hand();
    [[nodiscard]] std::vector<FileLine> split(std::string_view bytes, size_t& from);
    [[nodiscard]] Result<bool> turn();
    [[nodiscard]] Result<bool> passed_over();
    [[nodiscard]] bool drained(const std::string& next);
    [[nodiscard]] bool is_current() const { return pieces_.empty(); }
    [[nodiscard]] FileLine torn() const;
    void close();

    std::string path_;
    Mode mode_;
    std::deque<Piece> pieces_;  // to be read behind the open one; the last is the path
    int fd_ = -1;
    std::string name_;  // of the open file
    FilePosition at_;
    std::string head_bytes_;  // the first 1,024 bytes before the offset
    FilePosition before_;     // the end of the file before, while nothing of this one was read
    Left left_;
    size_t rest_ = 0;
    size_t opened_ = 0;  // files, so far
    bool gap_ = false;
    bool replaced_ = false;  // another file stands under the path and is being written
};

}  // namespace sijill::producers
