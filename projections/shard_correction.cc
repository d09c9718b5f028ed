// projections/shard_correction.cc - event.corrected and event.voided: the subject is folded again
// from its history.
//
// A correction names an earlier event of its subject. The subject's state becomes the fold of its
// whole history in log order with every correction known so far applied: voided events are left
// out, patches are merged into the data of their event in log order. Voiding a correction undoes
// it. What was a version conflict stays one; legality is judged again, and the anomaly rows follow.
// A correction that comes before its event in the log has no target: it is listed.

#include "events/patch.h"
#include "projections/keys.h"
#include "projections/shard_fold.h"

#include <algorithm>
#include <map>
#include <set>

namespace sijill::projections {

namespace {

struct Target {
    uint64_t key;       // of its history entry
    std::string patch;  // "" voids
};

Target target_of(const events::Event& event) {
    if (const auto* corrected = std::get_if<events::EventCorrected>(&event)) {
        return {history_key(
                    events::event_key(corrected->target_source.text, corrected->target_id.text)),
                std::string(corrected->patch.text)};
    }
    const auto& voided = std::get<events::EventVoided>(event);
    return {history_key(events::event_key(voided.target_source.text, voided.target_id.text)), {}};
}

// One event of the subject as it stands in the log.
struct Told {
    std::string text;  // structured JSON
    Anomaly anomaly;   // what to list when it becomes illegal
};

// All corrections of a subject, worked out once.
struct Corrections {
    std::set<uint64_t> voided;
    std::map<uint64_t, std::vector<std::string>> patches;  // in log order
};

Corrections gather(const std::vector<HistoryEntry>& history,
                   const std::vector<Told>& told,
                   events::Decoder& decoder) {
    Corrections all;
    // Backwards: a correction that a later one voids is not heard.
    for (size_t i = history.size(); i-- > 0;) {
        const HistoryEntry& entry = history[i];
        const bool effective = (entry.flags & kHistoryCorrection) != 0 &&
                               (entry.flags & (kHistoryIneffective | kHistoryConflict)) == 0;
        if (!effective || all.voided.contains(entry.key)) {
            continue;
        }
        const events::Decoded* decoded = decoder.decode_text(told[i].text);
        if (decoded == nullptr) {
            continue;
        }
        Target target = target_of(decoded->event);
        if (target.patch.empty()) {
            all.voided.insert(target.key);
        } else {
            auto& patches = all.patches[target.key];
            patches.insert(patches.begin(), std::move(target.patch));
        }
    }
    return all;
}

// The event's text with its patches, or nullopt when the result would be no valid event.
std::optional<std::string> patched(const std::string& text,
                                   const std::vector<std::string>& patches,
                                   events::Decoder& decoder) {
    std::string current = text;
    for (const std::string& patch : patches) {
        auto next = events::patched_event(current, patch);
        if (!next) {
            return std::nullopt;
        }
        current = std::move(*next);
    }
    return decoder.decode_text(current) == nullptr ? std::nullopt : std::optional(current);
}

Result<std::vector<Told>> read_history(const std::vector<HistoryEntry>& history,
                                       const ReadAgain& read_again,
                                       events::Decoder& decoder) {
    std::vector<int64_t> offsets;
    offsets.reserve(history.size());
    std::ranges::transform(history, std::back_inserter(offsets), &HistoryEntry::offset);
    std::map<int64_t, Told> by_offset;
    auto read = read_again(offsets, [&](const events::Record& record) {
        if (const events::Decoded* decoded = decoder.decode(record); decoded != nullptr) {
            by_offset[record.offset] = {std::string(decoder.text()), anomaly_of(record, *decoded)};
        }
    });
    if (!read) {
        return Unexpected(read.error());
    }
    std::vector<Told> told;
    for (const int64_t offset : offsets) {
        const auto found = by_offset.find(offset);
        if (found == by_offset.end()) {
            return fail(Errc::Corrupt,
                        "the log no longer has the event at offset " + std::to_string(offset) +
                            " that was folded before");
        }
        told.push_back(std::move(found->second));
    }
    return told;
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

// False when a correction names no event of the subject, another correction, or would leave its
// event invalid.
bool can_apply(const Corrections& corrections,
               const std::vector<HistoryEntry>& history,
               const std::vector<Told>& told,
               events::Decoder& decoder) {
    return std::ranges::all_of(corrections.patches, [&](const auto& correction) {
        const auto& [key, patches] = correction;
        const auto target = std::ranges::find(history, key, &HistoryEntry::key);
        if (target == history.end() || (target->flags & kHistoryCorrection) != 0) {
            return false;
        }
        const auto index = static_cast<size_t>(target - history.begin());
        return patched(told[index].text, patches, decoder).has_value();
    });
}

Result<Verdict> ShardFold::fold_again(LiveAggregate& live,
                                      const HistoryEntry& entry,
                                      const std::string& text,
                                      State& next) {
    const events::Decoded* event = history_decoder_->decode_text(text);
    const FoldContext context{{event->envelope.time.ms, entry.key}, dictionary_};
    const Verdict verdict = fold_event(next, event->event, context);
    if (verdict == Verdict::Applied) {
        // A patch may have brought another day, and what was illegal was listed in none.
        auto listed = list_days(live, *event, live.aggregate.history.back().offset);
        if (!listed) {
            return Unexpected(listed.error());
        }
    }
    return verdict;
}

Result<void> ShardFold::refold(LiveAggregate& live) {
    if (!history_decoder_) {
        history_decoder_ = std::make_unique<events::Decoder>();
    }
    events::Decoder& decoder = *history_decoder_;
    auto& history = live.aggregate.history;
    const auto told = read_history(history, read_again_, decoder);
    if (!told) {
        return Unexpected(told.error());
    }
    Corrections corrections = gather(history, *told, decoder);
    // Only the correction that has just arrived can fail here: the earlier ones were tried before.
    if (!can_apply(corrections, history, *told, decoder)) {
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
        const bool was_illegal = (entry.flags & kHistoryIllegal) != 0;
        bool illegal = false;
        if (!corrections.voided.contains(entry.key)) {
            const auto verdict =
                fold_again(live,
                           entry,
                           *patched((*told)[i].text, corrections.patches[entry.key], decoder),
                           next);
            if (!verdict) {
                return Unexpected(verdict.error());
            }
            illegal = *verdict == Verdict::Illegal;
        }
        entry.flags = illegal ? kHistoryIllegal : 0;
        if (illegal != was_illegal) {
            relist(entry, (*told)[i].anomaly, history.back().offset);
        }
    }
    live.aggregate.state = std::move(next);
    live.chunks_written = 0;  // verdicts may have changed anywhere in the history
    aggregates_.mark_dirty(live);
    return {};
}

void ShardFold::relist(const HistoryEntry& entry, Anomaly anomaly, int64_t correction_offset) {
    const auto row =
        keys::anomaly(entry.offset, static_cast<uint8_t>(AnomalyReason::IllegalTransition));
    if ((entry.flags & kHistoryIllegal) == 0) {
        pending_.erase(row);
        --position_.anomalies;
        return;
    }
    anomaly.detail = "illegal since the correction at offset " + std::to_string(correction_offset);
    pending_.put(row, encode_anomaly(anomaly));
    ++position_.anomalies;
}

}  // namespace sijill::projections
