#include "producers/followed_file.h"

#include "events/digest.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

namespace sijill::producers {

namespace {

constexpr size_t kHeadBytes = 1024;
constexpr size_t kChunkBytes = size_t{256} << 10U;
constexpr size_t kLongestLine = size_t{64} << 10U;

Error file_error(const std::string& path, const std::string& what) {
    const int cause = errno;
    return {cause == ENOENT ? Errc::NotFound : Errc::Storage,
            "cannot " + what + " " + path + ": " + std::generic_category().message(cause)};
}

// Up to `most` bytes from a place; fewer at the end of the file.
Result<std::string> read_at(int fd, const std::string& path, int64_t offset, size_t most) {
    std::string bytes(most, '\0');
    size_t filled = 0;
    while (filled < most) {
        const ssize_t got =
            pread(fd, bytes.data() + filled, most - filled, offset + static_cast<int64_t>(filled));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return Unexpected(file_error(path, "read"));
        }
        if (got == 0) {
            break;
        }
        filled += static_cast<size_t>(got);
    }
    bytes.resize(filled);
    return bytes;
}

// The first bytes of the file that the position was made of, when it is that file.
std::optional<std::string> head_of(int fd, const std::string& path, const FilePosition& position) {
    struct stat status {};
    if (fstat(fd, &status) != 0 || status.st_size < position.offset) {
        return std::nullopt;
    }
    const auto length = static_cast<size_t>(std::min<int64_t>(position.offset, kHeadBytes));
    auto head = read_at(fd, path, 0, length);
    if (!head || head->size() != length || events::quick_digest(*head) != position.head) {
        return std::nullopt;
    }
    return std::move(*head);
}

bool is_file_of(const std::string& path, const FilePosition& position) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    const bool same = head_of(fd, path, position).has_value();
    ::close(fd);
    return same;
}

// What a rotation puts behind a log's name: a number, a date or a time, or "old". Another file that
// begins with the name is another log, or somebody's copy of this one.
bool is_rotation(std::string_view suffix) {
    if (suffix.size() < 2 || std::string_view(".-_").find(suffix.front()) == std::string::npos) {
        return false;
    }
    const std::string_view when = suffix.substr(1);
    return when == "old" || (when.find_first_of("0123456789") != std::string::npos &&
                             when.find_first_not_of("0123456789.-_:TZ") == std::string::npos);
}

// The rotated files beside the path, by when they were last written.
std::vector<std::string> rotated_files(const std::string& path) {
    namespace fs = std::filesystem;
    const fs::path file(path);
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    std::vector<std::pair<fs::file_time_type, std::string>> found;
    std::error_code ignored;
    for (fs::directory_iterator entry(folder, ignored), end; entry != end;
         entry.increment(ignored)) {
        const std::string name = entry->path().filename().string();
        const std::string own = file.filename().string();
        if (name.starts_with(own) && is_rotation(std::string_view(name).substr(own.size())) &&
            entry->is_regular_file(ignored)) {
            const std::string full = file.has_parent_path() ? entry->path().string() : name;
            found.emplace_back(entry->last_write_time(ignored), full);
        }
    }
    std::ranges::sort(found);
    std::vector<std::string> files;
    files.reserve(found.size());
    for (auto& [time, name] : found) {
        files.push_back(std::move(name));
    }
    return files;
}

}  // namespace

FollowedFile::~FollowedFile() {
    close();
}

void FollowedFile::close() {
    if (fd_ >= 0) {
        ::close(fd_);
        fd_ = -1;
    }
}

// What is seen of the open file is all that was read of it.
void FollowedFile::leave() {
    struct stat status {};
    if (fd_ >= 0 && fstat(fd_, &status) == 0) {
        left_ = {status.st_dev, status.st_ino, at_.offset + static_cast<int64_t>(rest_)};
    }
    close();
}

// False when it is another file, or has grown since.
bool FollowedFile::was_left(const std::string& path) const {
    struct stat status {};
    return stat(path.c_str(), &status) == 0 && status.st_dev == left_.device &&
           status.st_ino == left_.inode && status.st_size <= left_.bytes;
}

void FollowedFile::plan(const FilePosition& position) {
    pieces_.clear();
    if (position.offset == 0 || is_file_of(path_, position)) {
        pieces_.push_back({path_, position});
        return;
    }
    for (std::string& file : rotated_files(path_)) {
        if (is_file_of(file, position)) {
            if (!pieces_.empty()) {  // the one before was a copy that this one goes on
                pieces_.front().path = std::move(file);
            } else {
                pieces_.push_back({std::move(file), position});
            }
        } else if (!pieces_.empty()) {
            pieces_.push_back({std::move(file), {}});
        }
    }
    gap_ = pieces_.empty();
    pieces_.push_back({path_, {}});
}

Result<void> FollowedFile::open(const FilePosition& position) {
    plan(position);
    const auto opened = open_next();
    return opened ? Result<void>{} : Result<void>(Unexpected(opened.error()));
}

// False when the next file is not there: it is the path itself, which the PBX will make.
Result<bool> FollowedFile::open_next() {
    const Piece next = pieces_.front();
    const int fd = ::open(next.path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        if (errno == ENOENT && fd_ >= 0) {
            if (pieces_.size() > 1) {
                pieces_.pop_front();  // removed between two looks
                return open_next();
            }
            return false;
        }
        return Unexpected(file_error(next.path, "open"));
    }
    auto head = next.from.offset > 0 ? head_of(fd, next.path, next.from) : std::string();
    if (!head) {  // rotated since it was found
        ::close(fd);
        plan(next.from);
        return open_next();
    }
    const FilePosition end = position();
    leave();
    fd_ = fd;
    ++opened_;
    pieces_.pop_front();
    name_ = next.path;
    at_ = next.from;
    head_bytes_ = std::move(*head);
    before_ = end;
    rest_ = 0;
    replaced_ = false;
    return true;
}

FilePosition FollowedFile::position() const {
    if (at_.offset == 0) {
        return before_;
    }
    FilePosition position = at_;
    position.head = events::quick_digest(head_bytes_);
    return position;
}

FileLine FollowedFile::torn() const {
    return {name_, at_.line + 1, "", "the file ends in the middle of a line"};
}

// Bytes were read from the path: do they stand where this one goes on? Not when the file was
// truncated and has grown since, nor when a whole file was written and rotated while nothing of it
// was read. Nor when the file before was a copy in the making: then that goes on or, where nothing
// was truncated yet, the path does, behind what was read of the copy. Judged behind the reading, so
// that what happens meanwhile is seen.
Result<bool> FollowedFile::passed_over() {
    if (at_.offset > 0) {
        return !head_of(fd_, name_, position());
    }
    if (before_.offset == 0) {
        return false;
    }
    plan(before_);
    const bool gone = std::exchange(gap_, false);
    if (gone || (pieces_.size() > 1 && was_left(pieces_[pieces_.size() - 2].path))) {
        pieces_.clear();
        return false;
    }
    return open_next();
}

// The whole lines among the bytes. `from` moves behind them.
std::vector<FileLine> FollowedFile::split(std::string_view bytes, size_t& from) {
    std::vector<FileLine> lines;
    for (size_t end = bytes.find('\n'); end != std::string::npos; end = bytes.find('\n', from)) {
        std::string_view text = bytes.substr(from, end - from);
        text.remove_suffix(text.ends_with('\r') ? 1 : 0);
        from = end + 1;
        if (text.size() > kLongestLine) {
            lines.push_back({name_, ++at_.line, "", "the line is longer than 64 KiB"});
        } else {
            lines.push_back({name_, ++at_.line, std::string(text), ""});
        }
    }
    if (lines.empty() && bytes.size() == kChunkBytes) {
        from = kChunkBytes;  // no queue log: what follows is told as lines again
        lines.push_back({name_, at_.line + 1, "", "a line is longer than 256 KiB"});
    }
    return lines;
}

Result<std::vector<FileLine>> FollowedFile::take_lines() {
    const auto bytes = read_at(fd_, name_, at_.offset, kChunkBytes);
    if (!bytes) {
        return Unexpected(bytes.error());
    }
    if (mode_ == Mode::Follow && is_current() && !bytes->empty()) {
        const auto passed = passed_over();
        if (!passed) {
            return Unexpected(passed.error());
        }
        if (*passed) {
            return std::vector<FileLine>{};
        }
    }
    size_t from = 0;
    std::vector<FileLine> lines = split(*bytes, from);
    if (head_bytes_.size() < kHeadBytes) {
        head_bytes_ += bytes->substr(0, std::min(from, kHeadBytes - head_bytes_.size()));
    }
    at_.offset += static_cast<int64_t>(from);
    rest_ = bytes->size() - from;
    return lines;
}

// True once the open file, which is not under the path any more, was read to its end a last time.
// While what follows it is empty the PBX may still write into it; once it is not, nobody does.
bool FollowedFile::drained(const std::string& next) {
    struct stat status {};
    if (stat(next.c_str(), &status) != 0) {
        return next != path_;  // removed between two looks
    }
    return (next != path_ || status.st_size > 0) && std::exchange(replaced_, true);
}

// At the end of the open file: is there another to go on with? True when it was opened, or the open
// one is to be read once more.
Result<bool> FollowedFile::turn() {
    if (mode_ == Mode::Once) {
        return false;
    }
    const bool looked = replaced_;
    if (!is_current()) {
        return drained(pieces_.front().path) ? open_next() : Result<bool>(replaced_ && !looked);
    }
    struct stat own {};
    struct stat named {};
    if (fstat(fd_, &own) != 0) {
        return Unexpected(file_error(name_, "look at"));
    }
    const bool there = stat(path_.c_str(), &named) == 0;
    const bool same = there && own.st_ino == named.st_ino && own.st_dev == named.st_dev;
    if (!same && !drained(path_)) {
        return replaced_ && !looked;
    }
    if (same && (at_.offset == 0 || head_of(fd_, name_, position()))) {
        return false;
    }
    // Renamed or truncated. What was rotated between two looks stands beside the path.
    plan(position());
    gap_ = gap_ && same;
    return open_next();
}

// Lines and errors are returned apart: together, g++ 12.2 -O3 frees one as if it were the other.
Result<std::vector<FileLine>> FollowedFile::lines_at_hand() {
    for (size_t opened = opened_ + 1; opened != opened_;) {  // another file may go on
        opened = opened_;
        auto lines = take_lines();
        if (!lines) {
            return Unexpected(lines.error());
        }
        if (!lines->empty()) {
            return lines;
        }
    }
    return std::vector<FileLine>{};
}

Result<std::vector<FileLine>> FollowedFile::read() {
    for (;;) {
        auto lines = lines_at_hand();
        if (!lines) {
            return Unexpected(lines.error());
        }
        if (!lines->empty()) {
            return lines;
        }
        const size_t opened = opened_;
        const bool rotated = !is_current();
        const bool renamed = replaced_;
        const FileLine tail = torn();
        const size_t rest = rest_;
        const auto turned = turn();
        if (!turned) {
            return Unexpected(turned.error());
        }
        if (!*turned) {
            return std::vector<FileLine>{};
        }
        // Where a renamed file is found beside the path, its torn end is told there.
        if (opened_ != opened && rest > 0 && (rotated || (renamed && name_ == path_))) {
            return std::vector<FileLine>{tail};
        }
    }
}

}  // namespace sijill::producers
