#include "producers/outbox_bridge.h"

#include "events/digest.h"
#include "log/read_again.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace sijill::producers {

namespace {

constexpr std::string_view kOutboxTitle = "sijill outbox state 2";
constexpr size_t kOutboxBatch = 500;
constexpr std::chrono::milliseconds kOutboxWait{200};

// `PARTITION|NEXT` of one of which nothing was carried yet, else with `|LAST|CHECK` behind it.
CarriedPlace read_place(StateFields& fields) {
    CarriedPlace place;
    place.partition = fields.number<int32_t>();
    place.next_offset = fields.number<int64_t>();
    if (!fields.done()) {
        const auto last = fields.number<int64_t>();
        place.last = CarriedRecord{last, fields.number<uint32_t>()};
    }
    return place;
}

}  // namespace

std::string encode_outbox_state(const OutboxState& state) {
    std::string text = encode_target(state.target);
    for (const CarriedPlace& place : state.places) {
        text +=
            "place|" + std::to_string(place.partition) + "|" + std::to_string(place.next_offset);
        if (place.last) {
            text += "|" + std::to_string(place.last->offset) + "|" +
                    std::to_string(place.last->content_check);
        }
        text += "\n";
    }
    return sealed_text(kOutboxTitle, text);
}

Result<OutboxState> decode_outbox_state(std::string_view text) {
    OutboxState state;
    const auto read =
        read_sealed(kOutboxTitle, text, [&state](std::string_view what, StateFields& fields) {
            if (what != "place") {
                return read_target_line(what, fields, state.target);
            }
            state.places.push_back(read_place(fields));
            return true;
        });
    return read ? Result<OutboxState>(std::move(state)) : Unexpected(read.error());
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
    topic_ = identity->name;
    ranges_ = std::move(*ranges);
    auto stored = *text ? decode_outbox_state(**text) : OutboxState{};
    const auto taken =
        stored ? take_up(std::move(*stored)) : Result<void>(Unexpected(stored.error()));
    if (!taken) {
        return file_.refusal(taken.error(),
                             "to carry the topic from its beginning: what was carried has no "
                             "second effect");
    }
    for (const log::OffsetRange& range : ranges_) {
        if (std::ranges::find(state_.places, range.partition, &CarriedPlace::partition) ==
            state_.places.end()) {
            state_.places.push_back({range.partition, range.begin, std::nullopt});
        }
    }
    return {};
}

Result<void> OutboxBridge::take_up(OutboxState stored) {
    for (const CarriedPlace& place : stored.places) {
        if (auto sound = check_place(place); !sound) {
            return fail(topic_ + "[" + std::to_string(place.partition) + "]", sound.error());
        }
    }
    state_ = std::move(stored);
    return importer_.go_on_after(state_.target);
}

Result<void> OutboxBridge::check_place(const CarriedPlace& place) const {
    const auto range = std::ranges::find(ranges_, place.partition, &log::OffsetRange::partition);
    const std::string made_again = ": the topic was deleted and made again";
    if (range == ranges_.end()) {
        return fail(Errc::Corrupt, "the topic has no such partition any more" + made_again);
    }
    if (place.next_offset > range->end) {
        return fail(Errc::Corrupt,
                    "it was carried up to offset " + std::to_string(place.next_offset) +
                        " and ends at " + std::to_string(range->end) + made_again);
    }
    if (place.next_offset < range->begin) {
        const std::string first = std::to_string(place.next_offset);
        return fail(Errc::Corrupt,
                    range->begin == place.next_offset + 1
                        ? "the record at offset " + first + " was deleted before it was carried"
                        : "the records from offset " + first + " to " +
                              std::to_string(range->begin - 1) +
                              " were deleted before they were carried");
    }
    if (!place.last || place.last->offset < range->begin) {
        return {};  // nothing is there any more to compare with
    }
    const auto found =
        log::find_again(outbox_, place.partition, place.last->offset, place.last->content_check);
    if (!found) {
        return Unexpected(found.error());
    }
    return *found != log::Found::Other
               ? Result<void>()
               : fail(Errc::Corrupt,
                      "the record at offset " + std::to_string(place.last->offset) +
                          " is not the one that was carried" + made_again);
}

int64_t OutboxBridge::waiting() const {
    int64_t records = 0;
    for (const log::OffsetRange& range : ranges_) {
        const auto place =
            std::ranges::find(state_.places, range.partition, &CarriedPlace::partition);
        records += std::max<int64_t>(0, range.end - place->next_offset);
    }
    return records;
}

bool OutboxBridge::take(const events::Record& record, const OutboxRules& rules) {
    ++importer_.totals().read;
    const ImportPlace place{topic_ + "[" + std::to_string(record.partition) + "]@" +
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

void OutboxBridge::pass(const CarriedPlace& to) {
    const auto place = std::ranges::find(state_.places, to.partition, &CarriedPlace::partition);
    place->next_offset = std::max(place->next_offset, to.next_offset);
    if (to.last) {
        place->last = to.last;
    }
}

Result<void> OutboxBridge::save() {
    state_.target = importer_.target();
    return file_.save(encode_outbox_state(state_));
}

Result<void> OutboxBridge::carry(const log::ReadBatch& batch, const Run& run) {
    bool refused = false;
    std::vector<CarriedPlace> done;
    for (const events::Record& record : batch.records) {
        if (!take(record, run.rules) && run.strict) {
            refused = true;
            break;
        }
        const std::string_view value = record.value.value_or(std::string_view{});
        done.push_back({record.partition,
                        record.offset + 1,
                        CarriedRecord{record.offset, events::content_check(value)}});
    }
    if (auto flushed = importer_.flush(); !flushed) {
        return flushed;
    }
    for (const CarriedPlace& place : done) {
        pass(place);
    }
    if (refused) {
        auto saved = save();
        return saved ? fail(Errc::Rejected, "stopped before the record that is no good event")
                     : saved;
    }
    for (const log::Place& end : batch.ends) {
        pass({end.partition, end.next_offset, std::nullopt});
    }
    return batch.records.empty() ? Result<void>() : save();
}

void OutboxBridge::tell_outage(const Error& error) {
    if (!std::exchange(outage_, true)) {
        spdlog::warn("{}; waiting for it", error.message);
    }
}

Result<void> OutboxBridge::run(const Run& run, const std::atomic<bool>& stop) {
    std::vector<log::Place> from;
    for (const CarriedPlace& place : state_.places) {
        from.push_back({place.partition, place.next_offset});
    }
    auto reader = outbox_.open_reader(from);
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
