#include "producers/state_file.h"

#include "events/digest.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace sijill::producers {

namespace {

constexpr std::string_view kSum = "sum|";

Result<std::string_view> opened_text(std::string_view title, std::string_view sealed) {
    const size_t sum = sealed.rfind(kSum);
    const std::string_view before = sealed.substr(0, sum);
    if (sum == std::string_view::npos ||
        sealed.substr(sum) != std::string(kSum) + events::quick_digest(before) + "\n" ||
        !before.starts_with(std::string(title) + "\n")) {
        return fail(Errc::Corrupt,
                    "it is no state of an import by this version of Sijill, or is damaged");
    }
    return before.substr(title.size() + 1);
}

Error state_error(const std::string& path, const std::string& what) {
    return {Errc::Storage,
            "cannot " + what + " " + path + ": " + std::generic_category().message(errno)};
}

Result<void> write_durably(const std::string& path, std::string_view text) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return Unexpected(state_error(path, "write"));
    }
    Result<void> outcome;
    while (outcome && !text.empty()) {
        const ssize_t put = ::write(fd, text.data(), text.size());
        if (put >= 0) {
            text.remove_prefix(static_cast<size_t>(put));
        } else if (errno != EINTR) {
            outcome = Unexpected(state_error(path, "write"));
        }
    }
    if (outcome && fsync(fd) != 0) {
        outcome = Unexpected(state_error(path, "write"));
    }
    ::close(fd);
    return outcome;
}

}  // namespace

StateFile::StateFile(StateFile&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

StateFile::~StateFile() {
    if (lock_ >= 0) {
        ::close(lock_);
    }
}

Result<StateFile> StateFile::open(const std::string& data_directory,
                                  std::string_view kind,
                                  std::string_view owner) {
    const std::string folder = data_directory + "/import";
    std::error_code made;
    std::filesystem::create_directories(folder, made);
    if (made) {
        return fail(Errc::Storage, "cannot make " + folder + ": " + made.message());
    }
    const std::string path =
        folder + "/" + std::string(kind) + "-" + events::quick_digest(owner).substr(0, 16);
    const std::string lock_path = path + ".lock";
    const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
        return Unexpected(state_error(lock_path, "open"));
    }
    StateFile file(path, lock);
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        return fail(Errc::Conflict,
                    "another import of " + std::string(owner) + " runs on " + data_directory +
                        ": end it, or wait for it");
    }
    return file;
}

Result<std::optional<std::string>> StateFile::load() const {
    if (::access(path_.c_str(), F_OK) != 0 && errno == ENOENT) {
        return std::nullopt;
    }
    std::ifstream in(path_, std::ios::binary);
    if (!in) {
        return Unexpected(state_error(path_, "open"));
    }
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (in.bad()) {
        return Unexpected(state_error(path_, "read"));
    }
    return std::optional(std::move(text));
}

Result<void> StateFile::save(std::string_view text) const {
    const std::string written = path_ + ".new";
    if (auto wrote = write_durably(written, text); !wrote) {
        return wrote;
    }
    if (std::rename(written.c_str(), path_.c_str()) != 0) {
        return Unexpected(state_error(path_, "replace"));
    }
    const std::string folder = std::filesystem::path(path_).parent_path().string();
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    Result<void> durable;
    if (fd < 0 || fsync(fd) != 0) {
        durable = Unexpected(state_error(folder, "sync"));
    }
    if (fd >= 0) {
        ::close(fd);
    }
    return durable;
}

Unexpected StateFile::refusal(const Error& error, std::string_view remedy) const {
    return error.code != Errc::Corrupt
               ? Unexpected(error)
               : fail(Errc::Corrupt,
                      path_ + ": " + error.message + "; remove it " + std::string(remedy));
}

std::string sealed_text(std::string_view title, std::string_view text) {
    std::string sealed(title);
    sealed.append("\n").append(text);
    return sealed + std::string(kSum) + events::quick_digest(sealed) + "\n";
}

std::string_view StateFields::text() {
    if (done_) {
        sound_ = false;
        return {};
    }
    const size_t bar = rest_.find('|');
    const std::string_view field = rest_.substr(0, bar);
    done_ = bar == std::string_view::npos;
    rest_ = done_ ? std::string_view() : rest_.substr(bar + 1);
    return field;
}

std::string_view StateFields::rest() {
    sound_ = sound_ && !done_;
    done_ = true;
    return rest_;
}

Result<void> read_sealed(std::string_view title, std::string_view sealed, const StateLine& read) {
    const auto opened = opened_text(title, sealed);
    if (!opened) {
        return Unexpected(opened.error());
    }
    size_t number = 1;
    for (std::string_view rest = *opened; !rest.empty();) {
        const size_t end = rest.find('\n');
        ++number;
        StateFields fields(rest.substr(0, end));
        if (!read(fields.text(), fields) || !fields.sound() || !fields.done()) {
            return fail(Errc::Corrupt, "line " + std::to_string(number) + " cannot be read");
        }
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return {};
}

}  // namespace sijill::producers
