#pragma once
// events/call_events.h - facts of one telephone call (subject: contact_id)

#include "events/field.h"
#include "events/type_list.h"

#include <array>
#include <optional>
#include <string_view>

namespace sijill::events {

enum class CallDirection { Inbound };
template <>
struct EnumNames<CallDirection> {
    static constexpr std::array<std::string_view, 1> kNames{"inbound"};
};

enum class CallAbandonedBy { Citizen, System };
template <>
struct EnumNames<CallAbandonedBy> {
    static constexpr std::array<std::string_view, 2> kNames{"citizen", "system"};
};

enum class FlowOutTarget { Callback, Voicemail, Queue };
template <>
struct EnumNames<FlowOutTarget> {
    static constexpr std::array<std::string_view, 3> kNames{"callback", "voicemail", "queue"};
};

enum class TransferKind { Blind, Consult };
template <>
struct EnumNames<TransferKind> {
    static constexpr std::array<std::string_view, 2> kNames{"blind", "consult"};
};

enum class CallEndedBy { Agent, Citizen, System };
template <>
struct EnumNames<CallEndedBy> {
    static constexpr std::array<std::string_view, 3> kNames{"agent", "citizen", "system"};
};

enum class CallOutcome { Handled, Referred, CallbackDue, NoAction };
template <>
struct EnumNames<CallOutcome> {
    static constexpr std::array<std::string_view, 4> kNames{
        "handled", "referred", "callback_due", "no_action"};
};

enum class DialFailure { Busy, NoAnswer, Invalid, Rejected };
template <>
struct EnumNames<DialFailure> {
    static constexpr std::array<std::string_view, 4> kNames{
        "busy", "no_answer", "invalid", "rejected"};
};

enum class DeletionReason { Retention, Erasure };
template <>
struct EnumNames<DeletionReason> {
    static constexpr std::array<std::string_view, 2> kNames{"retention", "erasure"};
};

struct CallOffered {
    static constexpr std::string_view kType = "call.offered";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "contact_id";
    static constexpr std::string_view kSummary = "An inbound call entered a queue.";
    Id contact_id;
    CallDirection direction{};
    Code queue;
    Timestamp enqueued_at;
    std::optional<Token> citizen;
    std::optional<Sealed> ani;
    std::optional<Text> dnis;
    std::optional<CodeList> ivr_purposes;
    std::optional<Code> language;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"contact_id", &CallOffered::contact_id},
                     Field{"direction", &CallOffered::direction},
                     Field{"queue", &CallOffered::queue},
                     Field{"enqueued_at", &CallOffered::enqueued_at},
                     Field{"citizen", &CallOffered::citizen},
                     Field{"ani", &CallOffered::ani},
                     Field{"dnis", &CallOffered::dnis},
                     Field{"ivr_purposes", &CallOffered::ivr_purposes},
                     Field{"language", &CallOffered::language});
    }
    bool operator==(const CallOffered&) const = default;
};

struct CallAnswered {
    static constexpr std::string_view kType = "call.answered";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "An agent answered; queue_wait runs from entering the queue.";
    Token agent;
    Milliseconds queue_wait;
    Timestamp answered_at;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"agent", &CallAnswered::agent},
                     Field{"queue_wait", &CallAnswered::queue_wait},
                     Field{"answered_at", &CallAnswered::answered_at});
    }
    bool operator==(const CallAnswered&) const = default;
};

struct CallAbandoned {
    static constexpr std::string_view kType = "call.abandoned";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "The caller left the queue, or was cut off, before an agent answered.";
    Milliseconds queue_wait;
    Timestamp abandoned_at;
    CallAbandonedBy by{};
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"queue_wait", &CallAbandoned::queue_wait},
                     Field{"abandoned_at", &CallAbandoned::abandoned_at},
                     Field{"by", &CallAbandoned::by});
    }
    bool operator==(const CallAbandoned&) const = default;
};

struct CallFlowedOut {
    static constexpr std::string_view kType = "call.flowed_out";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "The call left the queue neither answered nor abandoned.";
    FlowOutTarget to{};
    Milliseconds queue_wait;
    std::optional<Code> to_queue;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"to", &CallFlowedOut::to},
                     Field{"queue_wait", &CallFlowedOut::queue_wait},
                     Field{"to_queue", &CallFlowedOut::to_queue});
    }
    bool operator==(const CallFlowedOut&) const = default;
};

struct CallAgentNotAnswered {
    static constexpr std::string_view kType = "call.agent_not_answered";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "An agent was offered the call and did not take it; one call may count many.";
    Token agent;
    Milliseconds ring;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"agent", &CallAgentNotAnswered::agent},
                     Field{"ring", &CallAgentNotAnswered::ring});
    }
    bool operator==(const CallAgentNotAnswered&) const = default;
};

struct CallHeld {
    static constexpr std::string_view kType = "call.held";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The agent put the caller on hold.";
    Timestamp at;
    static constexpr auto fields(const auto& visit) { return visit(Field{"at", &CallHeld::at}); }
    bool operator==(const CallHeld&) const = default;
};

struct CallRetrieved {
    static constexpr std::string_view kType = "call.retrieved";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The agent took the caller off hold.";
    Timestamp at;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"at", &CallRetrieved::at});
    }
    bool operator==(const CallRetrieved&) const = default;
};

struct CallTransferred {
    static constexpr std::string_view kType = "call.transferred";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The call went on to another queue.";
    Code from_queue;
    Code to_queue;
    TransferKind kind{};
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"from_queue", &CallTransferred::from_queue},
                     Field{"to_queue", &CallTransferred::to_queue},
                     Field{"kind", &CallTransferred::kind});
    }
    bool operator==(const CallTransferred&) const = default;
};

struct CallEnded {
    static constexpr std::string_view kType = "call.ended";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The conversation ended; talk excludes hold.";
    Timestamp ended_at;
    Milliseconds talk;
    Milliseconds hold;
    CallEndedBy ended_by{};
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"ended_at", &CallEnded::ended_at},
                     Field{"talk", &CallEnded::talk},
                     Field{"hold", &CallEnded::hold},
                     Field{"ended_by", &CallEnded::ended_by});
    }
    bool operator==(const CallEnded&) const = default;
};

struct CallWrappedUp {
    static constexpr std::string_view kType = "call.wrapped_up";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "The agent coded the call: after-call work, purposes, outcome.";
    Milliseconds acw;
    CodeList purposes;
    CallOutcome outcome{};
    std::optional<CodeList> natures;
    std::optional<Sealed> application_no;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"acw", &CallWrappedUp::acw},
                     Field{"purposes", &CallWrappedUp::purposes},
                     Field{"outcome", &CallWrappedUp::outcome},
                     Field{"natures", &CallWrappedUp::natures},
                     Field{"application_no", &CallWrappedUp::application_no});
    }
    bool operator==(const CallWrappedUp&) const = default;
};

struct CallOutboundAttempted {
    static constexpr std::string_view kType = "call.outbound_attempted";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "contact_id";
    static constexpr std::string_view kSummary = "An agent dialled a citizen.";
    Id contact_id;
    Token agent;
    Timestamp attempted_at;
    Code reason;
    std::optional<Id> case_id;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"contact_id", &CallOutboundAttempted::contact_id},
                     Field{"agent", &CallOutboundAttempted::agent},
                     Field{"attempted_at", &CallOutboundAttempted::attempted_at},
                     Field{"reason", &CallOutboundAttempted::reason},
                     Field{"case_id", &CallOutboundAttempted::case_id});
    }
    bool operator==(const CallOutboundAttempted&) const = default;
};

struct CallOutboundConnected {
    static constexpr std::string_view kType = "call.outbound_connected";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The citizen answered the outbound call.";
    Timestamp connected_at;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"connected_at", &CallOutboundConnected::connected_at});
    }
    bool operator==(const CallOutboundConnected&) const = default;
};

struct CallOutboundFailed {
    static constexpr std::string_view kType = "call.outbound_failed";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The outbound call reached nobody.";
    DialFailure cause{};
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"cause", &CallOutboundFailed::cause});
    }
    bool operator==(const CallOutboundFailed&) const = default;
};

struct CallRecordingAvailable {
    static constexpr std::string_view kType = "call.recording_available";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "A recording of the call was stored.";
    Id recording_id;
    Milliseconds duration;
    Digest sha256;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"recording_id", &CallRecordingAvailable::recording_id},
                     Field{"duration", &CallRecordingAvailable::duration},
                     Field{"sha256", &CallRecordingAvailable::sha256});
    }
    bool operator==(const CallRecordingAvailable&) const = default;
};

struct CallRecordingDeleted {
    static constexpr std::string_view kType = "call.recording_deleted";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "The stored recording was deleted; the call still counts as recorded.";
    DeletionReason reason{};
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"reason", &CallRecordingDeleted::reason});
    }
    bool operator==(const CallRecordingDeleted&) const = default;
};

using CallEvents = TypeList<CallOffered,
                            CallAnswered,
                            CallAbandoned,
                            CallFlowedOut,
                            CallAgentNotAnswered,
                            CallHeld,
                            CallRetrieved,
                            CallTransferred,
                            CallEnded,
                            CallWrappedUp,
                            CallOutboundAttempted,
                            CallOutboundConnected,
                            CallOutboundFailed,
                            CallRecordingAvailable,
                            CallRecordingDeleted>;

}  // namespace sijill::events
