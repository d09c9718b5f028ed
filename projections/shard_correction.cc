// projections/shard_correction.cc - event.corrected and event.voided: the subject is folded again
// from its history.
//
// A correction names an earlier event of its subject. The subject's state becomes the fold of its
// whole history in log order with every correction known so far applied: voided events are left
// out, patches are applied to their event, where it stands, in log order. Voiding a correction
// undoes it. What was a version conflict stays one; legality is judged again, and the anomaly rows
// follow. A correction that comes before its event in the log has no target: it is listed.

#include "events/check.h"
#include "events/patch.h"
#include "projections/evolve.h"
#include "projections/keys.h"
#include "projections/shard_fold.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace sijill::projections {

namespace {

// The patches of each event that has some, in log order, and what did not happen.
struct Gathered {
    std::set<uint64_t> voided;
    std::map<uint64_t, std::vector<events::Patch>> patches;
};

// What the subject's events are with all its corrections.
struct Standing {
    std::set<uint64_t> voided;
    std::map<uint64_t, std::string> patched;  // structured JSON
};

// As the log has them: the key of each correction, and what it asks for. Errors: those of `told`.
Result<std::vector<std::pair<uint64_t, Correction>>> asked_for(
    const std::vector<HistoryEntry>& history, ToldHistory& told) {
    std::vector<std::pair<uint64_t, Correction>> asked;
    for (size_t i = 0; i < history.size(); ++i) {
        const HistoryEntry& entry = history[i];
        if ((entry.flags & kHistoryCorrection) == 0 ||
            (entry.flags & (kHistoryIneffective | kHistoryConflict)) != 0) {
            continue;
        }
        const auto event = told.at(history, i);
        if (!event) {
            return Unexpected(event.error());
        }
        CHECK((*event)->correction.has_value(), "its entry says that it is one");
        asked.emplace_back(entry.key, *(*event)->correction);
    }
    return asked;
}

Gathered gather(std::vector<std::pair<uint64_t, Correction>> asked) {
    Gathered all;
    // Backwards: a correction that a later one voids is not heard.
    for (auto each = asked.rbegin(); each != asked.rend(); ++each) {
        auto& [key, correction] = *each;
        if (all.voided.contains(key)) {
            continue;
        }
        if (!correction.patch) {
            all.voided.insert(correction.target);
        } else {
            all.patches[correction.target].push_back(std::move(*correction.patch));
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
    auto current = events::patched_event(text, patches);
    if (!current || decoder.decode_text(*current) == nullptr) {
        return std::nullopt;
    }
    return std::move(*current);
}

// nullopt: the correction that has just arrived cannot be applied, for one names no event of the
// subject, another correction, or would leave its event invalid; the earlier ones were tried
// before. Errors: those of `told`.
Result<std::optional<Standing>> standing_of(const std::vector<HistoryEntry>& history,
                                            ToldHistory& told) {
    auto asked = asked_for(history, told);
    if (!asked) {
        return Unexpected(asked.error());
    }
    Gathered gathered = gather(std::move(*asked));
    Standing standing{std::move(gathered.voided), {}};
    for (size_t i = 0; i < history.size(); ++i) {
        const auto target = gathered.patches.find(history[i].key);
        if (target == gathered.patches.end()) {
            continue;
        }
        const auto event = told.at(history, i);
        if (!event) {
            return Unexpected(event.error());
        }
        auto text = (*event)->correction ? std::nullopt
                                         : patched((*event)->text, target->second, told.decoder());
        if (!text) {
            return std::optional<Standing>();
        }
        standing.patched.emplace(target->first, std::move(*text));
    }
    return standing.patched.size() == gathered.patches.size() ? std::optional(std::move(standing))
                                                              : std::nullopt;
}

// The event as it is with its corrections; nullptr: it did not happen.
const std::string* text_of(const Told& told, uint64_t key, const Standing& standing) {
    if (standing.voided.contains(key)) {
        return nullptr;
    }
    const auto found = standing.patched.find(key);
    return found == standing.patched.end() ? &told.text : &found->second;
}

size_t corrections_in(const std::vector<HistoryEntry>& history) {
    return static_cast<size_t>(std::ranges::count_if(history, [](const HistoryEntry& entry) {
        return (entry.flags & kHistoryCorrection) != 0;
    }));
}

constexpr Listing kIllegal{kHistoryIllegal, AnomalyReason::IllegalTransition, "illegal"};
constexpr std::array kListings{kIllegal, kDoubts[0], kDoubts[1]};
static_assert(kDoubts.size() == 2);
constexpr uint8_t kListed = [] {
    unsigned flags = 0;
    for (const Listing& each : kListings) {
        flags |= each.flag;
    }
    return static_cast<uint8_t>(flags);
}();

// What a correction says of another one: only its flag Voided follows.
uint8_t correction_flags(const HistoryEntry& entry, const Standing& standing) {
    const auto others = static_cast<uint8_t>(entry.flags & ~kHistoryVoided);
    const bool voided = standing.voided.contains(entry.key);
    return voided ? static_cast<uint8_t>(others | kHistoryVoided) : others;
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
    const auto correction = correction_of(decoded.event);
    CHECK(correction.has_value(), "apply() takes the others elsewhere");
    auto found = find_target(decoded.envelope.subject, correction->target);
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
    if (corrections_in(live.aggregate.history) >= kMostCorrections) {
        entry.flags |= kHistoryIneffective | kHistoryBeyond;
        live.append(entry);
        aggregates_.mark_dirty(live);
        list_event(record,
                   decoded,
                   AnomalyReason::TooManyCorrections,
                   "the subject has " + std::to_string(kMostCorrections));
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
        note_doubts(decoded, record, Verdict::Applied);
    }
    return {};
}

Result<uint8_t> ShardFold::fold_again(LiveAggregate& live,
                                      const HistoryEntry& entry,
                                      const std::string* text,
                                      int64_t append_time_ms,
                                      State& next) {
    if (text == nullptr) {
        return kHistoryVoided;
    }
    const events::Decoded* event = told_->decoder().decode_text(*text);
    const FoldContext context{
        {event->envelope.time.ms, entry.key}, dictionary_, event->envelope.subject};
    const Verdict verdict = fold_event(next, event->event, context);
    if (verdict == Verdict::Illegal) {
        return kHistoryIllegal;
    }
    // A patch may have brought another day, and what was illegal was listed in none.
    if (auto listed = list_days(live, *event, live.aggregate.history.back().offset); !listed) {
        return Unexpected(listed.error());
    }
    return doubts_of(event->envelope, append_time_ms, verdict);
}

Result<void> ShardFold::refold(LiveAggregate& live) {
    if (!told_) {
        told_ = std::make_unique<ToldHistory>(read_again_);
    }
    auto& history = live.aggregate.history;
    const auto standing = standing_of(history, *told_);
    if (!standing) {
        return Unexpected(standing.error());
    }
    if (!*standing) {
        history.back().flags |= kHistoryIneffective;
        aggregates_.mark_dirty(live);
        return {};
    }
    standings_.keep(live);
    State next = empty_state(live.kind);
    std::vector<Judged> judged;
    for (size_t i = 0; i < history.size(); ++i) {
        HistoryEntry& entry = history[i];
        if ((entry.flags & kHistoryConflict) != 0) {
            continue;
        }
        if ((entry.flags & kHistoryCorrection) != 0) {
            entry.flags = correction_flags(entry, **standing);
            continue;
        }
        const auto event = told_->at(history, i);
        if (!event) {
            return Unexpected(event.error());
        }
        const std::string* text = text_of(**event, entry.key, **standing);
        const auto flags = fold_again(live, entry, text, (*event)->append_time_ms, next);
        if (!flags) {
            return Unexpected(flags.error());
        }
        if (const uint8_t before = std::exchange(entry.flags, *flags); before != *flags) {
            judged.push_back({entry.offset, before, *flags});
        }
    }
    live.aggregate.state = std::move(next);
    live.chunks_written = 0;  // verdicts may have changed anywhere in the history
    aggregates_.mark_dirty(live);
    return relist(judged, history.back().offset);
}

Result<void> ShardFold::relist(const std::vector<Judged>& judged, int64_t correction_offset) {
    std::vector<int64_t> to_list;
    for (const Judged& each : judged) {
        for (const auto& [flag, reason, what] : kListings) {
            if ((each.before & ~each.now & flag) != 0) {
                pending_.erase(keys::anomaly(each.offset, static_cast<uint8_t>(reason)));
                --position_.anomalies;
            }
        }
        if ((each.now & ~each.before & kListed) != 0) {
            to_list.push_back(each.offset);
        }
    }
    if (to_list.empty()) {
        return {};
    }
    const std::string since =
        " since the correction at offset " + std::to_string(correction_offset);
    auto each = judged.begin();
    return read_again_(to_list, [&](const events::Record& record) {
        each = std::find_if(
            each, judged.end(), [&record](const Judged& of) { return of.offset == record.offset; });
        const events::Decoded* decoded = told_->decoder().decode(record);
        CHECK(each != judged.end() && decoded != nullptr, "it was read a moment ago");
        for (const auto& [flag, reason, what] : kListings) {
            if ((each->now & ~each->before & flag) != 0) {
                list_event(record, *decoded, reason, std::string(what) + since);
            }
        }
    });
}

}  // namespace sijill::projections
