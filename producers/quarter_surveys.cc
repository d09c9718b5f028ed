// producers/quarter_surveys.cc - surveys about chats: 1,302 invitations, 600 answers, 498
// satisfied.

#include "events/check.h"
#include "producers/quarter.h"

namespace sijill::producers {

namespace {

namespace ev = events;

constexpr size_t kInvited = 1302;
constexpr size_t kRated = 600;
constexpr size_t kSatisfied = 498;
constexpr size_t kAnswered2016Q4 = 140;
constexpr int64_t kOpenFor = 3 * ev::kMsPerDay;

enum class Answer { None, Satisfied, Dissatisfied };

void answer(Quarter& quarter, Life& life, ev::Timestamp until, bool satisfied) {
    Random& random = quarter.random;
    ev::SurveyAnswered event;
    event.revision = {1};
    // Some answer twice; only the last answer says whether they are satisfied.
    if (random.chance(60)) {
        event.score = {random.between(1, 5)};
        event.answered_at =
            later(life.last(), random.between(ev::kMsPerMinute, (until.ms - life.last().ms) / 2));
        life.emit(event.answered_at, "system:survey", event);
        event.revision = {2};
    }
    event.score = {satisfied ? random.between(4, 5) : random.between(1, 3)};
    event.answered_at =
        later(life.last(), random.between(ev::kMsPerMinute, (until.ms - life.last().ms) / 2));
    std::string comment;
    if (random.chance(200)) {
        event.comment = quarter.sealed(comment);
    }
    life.emit(event.answered_at, "system:survey", event);
}

void tell(Quarter& quarter, const EndedChat& chat, Answer given) {
    const ev::Timestamp at = later(chat.ended_at, quarter.random.between(60000, 600000));
    const std::string id = quarter.new_id("svy-", at);
    Life life(quarter.timeline, {kSurveySource, id, chat.contact, chat.citizen});
    life.emit(at,
              "system:survey",
              ev::SurveyInvited{
                  {id}, ev::SurveyAbout::Chat, {chat.contact}, ev::Instrument::Csat5, {"sms"}});
    const ev::Timestamp until = later(at, kOpenFor);
    if (given != Answer::None) {
        answer(quarter, life, until, given == Answer::Satisfied);
    } else {
        life.emit(until, "system:survey", ev::SurveyExpired{until});
    }
}

// The quarter's chats: all are invited, those that ended early enough to answer within it do.
void survey_quarter(Quarter& quarter) {
    std::vector<const EndedChat*> early;
    std::vector<const EndedChat*> late;
    for (const EndedChat& chat : quarter.chats) {
        if (chat.ended_at >= kQuarterBegin && chat.ended_at < kQuarterEnd) {
            (chat.ended_at < day_begin(kQuarterDays - 5) ? early : late).push_back(&chat);
        }
    }
    CHECK(early.size() + late.size() == kInvited && early.size() >= kRated,
          "every chat of the quarter ended in it");
    quarter.random.shuffle(early);
    for (size_t i = 0; i < early.size(); ++i) {
        tell(quarter,
             *early[i],
             i < kSatisfied ? Answer::Satisfied
             : i < kRated   ? Answer::Dissatisfied
                            : Answer::None);
    }
    for (const EndedChat* chat : late) {
        tell(quarter, *chat, Answer::None);
    }
}

void survey_quarter_before(Quarter& quarter) {
    std::vector<const EndedChat*> chats;
    for (const EndedChat& chat : quarter.chats) {
        if (chat.ended_at < day_begin(-5)) {
            chats.push_back(&chat);
        }
    }
    quarter.random.shuffle(chats);
    for (size_t i = 0; i < 2 * kAnswered2016Q4 && i < chats.size(); ++i) {
        const Answer given = quarter.random.chance(780) ? Answer::Satisfied : Answer::Dissatisfied;
        tell(quarter, *chats[i], i < kAnswered2016Q4 ? given : Answer::None);
    }
}

}  // namespace

void add_surveys(Quarter& quarter) {
    survey_quarter(quarter);
    survey_quarter_before(quarter);
}

}  // namespace sijill::producers
