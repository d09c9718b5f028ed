#pragma once
// producers/quarter.h - the golden quarter's cast and calendar, and the parts of its story.

#include "events/event.h"
#include "producers/random.h"
#include "producers/timeline.h"

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::producers {

/// Local midnight of 2017-01-01, a Sunday; Asia/Bahrain is UTC+3 all year. Days count from it.
inline constexpr events::Timestamp kQuarterBegin{1483218000000};
inline constexpr int kQuarterDays = 90;
inline constexpr events::Timestamp kQuarterEnd{kQuarterBegin.ms + kQuarterDays * events::kMsPerDay};

[[nodiscard]] constexpr events::Timestamp later(events::Timestamp time, int64_t ms) {
    return {time.ms + ms};
}

/// Local midnight of a day; days before 2017 are negative.
[[nodiscard]] constexpr events::Timestamp day_begin(int64_t day) {
    return later(kQuarterBegin, day * events::kMsPerDay);
}

/// A contact that may grow into a case.
struct CaseOrigin {
    std::string contact;
    std::string citizen;
    std::string agent;
    std::string_view via;
    std::string cause;  // id of the event in which the agent took the contact
    events::Timestamp taken_at;
    std::vector<std::string_view> purposes;
    bool complaint = false;
    bool referred = false;
};

/// A chat that ended, for its survey.
struct EndedChat {
    std::string contact;
    std::string citizen;
    events::Timestamp ended_at;
};

/// An opened case, for the calls that follow it up.
struct OpenedCase {
    std::string id;
    std::string citizen;
    events::Timestamp opened_at;
};

/// A recorded call, for its evaluation.
struct RecordedCall {
    std::string contact;
    std::string agent;
    std::string recording;
    events::Timestamp ended_at;
};

/// Everything the parts share. Filled in the order of the add_ functions below.
struct Quarter {
    explicit Quarter(uint64_t seed);

    Random random;
    Timeline timeline;
    std::vector<std::string> agents;    // tokens
    std::vector<std::string> citizens;  // tokens
    std::vector<CaseOrigin> origins;
    std::vector<EndedChat> chats;
    std::vector<OpenedCase> cases;
    std::vector<RecordedCall> recorded;

    /// Days [first, end); arrivals lie in local hours 0 to last_hour.
    struct Window {
        int64_t first_day;
        int64_t end_day;
        int last_hour = 23;
    };
    /// An instant of the window: many on Sunday to Thursday mornings, few at night and at weekends.
    [[nodiscard]] events::Timestamp arrival(Window window);

    /// `prefix` and a UUIDv7 of the instant.
    [[nodiscard]] std::string new_id(std::string_view prefix, events::Timestamp time);
    [[nodiscard]] const std::string& citizen() { return random.pick(citizens); }
    [[nodiscard]] const std::string& agent() { return random.pick(agents); }
    [[nodiscard]] std::string_view language() { return random.chance(860) ? "ar" : "en"; }
    /// Text that looks sealed, kept in `holder`.
    [[nodiscard]] events::Sealed sealed(std::string& holder);
};

[[nodiscard]] std::string agent_actor(std::string_view token);
[[nodiscard]] std::string citizen_actor(std::string_view token);
[[nodiscard]] events::CodeList codes(std::span<const std::string_view> names);

inline constexpr std::string_view kAcdSource = "/acd/manama-1";
inline constexpr std::string_view kChatSource = "/chat/web-1";
inline constexpr std::string_view kInboxSource = "/inbox/social-1";
inline constexpr std::string_view kDeskSource = "/desk/cases-1";
inline constexpr std::string_view kBookingSource = "/booking/web-1";
inline constexpr std::string_view kSurveySource = "/survey/sms-1";
inline constexpr std::string_view kQualitySource = "/quality/forms-1";

void add_inbound_calls(Quarter& quarter);   // fills origins and recorded
void add_chats(Quarter& quarter);           // fills chats, and origins
void add_messages(Quarter& quarter);        // fills origins
void add_cases(Quarter& quarter);           // consumes origins, fills cases
void add_outbound_calls(Quarter& quarter);  // follows cases up
void add_appointments(Quarter& quarter);
void add_surveys(Quarter& quarter);      // about chats
void add_evaluations(Quarter& quarter);  // of recorded calls

}  // namespace sijill::producers
