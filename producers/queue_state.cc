#include "producers/queue_state.h"

#include <utility>

namespace sijill::producers {

namespace {

constexpr std::string_view kTitle = "sijill queue log state 2";

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
bool read_state_line(std::string_view what,
                     StateFields& fields,
                     QueueState& state,
                     std::vector<QueueStay>*& stays) {
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
        return read_target_line(what, fields, state.target);
    }
    return true;
}

}  // namespace

std::string encode_queue_state(const QueueState& state) {
    std::string text = encode_target(state.target);
    text += "position|" + std::to_string(state.position.offset) + "|" +
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
    QueueState state;
    std::vector<QueueStay>* stays = nullptr;
    const auto read =
        read_sealed(kTitle, text, [&state, &stays](std::string_view what, StateFields& fields) {
            return read_state_line(what, fields, state, stays);
        });
    return read ? Result<QueueState>(std::move(state)) : Unexpected(read.error());
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
    return state ? std::move(state) : refusal(state.error());
}

Unexpected QueueStateFile::refusal(const Error& error) const {
    return file_.refusal(error,
                         "and import the logs from the start, rotated ones too: what was published "
                         "already has no second effect");
}

Result<void> QueueStateFile::save(const QueueState& state) const {
    return file_.save(encode_queue_state(state));
}

}  // namespace sijill::producers
