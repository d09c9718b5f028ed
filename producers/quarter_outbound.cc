// producers/quarter_outbound.cc - calls that agents dialled: 1,950, of which 1,700 were connected.

#include "events/check.h"
#include "producers/quarter.h"

#include <array>

namespace sijill::producers {

namespace {

namespace ev = events;

constexpr size_t kAttempted = 1950;
constexpr size_t kConnected = 1700;
constexpr size_t kAboutCases = 300;
constexpr size_t kDialsAround = 60;  // in each quarter beside this one

constexpr std::array<std::string_view, 3> kReasons{"callback", "appointment_reminder", "survey"};

struct Dial {
    ev::Timestamp at;
    bool connected;
    const OpenedCase* about = nullptr;
};

void connect(Quarter& quarter, Life& life, const std::string& actor) {
    const ev::Timestamp at = later(life.last(), quarter.random.between(3000, 30000));
    life.emit(at, actor, ev::CallOutboundConnected{at});
    const int64_t talk = quarter.random.between(20000, 300000);
    const ev::Timestamp ended = later(at, talk);
    life.emit(ended, actor, ev::CallEnded{ended, {talk}, {0}, ev::CallEndedBy::Agent});
    const std::string recording = quarter.new_id("rec-", ended);
    const std::string digest = quarter.random.hex(64);
    life.emit(later(ended, quarter.random.between(1000, 30000)),
              "system:recorder",
              ev::CallRecordingAvailable{{recording}, {talk}, {digest}});
}

void tell(Quarter& quarter, const Dial& dial) {
    const std::string contact = quarter.new_id("call-", dial.at);
    const std::string& agent = quarter.agent();
    const std::string actor = agent_actor(agent);
    ev::CallOutboundAttempted event;
    event.contact_id = {contact};
    event.agent = {agent};
    event.attempted_at = dial.at;
    event.reason = {dial.about != nullptr ? "case_follow_up" : quarter.random.pick(kReasons)};
    if (dial.about != nullptr) {
        event.case_id = ev::Id{dial.about->id};
    }
    Life life(quarter.timeline, {kAcdSource, contact, contact});
    const std::string cause = life.emit(dial.at, actor, event);
    if (dial.connected) {
        connect(quarter, life, actor);
    } else {
        life.emit(later(dial.at, quarter.random.between(5000, 45000)),
                  "system:acd",
                  ev::CallOutboundFailed{quarter.random.chance(700) ? ev::DialFailure::NoAnswer
                                                                    : ev::DialFailure::Busy});
    }
    if (dial.connected && dial.about != nullptr) {
        Life desk(quarter.timeline,
                  {kDeskSource, dial.about->id, contact, dial.about->citizen, cause});
        desk.emit(later(life.last(), 1000),
                  actor,
                  ev::CaseContactLinked{{contact}, ev::ContactRole::Outbound});
    }
}

// Working hours of the days after the case was opened.
ev::Timestamp follow_up(Quarter& quarter, const OpenedCase& about) {
    const int64_t day = ev::floor_div(about.opened_at.ms - kQuarterBegin.ms, ev::kMsPerDay);
    return quarter.arrival({day + 1, day + 8, 18});
}

}  // namespace

void add_outbound_calls(Quarter& quarter) {
    std::vector<const OpenedCase*> cases;
    for (const OpenedCase& opened : quarter.cases) {
        if (opened.opened_at >= kQuarterBegin && opened.opened_at < kQuarterEnd) {
            cases.push_back(&opened);
        }
    }
    quarter.random.shuffle(cases);
    CHECK(cases.size() >= kAboutCases, "every follow-up call has a case of its own");
    std::vector<Dial> dials(kAttempted);
    for (size_t i = 0; i < dials.size(); ++i) {
        dials[i].about = i < kAboutCases ? cases[i] : nullptr;
        dials[i].at = i < kAboutCases ? follow_up(quarter, *cases[i])
                                      : quarter.arrival({0, kQuarterDays, 19});
    }
    quarter.random.shuffle(dials);
    for (size_t i = 0; i < dials.size(); ++i) {
        dials[i].connected = i < kConnected;
        tell(quarter, dials[i]);
    }
    for (size_t i = 0; i < kDialsAround; ++i) {
        tell(quarter, Dial{quarter.arrival({-31, 0, 19}), quarter.random.chance(870)});
        tell(quarter,
             Dial{quarter.arrival({kQuarterDays, kQuarterDays + 14, 19}),
                  quarter.random.chance(870)});
    }
}

}  // namespace sijill::producers
