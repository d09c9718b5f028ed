#include "producers/outbox_bridge.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

namespace sijill::producers {

namespace {

constexpr std::string_view kOutboxTitle = "sijill outbox state 1";
constexpr size_t kOutboxBatch = 500;
constexpr std::chrono::milliseconds kOutboxWait{200};

template <class N>
std::optional<N> whole_number(std::string_view text) {
    N value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

// `topic|NAME`, `cluster|ID` or `place|PARTITION|OFFSET`.
bool read_outbox_line(std::string_view line, OutboxState& state) {
    const size_t bar = line.find('|');
    if (bar == std::string_view::npos) {
        return false;
    }
    const std::string_view what = line.substr(0, bar);
    const std::string_view rest = line.substr(bar + 1);
    if (what == "topic") {
        state.topic = rest;
    } else if (what == "cluster") {
        state.cluster = rest;
    } else if (what == "place" && rest.find('|') != std::string_view::npos) {
        const auto partition = whole_number<int32_t>(rest.substr(0, rest.find('|')));
        const auto offset = whole_number<int64_t>(rest.substr(rest.find('|') + 1));
        if (!partition || !offset) {
            return false;
        }
        state.places.push_back({*partition, *offset});
    } else {
        return false;
    }
    return true;
}

}  // namespace

std::string encode_outbox_state(const OutboxState& state) {
    std::string text = "topic|" + state.topic + "\ncluster|" + state.cluster + "\n";
    for (const log::Place& place : state.places) {
        text += "place|" + std::to_string(place.partition) + "|" +
                std::to_string(place.next_offset) + "\n";
    }
    return sealed_text(kOutboxTitle, text);
}

Result<OutboxState> decode_outbox_state(std::string_view text) {
    const auto opened = opened_text(kOutboxTitle, text);
    if (!opened) {
        return Unexpected(opened.error());
    }
    OutboxState state;
    size_t number = 1;
    for (std::string_view rest = *opened; !rest.empty();) {
        const size_t end = rest.find('\n');
        ++number;
        if (!read_outbox_line(rest.substr(0, end), state)) {
            return fail(Errc::Corrupt, "line " + std::to_string(number) + " cannot be read");
        }
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return state;
}

Result<void> OutboxBridge::open() {
    const auto identity = outbox_.identity();
    auto ranges = identity ? outbox_.ranges()
                           : Result<std::vector<log::OffsetRange>>(Unexpected(identity.error()));
    const auto text =
        ranges ? file_.load() : Result<std::optional<std::string>>(Unexpected(ranges.error()));
    if (!text) {
        return Unexpected(text.error());
    }
    ranges_ = std::move(*ranges);
    state_ = {identity->name, identity->id, {}};
    if (*text) {
        auto stored = decode_outbox_state(**text);
        const std::string remedy =
            "; remove " + file_.path() +
            " to carry the topic from its beginning: what was carried has no second effect";
        if (!stored) {
            return fail(Errc::Corrupt, file_.path() + ": " + stored.error().message + remedy);
        }
        if (stored->cluster != state_.cluster || stored->topic != state_.topic) {
            return fail(Errc::Corrupt,
                        "the stored place is of topic " + stored->topic + " of cluster " +
                            stored->cluster + ", not of " + state_.topic + " of " + state_.cluster +
                            remedy);
        }
        state_ = std::move(*stored);
    }
    for (const log::OffsetRange& range : ranges_) {
        if (std::ranges::find(state_.places, range.partition, &log::Place::partition) ==
            state_.places.end()) {
            state_.places.push_back({range.partition, range.begin});
        }
    }
    return {};
}

int64_t OutboxBridge::waiting() const {
    int64_t records = 0;
    for (const log::OffsetRange& range : ranges_) {
        const auto place =
            std::ranges::find(state_.places, range.partition, &log::Place::partition);
        records += std::max<int64_t>(0, range.end - place->next_offset);
    }
    return records;
}

bool OutboxBridge::take(const events::Record& record, const OutboxRules& rules) {
    ++importer_.totals().read;
    const ImportPlace place{state_.topic + "[" + std::to_string(record.partition) + "]@" +
                            std::to_string(record.offset)};
    const auto event = outbox_event(record, rules);
    if (!event) {
        importer_.reject(place, event.error().message);
        return false;
    }
    if (!*event) {
        ++importer_.totals().ignored["tombstone"];
        return true;
    }
    return importer_.add(place, {**event});
}

void OutboxBridge::pass(int32_t partition, int64_t next_offset) {
    const auto place = std::ranges::find(state_.places, partition, &log::Place::partition);
    place->next_offset = std::max(place->next_offset, next_offset);
}

Result<void> OutboxBridge::carry(const log::ReadBatch& batch, const Run& run) {
    bool refused = false;
    std::vector<log::Place> done;
    for (const events::Record& record : batch.records) {
        if (!take(record, run.rules) && run.strict) {
            refused = true;
            break;
        }
        done.push_back({record.partition, record.offset + 1});
    }
    if (auto flushed = importer_.flush(); !flushed) {
        return flushed;
    }
    for (const log::Place& place : done) {
        pass(place.partition, place.next_offset);
    }
    if (refused) {
        auto saved = file_.save(encode_outbox_state(state_));
        return saved ? fail(Errc::Rejected, "stopped before the record that is no good event")
                     : saved;
    }
    for (const log::Place& end : batch.ends) {
        pass(end.partition, end.next_offset);
    }
    return batch.records.empty() ? Result<void>() : file_.save(encode_outbox_state(state_));
}

void OutboxBridge::tell_outage(const Error& error) {
    if (!std::exchange(outage_, true)) {
        spdlog::warn("{}; waiting for it", error.message);
    }
}

Result<void> OutboxBridge::run(const Run& run, const std::atomic<bool>& stop) {
    auto reader = outbox_.open_reader(state_.places);
    if (!reader) {
        return Unexpected(reader.error());
    }
    while (!stop && (!run.once || waiting() > 0)) {
        const auto batch = (*reader)->read(kOutboxBatch, kOutboxWait);
        if (!batch) {
            if (batch.error().code == Errc::Unavailable && !run.once) {
                tell_outage(batch.error());  // the reader tries again by itself
                continue;
            }
            return Unexpected(batch.error());
        }
        outage_ = false;
        if (auto carried = carry(*batch, run); !carried) {
            return carried;
        }
        if (run.carried) {
            run.carried(static_cast<int64_t>(batch->records.size()));
        }
    }
    return {};
}

}  // namespace sijill::producers
