#include "producers/queue_calls.h"

#include "events/digest.h"
#include "events/grammar.h"
#include "producers/queue_events.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace sijill::producers {

namespace {

// A line tells when its stay began from durations in whole seconds, and is itself written a moment
// later: both roundings together are below this.
constexpr int64_t kRounding = 3;

uint64_t line_digest(std::string_view text) {
    const events::Sha256 digest = events::sha256(text);
    uint64_t value = 0;
    for (size_t i = 0; i < 8; ++i) {
        value = (value << 8U) | digest[i];
    }
    return value;
}

bool ends_stay(QueueWord word) {
    return word != QueueWord::Enter && word != QueueWord::Connect &&
           word != QueueWord::RingNoAnswer && word != QueueWord::Recording;
}

bool fits(const QueueStay& stay, const QueueLine& line, std::optional<int64_t> entered) {
    const bool queue = stay.queue == line.queue || line.queue == "NONE";
    const bool alive = !stay.ended || line.word == QueueWord::Recording;
    return stay.call == line.call && queue && alive &&
           (!entered || std::abs(stay.entered - *entered) <= kRounding);
}

// The stay at the end of a part that this line goes on with: the latest one that it may follow.
const QueueStay* stay_at(const PartEnd& end,
                         const QueueLine& line,
                         std::optional<int64_t> entered) {
    const auto found = std::find_if(end.stays.rbegin(), end.stays.rend(), [&](const auto& stay) {
        return fits(stay, line, entered);
    });
    return found == end.stays.rend() ? nullptr : &*found;
}

MappedLine broken(std::string reason) {
    MappedLine mapped;
    mapped.reason = std::move(reason);
    return mapped;
}

std::optional<int64_t> first_entered(const std::vector<QueueLine>& lines) {
    for (const QueueLine& line : lines) {
        const auto times = queue_times(line);
        if (times && times->entered) {
            return times->entered;
        }
    }
    return std::nullopt;
}

// A waiting line was read once, so it can be read again; another recording event makes it Other.
QueueLine waiting_line(const WaitingLine& waiting, std::string_view recording_event) {
    return parse_queue_line(waiting.text, recording_event).value_or(QueueLine{});
}

// Part, call and queue.
using WaitingKey = std::tuple<std::string, std::string, std::string>;

WaitingKey waiting_key(const std::string& part, const QueueLine& line) {
    return {part, std::string(line.call), std::string(line.queue)};
}

}  // namespace

QueueLogMapper::QueueLogMapper(QueueRules rules, QueueMemory memory)
    : rules_(std::move(rules)), memory_(std::move(memory)) {}

void QueueLogMapper::resume(std::string part, const std::vector<QueueStay>& stays) {
    part_ = std::move(part);
    book_.clear();
    for (const QueueStay& stay : stays) {
        book_.add(stay);
    }
}

void QueueLogMapper::begin_part(std::string_view first_line) {
    // A part is known by its first line, so that reading it again is noticed.
    part_ = events::to_hex(events::sha256(first_line)).substr(0, 32);
    std::erase_if(memory_.waiting, [this](const auto& each) { return each.part == part_; });
}

QueueStay& QueueLogMapper::enter(const QueueLine& line) {
    QueueStay stay;
    stay.call = line.call;
    stay.queue = line.queue;
    stay.entered = line.second;
    stay.ordinal = book_.count(line.call, line.queue, line.second) + 1;
    stay.last_second = line.second;
    return book_.add(std::move(stay));
}

QueueStay* QueueLogMapper::stay_of(const QueueLine& line, const QueueTimes& times) {
    if (QueueStay* stay = book_.find(line.call, line.queue); stay != nullptr) {
        return stay;
    }
    // The end of another part that comes latest before this line, for a stay may lie in three
    // parts. This part's own end, from an earlier import, is no beginning of it.
    const QueueStay* best = nullptr;
    for (const PartEnd& end : memory_.ends) {
        const QueueStay* stay = end.part == part_ ? nullptr : stay_at(end, line, times.entered);
        const bool before = stay != nullptr && stay->last_second <= line.second;
        if (stay != nullptr &&
            (best == nullptr || (before && stay->last_second >= best->last_second))) {
            best = stay;
        }
    }
    return best == nullptr ? nullptr : &book_.add(*best);
}

MappedLine QueueLogMapper::tell(const QueueLine& line, const QueueTimes& times, QueueStay& stay) {
    MappedLine mapped;
    const bool enters = line.word == QueueWord::Enter;
    const int64_t ordinal = enters ? stay.ordinal : ++stay.repeats[line_digest(impersonal(line))];
    stay.last_second = line.second;
    auto events = queue_events({line, times, stay, ordinal}, rules_);
    if (!events) {
        return broken(events.error().message);
    }
    mapped.fate = LineFate::Mapped;
    mapped.events = std::move(*events);
    mapped.caller_dropped = enters && !line.parameter(1).empty();
    mapped.clock_set_back = times.wait < 0 || times.talk < 0;
    return mapped;
}

MappedLine QueueLogMapper::wait(const QueueLine& line) {
    if (memory_.waiting.size() >= QueueMemory::kMostWaiting) {
        return broken(
            "the call's ENTERQUEUE line was not read, and too many lines wait already: "
            "import the earlier log first");
    }
    // An extension that the site named is kept: the target of the transfer hangs on it.
    QueueLine kept = line;
    const std::string extension(line.parameter(0));
    if (line.word == QueueWord::BlindTransfer &&
        (rules_.transfers.contains(extension) || rules_.queues.contains(extension))) {
        kept.word = QueueWord::Other;
    }
    memory_.waiting.push_back({part_, impersonal(kept)});
    MappedLine mapped;
    mapped.fate = LineFate::Waiting;
    return mapped;
}

MappedLine QueueLogMapper::map(std::string_view line) {
    if (part_.empty()) {
        begin_part(line);
    }
    const auto parsed = parse_queue_line(line, rules_.recording_event);
    if (!parsed) {
        return broken(parsed.error().message);
    }
    if (parsed->word >= QueueWord::Other) {
        MappedLine mapped;
        const bool known = parsed->word == QueueWord::Other;
        mapped.fate = known ? LineFate::Ignored : LineFate::UnknownEvent;
        mapped.word = parsed->event;
        return mapped;
    }
    const auto times = queue_times(*parsed);
    if (!times) {
        return broken(times.error().message);
    }
    QueueStay* stay = parsed->word == QueueWord::Enter ? &enter(*parsed) : stay_of(*parsed, *times);
    if (stay == nullptr) {
        return wait(*parsed);
    }
    MappedLine mapped = tell(*parsed, *times, *stay);
    if (ends_stay(parsed->word)) {
        book_.end(*stay);
    }
    return mapped;
}

void QueueLogMapper::keep_end() {
    std::erase_if(memory_.ends, [this](const PartEnd& end) { return end.part == part_; });
    memory_.ends.push_back({part_, book_.all()});
    size_t stays = 0;
    for (const PartEnd& end : memory_.ends) {
        stays += end.stays.size() + 1;
    }
    while (stays > QueueMemory::kMostStays && memory_.ends.size() > 1) {
        stays -= memory_.ends.front().stays.size() + 1;
        memory_.ends.erase(memory_.ends.begin());
    }
}

std::vector<MappedLine> QueueLogMapper::tell_group(const std::vector<QueueLine>& lines,
                                                   const PartEnd& end) {
    const QueueStay* from = stay_at(end, lines.front(), first_entered(lines));
    if (from == nullptr) {
        return {};
    }
    QueueStay stay = *from;
    std::vector<MappedLine> told;
    for (const QueueLine& line : lines) {
        const auto times = queue_times(line);
        told.push_back(times ? tell(line, *times, stay) : broken(times.error().message));
    }
    return told;
}

std::vector<MappedLine> QueueLogMapper::end_part() {
    if (part_.empty()) {
        return {};
    }
    keep_end();
    // The lines of one call and queue that wait in one part go on with one stay.
    std::map<WaitingKey, std::vector<QueueLine>> groups;
    for (const WaitingLine& waiting : memory_.waiting) {
        if (waiting.part != part_) {
            const QueueLine line = waiting_line(waiting, rules_.recording_event);
            groups[waiting_key(waiting.part, line)].push_back(line);
        }
    }
    std::vector<MappedLine> told;
    std::set<WaitingKey> done;
    for (const auto& [key, lines] : groups) {
        std::vector<MappedLine> of_group = tell_group(lines, memory_.ends.back());
        if (!of_group.empty()) {
            done.insert(key);
            std::ranges::move(of_group, std::back_inserter(told));
        }
    }
    std::erase_if(memory_.waiting, [&](const WaitingLine& waiting) {
        return done.contains(
            waiting_key(waiting.part, waiting_line(waiting, rules_.recording_event)));
    });
    part_.clear();
    book_.clear();
    return told;
}

}  // namespace sijill::producers
