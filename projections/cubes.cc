#include "projections/cubes.h"

#include <algorithm>

namespace sijill::projections {

namespace {

using Names = std::string_view;

constexpr Names kCallDims[] = {"queue", "language"};
constexpr Names kCallMeasures[] = {"offered",           "answered",
                                   "abandoned",         "short_abandoned",
                                   "flowed_out",        "wait_answered_ms",
                                   "wait_abandoned_ms", "talk_ms",
                                   "hold_ms",           "acw_ms",
                                   "handle_ms",         "wrapped_up",
                                   "handled",           "referred",
                                   "callback_due",      "no_action",
                                   "recorded",          "agent_not_answered",
                                   "transferred",       "held",
                                   "wait_le_5s",        "wait_le_10s",
                                   "wait_le_12s",       "wait_le_15s",
                                   "wait_le_20s",       "wait_le_30s",
                                   "wait_le_45s",       "wait_le_60s",
                                   "wait_le_90s",       "wait_le_120s",
                                   "wait_le_180s",      "wait_le_240s",
                                   "wait_le_300s",      "wait_le_600s",
                                   "wait_longer"};
static_assert(std::size(kCallMeasures) == calls::WaitBin0 + kWaitEdgesMs.size() + 1);
static_assert(std::size(kCallMeasures) <= kMaxMeasures);
constexpr Names kCallPurposeDims[] = {"purpose", "queue"};
constexpr Names kCallPurposeMeasures[] = {"answered", "handled", "referred"};
constexpr Names kNatureDims[] = {"nature", "channel"};
constexpr Names kContactMeasures[] = {"contacts"};
constexpr Names kOutboundDims[] = {"reason"};
constexpr Names kOutboundMeasures[] = {"attempted", "connected", "failed", "recorded"};
constexpr Names kChatDims[] = {"channel", "country", "language"};
constexpr Names kChatMeasures[] = {"started",
                                   "accepted",
                                   "abandoned",
                                   "ended",
                                   "responded",
                                   "first_response_ms",
                                   "duration_ms",
                                   "unidentified"};
constexpr Names kMessageDims[] = {"channel", "language"};
constexpr Names kMessageMeasures[] = {"received", "answered", "handled", "referred", "response_ms"};
constexpr Names kContactDims[] = {"channel"};
constexpr Names kAppointmentDims[] = {"purpose", "location", "booked_via"};
constexpr Names kAppointmentMeasures[] = {"booked", "cancelled"};
constexpr Names kSlotDims[] = {"purpose", "location"};
constexpr Names kSlotMeasures[] = {"slots", "attended", "no_show", "cancelled"};
constexpr Names kCaseDims[] = {"kind", "priority", "opened_via"};
constexpr Names kCaseMeasures[] = {"opened",
                                   "referred",
                                   "resolved",
                                   "resolved_at_first_contact",
                                   "reopened",
                                   "merged",
                                   "cancelled"};
constexpr Names kCasePurposeDims[] = {"purpose", "kind"};
constexpr Names kCasePurposeMeasures[] = {"opened", "resolved", "resolved_at_first_contact"};
constexpr Names kCaseResolutionDims[] = {"resolution", "kind"};
constexpr Names kCaseResolutionMeasures[] = {"resolved", "reopened"};
constexpr Names kCaseFlowDims[] = {"kind"};
constexpr Names kCaseFlowMeasures[] = {
    "opened", "resolved", "closed", "reopened", "merged", "cancelled"};
constexpr Names kComplaintDims[] = {"category", "severity", "received_via"};
constexpr Names kComplaintMeasures[] = {"complaints", "suggestions", "acknowledged", "answered"};
constexpr Names kReferralDims[] = {"department"};
constexpr Names kReferralMeasures[] = {
    "requested", "answered", "declined", "returned", "recalled", "turnaround_ms"};
constexpr Names kSurveyDims[] = {"about", "instrument", "via"};
constexpr Names kSurveyMeasures[] = {
    "invited", "answered", "satisfied", "score", "promoters", "detractors"};
constexpr Names kEvaluationDims[] = {"form", "agent"};
constexpr Names kEvaluationMeasures[] = {
    "completed", "weighted_points", "weighted_maximum", "automatic_fails"};
constexpr Names kKpiReferralDims[] = {"department", "kpi"};
constexpr Names kKpiReferralMeasures[] = {"referred", "acknowledged", "answered", "closed"};
constexpr Names kCaseBacklogDims[] = {"kind", "department"};
constexpr Names kCaseBacklogMeasures[] = {"cases"};
constexpr Names kCaseStatusBacklogDims[] = {"status", "kind"};
constexpr Names kReferralBacklogDims[] = {"department"};
constexpr Names kReferralBacklogMeasures[] = {"referrals", "fell_due", "settled_late"};
constexpr Names kDueClockDims[] = {"metric", "department"};
constexpr Names kDueClockMeasures[] = {"met", "breached", "open"};
constexpr Names kCaseTimeMeasures[] = {
    "first_resolution_ms", "last_resolution_ms", "resolved_le_1h",  "resolved_le_4h",
    "resolved_le_1d",      "resolved_le_2d",     "resolved_le_3d",  "resolved_le_7d",
    "resolved_le_14d",     "resolved_le_30d",    "resolved_later",  "responded",
    "first_response_ms",   "responded_le_15m",   "responded_le_1h", "responded_le_4h",
    "responded_le_1d",     "responded_le_3d",    "responded_le_7d", "responded_later",
    "reopened_le_1d",      "reopened_le_3d",     "reopened_le_7d",  "reopened_le_14d",
    "reopened_le_30d",     "reopened_later",     "undone_le_1d",    "undone_le_3d",
    "undone_le_7d",        "undone_le_14d",      "undone_le_30d",   "undone_later",
    "held_after_reopening"};
static_assert(std::size(kCaseTimeMeasures) == case_times::End);
static_assert(std::size(kCaseTimeMeasures) <= kMaxMeasures);
constexpr Names kCaseBusinessTimeMeasures[] = {"resolved_cases",
                                               "first_resolution_ms",
                                               "last_resolution_ms",
                                               "responded",
                                               "first_response_ms"};
constexpr Names kReferralBusinessTimeMeasures[] = {"answered", "turnaround_ms"};
constexpr Names kAgentDims[] = {"agent"};
constexpr Names kAgentMeasures[] = {"answered", "handle_ms", "wrapped_up", "recorded", "connected"};

constexpr std::array<CubeDescriptor, kCubeCount> kCubes{{
    {Cube::Calls, "calls", kCallDims, kCallMeasures},
    {Cube::CallPurposes, "call_purposes", kCallPurposeDims, kCallPurposeMeasures},
    {Cube::ContactNatures, "contact_natures", kNatureDims, kContactMeasures},
    {Cube::OutboundCalls, "outbound_calls", kOutboundDims, kOutboundMeasures},
    {Cube::Chats, "chats", kChatDims, kChatMeasures},
    {Cube::Messages, "messages", kMessageDims, kMessageMeasures},
    {Cube::Contacts, "contacts", kContactDims, kContactMeasures},
    {Cube::Appointments, "appointments", kAppointmentDims, kAppointmentMeasures},
    {Cube::AppointmentSlots, "appointment_slots", kSlotDims, kSlotMeasures},
    {Cube::Cases, "cases", kCaseDims, kCaseMeasures},
    {Cube::CasePurposes, "case_purposes", kCasePurposeDims, kCasePurposeMeasures},
    {Cube::CaseFlow, "case_flow", kCaseFlowDims, kCaseFlowMeasures},
    {Cube::Complaints, "complaints", kComplaintDims, kComplaintMeasures},
    {Cube::Referrals, "referrals", kReferralDims, kReferralMeasures},
    {Cube::Surveys, "surveys", kSurveyDims, kSurveyMeasures},
    {Cube::Evaluations, "evaluations", kEvaluationDims, kEvaluationMeasures},
    {Cube::KpiReferrals, "kpi_referrals", kKpiReferralDims, kKpiReferralMeasures},
    {Cube::CaseBacklog, "case_backlog", kCaseBacklogDims, kCaseBacklogMeasures, true},
    {Cube::ReferralBacklog,
     "referral_backlog",
     kReferralBacklogDims,
     kReferralBacklogMeasures,
     true},
    {Cube::DueClocks, "due_clocks", kDueClockDims, kDueClockMeasures},
    {Cube::CaseTimes, "case_times", kCaseDims, kCaseTimeMeasures},
    {Cube::Agents, "agents", kAgentDims, kAgentMeasures},
    {Cube::CaseResolutions, "case_resolutions", kCaseResolutionDims, kCaseResolutionMeasures},
    {Cube::CaseStatusBacklog,
     "case_status_backlog",
     kCaseStatusBacklogDims,
     kCaseBacklogMeasures,
     true},
    {Cube::CaseBusinessTimes,
     "case_business_times",
     kCaseDims,
     kCaseBusinessTimeMeasures,
     false,
     true},
    {Cube::ReferralBusinessTimes,
     "referral_business_times",
     kReferralDims,
     kReferralBusinessTimeMeasures,
     false,
     true},
}};

std::optional<size_t> index_in(std::span<const std::string_view> names, std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
        return std::nullopt;
    }
    return static_cast<size_t>(found - names.begin());
}

}  // namespace

const CubeDescriptor& describe(Cube cube) {
    return kCubes[static_cast<size_t>(cube) - 1];
}

std::span<const CubeDescriptor> all_cubes() {
    return kCubes;
}

std::optional<size_t> dimension_index(Cube cube, std::string_view name) {
    return index_in(describe(cube).dimensions, name);
}

bool has_dimension(Cube cube, std::string_view name) {
    return dimension_index(cube, name).has_value() ||
           (describe(cube).running && name == kAgeDimension);
}

std::optional<size_t> measure_index(Cube cube, std::string_view name) {
    return index_in(describe(cube).measures, name);
}

}  // namespace sijill::projections
