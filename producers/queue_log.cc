#include "producers/queue_log.h"

#include "events/grammar.h"
#include "events/time.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace sijill::producers {

namespace {

struct WordName {
    std::string_view name;
    QueueWord word;
};

// Every event that app_queue and the logger of Asterisk 1.8 to 22 write, and DID and INFO, which
// many dialplans add.
constexpr std::array kQueueWords = {
    WordName{"ENTERQUEUE", QueueWord::Enter},
    WordName{"CONNECT", QueueWord::Connect},
    WordName{"ABANDON", QueueWord::Abandon},
    WordName{"COMPLETEAGENT", QueueWord::CompleteAgent},
    WordName{"COMPLETECALLER", QueueWord::CompleteCaller},
    WordName{"EXITWITHTIMEOUT", QueueWord::ExitTimeout},
    WordName{"EXITWITHKEY", QueueWord::ExitKey},
    WordName{"EXITEMPTY", QueueWord::ExitEmpty},
    WordName{"RINGNOANSWER", QueueWord::RingNoAnswer},
    WordName{"BLINDTRANSFER", QueueWord::BlindTransfer},
    WordName{"TRANSFER", QueueWord::BlindTransfer},
    WordName{"ATTENDEDTRANSFER", QueueWord::AttendedTransfer},
    WordName{"ADDMEMBER", QueueWord::Other},
    WordName{"REMOVEMEMBER", QueueWord::Other},
    WordName{"MEMBERSTATUS", QueueWord::Other},
    WordName{"PAUSE", QueueWord::Other},
    WordName{"UNPAUSE", QueueWord::Other},
    WordName{"PAUSEALL", QueueWord::Other},
    WordName{"UNPAUSEALL", QueueWord::Other},
    WordName{"PENALTY", QueueWord::Other},
    WordName{"RINGCANCELED", QueueWord::Other},
    WordName{"AGENTDUMP", QueueWord::Other},
    WordName{"SYSCOMPAT", QueueWord::Other},
    WordName{"AGENTLOGIN", QueueWord::Other},
    WordName{"AGENTLOGOFF", QueueWord::Other},
    WordName{"AGENTCALLBACKLOGIN", QueueWord::Other},
    WordName{"AGENTCALLBACKLOGOFF", QueueWord::Other},
    WordName{"QUEUESTART", QueueWord::Other},
    WordName{"CONFIGRELOAD", QueueWord::Other},
    WordName{"DID", QueueWord::Other},
    WordName{"INFO", QueueWord::Other},
};

QueueWord word_of(std::string_view name, std::string_view recording_event) {
    if (!recording_event.empty() && name == recording_event) {
        return QueueWord::Recording;
    }
    const auto* const found = std::ranges::find(kQueueWords, name, &WordName::name);
    return found == kQueueWords.end() ? QueueWord::Unknown : found->word;
}

// What is no word of capitals is a broken line, not an unknown event: it might be anything, a
// number or a name among it, and is not repeated in messages.
bool is_event_word(std::string_view text) {
    return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

std::string_view next_field(std::string_view& rest, bool& more) {
    const size_t bar = rest.find('|');
    const std::string_view field = rest.substr(0, bar);
    more = bar != std::string_view::npos;
    rest = more ? rest.substr(bar + 1) : std::string_view();
    return field;
}

// Where in a line's parameters wait and talk stand, both in seconds.
struct TimePlaces {
    size_t wait;
    std::optional<size_t> talk = {};
};

std::optional<TimePlaces> time_places(const QueueLine& line) {
    switch (line.word) {
        case QueueWord::Connect:
            return TimePlaces{0};
        case QueueWord::Abandon:
        case QueueWord::ExitTimeout:
        case QueueWord::ExitEmpty:
            return TimePlaces{2};
        case QueueWord::ExitKey:
            return TimePlaces{3};
        case QueueWord::CompleteAgent:
        case QueueWord::CompleteCaller:
            return TimePlaces{0, 1};
        case QueueWord::BlindTransfer:
            return TimePlaces{2, 3};
        case QueueWord::AttendedTransfer:
            // The method has one or two words of its own before the times.
            return line.count < 3 ? TimePlaces{0, 1} : TimePlaces{line.count - 3, line.count - 2};
        case QueueWord::Enter:
        case QueueWord::RingNoAnswer:
        case QueueWord::Recording:
        case QueueWord::Other:
        case QueueWord::Unknown:
            return std::nullopt;
    }
    return std::nullopt;
}

std::string missing_number(const QueueLine& line, size_t at, std::string_view what) {
    return std::string(line.event) + " needs its " + std::string(what) +
           " as a number in parameter " + std::to_string(at + 1) + ", and the line has " +
           std::to_string(line.count) + " parameters";
}

}  // namespace

std::optional<int64_t> queue_number(std::string_view text) {
    int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc() || stop != end) {
        return std::nullopt;
    }
    return value;
}

Result<QueueLine> parse_queue_line(std::string_view line, std::string_view recording_event) {
    QueueLine parsed;
    std::string_view rest = line;
    bool more = true;
    const std::string_view second = next_field(rest, more);
    const auto number = queue_number(second);
    if (!number || *number < 0 || *number > events::kLastInstant.ms / events::kMsPerSecond) {
        return fail(Errc::Invalid, "the line does not begin with an epoch second");
    }
    parsed.second = *number;
    for (std::string_view* field : {&parsed.call, &parsed.queue, &parsed.agent, &parsed.event}) {
        if (!more) {
            return fail(Errc::Invalid,
                        "the line has fewer than five fields: second|call|queue|agent|event");
        }
        *field = next_field(rest, more);
    }
    if (!is_event_word(parsed.event)) {
        return fail(Errc::Invalid, "the fifth field is no event word such as CONNECT");
    }
    while (more) {
        const std::string_view parameter = next_field(rest, more);
        if (parsed.count < QueueLine::kMaxParameters) {
            parsed.parameters[parsed.count++] = parameter;
        }
    }
    parsed.word = word_of(parsed.event, recording_event);
    const bool contact = parsed.word < QueueWord::Other;
    if (contact && (!events::is_identifier(parsed.call) || parsed.call == "NONE")) {
        return fail(Errc::Invalid, std::string(parsed.event) + " without a call id");
    }
    return parsed;
}

Result<QueueTimes> queue_times(const QueueLine& line) {
    QueueTimes times;
    const auto places = time_places(line);
    if (!places) {
        return times;
    }
    // Before Asterisk 12 EXITWITHKEY told no wait; the stay's own beginning tells it then.
    if (line.word == QueueWord::ExitKey && line.count <= places->wait) {
        return times;
    }
    const auto wait = queue_number(line.parameter(places->wait));
    if (!wait) {
        return fail(Errc::Invalid, missing_number(line, places->wait, "wait"));
    }
    times.wait = *wait;
    if (places->talk) {
        const auto talk = queue_number(line.parameter(*places->talk));
        if (!talk) {
            return fail(Errc::Invalid, missing_number(line, *places->talk, "talk"));
        }
        times.talk = *talk;
    }
    constexpr int64_t kCentury = 3'155'760'000;
    if (std::abs(times.wait) > kCentury || std::abs(times.talk) > kCentury) {
        return fail(Errc::Invalid, std::string(line.event) + " tells a duration over a century");
    }
    times.entered = line.second - times.wait - times.talk;
    return times;
}

std::string impersonal(const QueueLine& line) {
    std::string text = std::to_string(line.second);
    for (const std::string_view field : {line.call, line.queue, line.agent, line.event}) {
        text += '|';
        text += field;
    }
    for (size_t at = 0; at < line.count; ++at) {
        // ENTERQUEUE: URL, caller. A transfer: extension or channel before its times.
        const bool personal =
            (line.word == QueueWord::Enter && at < 2) ||
            (line.word == QueueWord::BlindTransfer && at < 2) ||
            (line.word == QueueWord::AttendedTransfer && line.count >= 3 && at < line.count - 3);
        text += '|';
        text += personal ? std::string_view() : line.parameters[at];
    }
    return text;
}

}  // namespace sijill::producers
