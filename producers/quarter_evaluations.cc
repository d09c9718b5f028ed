// producers/quarter_evaluations.cc - quality evaluations: 240 of recorded calls, 22,080 points of
// 24,000.

#include "events/check.h"
#include "producers/quarter.h"

#include <algorithm>
#include <array>

namespace sijill::producers {

namespace {

namespace ev = events;

constexpr size_t kCompleted = 240;
constexpr int64_t kPoints = 22080;  // weighted; 100 are the most of one evaluation
constexpr int64_t kMostOfQuestion = 10;

struct Question {
    std::string_view code;
    int64_t weight;
    bool critical;
};

// Weights add up to 10. The lightest is last: it takes what the others leave.
constexpr std::array<Question, 5> kForm{Question{"correct_information", 3, true},
                                        {"identity_check", 2, true},
                                        {"courtesy", 2, false},
                                        {"coding", 2, false},
                                        {"greeting", 1, false}};

// Items whose weighted points are 100 - lost.
ev::ItemList items(Random& random, int64_t lost) {
    std::array<int64_t, kForm.size()> lost_points{};
    for (const bool last_round : {false, true}) {
        for (size_t i = 0; i < kForm.size(); ++i) {
            const int64_t most = std::min(kMostOfQuestion - lost_points[i], lost / kForm[i].weight);
            const int64_t taken = last_round ? most : random.between(0, most);
            lost_points[i] += taken;
            lost -= taken * kForm[i].weight;
        }
    }
    CHECK(lost == 0, "the lost points fit in the form");
    ev::ItemList list;
    for (size_t i = 0; i < kForm.size(); ++i) {
        ev::EvaluationItem item;
        item.question = {kForm[i].code};
        item.weight = {kForm[i].weight};
        item.points = {kMostOfQuestion - lost_points[i]};
        item.max = {kMostOfQuestion};
        if (kForm[i].critical) {
            item.critical = true;
            item.failed = false;
        }
        list.push(item);
    }
    if (random.chance(300)) {
        ev::EvaluationItem hold;
        hold.question = {"hold_procedure"};
        hold.weight = {2};
        hold.max = {kMostOfQuestion};
        hold.not_applicable = true;
        list.push(hold);
    }
    return list;
}

void tell(Quarter& quarter, const RecordedCall& call, int64_t points) {
    const ev::Timestamp at =
        later(call.ended_at, quarter.random.between(2 * ev::kMsPerHour, 8 * ev::kMsPerDay));
    const std::string id = quarter.new_id("eval-", at);
    const std::string& evaluator = quarter.agent();
    ev::EvaluationCompleted event;
    event.evaluation_id = {id};
    event.contact_id = {call.contact};
    event.agent = {call.agent};
    event.evaluator = {evaluator};
    event.form = {"call-quality"};
    event.form_version = {3};
    event.items = items(quarter.random, 100 - points);
    event.recording_id = ev::Id{call.recording};
    Life life(quarter.timeline, {kQualitySource, id, call.contact});
    life.emit(at, agent_actor(evaluator), event);
    if (quarter.random.chance(80)) {
        const ev::Timestamp after =
            later(at, quarter.random.between(ev::kMsPerHour, ev::kMsPerDay));
        life.emit(after, agent_actor(call.agent), ev::EvaluationDisputed{after, {"item_disputed"}});
    }
    if (quarter.random.chance(150)) {
        const ev::Timestamp after =
            later(life.last(), quarter.random.between(ev::kMsPerDay, 3 * ev::kMsPerDay));
        life.emit(after, agent_actor(evaluator), ev::EvaluationCalibrated{after, {"sample"}});
    }
}

}  // namespace

void add_evaluations(Quarter& quarter) {
    std::vector<RecordedCall> calls = quarter.recorded;
    quarter.random.shuffle(calls);
    const std::vector<int64_t> points = spread(quarter.random, {kCompleted, kPoints, 68, 100});
    for (size_t i = 0; i < kCompleted; ++i) {
        tell(quarter, calls[i], points[i]);
    }
}

}  // namespace sijill::producers
