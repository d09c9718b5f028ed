// producers/quarter_messages.cc - written enquiries: social networks, website forms, media.

#include "producers/quarter.h"

#include <array>

namespace sijill::producers {

namespace {

namespace ev = events;

struct Inbox {
    ev::MessageChannel channel;
    size_t messages;
    uint32_t answered_per_mille;
};

constexpr std::array<Inbox, 3> kInboxes{Inbox{ev::MessageChannel::Social, 640, 930},
                                        {ev::MessageChannel::Website, 410, 970},
                                        {ev::MessageChannel::Media, 35, 1000}};
constexpr size_t kMessageCases = 40;
constexpr size_t kMessagesAround = 30;  // of each channel, in each quarter beside this one

constexpr std::array<std::string_view, 3> kMessagePurposes{
    "new_housing_service", "late_delivery", "other"};

void answer(Quarter& quarter, Life& life, const std::string& agent, std::string_view purpose) {
    const ev::Timestamp at =
        later(life.last(), quarter.random.between(10 * ev::kMsPerMinute, 30 * ev::kMsPerHour));
    ev::MessageAnswered event;
    event.agent = {agent};
    event.answered_at = at;
    event.outcome =
        quarter.random.chance(950) ? ev::MessageOutcome::Handled : ev::MessageOutcome::NoAction;
    event.purposes = codes(std::span(&purpose, 1));
    life.emit(at, agent_actor(agent), event);
}

void tell(Quarter& quarter, const Inbox& inbox, ev::Timestamp received, bool opens_case) {
    const std::string contact = quarter.new_id("msg-", received);
    const std::string citizen = quarter.citizen();
    const std::string_view purpose = quarter.random.pick(kMessagePurposes);
    ev::MessageReceived event;
    event.contact_id = {contact};
    event.channel = inbox.channel;
    event.received_at = received;
    event.language = ev::Code{quarter.language()};
    if (inbox.channel != ev::MessageChannel::Media) {
        event.citizen = ev::Token{citizen};
    }
    Life life(quarter.timeline, {kInboxSource, contact, contact});
    const std::string cause = life.emit(received, "system:inbox", event);
    const std::string& agent = quarter.agent();
    if (opens_case) {
        const std::string_view via = ev::name_of(inbox.channel);
        const ev::Timestamp at = later(received, quarter.random.between(60000, 7200000));
        quarter.origins.push_back({contact, citizen, agent, via, cause, at, {purpose}});
    }
    if (quarter.random.chance(inbox.answered_per_mille)) {
        answer(quarter, life, agent, purpose);
    }
}

}  // namespace

void add_messages(Quarter& quarter) {
    size_t cases = kMessageCases;
    for (const Inbox& inbox : kInboxes) {
        for (size_t i = 0; i < inbox.messages; ++i) {
            const ev::Timestamp received = quarter.arrival({0, kQuarterDays});
            const bool early = received < day_begin(kQuarterDays - 10);
            const bool opens_case = cases > 0 && early && i % 15 == 0;
            cases -= opens_case ? 1 : 0;
            tell(quarter, inbox, received, opens_case);
        }
        for (size_t i = 0; i < kMessagesAround; ++i) {
            tell(quarter, inbox, quarter.arrival({-40, 0}), false);
            tell(quarter, inbox, quarter.arrival({kQuarterDays, kQuarterDays + 14}), false);
        }
    }
}

}  // namespace sijill::producers
