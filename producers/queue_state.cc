#include "producers/queue_state.h"

#include "events/digest.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace sijill::producers {

namespace {

constexpr std::string_view kTitle = "sijill queue log state 1";
constexpr std::string_view kSum = "sum|";

void put_stays(std::string& text, const std::vector<QueueStay>& stays) {
    for (const QueueStay& stay : stays) {
        text += "stay|" + std::to_string(stay.entered) + "|" + std::to_string(stay.ordinal) + "|" +
                (stay.ended ? "1" : "0") + "|" + std::to_string(stay.last_second) + "|" +
                stay.call + "|" + stay.queue;
        for (const auto& [digest, count] : stay.repeats) {
            text += "|" + std::to_string(digest) + "|" + std::to_string(count);
        }
        text += "\n";
    }
}

// The fields of one line of the file, taken from the left.
class StateFields {
  public:
    explicit StateFields(std::string_view line) : rest_(line) {}

    std::string_view text() {
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
    template <class N>
    N number() {
        const std::string_view field = text();
        N value = 0;
        const char* const end = field.data() + field.size();
        const auto [stop, error] = std::from_chars(field.data(), end, value);
        sound_ = sound_ && error == std::errc() && stop == end && !field.empty();
        return value;
    }
    std::string_view rest() {
        sound_ = sound_ && !done_;
        done_ = true;
        return rest_;
    }
    [[nodiscard]] bool done() const { return done_; }
    [[nodiscard]] bool sound() const { return sound_; }

  private:
    std::string_view rest_;
    bool done_ = false;
    bool sound_ = true;
};

QueueStay read_stay(StateFields& fields) {
    QueueStay stay;
    stay.entered = fields.number<int64_t>();
    stay.ordinal = fields.number<int64_t>();
    stay.ended = fields.number<int>() != 0;
    stay.last_second = fields.number<int64_t>();
    stay.call = fields.text();
    stay.queue = fields.text();
    while (!fields.done()) {
        const auto digest = fields.number<uint64_t>();
        stay.repeats[digest] = fields.number<int64_t>();
    }
    return stay;
}

// One line into the state. Stays belong to the part or end above them.
bool read_state_line(std::string_view line, QueueState& state, std::vector<QueueStay>*& stays) {
    StateFields fields(line);
    const std::string_view what = fields.text();
    if (what == "position") {
        state.position.offset = fields.number<int64_t>();
        state.position.line = fields.number<uint64_t>();
        state.position.head = fields.text();
    } else if (what == "part") {
        state.part = fields.text();
        stays = &state.stays;
    } else if (what == "end") {
        state.memory.ends.push_back({std::string(fields.text()), {}});
        stays = &state.memory.ends.back().stays;
    } else if (what == "stay" && stays != nullptr) {
        stays->push_back(read_stay(fields));
    } else if (what == "wait") {
        std::string part(fields.text());
        state.memory.waiting.push_back({std::move(part), std::string(fields.rest())});
    } else {
        return false;
    }
    return fields.sound();
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

std::string encode_queue_state(const QueueState& state) {
    std::string text = std::string(kTitle) + "\nposition|" + std::to_string(state.position.offset) +
                       "|" + std::to_string(state.position.line) + "|" + state.position.head +
                       "\npart|" + state.part + "\n";
    put_stays(text, state.stays);
    for (const PartEnd& end : state.memory.ends) {
        text += "end|" + end.part + "\n";
        put_stays(text, end.stays);
    }
    for (const WaitingLine& waiting : state.memory.waiting) {
        text += "wait|" + waiting.part + "|" + waiting.text + "\n";
    }
    return text + std::string(kSum) + events::quick_digest(text) + "\n";
}

Result<QueueState> decode_queue_state(std::string_view text) {
    const size_t sum = text.rfind(kSum);
    const std::string_view before = text.substr(0, sum);
    if (sum == std::string_view::npos ||
        text.substr(sum) != std::string(kSum) + events::quick_digest(before) + "\n" ||
        !before.starts_with(std::string(kTitle) + "\n")) {
        return fail(Errc::Corrupt, "it is no state of an import, or is damaged");
    }
    QueueState state;
    std::vector<QueueStay>* stays = nullptr;
    size_t number = 1;
    for (std::string_view rest = before.substr(kTitle.size() + 1); !rest.empty();) {
        const size_t end = rest.find('\n');
        ++number;
        if (!read_state_line(rest.substr(0, end), state, stays)) {
            return fail(Errc::Corrupt, "line " + std::to_string(number) + " cannot be read");
        }
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return state;
}

QueueStateFile::QueueStateFile(QueueStateFile&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

QueueStateFile::~QueueStateFile() {
    if (lock_ >= 0) {
        ::close(lock_);
    }
}

Result<QueueStateFile> QueueStateFile::open(const std::string& data_directory,
                                            std::string_view source) {
    const std::string folder = data_directory + "/import";
    std::error_code made;
    std::filesystem::create_directories(folder, made);
    if (made) {
        return fail(Errc::Storage, "cannot make " + folder + ": " + made.message());
    }
    const std::string path = folder + "/queue-log-" + events::quick_digest(source).substr(0, 16);
    const std::string lock_path = path + ".lock";
    const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
        return Unexpected(state_error(lock_path, "open"));
    }
    QueueStateFile file(path, lock);
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        return fail(Errc::Conflict,
                    "another import of " + std::string(source) + " runs on " + data_directory +
                        ": end it, or wait for it");
    }
    return file;
}

Result<QueueState> QueueStateFile::load() const {
    std::ifstream in(path_, std::ios::binary);
    if (!in) {
        return QueueState{};
    }
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    auto state = decode_queue_state(text);
    if (!state) {
        return fail(Errc::Corrupt,
                    path_ + ": " + state.error().message +
                        "; remove it and import the logs from the start: what was published "
                        "already has no second effect");
    }
    return state;
}

Result<void> QueueStateFile::save(const QueueState& state) const {
    const std::string written = path_ + ".new";
    if (auto wrote = write_durably(written, encode_queue_state(state)); !wrote) {
        return wrote;
    }
    if (std::rename(written.c_str(), path_.c_str()) != 0) {
        return Unexpected(state_error(path_, "replace"));
    }
    const std::string folder = std::filesystem::path(path_).parent_path().string();
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        ::close(fd);
    }
    return {};
}

}  // namespace sijill::producers
