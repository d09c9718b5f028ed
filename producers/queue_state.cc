#include "producers/queue_state.h"

#include <charconv>
#include <system_error>
#include <utility>

namespace sijill::producers {

namespace {

constexpr std::string_view kTitle = "sijill queue log state 1";

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

}  // namespace

std::string encode_queue_state(const QueueState& state) {
    std::string text = "position|" + std::to_string(state.position.offset) + "|" +
                       std::to_string(state.position.line) + "|" + state.position.head + "\npart|" +
                       state.part + "\n";
    put_stays(text, state.stays);
    for (const PartEnd& end : state.memory.ends) {
        text += "end|" + end.part + "\n";
        put_stays(text, end.stays);
    }
    for (const WaitingLine& waiting : state.memory.waiting) {
        text += "wait|" + waiting.part + "|" + waiting.text + "\n";
    }
    return sealed_text(kTitle, text);
}

Result<QueueState> decode_queue_state(std::string_view text) {
    const auto opened = opened_text(kTitle, text);
    if (!opened) {
        return Unexpected(opened.error());
    }
    QueueState state;
    std::vector<QueueStay>* stays = nullptr;
    size_t number = 1;
    for (std::string_view rest = *opened; !rest.empty();) {
        const size_t end = rest.find('\n');
        ++number;
        if (!read_state_line(rest.substr(0, end), state, stays)) {
            return fail(Errc::Corrupt, "line " + std::to_string(number) + " cannot be read");
        }
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return state;
}

Result<QueueStateFile> QueueStateFile::open(const std::string& data_directory,
                                            std::string_view source) {
    auto file = StateFile::open(data_directory, "queue-log", source);
    return file ? QueueStateFile(std::move(*file))
                : Result<QueueStateFile>(Unexpected(file.error()));
}

Result<QueueState> QueueStateFile::load() const {
    const auto text = file_.load();
    if (!text) {
        return Unexpected(text.error());
    }
    auto state = *text ? decode_queue_state(**text) : QueueState{};
    if (!state) {
        return fail(Errc::Corrupt,
                    path() + ": " + state.error().message +
                        "; remove it and import the logs from the start: what was published "
                        "already has no second effect");
    }
    return state;
}

Result<void> QueueStateFile::save(const QueueState& state) const {
    return file_.save(encode_queue_state(state));
}

}  // namespace sijill::producers
