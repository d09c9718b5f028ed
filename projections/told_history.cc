#include "projections/told_history.h"

#include "events/digest.h"

#include <utility>
#include <variant>

namespace sijill::projections {

std::optional<Correction> correction_of(const events::Event& event) {
    const auto key_of = [](const auto& correction) {
        return history_key(
            events::event_key(correction.target_source.text, correction.target_id.text));
    };
    if (const auto* corrected = std::get_if<events::EventCorrected>(&event)) {
        return Correction{key_of(*corrected),
                          events::Patch{std::string(corrected->patch.text), corrected->time}};
    }
    const auto* voided = std::get_if<events::EventVoided>(&event);
    return voided != nullptr ? std::optional(Correction{key_of(*voided), std::nullopt})
                             : std::nullopt;
}

// Offsets name an event of the partition, so what was kept of another subject is never taken for
// this one's.
bool ToldHistory::has(const std::vector<HistoryEntry>& history, size_t index) const {
    return index >= first_ && index < first_ + told_.size() &&
           history[index].offset == told_[index - first_].offset;
}

bool ToldHistory::goes_on(const std::vector<HistoryEntry>& history, size_t index) const {
    return !told_.empty() && index == first_ + told_.size() && has(history, index - 1);
}

Result<const Told*> ToldHistory::at(const std::vector<HistoryEntry>& history, size_t index) {
    if (!has(history, index) && !goes_on(history, index)) {
        // So that a short history is read once, whichever event is asked for first.
        if (auto read = read_from(history, index - index % kMostTold); !read) {
            return Unexpected(read.error());
        }
    }
    if (!has(history, index)) {
        if (auto read = read_from(history, index); !read) {
            return Unexpected(read.error());
        }
    }
    return &told_[index - first_];
}

Result<void> ToldHistory::read_from(const std::vector<HistoryEntry>& history, size_t index) {
    if (!goes_on(history, index) || told_.size() >= kMostTold || bytes_ >= kMostToldBytes) {
        first_ = index;
        told_.clear();
        bytes_ = 0;
    }
    const size_t before = told_.size();
    std::vector<int64_t> offsets;
    for (size_t i = index; i < history.size() && before + offsets.size() < kMostTold; ++i) {
        offsets.push_back(history[i].offset);
    }
    auto read = read_again_(offsets, [&](const events::Record& record) {
        // Behind a gap or what is too much, nothing: told_ has no gaps.
        const size_t at = told_.size() - before;
        const bool next =
            at < offsets.size() && record.offset == offsets[at] && bytes_ < kMostToldBytes;
        const events::Decoded* decoded = next ? decoder_.decode(record) : nullptr;
        if (decoded != nullptr) {
            auto correction = correction_of(decoded->event);
            std::string text = correction ? "" : std::string(decoder_.text());
            bytes_ += decoder_.text().size();
            told_.push_back(
                {record.offset, record.append_time_ms, std::move(text), std::move(correction)});
        }
    });
    if (!read) {
        return read;
    }
    return told_.size() > before
               ? Result<void>()
               : fail(Errc::Corrupt,
                      "the log no longer has the event at offset " +
                          std::to_string(offsets.front()) + " that was folded before");
}

}  // namespace sijill::projections
