#include "projections/dimension_values.h"

#include "events/appointment_events.h"
#include "events/case_events.h"
#include "events/chat_events.h"
#include "events/complaint_events.h"
#include "events/message_events.h"
#include "events/survey_events.h"
#include "projections/case_state.h"

#include <algorithm>
#include <array>

namespace sijill::projections {

namespace {

using Values = std::span<const std::string_view>;

template <class E>
constexpr Values kNamesOf = events::EnumNames<E>::kNames;

// A contact is a call, a chat, or a message with the channel that it came by.
constexpr auto kContactChannels = [] {
    constexpr auto& kMessages = events::EnumNames<events::MessageChannel>::kNames;
    std::array<std::string_view, kMessages.size() + 2> all{kPhoneChannel, kChatChannel};
    std::ranges::copy(kMessages, all.begin() + 2);
    return all;
}();

constexpr std::array kClockMetrics{kReferralAnswer, kComplaintResponse};

const std::array<std::string_view, kCaseStatusCount - 1>& statuses() {
    static const auto kAll = [] {
        std::array<std::string_view, kCaseStatusCount - 1> all;
        for (size_t i = 0; i < all.size(); ++i) {
            all[i] = name_of(static_cast<CaseStatus>(i + 1));
        }
        return all;
    }();
    return kAll;
}

Values channels_of(Cube cube) {
    if (cube == Cube::Chats) {
        return kNamesOf<events::ChatChannel>;
    }
    return cube == Cube::Messages ? kNamesOf<events::MessageChannel> : kContactChannels;
}

}  // namespace

Values values_of(Cube cube, std::string_view dimension) {
    if (!has_dimension(cube, dimension)) {
        return {};
    }
    if (dimension == "channel") {
        return channels_of(cube);
    }
    if (dimension == "status") {
        return statuses();
    }
    struct Known {
        std::string_view dimension;
        Values values;
    };
    static constexpr auto kKnown = std::to_array<Known>({
        {kAgeDimension, kAgeNames},
        {"about", kNamesOf<events::SurveyAbout>},
        {"booked_via", kNamesOf<events::BookedVia>},
        {"instrument", kNamesOf<events::Instrument>},
        {"kind", kNamesOf<events::CaseKind>},
        {"metric", kClockMetrics},
        {"severity", kNamesOf<events::Severity>},
    });
    const auto* const found = std::ranges::find(kKnown, dimension, &Known::dimension);
    return found == kKnown.end() ? Values() : found->values;
}

bool may_be(Values values, std::string_view value) {
    return values.empty() || value.empty() || std::ranges::find(values, value) != values.end();
}

}  // namespace sijill::projections
