#pragma once
// events/chat_events.h - facts of one live chat (subject: contact_id)

#include "events/field.h"
#include "events/type_list.h"

#include <array>
#include <optional>
#include <string_view>

namespace sijill::events {

enum class ChatChannel { Web, Social, Other };
template <>
struct EnumNames<ChatChannel> {
    static constexpr std::array<std::string_view, 3> kNames{"web", "social", "other"};
};

enum class ChatAuthor { Citizen, Agent, Bot };
template <>
struct EnumNames<ChatAuthor> {
    static constexpr std::array<std::string_view, 3> kNames{"citizen", "agent", "bot"};
};

struct ChatStarted {
    static constexpr std::string_view kType = "chat.started";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "contact_id";
    static constexpr std::string_view kSummary = "A citizen opened a chat.";
    Id contact_id;
    ChatChannel channel{};
    Timestamp started_at;
    std::optional<Token> citizen;
    std::optional<Country> country;
    std::optional<Code> language;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"contact_id", &ChatStarted::contact_id},
                     Field{"channel", &ChatStarted::channel},
                     Field{"started_at", &ChatStarted::started_at},
                     Field{"citizen", &ChatStarted::citizen},
                     Field{"country", &ChatStarted::country},
                     Field{"language", &ChatStarted::language});
    }
    bool operator==(const ChatStarted&) const = default;
};

struct ChatAccepted {
    static constexpr std::string_view kType = "chat.accepted";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "An agent took the chat.";
    Token agent;
    Milliseconds queue_wait;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"agent", &ChatAccepted::agent},
                     Field{"queue_wait", &ChatAccepted::queue_wait});
    }
    bool operator==(const ChatAccepted&) const = default;
};

struct ChatMessagePosted {
    static constexpr std::string_view kType = "chat.message_posted";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "Somebody wrote; the text itself is personal and sealed.";
    ChatAuthor author{};
    Timestamp posted_at;
    Count seq;
    std::optional<Sealed> text;
    std::optional<Count> chars;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"author", &ChatMessagePosted::author},
                     Field{"posted_at", &ChatMessagePosted::posted_at},
                     Field{"seq", &ChatMessagePosted::seq},
                     Field{"text", &ChatMessagePosted::text},
                     Field{"chars", &ChatMessagePosted::chars});
    }
    bool operator==(const ChatMessagePosted&) const = default;
};

struct ChatFirstResponseGiven {
    static constexpr std::string_view kType = "chat.first_response_given";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "The first human reply; response runs from the start of the chat, bots excluded.";
    Milliseconds response;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"response", &ChatFirstResponseGiven::response});
    }
    bool operator==(const ChatFirstResponseGiven&) const = default;
};

struct ChatAbandoned {
    static constexpr std::string_view kType = "chat.abandoned";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The citizen left before an agent replied.";
    Timestamp at;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"at", &ChatAbandoned::at});
    }
    bool operator==(const ChatAbandoned&) const = default;
};

struct ChatEnded {
    static constexpr std::string_view kType = "chat.ended";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The chat ended and was coded.";
    Timestamp at;
    Milliseconds duration;
    CodeList purposes;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"at", &ChatEnded::at},
                     Field{"duration", &ChatEnded::duration},
                     Field{"purposes", &ChatEnded::purposes});
    }
    bool operator==(const ChatEnded&) const = default;
};

using ChatEvents = TypeList<ChatStarted,
                            ChatAccepted,
                            ChatMessagePosted,
                            ChatFirstResponseGiven,
                            ChatAbandoned,
                            ChatEnded>;

}  // namespace sijill::events
