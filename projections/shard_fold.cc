#include "projections/shard_fold.h"

#include "events/check.h"
#include "events/instants.h"
#include "projections/evolve.h"
#include "projections/keys.h"
#include "projections/quiet_events.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sijill::projections {

namespace {

constexpr int64_t kFutureToleranceMs = events::kMsPerDay;

// `fresh` is where a new shard would begin.
std::string open_mismatch(const Position& position,
                          const Position& fresh,
                          const std::string& time_zone) {
    if (position.identity != fresh.identity) {
        return "the shard was folded in another time zone than " + time_zone +
               ", by other rules of that zone (tzdata), or by another version of Sijill's: set "
               "reporting.time_zone to the zone it was "
               "folded in, or fold again: move the shards directory away and start again";
    }
    if (position.partitions != fresh.partitions) {
        return "the shard " + partitions_mismatch(position.partitions, fresh.partitions);
    }
    return {};
}

Anomaly bytes_of(const events::Record& record) {
    const std::string_view value = record.value.value_or(std::string_view{});
    Anomaly anomaly;
    anomaly.sha256 = events::to_hex(events::sha256(value));
    anomaly.size = static_cast<int64_t>(value.size());
    anomaly.append_time_ms = record.append_time_ms;
    return anomaly;
}

}  // namespace

uint8_t doubts_of(const events::Envelope& envelope, int64_t append_time_ms, Verdict verdict) {
    const bool far_ahead = envelope.time.ms > append_time_ms + kFutureToleranceMs;
    const uint8_t time = far_ahead ? kHistoryFarAhead : uint8_t{0};
    const uint8_t scale = verdict == Verdict::OutOfScale ? kHistoryOutOfScale : uint8_t{0};
    return time | scale;
}

HistoryEntry history_entry(const events::Decoded& decoded,
                           const events::Record& record,
                           uint32_t check) {
    HistoryEntry entry;
    entry.offset = record.offset;
    entry.key = history_key(events::event_key(decoded.envelope.source, decoded.envelope.id));
    entry.check = history_check(check);
    return entry;
}

std::string fold_identity(const LocalTime& local_time, std::span<const CubeDescriptor> cubes) {
    std::string rules = "fold " + std::to_string(kFoldVersion) + " zone " + local_time.zone() +
                        " " + local_time.rules() + " short " + std::to_string(kShortAbandonMs) +
                        " edges";
    const auto add = [&rules](const auto& edges) {
        for (const int64_t edge : edges) {
            rules += " " + std::to_string(edge);
        }
    };
    add(kWaitEdgesMs);
    add(kResolutionEdgesMs);
    add(kResponseEdgesMs);
    add(kReopeningEdgesMs);
    const auto add_names = [&rules](const std::span<const std::string_view> names) {
        for (const std::string_view name : names) {
            rules += " " + std::string(name);
        }
        rules += ";";
    };
    for (const CubeDescriptor& cube : cubes) {
        rules += " cube " + std::string(cube.name);
        add_names(cube.dimensions);
        add_names(cube.measures);
    }
    return events::to_hex(events::sha256(rules)).substr(0, 32);
}

std::string partitions_mismatch(int64_t folded, int64_t partitions) {
    return "was folded from a topic of " + std::to_string(folded) + " partitions, the topic has " +
           std::to_string(partitions) +
           ": a partition count never changes, use another topic or data directory";
}

std::string reason_text(uint8_t reason) {
    constexpr auto kFirst = static_cast<uint8_t>(AnomalyReason::Duplicate);
    return std::string(reason < kFirst ? events::name_of(static_cast<events::Refusal>(reason))
                                       : name_of_reason(reason));
}

std::string status_text(const State& state) {
    if (const auto* of_case = std::get_if<CaseState>(&state)) {
        return std::string(name_of(of_case->status));
    }
    if (const auto* referral = std::get_if<KpiReferralState>(&state)) {
        return std::string(name_of(referral->status));
    }
    return {};
}

ShardFold::ShardFold(LocalTime local_time,
                     Place place,
                     const RowReader& rows,
                     ReadAgain read_again,
                     Position position,
                     bool empty)
    : local_time_(std::move(local_time)),
      place_(place),
      read_again_(std::move(read_again)),
      position_(std::move(position)),
      changed_(empty),  // a shard says whose rules it follows before its first record
      aggregates_(rows, dictionary_, empty),
      cells_(rows, dictionary_, empty),
      spans_(rows, dictionary_, empty),
      names_(dictionary_),
      standings_(local_time_, names_, dictionary_),
      days_(rows, position_.next_offset) {}

Result<std::unique_ptr<ShardFold>> ShardFold::open(const FoldConfig& config,
                                                   Place place,
                                                   const RowReader& rows,
                                                   ReadAgain read_again) {
    auto local_time = LocalTime::of(config.time_zone);
    if (!local_time) {
        return Unexpected(local_time.error());
    }
    const auto row = rows.get(keys::position());
    if (!row) {
        return Unexpected(row.error());
    }
    Position position;
    position.identity = fold_identity(*local_time);
    position.partitions = place.partitions;
    if (*row) {
        auto stored = decode_position(**row);
        if (!stored) {
            return Unexpected(stored.error());
        }
        if (const std::string mismatch = open_mismatch(*stored, position, config.time_zone);
            !mismatch.empty()) {
            return fail(Errc::Config,
                        "partition " + std::to_string(place.partition) + ": " + mismatch);
        }
        position = *stored;
    }
    return std::unique_ptr<ShardFold>(new ShardFold(
        std::move(*local_time), place, rows, std::move(read_again), position, !row->has_value()));
}

size_t ShardFold::bytes() const {
    return aggregates_.bytes() + cells_.bytes() + spans_.bytes() + days_.bytes() +
           standings_.bytes() + pending_.bytes() + (told_ ? told_->bytes() : 0);
}

void ShardFold::shrink(size_t budget) {
    if (bytes() <= budget / 2) {
        return;
    }
    cells_.shrink(budget / 8);
    if (spans_.bytes() > budget / 8) {
        spans_.drop();
    }
    aggregates_.shrink(budget / 4);
    told_.reset();
}

void ShardFold::reach(int64_t next_offset) {
    if (next_offset > position_.next_offset) {
        position_.next_offset = next_offset;
        changed_ = true;
    }
}

// The position moves for every record, also for one that is parked: nothing can make a partition
// stick.
void ShardFold::note_record(const events::Record& record) {
    position_.last_append_time_ms =
        std::max(position_.last_append_time_ms, record.append_time_ms);  // a clock may step back
    position_.last_offset = record.offset;
    position_.last_check = check_;
    position_.next_offset = record.offset + 1;
    ++position_.records;
    changed_ = true;
}

Result<void> ShardFold::apply(const events::Record& record) {
    if (record.offset < position_.next_offset) {
        return {};
    }
    CHECK(record.partition == place_.partition, "a shard folds one partition");
    check_ = events::content_check(record.value.value_or(std::string_view{}));
    const events::Decoded* decoded = decoder_.decode(record);
    if (decoded == nullptr) {
        const auto& violations = decoder_.violations();
        const std::string detail = violations.empty()
                                       ? std::string()
                                       : violations.front().pointer + " " + violations.front().code;
        park(record, decoder_.refusal(), detail);
    } else if (events::partition_of(decoded->envelope.subject, place_.partitions) !=
               place_.partition) {
        park(record,
             events::Refusal::Misrouted,
             "the key belongs to another partition: use partitioner murmur2_random");
    } else {
        const bool correction = !projections::kind_of(decoded->event).has_value();
        auto applied =
            correction ? apply_correction(*decoded, record) : apply_event(*decoded, record);
        if (!applied) {
            return applied;
        }
    }
    note_record(record);
    return {};
}

void ShardFold::list(const events::Record& record, uint8_t reason, const Anomaly& anomaly) {
    pending_.put(keys::anomaly(record.offset, reason), encode_anomaly(anomaly));
    ++position_.anomalies;
}

void ShardFold::park(const events::Record& record,
                     events::Refusal refusal,
                     const std::string& detail) {
    Anomaly anomaly = bytes_of(record);
    // The key is all that is known of a record that is no event; it may be any bytes, so it is kept
    // only when printable.
    const std::string_view key = record.key.value_or(std::string_view{});
    const bool printable = key.size() <= events::kMaxIdentifierBytes &&
                           std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7f; });
    anomaly.subject = printable ? std::string(key) : std::string();
    anomaly.detail = detail;
    list(record, static_cast<uint8_t>(refusal), anomaly);
}

void ShardFold::list_event(const events::Record& record,
                           const events::Decoded& decoded,
                           AnomalyReason reason,
                           std::string detail) {
    Anomaly anomaly = bytes_of(record);
    anomaly.subject = decoded.envelope.subject;
    anomaly.type = std::visit([](const auto& e) { return std::string(e.kType); }, decoded.event);
    anomaly.source = decoded.envelope.source;
    anomaly.detail = std::move(detail);
    list(record, static_cast<uint8_t>(reason), anomaly);
}

uint8_t ShardFold::note_doubts(const events::Decoded& decoded,
                               const events::Record& record,
                               Verdict verdict) {
    const uint8_t flags = doubts_of(decoded.envelope, record.append_time_ms, verdict);
    for (const auto& [flag, reason, what] : kDoubts) {
        if ((flags & flag) != 0) {
            list_event(record, decoded, reason, std::string(what));
        }
    }
    if (decoded.clear_personal_field) {
        list_event(
            record, decoded, AnomalyReason::ClearPersonalField, "a personal field is not sealed");
    }
    return flags;
}

bool ShardFold::repeats(const LiveAggregate& live,
                        const HistoryEntry& entry,
                        const events::Decoded& decoded,
                        const events::Record& record) {
    const HistoryEntry* earlier = live.find(entry.key);
    if (earlier == nullptr) {
        return false;
    }
    const bool same = earlier->check == entry.check;
    list_event(record,
               decoded,
               same ? AnomalyReason::Duplicate : AnomalyReason::DuplicateOtherContent,
               repetition_of(earlier->offset));
    return true;
}

bool ShardFold::conflicts(const LiveAggregate& live,
                          const events::Decoded& decoded,
                          const events::Record& record) {
    const auto expected = decoded.envelope.expected_version;
    if (!expected || *expected == live.aggregate.version) {
        return false;
    }
    list_event(record,
               decoded,
               AnomalyReason::VersionConflict,
               "expected version " + std::to_string(*expected) + ", the subject has version " +
                   std::to_string(live.aggregate.version));
    return true;
}

Result<void> ShardFold::list_day(LiveAggregate& live, int32_t day, int64_t offset) {
    Days& days = live.aggregate.days;
    if (std::ranges::find(days, day) != days.end()) {
        return {};
    }
    days.push_back(day);
    return days_.list(live.kind, live.subject(), day, offset);
}

// Every cell's bucket is an instant that some event told of (contributions.h), so the days of an
// aggregate's cells are always among those listed here.
Result<void> ShardFold::list_days(LiveAggregate& live,
                                  const events::Decoded& decoded,
                                  int64_t offset) {
    if (is_dayless(decoded.event)) {
        return {};
    }
    auto listed = list_day(live, local_time_.day_of(decoded.envelope.time.ms), offset);
    events::for_each_instant(decoded.event, [&](events::Timestamp at) {
        if (listed) {
            listed = list_day(live, local_time_.day_of(at.ms), offset);
        }
    });
    return listed;
}

Result<void> ShardFold::apply_event(const events::Decoded& decoded, const events::Record& record) {
    auto found = aggregates_.get_or_make(*kind_of(decoded.event), decoded.envelope.subject);
    if (!found) {
        return Unexpected(found.error());
    }
    LiveAggregate& live = **found;
    HistoryEntry entry = history_entry(decoded, record, check_);
    if (repeats(live, entry, decoded, record)) {
        return {};
    }
    if (conflicts(live, decoded, record)) {
        entry.flags = kHistoryConflict;
    } else {
        const FoldContext context{
            {decoded.envelope.time.ms, entry.key}, dictionary_, decoded.envelope.subject};
        if (!is_quiet(decoded.event)) {
            standings_.keep(live);
        }
        const Verdict verdict = fold_event(live.aggregate.state, decoded.event, context);
        if (verdict == Verdict::Illegal) {
            entry.flags = kHistoryIllegal;
            list_event(record,
                       decoded,
                       AnomalyReason::IllegalTransition,
                       "the subject is " + status_text(live.aggregate.state));
        } else {
            ++live.aggregate.version;
            ++position_.applied;
            if (auto listed = list_days(live, decoded, record.offset); !listed) {
                return listed;
            }
            entry.flags = note_doubts(decoded, record, verdict);
        }
    }
    live.append(entry);
    aggregates_.mark_dirty(live);
    return {};
}

Result<void> ShardFold::take_changes(RowBatch& out) {
    out.clear();
    auto settled = aggregates_.take_changes(
        out, [&](LiveAggregate& live) { return standings_.settle(live, cells_, spans_, out); });
    if (!settled) {
        return settled;
    }
    standings_.clear();
    out.append(pending_);
    pending_.clear();
    cells_.take_changes(out);
    spans_.take_changes(out);
    days_.take_changes(out);
    out.put(keys::position(), encode_position(position_));
    const int32_t hour = local_time_.hour_of(position_.last_append_time_ms);
    if (std::exchange(told_hour_, hour) != hour) {  // a tail commits many times in one
        out.put(keys::last_hour(), encode_count(hour));
    }
    out.sort();
    changed_ = false;
    return {};
}

}  // namespace sijill::projections
