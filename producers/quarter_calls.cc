// producers/quarter_calls.cc - inbound calls: 22,100 of the quarter, some before and after it.

#include "events/check.h"
#include "producers/quarter.h"

#include <algorithm>
#include <span>

namespace sijill::producers {

namespace {

namespace ev = events;
using Names = std::vector<std::string_view>;

constexpr size_t kOffered = 22100;
constexpr size_t kAnswered = 21216;
constexpr int64_t kAnsweredWaitMs = 254592000;
constexpr size_t kComplaints = 55;
constexpr size_t kReferredComplaints = 38;
constexpr size_t kReferred = 283;
constexpr size_t kPlainCases = 300;  // calls that open a case and refer it to nobody
constexpr size_t kCalls2016 = 500;
constexpr size_t kCalls2017Q2 = 200;

struct Coding {
    size_t calls;
    Names purposes;
};

// The answered calls that are no complaints.
const std::vector<Coding>& codings() {
    static const std::vector<Coding> kCodings{
        {13909, {"new_housing_service"}},
        {6339, {"late_delivery"}},
        {700, {"new_housing_service", "late_delivery"}},
        {120, {"appointment"}},
        {93, {"other"}},
    };
    return kCodings;
}

struct NatureCount {
    size_t calls;
    std::string_view nature;
};

// Of the calls about a new housing service; the others are coded with no nature.
constexpr NatureCount kNatures[] = {
    {2700, "application_status"}, {2510, "mazaya_programme"}, {2380, "eligibility_criteria"}};

enum class Becomes { Nothing, Case, ReferredCase, Complaint, ReferredComplaint };

struct CallPlan {
    ev::Timestamp offered;
    bool answered = true;
    int64_t wait_ms = 0;
    Becomes becomes = Becomes::Nothing;
    const Names* purposes = nullptr;
    std::string_view nature;

    [[nodiscard]] bool complaint() const {
        return becomes == Becomes::Complaint || becomes == Becomes::ReferredComplaint;
    }
    [[nodiscard]] bool referred() const {
        return becomes == Becomes::ReferredCase || becomes == Becomes::ReferredComplaint;
    }
};

const Names& complaint_purposes() {
    static const Names kPurposes{"complaint"};
    return kPurposes;
}

std::vector<CallPlan> quarter_instants(Quarter& quarter) {
    std::vector<CallPlan> plans(kOffered);
    // The quarter's first instant and its last.
    plans[0].offered = kQuarterBegin;
    plans[1].offered = later(kQuarterEnd, -1);
    for (size_t i = 2; i < plans.size(); ++i) {
        plans[i].offered = quarter.arrival({0, kQuarterDays});
    }
    std::ranges::sort(plans, {}, &CallPlan::offered);
    return plans;
}

// Which calls become cases: early ones, so that a case's first days lie in the quarter. The rest is
// abandoned or answered. Answers the answered ones, in random order.
std::vector<CallPlan*> choose(Quarter& quarter, std::vector<CallPlan>& plans) {
    std::vector<CallPlan*> early;
    std::vector<CallPlan*> rest;
    for (CallPlan& plan : plans) {
        (plan.offered < day_begin(kQuarterDays - 10) ? early : rest).push_back(&plan);
    }
    quarter.random.shuffle(early);
    std::vector<CallPlan*> answered;
    const auto take = [&](size_t count, Becomes becomes) {
        for (; count > 0; --count) {
            early.back()->becomes = becomes;
            answered.push_back(early.back());
            early.pop_back();
        }
    };
    take(kReferredComplaints, Becomes::ReferredComplaint);
    take(kComplaints - kReferredComplaints, Becomes::Complaint);
    take(kReferred - kReferredComplaints, Becomes::ReferredCase);
    take(kPlainCases, Becomes::Case);
    rest.insert(rest.end(), early.begin(), early.end());
    quarter.random.shuffle(rest);
    for (size_t i = 0; i < rest.size(); ++i) {
        rest[i]->answered = i >= kOffered - kAnswered;
        if (rest[i]->answered) {
            answered.push_back(rest[i]);
        }
    }
    quarter.random.shuffle(answered);
    return answered;
}

void code_purposes(const std::vector<CallPlan*>& answered) {
    size_t next = 0;
    for (const Coding& coding : codings()) {
        for (size_t left = coding.calls; left > 0; ++next) {
            CHECK(next < answered.size(), "the codings cover the answered calls");
            const bool complaint = answered[next]->complaint();
            answered[next]->purposes = complaint ? &complaint_purposes() : &coding.purposes;
            left -= complaint ? 0 : 1;
        }
    }
    for (; next < answered.size(); ++next) {
        CHECK(answered[next]->complaint(), "the codings leave no other call");
        answered[next]->purposes = &complaint_purposes();
    }
}

void code_natures(const std::vector<CallPlan*>& answered) {
    std::vector<CallPlan*> new_housing;
    for (CallPlan* plan : answered) {
        if (plan->purposes->front() == "new_housing_service") {
            new_housing.push_back(plan);
        }
    }
    size_t next = 0;
    for (const NatureCount& nature : kNatures) {
        for (size_t left = nature.calls; left > 0; --left) {
            new_housing[next++]->nature = nature.nature;
        }
    }
}

std::string_view queue_of(const CallPlan& plan) {
    if (plan.nature == "mazaya_programme") {
        return "mazaya";
    }
    return plan.purposes != nullptr && plan.purposes->front() == "new_housing_service" ? "housing"
                                                                                       : "general";
}

ev::CallOffered offered(Quarter& quarter, const CallPlan& plan, std::string& ani) {
    ev::CallOffered event;
    event.queue = {queue_of(plan)};
    event.enqueued_at = plan.offered;
    event.dnis = ev::Text{"80008001"};
    event.language = ev::Code{quarter.language()};
    if (quarter.random.chance(300)) {
        event.ani = quarter.sealed(ani);
    }
    return event;
}

void abandon(Quarter& quarter, Life& life) {
    const int64_t wait = quarter.random.between(1500, 95000);
    const ev::Timestamp at = later(life.last(), wait);
    const bool cut_off = quarter.random.chance(40);
    life.emit(
        at,
        "system:acd",
        ev::CallAbandoned{
            {wait}, at, cut_off ? ev::CallAbandonedBy::System : ev::CallAbandonedBy::Citizen});
}

// Talk with a hold or a transfer in some calls; answers the hold.
int64_t talk(Quarter& quarter, Life& life, const std::string& actor, ev::Code queue) {
    Random& random = quarter.random;
    if (random.chance(12)) {
        const ev::Timestamp at = later(life.last(), random.between(20000, 60000));
        life.emit(at, actor, ev::CallTransferred{queue, {"technical"}, ev::TransferKind::Consult});
    }
    if (!random.chance(110)) {
        return 0;
    }
    const int64_t hold = random.between(5000, 90000);
    const ev::Timestamp held = later(life.last(), random.between(15000, 60000));
    life.emit(held, actor, ev::CallHeld{held});
    life.emit(later(held, hold), actor, ev::CallRetrieved{later(held, hold)});
    return hold;
}

void wrap_up(Quarter& quarter, Life& life, const CallPlan& plan, const std::string& actor) {
    const int64_t acw = quarter.random.between(4000, 70000);
    ev::CallWrappedUp event;
    event.acw = {acw};
    event.purposes = codes(*plan.purposes);
    event.outcome = plan.referred() ? ev::CallOutcome::Referred : ev::CallOutcome::Handled;
    if (!plan.nature.empty()) {
        event.natures = codes(std::span(&plan.nature, 1));
    }
    std::string application;
    if (quarter.random.chance(250)) {
        event.application_no = quarter.sealed(application);
    }
    life.emit(later(life.last(), acw), actor, event);
}

void converse(Quarter& quarter, Life& life, const CallPlan& plan, const std::string& citizen) {
    Random& random = quarter.random;
    const std::string& agent = quarter.agent();
    const std::string actor = agent_actor(agent);
    if (plan.wait_ms > 9000 && random.chance(60)) {
        const ev::Timestamp rung = later(life.last(), plan.wait_ms / 2);
        life.emit(rung, "system:acd", ev::CallAgentNotAnswered{{quarter.agent()}, {4000}});
    }
    const ev::Timestamp answered = later(plan.offered, plan.wait_ms);
    const std::string cause =
        life.emit(answered, actor, ev::CallAnswered{{agent}, {plan.wait_ms}, answered});
    const int64_t hold = talk(quarter, life, actor, {queue_of(plan)});
    const ev::Timestamp ended = later(life.last(), random.between(30000, 400000));
    life.emit(
        ended,
        actor,
        ev::CallEnded{ended,
                      {ended.ms - answered.ms - hold},
                      {hold},
                      random.chance(700) ? ev::CallEndedBy::Citizen : ev::CallEndedBy::Agent});
    wrap_up(quarter, life, plan, actor);
    const std::string recording = quarter.new_id("rec-", ended);
    const std::string digest = random.hex(64);
    life.emit(later(life.last(), random.between(1000, 30000)),
              "system:recorder",
              ev::CallRecordingAvailable{{recording}, {ended.ms - answered.ms}, {digest}});
    const std::string contact(life.subject());
    if (answered >= kQuarterBegin && answered < day_begin(kQuarterDays - 10)) {
        quarter.recorded.push_back({contact, agent, recording, ended});
    }
    if (plan.becomes != Becomes::Nothing) {
        quarter.origins.push_back({contact,
                                   citizen,
                                   agent,
                                   "phone",
                                   cause,
                                   later(answered, random.between(5000, 25000)),
                                   *plan.purposes,
                                   plan.complaint(),
                                   plan.referred()});
    }
}

void tell(Quarter& quarter, const CallPlan& plan) {
    const std::string contact = quarter.new_id("call-", plan.offered);
    const std::string citizen = quarter.citizen();
    std::string ani;
    ev::CallOffered event = offered(quarter, plan, ani);
    event.contact_id = {contact};
    if (quarter.random.chance(900)) {
        event.citizen = ev::Token{citizen};
    }
    Life life(quarter.timeline, {kAcdSource, contact, contact, citizen});
    life.emit(plan.offered, "system:acd", event);
    if (plan.answered) {
        converse(quarter, life, plan, citizen);
    } else {
        abandon(quarter, life);
    }
}

// Calls of the quarters around this one, on its very edges too; a few of them become cases.
std::vector<CallPlan> around(Quarter& quarter) {
    std::vector<CallPlan> plans(2 + kCalls2016 + kCalls2017Q2);
    plans[0].offered = later(kQuarterBegin, -1);
    plans[1].offered = kQuarterEnd;
    for (size_t i = 2; i < plans.size(); ++i) {
        const bool before = i < 2 + kCalls2016;
        plans[i].offered =
            before ? quarter.arrival({-31, 0, 22}) : quarter.arrival({kQuarterDays, 104});
        plans[i].answered = quarter.random.chance(950);
        plans[i].becomes = plans[i].answered && i % 20 == 0 ? Becomes::Case : Becomes::Nothing;
    }
    for (CallPlan& plan : plans) {
        plan.wait_ms = quarter.random.between(800, 30000);
        plan.purposes = &quarter.random.pick(codings()).purposes;
    }
    return plans;
}

}  // namespace

void add_inbound_calls(Quarter& quarter) {
    std::vector<CallPlan> plans = quarter_instants(quarter);
    const std::vector<CallPlan*> answered = choose(quarter, plans);
    code_purposes(answered);
    code_natures(answered);
    const std::vector<int64_t> waits =
        spread(quarter.random, {kAnswered, kAnsweredWaitMs, 600, 110000});
    for (size_t i = 0; i < answered.size(); ++i) {
        answered[i]->wait_ms = waits[i];
    }
    for (const CallPlan& plan : plans) {
        tell(quarter, plan);
    }
    for (const CallPlan& plan : around(quarter)) {
        tell(quarter, plan);
    }
}

}  // namespace sijill::producers
