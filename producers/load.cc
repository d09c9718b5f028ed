// producers/load.cc - a stream of any length: cases that live long, calls in between.

#include "events/check.h"
#include "events/encode.h"
#include "events/uuid.h"
#include "producers/random.h"
#include "producers/scenario.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::producers {

namespace {

namespace ev = events;

constexpr ev::Timestamp kBegin{1483218000000};  // 2017-01-01 in Bahrain
constexpr size_t kOpenCases = 20000;            // at most; then an old one is brought to its end
constexpr size_t kActiveCalls = 200;
constexpr size_t kRecent = 64;  // repetitions are of one of these

constexpr std::array<std::string_view, 6> kChannels{
    "phone", "chat", "social", "website", "email", "counter"};
constexpr std::array<std::string_view, 6> kPurposes{"new_housing_service",
                                                    "late_delivery",
                                                    "complaint",
                                                    "appointment",
                                                    "mazaya_programme",
                                                    "other"};
constexpr std::array<std::string_view, 4> kDepartments{
    "housing_services", "projects", "mazaya", "property_maintenance"};

enum class Stage : uint8_t { New, Open, Pending, Asked, Accepted, Resolved, Closed };

struct LoadCase {
    std::string id;
    std::string contact;
    std::string referral;
    Stage stage = Stage::New;
    int64_t episode = 1;
    bool ending = false;  // goes the shortest way to its end
};

struct LoadCall {
    std::string id;
    std::string agent;
    ev::Timestamp offered;
    std::string_view queue;
    int step = 0;
};

class Load {
  public:
    Load(const LoadSpec& spec, const EventSink& sink)
        : spec_(spec),
          sink_(sink),
          random_(spec.seed),
          cases_(spec.cases == 0 ? std::max<uint64_t>(1, spec.events / 10) : spec.cases) {
        for (uint32_t i = 0; i < spec.agents; ++i) {
            agents_.push_back("ag-" + random_.hex(12));
        }
        for (uint32_t i = 0; i < spec.queues; ++i) {
            char name[24];
            std::snprintf(name, sizeof name, "queue-%03u", i + 1);
            queues_.emplace_back(name);
        }
    }

    Result<void> run() {
        const int64_t span = spec_.days * ev::kMsPerDay;
        for (emitted_ = 0; emitted_ < spec_.events; ++emitted_) {
            now_ = scaled(span);
            auto taken = random_.below(10000) < spec_.repeat_per_ten_thousand && !recent_.empty()
                             ? sink_(ev::NewRecord(random_.pick(recent_)))
                             : step();
            if (!taken) {
                return taken;
            }
        }
        return {};
    }

  private:
    // span * emitted / events without leaving 64 bits.
    [[nodiscard]] ev::Timestamp scaled(int64_t span) const {
        const auto total = static_cast<int64_t>(spec_.events);
        const auto done = static_cast<int64_t>(emitted_);
        return {kBegin.ms + span / total * done + span % total * done / total};
    }

    Result<void> step() {
        const uint64_t due = opened_ < cases_ ? cases_ * (emitted_ + 1) / spec_.events : 0;
        const bool none = open_.empty() && ending_.empty();
        if (opened_ < due || (none && opened_ < cases_)) {
            return open_case();
        }
        if (none || random_.chance(150)) {
            return call();
        }
        if (!ending_.empty() && (open_.empty() || random_.chance(600))) {
            return end_one();
        }
        const size_t at = choose();
        const uint64_t what = random_.below(850);
        if (what < 200) {
            return link(open_[at]);
        }
        return what < 300 ? note(open_[at]) : advance_open(at);
    }

    // Most closed cases are over; the others are reopened some day.
    Result<void> advance_open(size_t at) {
        auto taken = advance(open_[at]);
        if (open_[at].stage == Stage::Closed && random_.chance(800)) {
            remove(at);
        }
        return taken;
    }

    // Half the choices follow a law like Zipf's with exponent 0.8: rank = n * u^5 has density
    // rank^-0.8. Fixed point with 32 bits. The other half is uniform.
    [[nodiscard]] size_t choose() {
        if (random_.chance(500)) {
            return random_.below(open_.size());
        }
        const uint64_t u = random_.next() >> 32U;
        const uint64_t u2 = (u * u) >> 32U;
        const uint64_t u5 = (((u2 * u2) >> 32U) * u) >> 32U;
        return static_cast<size_t>((u5 * open_.size()) >> 32U);
    }

    [[nodiscard]] std::string uuid(ev::Timestamp time) {
        const uint64_t high = random_.next();
        return to_string(ev::make_uuid7(time, high, random_.next()));
    }

    Result<void> emit(std::string_view source,
                      std::string_view subject,
                      std::string_view correlation,
                      std::string_view actor,
                      const ev::Event& event) {
        ev::Envelope envelope;
        envelope.time = now_;
        if (random_.chance(spec_.late_per_mille)) {
            envelope.time.ms -= random_.between(ev::kMsPerMinute, 3 * ev::kMsPerDay);
        }
        const std::string id = uuid(envelope.time);
        const std::string trace = "00-" + random_.hex(32) + "-" + random_.hex(16) + "-01";
        envelope.id = id;
        envelope.source = source;
        envelope.subject = subject;
        envelope.actor = actor;
        envelope.correlation_id = correlation;
        envelope.trace_parent = trace;
        ev::NewRecord record = ev::to_record(envelope, event);
        if (recent_.size() < kRecent) {
            recent_.push_back(record);
        } else if (random_.chance(20)) {
            recent_[random_.below(kRecent)] = record;
        }
        return sink_(std::move(record));
    }

    Result<void> emit(const LoadCase& of, std::string_view agent, const ev::Event& event) {
        return emit("/desk/cases-1", of.id, of.contact, "agent:" + std::string(agent), event);
    }

    Result<void> open_case() {
        ++opened_;
        LoadCase next;
        next.id = "case-" + uuid(now_);
        next.contact = "call-" + uuid(now_);
        ev::CaseOpened event;
        event.case_id = {next.id};
        event.kind = random_.chance(600) ? ev::CaseKind::Enquiry : ev::CaseKind::Request;
        event.purposes.push({random_.pick(kPurposes)});
        event.priority = {random_.chance(150) ? "high" : "normal"};
        event.opened_at = now_;
        event.opened_via = {random_.pick(kChannels)};
        event.contact_id = ev::Id{next.contact};
        const std::string citizen = "ct-" + random_.hex(20);
        event.citizen = ev::Token{citizen};
        if (open_.size() >= kOpenCases) {
            retire(random_.below(open_.size()));
        }
        open_.push_back(std::move(next));
        return emit(open_.back(), random_.pick(agents_), event);
    }

    void retire(size_t at) {
        if (open_[at].stage != Stage::Closed) {
            ending_.push_back(open_[at]);
            ending_.back().ending = true;
        }
        remove(at);
    }

    void remove(size_t at) {
        std::swap(open_[at], open_.back());
        open_.pop_back();
    }

    Result<void> end_one() {
        auto taken = advance(ending_.front());
        if (ending_.front().stage == Stage::Closed) {
            ending_.pop_front();
        }
        return taken;
    }

    Result<void> link(LoadCase& of) {
        const std::string contact = "call-" + uuid(now_);
        return emit(
            of, random_.pick(agents_), ev::CaseContactLinked{{contact}, ev::ContactRole::Repeat});
    }

    Result<void> note(LoadCase& of) {
        const std::string text = random_.base64url(static_cast<size_t>(random_.between(60, 180)));
        return emit(of,
                    random_.pick(agents_),
                    ev::CaseNoteAdded{ev::NoteVisibility::Internal, ev::Sealed{text}});
    }

    // The case's next step in its state machine.
    Result<void> advance(LoadCase& of) {
        const std::string& agent = random_.pick(agents_);
        switch (of.stage) {
            case Stage::New:
                of.stage = Stage::Open;
                return assign(of, agent);
            case Stage::Open:
                return work(of, agent);
            case Stage::Pending:
                of.stage = Stage::Open;
                return emit(of, agent, ev::CaseResumed{ev::PendReason::AwaitingCitizen});
            case Stage::Asked:
                of.stage = Stage::Accepted;
                return emit(of, agent, ev::ReferralAccepted{{of.referral}, now_});
            case Stage::Accepted:
                of.stage = Stage::Open;
                return emit(
                    of,
                    agent,
                    ev::ReferralAnswered{{of.referral}, now_, ev::ReferralOutcome::Actioned, {}});
            case Stage::Resolved:
                of.stage = Stage::Closed;
                return emit(of, agent, ev::CaseClosed{ev::CloseReason::Resolved});
            case Stage::Closed:
                of.stage = Stage::Open;
                return emit(of, agent, ev::CaseReopened{{"citizen_returns"}, {++of.episode}, {}});
        }
        CHECK(false, "every stage has a next step");
    }

    Result<void> assign(const LoadCase& of, std::string_view agent) {
        ev::CaseAssigned event{{random_.pick(queues_)}, {}};
        if (random_.chance(800)) {
            event.agent = ev::Token{agent};
        }
        return emit(of, agent, event);
    }

    Result<void> work(LoadCase& of, std::string_view agent) {
        const uint64_t what = of.ending ? 999 : random_.below(1000);
        if (what < 620) {
            return assign(of, agent);
        }
        if (what < 800) {
            of.stage = Stage::Pending;
            return emit(of,
                        agent,
                        ev::CasePended{ev::PendReason::AwaitingCitizen,
                                       ev::Timestamp{now_.ms + 5 * ev::kMsPerDay}});
        }
        if (what < 880) {
            return refer(of, agent);
        }
        of.stage = Stage::Resolved;
        return emit(of, agent, ev::CaseResolved{{"information_given"}, now_, false});
    }

    Result<void> refer(LoadCase& of, std::string_view agent) {
        of.stage = Stage::Asked;
        of.referral = "ref-" + uuid(now_);
        ev::ReferralRequested event;
        event.referral_id = {of.referral};
        event.case_id = {of.id};
        event.from_unit = {"contact_centre"};
        event.to_department = {random_.pick(kDepartments)};
        event.reason = {"needs_decision"};
        event.requested_at = now_;
        event.due_at = ev::Timestamp{now_.ms + 10 * ev::kMsPerDay};
        return emit(of, agent, event);
    }

    Result<void> call() {
        if (calls_.size() < kActiveCalls) {
            return offer();
        }
        const size_t at = random_.below(calls_.size());
        LoadCall call = calls_[at];
        auto taken = follow(call);
        if (call.step < 4) {
            calls_[at] = std::move(call);
        } else {
            calls_[at] = std::move(calls_.back());
            calls_.pop_back();
        }
        return taken;
    }

    Result<void> offer() {
        LoadCall call{"call-" + uuid(now_), random_.pick(agents_), now_, random_.pick(queues_)};
        ev::CallOffered event;
        event.contact_id = {call.id};
        event.queue = {call.queue};
        event.enqueued_at = now_;
        const std::string citizen = "ct-" + random_.hex(20);
        event.citizen = ev::Token{citizen};
        event.language = ev::Code{random_.chance(860) ? "ar" : "en"};
        calls_.push_back(std::move(call));
        return emit("/acd/manama-1", calls_.back().id, calls_.back().id, "system:acd", event);
    }

    Result<void> follow(LoadCall& call) {
        const std::string actor = "agent:" + call.agent;
        const auto say = [&](const ev::Event& event) {
            return emit("/acd/manama-1", call.id, call.id, actor, event);
        };
        const int64_t part = random_.between(1000, 240000);
        switch (++call.step) {
            case 1:
                if (random_.chance(40)) {
                    call.step = 4;
                    return say(ev::CallAbandoned{{part / 4}, now_, ev::CallAbandonedBy::Citizen});
                }
                return say(ev::CallAnswered{{call.agent}, {part / 16}, now_});
            case 2:
                return say(ev::CallEnded{now_, {part}, {0}, ev::CallEndedBy::Citizen});
            case 3: {
                ev::CallWrappedUp event;
                event.acw = {part / 8};
                event.purposes.push({random_.pick(kPurposes)});
                event.outcome = ev::CallOutcome::Handled;
                return say(event);
            }
            default: {
                const std::string recording = "rec-" + uuid(now_);
                const std::string digest = random_.hex(64);
                return say(ev::CallRecordingAvailable{{recording}, {part}, {digest}});
            }
        }
    }

    const LoadSpec& spec_;
    const EventSink& sink_;
    Random random_;
    uint64_t cases_;
    uint64_t opened_ = 0;
    uint64_t emitted_ = 0;
    ev::Timestamp now_ = kBegin;
    std::vector<std::string> agents_;
    std::vector<std::string> queues_;
    std::vector<LoadCase> open_;
    std::deque<LoadCase> ending_;
    std::vector<LoadCall> calls_;
    std::vector<ev::NewRecord> recent_;
};

}  // namespace

Result<void> generate_load(const LoadSpec& spec, const EventSink& sink) {
    if (spec.agents == 0 || spec.queues == 0 || spec.days == 0 || spec.cases > spec.events) {
        return fail(Errc::Invalid,
                    "a load has at least one agent, queue and day, and no more cases than events");
    }
    return Load(spec, sink).run();
}

}  // namespace sijill::producers
