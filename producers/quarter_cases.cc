// producers/quarter_cases.cc - cases: 700 opened in the quarter, 55 of them complaints, 283
// referred.

#include "producers/quarter.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace sijill::producers {

namespace {

namespace ev = events;

constexpr std::array<std::string_view, 5> kReferredTo{
    "housing_services", "projects", "mazaya", "property_maintenance", "legal_affairs"};
constexpr std::array<std::string_view, 4> kComplaintCategories{
    "delay", "staff_conduct", "wrong_information", "service_quality"};
constexpr std::array<std::string_view, 3> kReferralReasons{
    "needs_decision", "needs_records", "outside_competence"};
constexpr std::array<std::string_view, 4> kResolutions{
    "information_given", "request_forwarded", "record_updated", "application_advanced"};

std::string_view queue_of(const CaseOrigin& origin) {
    return origin.complaint                              ? "complaints"
           : origin.purposes[0] == "new_housing_service" ? "housing"
                                                         : "general";
}

// One case from its opening to wherever it stands when the story ends.
class CaseStory {
  public:
    CaseStory(Quarter& quarter, const CaseOrigin& origin, std::string id)
        : quarter_(quarter),
          random_(quarter.random),
          origin_(origin),
          id_(std::move(id)),
          life_(quarter.timeline, {kDeskSource, id_, origin.contact, origin.citizen, origin.cause}),
          actor_(agent_actor(origin.agent)) {}

    void tell() {
        open();
        if (origin_.complaint) {
            receive_complaint();
        }
        if (suggestion_) {
            receive_suggestion();
        }
        const bool plain = !origin_.complaint && !origin_.referred && !suggestion_;
        if (plain && random_.chance(350)) {
            return settle_at_once();
        }
        if (plain && random_.chance(15)) {
            life_.emit(
                after_minutes(5, 200), actor_, ev::CaseCancelled{ev::CancelReason::EnteredInError});
            return;
        }
        work();
    }

  private:
    ev::Timestamp after_minutes(int64_t least, int64_t most) {
        return later(life_.last(),
                     random_.between(least * ev::kMsPerMinute, most * ev::kMsPerMinute));
    }
    ev::Timestamp after_hours(int64_t least, int64_t most) {
        return after_minutes(least * 60, most * 60);
    }

    void open() {
        ev::CaseOpened event;
        event.case_id = {id_};
        suggestion_ = !origin_.complaint && !origin_.referred && random_.chance(25);
        event.kind = origin_.complaint     ? ev::CaseKind::Complaint
                     : suggestion_         ? ev::CaseKind::Suggestion
                     : random_.chance(550) ? ev::CaseKind::Enquiry
                                           : ev::CaseKind::Request;
        event.purposes = codes(origin_.purposes);
        event.priority = {origin_.complaint || random_.chance(120) ? "high" : "normal"};
        event.opened_at = origin_.taken_at;
        event.opened_via = {origin_.via};
        event.contact_id = ev::Id{origin_.contact};
        event.citizen = ev::Token{origin_.citizen};
        std::string application;
        if (random_.chance(500)) {
            event.application_no = quarter_.sealed(application);
        }
        life_.emit(origin_.taken_at, actor_, event);
        life_.emit(later(life_.last(), 1000),
                   actor_,
                   ev::CaseContactLinked{{origin_.contact}, ev::ContactRole::Origin});
    }

    void receive_complaint() {
        ev::ComplaintReceived event;
        event.case_id = {id_};
        event.category = {random_.pick(kComplaintCategories)};
        event.received_via = {origin_.via};
        event.severity = random_.chance(700) ? ev::Severity::Medium : ev::Severity::High;
        event.contact_id = ev::Id{origin_.contact};
        std::string text;
        event.text = quarter_.sealed(text);
        const ev::Timestamp due = later(origin_.taken_at, 15 * ev::kMsPerDay);
        event.due_at = due;
        life_.emit(later(life_.last(), 1000), actor_, event);
        const ev::Timestamp told = after_minutes(10, 1200);
        life_.emit(told, actor_, ev::ComplaintAcknowledged{told, {"sms"}});
        const ev::Timestamp assessed = after_minutes(10, 900);
        life_.emit(assessed, actor_, ev::ComplaintAssessed{event.severity, true, due});
    }

    void receive_suggestion() {
        ev::SuggestionReceived event;
        event.case_id = {id_};
        event.category = {"service_quality"};
        event.received_via = {origin_.via};
        event.contact_id = ev::Id{origin_.contact};
        std::string text;
        event.text = quarter_.sealed(text);
        life_.emit(later(life_.last(), 1000), actor_, event);
    }

    void settle_at_once() {
        const ev::Timestamp at = after_minutes(1, 12);
        life_.emit(at, actor_, ev::CaseResolved{{"information_given"}, at, true});
        close(1, 60);
    }

    void work() {
        ev::CaseAssigned assigned{{queue_of(origin_)}, {}};
        life_.emit(after_minutes(1, 45), "system:routing", assigned);
        const std::string agent = quarter_.agent();
        assigned.agent = ev::Token{agent};
        actor_ = agent_actor(agent);
        life_.emit(after_minutes(2, 240), actor_, assigned);
        if (random_.chance(350)) {
            note();
        }
        if (random_.chance(220)) {
            wait_for_citizen();
        }
        if (origin_.referred) {
            refer();
        }
        if (random_.chance(100)) {
            return;  // still open when the story ends
        }
        if (origin_.complaint) {
            const ev::Timestamp at = after_hours(2, 60);
            const auto decision = static_cast<ev::ComplaintDecision>(random_.below(3));
            life_.emit(at, actor_, ev::ComplaintResponseSent{at, decision, {"letter"}});
        }
        resolve();
        if (random_.chance(850)) {
            close(60, 2880);
        }
        if (random_.chance(35)) {
            reopen();
        }
    }

    void note() {
        ev::CaseNoteAdded event;
        event.visibility = ev::NoteVisibility::Internal;
        std::string text;
        event.text = quarter_.sealed(text);
        life_.emit(after_minutes(1, 120), actor_, event);
    }

    void wait_for_citizen() {
        const ev::Timestamp at = after_hours(1, 8);
        life_.emit(at,
                   actor_,
                   ev::CasePended{ev::PendReason::AwaitingCitizen, later(at, 5 * ev::kMsPerDay)});
        life_.emit(after_hours(4, 100), actor_, ev::CaseResumed{ev::PendReason::AwaitingCitizen});
    }

    std::string request(std::string_view department) {
        ev::ReferralRequested event;
        const ev::Timestamp at = after_hours(1, 24);
        std::string referral = quarter_.new_id("ref-", at);
        event.referral_id = {referral};
        event.case_id = {id_};
        event.from_unit = {"contact_centre"};
        event.to_department = {department};
        event.reason = {random_.pick(kReferralReasons)};
        event.requested_at = at;
        event.due_at = later(at, 10 * ev::kMsPerDay);
        std::string question;
        if (random_.chance(400)) {
            event.question = quarter_.sealed(question);
        }
        life_.emit(at, actor_, event);
        return referral;
    }

    void refer() {
        size_t department = random_.below(kReferredTo.size());
        std::string referral = request(kReferredTo[department]);
        std::string unit = "department:" + std::string(kReferredTo[department]);
        if (random_.chance(70)) {
            const ev::Timestamp at = after_hours(4, 48);
            life_.emit(at, unit, ev::ReferralDeclined{{referral}, at, {"not_ours"}});
            department = (department + 1) % kReferredTo.size();
            referral = request(kReferredTo[department]);
            unit = "department:" + std::string(kReferredTo[department]);
        }
        const ev::Timestamp accepted = after_hours(2, 48);
        life_.emit(accepted, unit, ev::ReferralAccepted{{referral}, accepted});
        if (random_.chance(200)) {
            const ev::Timestamp at = after_hours(72, 160);
            life_.emit(at, actor_, ev::ReferralFollowedUp{{referral}, at, {"email"}});
        }
        const ev::Timestamp answered = after_hours(12, 220);
        ev::ReferralAnswered event{{referral}, answered, ev::ReferralOutcome::Actioned, {}};
        event.outcome =
            random_.chance(700) ? ev::ReferralOutcome::Actioned : ev::ReferralOutcome::Information;
        std::string answer;
        event.answer = quarter_.sealed(answer);
        life_.emit(answered, unit, event);
    }

    void resolve() {
        const ev::Timestamp at = after_hours(1, 40);
        life_.emit(at, actor_, ev::CaseResolved{{random_.pick(kResolutions)}, at, false});
    }

    void close(int64_t least_minutes, int64_t most_minutes) {
        life_.emit(after_minutes(least_minutes, most_minutes),
                   "system:desk",
                   ev::CaseClosed{ev::CloseReason::Resolved});
    }

    void reopen() {
        life_.emit(after_hours(24, 200), actor_, ev::CaseReopened{{"citizen_disagrees"}, {2}, {}});
        resolve();
        close(60, 2880);
    }

    Quarter& quarter_;
    Random& random_;
    const CaseOrigin& origin_;
    std::string id_;
    Life life_;
    std::string actor_;
    bool suggestion_ = false;
};

}  // namespace

void add_cases(Quarter& quarter) {
    std::ranges::stable_sort(quarter.origins, {}, &CaseOrigin::taken_at);
    int number = 0;
    for (const CaseOrigin& origin : quarter.origins) {
        char id[32];
        std::snprintf(id, sizeof id, "case-%06d", ++number);
        CaseStory(quarter, origin, id).tell();
        quarter.cases.push_back({id, origin.citizen, origin.taken_at});
    }
}

}  // namespace sijill::producers
