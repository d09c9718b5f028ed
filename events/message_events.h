#pragma once
// events/message_events.h - facts of one written message (subject: contact_id)

#include "events/field.h"
#include "events/type_list.h"

#include <array>
#include <optional>
#include <string_view>

namespace sijill::events {

enum class MessageChannel { Social, Website, Media, Email, Sms, Counter };
template <>
struct EnumNames<MessageChannel> {
    static constexpr std::array<std::string_view, 6> kNames{
        "social", "website", "media", "email", "sms", "counter"};
};

enum class MessageOutcome { Handled, Referred, NoAction };
template <>
struct EnumNames<MessageOutcome> {
    static constexpr std::array<std::string_view, 3> kNames{"handled", "referred", "no_action"};
};

struct MessageReceived {
    static constexpr std::string_view kType = "message.received";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "contact_id";
    static constexpr std::string_view kSummary = "A written enquiry or remark arrived.";
    Id contact_id;
    MessageChannel channel{};
    Timestamp received_at;
    std::optional<Token> citizen;
    std::optional<CodeList> purposes;
    std::optional<CodeList> natures;
    std::optional<Code> language;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"contact_id", &MessageReceived::contact_id},
                     Field{"channel", &MessageReceived::channel},
                     Field{"received_at", &MessageReceived::received_at},
                     Field{"citizen", &MessageReceived::citizen},
                     Field{"purposes", &MessageReceived::purposes},
                     Field{"natures", &MessageReceived::natures},
                     Field{"language", &MessageReceived::language});
    }
    bool operator==(const MessageReceived&) const = default;
};

struct MessageAnswered {
    static constexpr std::string_view kType = "message.answered";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "An agent answered the message.";
    Token agent;
    Timestamp answered_at;
    MessageOutcome outcome{};
    std::optional<CodeList> purposes;
    std::optional<CodeList> natures;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"agent", &MessageAnswered::agent},
                     Field{"answered_at", &MessageAnswered::answered_at},
                     Field{"outcome", &MessageAnswered::outcome},
                     Field{"purposes", &MessageAnswered::purposes},
                     Field{"natures", &MessageAnswered::natures});
    }
    bool operator==(const MessageAnswered&) const = default;
};

using MessageEvents = TypeList<MessageReceived, MessageAnswered>;

}  // namespace sijill::events
