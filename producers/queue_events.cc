#include "producers/queue_events.h"

#include "events/digest.h"
#include "events/encode.h"
#include "events/event.h"
#include "events/grammar.h"
#include "events/uuid.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace sijill::producers {

namespace {

// A duration of the log in milliseconds. The PBX takes both ends from the wall clock: one that was
// set back makes it negative, and its own counters take that as no time.
events::Milliseconds since(int64_t seconds) {
    return {std::max<int64_t>(seconds, 0) * events::kMsPerSecond};
}

uint64_t eight_bytes(const events::Sha256& digest, size_t from) {
    uint64_t value = 0;
    for (size_t i = from; i < from + 8; ++i) {
        value = (value << 8U) | digest[i];
    }
    return value;
}

// Writes the events of one line: the envelope is the same but for the id.
class LineWriter {
  public:
    LineWriter(const StayLine& told, const QueueRules& rules)
        : told_(told), subject_(contact_of(told.stay)) {
        envelope_.source = rules.source;
        envelope_.subject = subject_;
        envelope_.correlation_id = told.line.call;
        envelope_.time = now();
        actor_ = "system:pbx";
    }

    [[nodiscard]] events::Timestamp now() const {
        return {told_.line.second * events::kMsPerSecond};
    }
    [[nodiscard]] std::string_view subject() const { return subject_; }

    void acts(std::string_view agent) { actor_ = "agent:" + std::string(agent); }

    void say(const events::Event& event) {
        const std::string text = subject_ + "\n" + impersonal(told_.line) + "\n" +
                                 std::to_string(told_.ordinal) + "\n" +
                                 std::to_string(said_.size());
        const events::Sha256 digest = events::sha256(text);
        const std::string id = to_string(
            events::make_uuid7(envelope_.time, eight_bytes(digest, 0), eight_bytes(digest, 8)));
        envelope_.id = id;
        envelope_.actor = actor_;
        said_.push_back(events::encode(envelope_, event));
    }

    [[nodiscard]] std::vector<std::string> take() { return std::move(said_); }

  private:
    const StayLine& told_;
    std::string subject_;
    std::string actor_;
    events::Envelope envelope_;
    std::vector<std::string> said_;
};

Result<std::string> queue_code(std::string_view name, const QueueRules& rules) {
    const auto row = rules.queues.find(std::string(name));
    if (row != rules.queues.end()) {
        return row->second;
    }
    if (!events::is_code(name)) {
        return fail(Errc::Invalid,
                    "the queue's name is no code (a-z 0-9 _ . -): give it one with --queue-map '" +
                        std::string(name) + "=CODE'");
    }
    return std::string(name);
}

Result<std::string> agent_of(const QueueLine& line, const QueueRules& rules) {
    if (line.agent.empty() || line.agent == "NONE") {
        return fail(Errc::Invalid, std::string(line.event) + " without an agent");
    }
    return agent_token(line.agent, rules);
}

// An extension that the site named, or that is a queue's own name.
std::string transfer_target(const QueueLine& line, const QueueRules& rules) {
    if (line.word != QueueWord::BlindTransfer) {
        return std::string(kElsewhere);
    }
    const std::string extension(line.parameter(0));
    if (const auto row = rules.transfers.find(extension); row != rules.transfers.end()) {
        return row->second;
    }
    if (const auto row = rules.queues.find(extension); row != rules.queues.end()) {
        return row->second;
    }
    return std::string(kElsewhere);
}

Result<void> offer(LineWriter& writer, const QueueLine& line, const QueueRules& rules) {
    const auto queue = queue_code(line.queue, rules);
    if (!queue) {
        return Unexpected(queue.error());
    }
    events::CallOffered event;
    event.contact_id = {writer.subject()};
    event.queue = {*queue};
    event.enqueued_at = writer.now();
    writer.say(event);
    return {};
}

Result<void> leave(LineWriter& writer, const StayLine& told, events::FlowOutTarget to) {
    int64_t wait = told.times.wait;
    if (!told.times.entered) {
        wait = told.line.second - told.stay.entered;
    }
    writer.say(events::CallFlowedOut{to, since(wait), {}});
    return {};
}

Result<void> agent_fact(LineWriter& writer, const StayLine& told, const QueueRules& rules) {
    const auto agent = agent_of(told.line, rules);
    if (!agent) {
        return Unexpected(agent.error());
    }
    writer.acts(*agent);
    if (told.line.word == QueueWord::Connect) {
        writer.say(events::CallAnswered{{*agent}, since(told.times.wait), writer.now()});
        return {};
    }
    const auto ring = queue_number(told.line.parameter(0));
    if (!ring) {
        return fail(Errc::Invalid, "RINGNOANSWER needs its ring time in milliseconds");
    }
    writer.say(events::CallAgentNotAnswered{{*agent}, {std::max<int64_t>(*ring, 0)}});
    return {};
}

Result<void> finish(LineWriter& writer, const StayLine& told, const QueueRules& rules) {
    const QueueLine& line = told.line;
    const auto agent = agent_of(line, rules);
    const auto queue = queue_code(line.queue, rules);
    if (!agent || !queue) {
        return Unexpected(agent ? queue.error() : agent.error());
    }
    writer.acts(*agent);
    const bool transfer =
        line.word == QueueWord::BlindTransfer || line.word == QueueWord::AttendedTransfer;
    if (transfer) {
        const std::string to = transfer_target(line, rules);
        const auto kind = line.word == QueueWord::BlindTransfer ? events::TransferKind::Blind
                                                                : events::TransferKind::Consult;
        writer.say(events::CallTransferred{{*queue}, {to}, kind});
    }
    const auto by = line.word == QueueWord::CompleteCaller ? events::CallEndedBy::Citizen
                                                           : events::CallEndedBy::Agent;
    writer.say(events::CallEnded{writer.now(), since(told.times.talk), {0}, by});
    return {};
}

Result<void> recording(LineWriter& writer, const QueueLine& line) {
    const auto seconds = queue_number(line.parameter(1));
    const std::string_view id = line.parameter(0);
    const std::string_view digest = line.parameter(2);
    if (!events::is_identifier(id) || !seconds || *seconds < 0 || !events::is_digest(digest)) {
        return fail(Errc::Invalid,
                    std::string(line.event) + " needs recording id|seconds|SHA-256 as parameters");
    }
    writer.say(events::CallRecordingAvailable{{id}, since(*seconds), {digest}});
    return {};
}

Result<void> say_line(LineWriter& writer, const StayLine& told, const QueueRules& rules) {
    switch (told.line.word) {
        case QueueWord::Enter:
            return offer(writer, told.line, rules);
        case QueueWord::Connect:
        case QueueWord::RingNoAnswer:
            return agent_fact(writer, told, rules);
        case QueueWord::Abandon:
            writer.say(events::CallAbandoned{
                since(told.times.wait), writer.now(), events::CallAbandonedBy::Citizen});
            return {};
        case QueueWord::CompleteAgent:
        case QueueWord::CompleteCaller:
        case QueueWord::BlindTransfer:
        case QueueWord::AttendedTransfer:
            return finish(writer, told, rules);
        case QueueWord::ExitTimeout:
            return leave(writer, told, rules.on_timeout);
        case QueueWord::ExitKey:
            return leave(writer, told, rules.on_key);
        case QueueWord::ExitEmpty:
            return leave(writer, told, rules.on_empty);
        case QueueWord::Recording:
            return recording(writer, told.line);
        case QueueWord::Other:
        case QueueWord::Unknown:
            break;
    }
    return fail(Errc::Invalid, "the line is no contact fact");
}

}  // namespace

std::string agent_token(std::string_view name, const QueueRules& rules) {
    const auto row = rules.agents.find(std::string(name));
    if (row != rules.agents.end()) {
        return row->second;
    }
    const events::Sha256 digest = events::sha256(rules.source + "\n" + std::string(name));
    return "agent-" + events::to_hex(digest).substr(0, 16);
}

Result<std::vector<std::string>> queue_events(const StayLine& told, const QueueRules& rules) {
    LineWriter writer(told, rules);
    if (auto said = say_line(writer, told, rules); !said) {
        return Unexpected(said.error());
    }
    return writer.take();
}

}  // namespace sijill::producers
