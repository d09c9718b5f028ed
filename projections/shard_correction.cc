// projections/shard_correction.cc - event.corrected and event.voided: the subject is folded again
// from its history.
//
// A correction names an earlier event of its subject. The subject's state becomes the fold of its
// whole history in log order with every correction known so far applied: voided events are left
// out, patches are applied to their event, where it stands, in log order. Voiding a correction
// undoes it. What was a version conflict stays one; legality is judged again, and the anomaly rows
// follow. A correction that comes before its event in the log has no target: it is listed.

#include "events/patch.h"
#include "projections/evolve.h"
#include "projections/keys.h"
#include "projections/shard_fold.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace sijill::projections {

namespace {

struct Target {
    uint64_t key;                        // of its history entry
    std::optional<events::Patch> patch;  // none: it did not happen
};

Target target_of(const events::Event& event) {
    if (const auto* corrected = std::get_if<events::EventCorrected>(&event)) {
        return {history_key(
                    events::event_key(corrected->target_source.text, corrected->target_id.text)),
                events::Patch{std::string(corrected->patch.text), corrected->time}};
    }
    const auto& voided = std::get<events::EventVoided>(event);
    return {history_key(events::event_key(voided.target_source.text, voided.target_id.text)),
            std::nullopt};
}

// One event of the subject as it stands in the log.
struct Told {
    std::string text;  // structured JSON
    Anomaly anomaly;   // what to list when its verdict changes
};

/// The events of a history, read again a part at a time: it may be longer than memory is large.
class ToldHistory {
  public:
    /// All must outlive it.
    ToldHistory(const std::vector<HistoryEntry>& history,
                const ReadAgain& read_again,
                events::Decoder& decoder)
        : history_(history), read_again_(read_again), decoder_(decoder) {}

    /// Valid until the next call. It is quick for indices that ascend. Errors: those of the log;
    /// Corrupt: it no longer has the event.
    [[nodiscard]] Result<const Told*> at(size_t index) {
        const bool goes_on = !told_.empty() && index == first_ + told_.size();
        if (!has(index) && !goes_on) {
            // So that a short history is read once, whichever event is asked for first.
            if (auto read = read_from(index - index % kMostTold); !read) {
                return Unexpected(read.error());
            }
        }
        if (!has(index)) {
            if (auto read = read_from(index); !read) {
                return Unexpected(read.error());
            }
        }
        return &told_[index - first_];
    }

  private:
    [[nodiscard]] bool has(size_t index) const {
        return index >= first_ && index < first_ + told_.size();
    }

    // Of one reading: enough for nearly every subject, and little beside the states in memory.
    static constexpr size_t kMostTold = 1'000;
    static constexpr size_t kMostToldBytes = size_t{1} << 20U;

    Result<void> read_from(size_t index) {
        first_ = index;
        told_.clear();
        std::vector<int64_t> offsets;
        for (size_t i = index; i < history_.size() && offsets.size() < kMostTold; ++i) {
            offsets.push_back(history_[i].offset);
        }
        size_t bytes = 0;
        auto read = read_again_(offsets, [&](const events::Record& record) {
            // Behind a gap or what is too much, nothing: told_ has no gaps.
            const bool next = record.offset == offsets[told_.size()] && bytes < kMostToldBytes;
            const events::Decoded* decoded = next ? decoder_.decode(record) : nullptr;
            if (decoded != nullptr) {
                told_.push_back({std::string(decoder_.text()), anomaly_of(record, *decoded)});
                bytes += told_.back().text.size();
            }
        });
        if (!read) {
            return read;
        }
        return !told_.empty()
                   ? Result<void>()
                   : fail(Errc::Corrupt,
                          "the log no longer has the event at offset " +
                              std::to_string(offsets.front()) + " that was folded before");
    }

    const std::vector<HistoryEntry>& history_;
    const ReadAgain& read_again_;
    events::Decoder& decoder_;
    size_t first_ = 0;
    std::vector<Told> told_;  // of history_[first_] and those behind it
};

// All corrections of a subject, worked out once.
struct Corrections {
    std::set<uint64_t> voided;
    std::map<uint64_t, std::vector<events::Patch>> patches;  // in log order

    /// Of one event.
    [[nodiscard]] const std::vector<events::Patch>& of(uint64_t key) const {
        static const std::vector<events::Patch> kNone;
        const auto found = patches.find(key);
        return found == patches.end() ? kNone : found->second;
    }
};

// As the log has them: the key of each correction, and what it asks for.
Result<std::vector<std::pair<uint64_t, Target>>> asked_for(const std::vector<HistoryEntry>& history,
                                                           ToldHistory& told,
                                                           events::Decoder& decoder) {
    std::vector<std::pair<uint64_t, Target>> asked;
    for (size_t i = 0; i < history.size(); ++i) {
        const HistoryEntry& entry = history[i];
        if ((entry.flags & kHistoryCorrection) == 0 ||
            (entry.flags & (kHistoryIneffective | kHistoryConflict)) != 0) {
            continue;
        }
        const auto correction = told.at(i);
        if (!correction) {
            return Unexpected(correction.error());
        }
        if (const auto* decoded = decoder.decode_text((*correction)->text); decoded != nullptr) {
            asked.emplace_back(entry.key, target_of(decoded->event));
        }
    }
    return asked;
}

Corrections gather(std::vector<std::pair<uint64_t, Target>> asked) {
    Corrections all;
    // Backwards: a correction that a later one voids is not heard.
    for (auto each = asked.rbegin(); each != asked.rend(); ++each) {
        auto& [key, target] = *each;
        if (all.voided.contains(key)) {
            continue;
        }
        if (!target.patch) {
            all.voided.insert(target.key);
        } else {
            all.patches[target.key].push_back(std::move(*target.patch));
        }
    }
    for (auto& [target, patches] : all.patches) {
        std::ranges::reverse(patches);
    }
    return all;
}

// The event's text with its patches, or nullopt when the result would be no valid event.
std::optional<std::string> patched(const std::string& text,
                                   const std::vector<events::Patch>& patches,
                                   events::Decoder& decoder) {
    if (patches.empty()) {
        return text;
    }
    auto current = events::patched_event(text, patches);
    if (!current || decoder.decode_text(*current) == nullptr) {
        return std::nullopt;
    }
    return std::move(*current);
}

// False when a correction names no event of the subject, another correction, or would leave its
// event invalid. Errors: those of `told`.
Result<bool> can_apply(const Corrections& corrections,
                       const std::vector<HistoryEntry>& history,
                       ToldHistory& told,
                       events::Decoder& decoder) {
    size_t found = 0;
    for (size_t i = 0; i < history.size(); ++i) {
        const auto& patches = corrections.of(history[i].key);
        if (patches.empty()) {
            continue;
        }
        const auto target = told.at(i);
        if (!target) {
            return Unexpected(target.error());
        }
        if ((history[i].flags & kHistoryCorrection) != 0 ||
            !patched((*target)->text, patches, decoder)) {
            return false;
        }
        ++found;
    }
    return found == corrections.patches.size();
}

// nullopt: the correction that has just arrived cannot be applied; the earlier ones were tried
// before. Errors: those of `told`.
Result<std::optional<Corrections>> corrections_of(const std::vector<HistoryEntry>& history,
                                                  ToldHistory& told,
                                                  events::Decoder& decoder) {
    auto asked = asked_for(history, told, decoder);
    if (!asked) {
        return Unexpected(asked.error());
    }
    Corrections corrections = gather(std::move(*asked));
    const auto applicable = can_apply(corrections, history, told, decoder);
    if (!applicable) {
        return Unexpected(applicable.error());
    }
    return *applicable ? std::optional(std::move(corrections)) : std::nullopt;
}

// The event as it is with its corrections; nullopt: it did not happen.
std::optional<std::string> standing_text(const Told& told,
                                         uint64_t key,
                                         const Corrections& corrections,
                                         events::Decoder& decoder) {
    return corrections.voided.contains(key) ? std::nullopt
                                            : patched(told.text, corrections.of(key), decoder);
}

}  // namespace

Result<LiveAggregate*> ShardFold::find_target(std::string_view subject, uint64_t target) {
    for (size_t kind = 1; kind <= kAggregateKindCount; ++kind) {
        auto live = aggregates_.find(static_cast<AggregateKind>(kind), subject);
        if (!live || (*live != nullptr && (*live)->find(target) != nullptr)) {
            return live;
        }
    }
    return nullptr;
}

Result<void> ShardFold::apply_correction(const events::Decoded& decoded,
                                         const events::Record& record) {
    const Target target = target_of(decoded.event);
    auto found = find_target(decoded.envelope.subject, target.key);
    if (!found) {
        return Unexpected(found.error());
    }
    if (*found == nullptr) {
        list_event(record,
                   decoded,
                   AnomalyReason::CorrectionWithoutTarget,
                   "the subject has no such event before this one");
        return {};
    }
    LiveAggregate& live = **found;
    HistoryEntry entry = history_entry(decoded, record, check_);
    if (repeats(live, entry, decoded, record)) {
        return {};
    }
    entry.flags = kHistoryCorrection;
    if (conflicts(live, decoded, record)) {
        entry.flags |= kHistoryConflict;
        live.append(entry);
        aggregates_.mark_dirty(live);
        return {};
    }
    live.append(entry);
    if (auto folded = refold(live); !folded) {
        return folded;
    }
    if ((live.aggregate.history.back().flags & kHistoryIneffective) != 0) {
        list_event(
            record, decoded, AnomalyReason::InvalidPatch, "the corrected event would not be valid");
    } else {
        ++live.aggregate.version;
        ++position_.applied;
        note_doubts(decoded, record);
    }
    return {};
}

Result<uint8_t> ShardFold::fold_again(LiveAggregate& live,
                                      const HistoryEntry& entry,
                                      const std::optional<std::string>& text,
                                      int64_t append_time_ms,
                                      State& next) {
    if (!text) {
        return uint8_t{0};
    }
    const events::Decoded* event = history_decoder_->decode_text(*text);
    const FoldContext context{
        {event->envelope.time.ms, entry.key}, dictionary_, event->envelope.subject};
    if (fold_event(next, event->event, context) == Verdict::Illegal) {
        return kHistoryIllegal;
    }
    // A patch may have brought another day, and what was illegal was listed in none.
    if (auto listed = list_days(live, *event, live.aggregate.history.back().offset); !listed) {
        return Unexpected(listed.error());
    }
    return is_far_ahead(event->envelope, append_time_ms) ? kHistoryFarAhead : uint8_t{0};
}

Result<void> ShardFold::refold(LiveAggregate& live) {
    if (!history_decoder_) {
        history_decoder_ = std::make_unique<events::Decoder>();
    }
    events::Decoder& decoder = *history_decoder_;
    auto& history = live.aggregate.history;
    ToldHistory told(history, read_again_, decoder);
    const auto corrections = corrections_of(history, told, decoder);
    if (!corrections) {
        return Unexpected(corrections.error());
    }
    if (!*corrections) {
        history.back().flags |= kHistoryIneffective;
        aggregates_.mark_dirty(live);
        return {};
    }
    standings_.keep(live);
    State next = empty_state(live.kind);
    for (size_t i = 0; i < history.size(); ++i) {
        HistoryEntry& entry = history[i];
        if ((entry.flags & (kHistoryCorrection | kHistoryConflict)) != 0) {
            continue;
        }
        const auto event = told.at(i);
        if (!event) {
            return Unexpected(event.error());
        }
        const auto text = standing_text(**event, entry.key, **corrections, decoder);
        const Anomaly& anomaly = (*event)->anomaly;
        const auto flags = fold_again(live, entry, text, anomaly.append_time_ms, next);
        if (!flags) {
            return Unexpected(flags.error());
        }
        relist(std::exchange(entry.flags, *flags), entry, anomaly, history.back().offset);
    }
    live.aggregate.state = std::move(next);
    live.chunks_written = 0;  // verdicts may have changed anywhere in the history
    aggregates_.mark_dirty(live);
    return {};
}

void ShardFold::relist(uint8_t before,
                       const HistoryEntry& entry,
                       const Anomaly& anomaly,
                       int64_t correction_offset) {
    using Listing = std::tuple<uint8_t, AnomalyReason, std::string_view>;
    for (const auto& [flag, reason, what] :
         {Listing{kHistoryIllegal, AnomalyReason::IllegalTransition, "illegal"},
          Listing{kHistoryFarAhead, AnomalyReason::FutureTime, kFarAhead}}) {
        if (((before ^ entry.flags) & flag) == 0) {
            continue;
        }
        const auto row = keys::anomaly(entry.offset, static_cast<uint8_t>(reason));
        if ((entry.flags & flag) == 0) {
            pending_.erase(row);
            --position_.anomalies;
            continue;
        }
        Anomaly listed = anomaly;
        listed.detail = std::string(what) + " since the correction at offset " +
                        std::to_string(correction_offset);
        pending_.put(row, encode_anomaly(listed));
        ++position_.anomalies;
    }
}

}  // namespace sijill::projections
