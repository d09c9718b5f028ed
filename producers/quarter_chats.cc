// producers/quarter_chats.cc - live chats: 1,302 citizens in the quarter, 1,050 chats before it.

#include "producers/quarter.h"

#include <array>

namespace sijill::producers {

namespace {

namespace ev = events;

struct Month {
    Quarter::Window window;
    size_t chats;
};

constexpr std::array<Month, 3> kMonths{
    Month{{0, 31, 20}, 410}, Month{{31, 59, 20}, 430}, Month{{59, kQuarterDays, 20}, 462}};
constexpr size_t kStarted = 1302;
constexpr int64_t kFirstResponseMs = 781200000;
constexpr size_t kStarted2016Q4 = 1050;
constexpr size_t kStarted2017Q2 = 60;
constexpr size_t kChatCases = 60;

constexpr std::array<std::string_view, 5> kAbroad{"SA", "KW", "AE", "GB", "QA"};
constexpr std::array<std::string_view, 4> kChatPurposes{
    "new_housing_service", "late_delivery", "appointment", "other"};

class Chat {
  public:
    Chat(Quarter& quarter, ev::Timestamp started, std::string citizen)
        : quarter_(quarter),
          started_(started),
          citizen_(std::move(citizen)),
          contact_(quarter.new_id("chat-", started)),
          life_(quarter.timeline, {kChatSource, contact_, contact_, citizen_}) {}

    void start() {
        ev::ChatStarted event;
        event.contact_id = {contact_};
        event.channel =
            quarter_.random.chance(930) ? ev::ChatChannel::Web : ev::ChatChannel::Social;
        event.started_at = started_;
        event.citizen = ev::Token{citizen_};
        event.country =
            ev::Country{quarter_.random.chance(930) ? "BH" : quarter_.random.pick(kAbroad)};
        event.language = ev::Code{quarter_.language()};
        life_.emit(started_, citizen_actor(citizen_), event);
        post(ev::ChatAuthor::Bot, later(started_, 300));
        post(ev::ChatAuthor::Citizen, later(started_, quarter_.random.between(2000, 9000)));
    }

    void abandon() {
        const ev::Timestamp at = later(life_.last(), quarter_.random.between(60000, 600000));
        life_.emit(at, citizen_actor(citizen_), ev::ChatAbandoned{at});
    }

    // `response` is at least 20 seconds.
    void converse(int64_t response) {
        agent_ = quarter_.agent();
        const int64_t wait = response / 2;
        cause_ = life_.emit(
            later(started_, wait), agent_actor(agent_), ev::ChatAccepted{{agent_}, {wait}});
        const ev::Timestamp replied = later(started_, response);
        post(ev::ChatAuthor::Agent, replied);
        life_.emit(replied, "system:chat", ev::ChatFirstResponseGiven{{response}});
        for (int64_t more = quarter_.random.between(1, 5); more > 0; --more) {
            const ev::Timestamp at = later(life_.last(), quarter_.random.between(8000, 60000));
            post(more % 2 == 0 ? ev::ChatAuthor::Agent : ev::ChatAuthor::Citizen, at);
        }
    }

    void end() {
        purpose_ = quarter_.random.pick(kChatPurposes);
        const ev::Timestamp at = later(life_.last(), quarter_.random.between(5000, 60000));
        life_.emit(at,
                   agent_actor(agent_),
                   ev::ChatEnded{at, {at.ms - started_.ms}, codes(std::span(&purpose_, 1))});
        quarter_.chats.push_back({contact_, citizen_, at});
    }

    void open_case() {
        quarter_.origins.push_back(
            {contact_, citizen_, agent_, "chat", cause_, later(life_.last(), 1000), {purpose_}});
    }

  private:
    void post(ev::ChatAuthor author, ev::Timestamp at) {
        ev::ChatMessagePosted event;
        event.author = author;
        event.posted_at = at;
        event.seq = {++messages_};
        event.chars = ev::Count{quarter_.random.between(8, 240)};
        std::string text;
        event.text = quarter_.sealed(text);
        const std::string actor = author == ev::ChatAuthor::Agent     ? agent_actor(agent_)
                                  : author == ev::ChatAuthor::Citizen ? citizen_actor(citizen_)
                                                                      : "system:bot";
        life_.emit(at, actor, event);
    }

    Quarter& quarter_;
    ev::Timestamp started_;
    std::string citizen_;
    std::string contact_;
    Life life_;
    std::string agent_;
    std::string cause_;
    std::string_view purpose_;
    int64_t messages_ = 0;
};

void add_quarter_chats(Quarter& quarter) {
    // Different citizens, each with one chat.
    std::vector<std::string> citizens = quarter.citizens;
    quarter.random.shuffle(citizens);
    const std::vector<int64_t> responses =
        spread(quarter.random, {kStarted, kFirstResponseMs, 25000, 2700000});
    size_t next = 0;
    size_t cases = 0;
    for (const Month& month : kMonths) {
        for (size_t i = 0; i < month.chats; ++i, ++next) {
            Chat chat(quarter, quarter.arrival(month.window), citizens[next]);
            chat.start();
            chat.converse(responses[next]);
            chat.end();
            // One in eleven of the first two months.
            if (month.window.end_day < kQuarterDays && cases < kChatCases && next % 11 == 0) {
                chat.open_case();
                ++cases;
            }
        }
    }
}

void add_other_chats(Quarter& quarter, Quarter::Window window, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        Chat chat(quarter, quarter.arrival(window), quarter.citizen());
        chat.start();
        if (quarter.random.chance(40)) {
            chat.abandon();
        } else {
            chat.converse(quarter.random.between(20000, 1300000));
            chat.end();
        }
    }
}

}  // namespace

void add_chats(Quarter& quarter) {
    add_quarter_chats(quarter);
    add_other_chats(quarter, {-92, 0, 20}, kStarted2016Q4);
    add_other_chats(quarter, {kQuarterDays, kQuarterDays + 20, 20}, kStarted2017Q2);
}

}  // namespace sijill::producers
