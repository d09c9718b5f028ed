#pragma once
// events/event.h - every event there is, as one flat variant, and the envelope around it.

#include "events/appointment_events.h"
#include "events/call_events.h"
#include "events/case_events.h"
#include "events/chat_events.h"
#include "events/complaint_events.h"
#include "events/evaluation_events.h"
#include "events/governance_events.h"
#include "events/kpi_referral_events.h"
#include "events/message_events.h"
#include "events/referral_events.h"
#include "events/survey_events.h"

#include <optional>
#include <string_view>

namespace sijill::events {

/// All events. A family's new event appears here by itself; a new family is one word in this list.
using AllEvents = Concat<CallEvents,
                         ChatEvents,
                         MessageEvents,
                         AppointmentEvents,
                         CaseEvents,
                         ComplaintEvents,
                         ReferralEvents,
                         KpiReferralEvents,
                         SurveyEvents,
                         EvaluationEvents,
                         CorrectionEvents,
                         PeriodEvents,
                         PersonEvents>::type;

using Event = ToVariant<AllEvents>::type;

inline constexpr std::string_view kTypePrefix = "gov.cc.";

/// The CloudEvents 1.0 attributes of an event. Texts borrow from the record.
struct Envelope {
    std::string_view id;       // unique within source for ever; UUIDv7 when we make it
    std::string_view source;   // URI-reference of the publishing system
    std::string_view subject;  // the aggregate's id and the Kafka key
    Timestamp time;            // when it happened; decides the KPI bucket
    std::optional<int64_t> expected_version;  // the subject's version the writer built on
    std::string_view
        actor;  // agent:TOKEN, system:NAME, citizen:TOKEN, department:CODE; "" when absent
    std::string_view sequence;
    std::string_view natural_key;
    std::string_view correlation_id;
    std::string_view causation_id;
    std::string_view person_key;
    std::string_view trace_parent;
    std::string_view trace_state;
    bool operator==(const Envelope&) const = default;
};

/// An event with its envelope, as decoded from one record.
struct Decoded {
    Envelope envelope;
    Event event;
    // A sealed field was found in clear; its value was not kept, but in the patch of a correction.
    bool clear_personal_field = false;
};

/// Bounds on a record; over them it is refused at the gateway and parked in the fold.
inline constexpr size_t kMaxEventBytes = size_t{64} * 1024;
inline constexpr int kMaxNesting = 32;
inline constexpr size_t kMaxHeaders = 64;
inline constexpr size_t kMaxIdentifierBytes = 128;
inline constexpr size_t kMaxCodeBytes = 64;
inline constexpr size_t kMaxTextBytes = 1024;
inline constexpr size_t kMaxObjectBytes = size_t{16} * 1024;

}  // namespace sijill::events
