#pragma once
// events/appointment_events.h - facts of one appointment (subject: appointment_id)

#include "events/field.h"
#include "events/type_list.h"

#include <array>
#include <optional>
#include <string_view>

namespace sijill::events {

enum class BookedVia { Call, Chat, Web, Counter };
template <>
struct EnumNames<BookedVia> {
    static constexpr std::array<std::string_view, 4> kNames{"call", "chat", "web", "counter"};
};

enum class ChangedBy { Citizen, Office };
template <>
struct EnumNames<ChangedBy> {
    static constexpr std::array<std::string_view, 2> kNames{"citizen", "office"};
};

struct AppointmentBooked {
    static constexpr std::string_view kType = "appointment.booked";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "appointment_id";
    static constexpr std::string_view kSummary =
        "An appointment was booked; time is the moment of booking.";
    Id appointment_id;
    Code purpose;
    Code location;
    Timestamp slot_start;
    Timestamp slot_end;
    BookedVia booked_via{};
    std::optional<Id> contact_id;
    std::optional<Id> case_id;
    std::optional<Token> citizen;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"appointment_id", &AppointmentBooked::appointment_id},
                     Field{"purpose", &AppointmentBooked::purpose},
                     Field{"location", &AppointmentBooked::location},
                     Field{"slot_start", &AppointmentBooked::slot_start},
                     Field{"slot_end", &AppointmentBooked::slot_end},
                     Field{"booked_via", &AppointmentBooked::booked_via},
                     Field{"contact_id", &AppointmentBooked::contact_id},
                     Field{"case_id", &AppointmentBooked::case_id},
                     Field{"citizen", &AppointmentBooked::citizen});
    }
    bool operator==(const AppointmentBooked&) const = default;
};

struct AppointmentRescheduled {
    static constexpr std::string_view kType = "appointment.rescheduled";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The appointment moved to another slot.";
    Timestamp old_start;
    Timestamp new_start;
    Timestamp new_end;
    ChangedBy by{};
    std::optional<Code> new_location;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"old_start", &AppointmentRescheduled::old_start},
                     Field{"new_start", &AppointmentRescheduled::new_start},
                     Field{"new_end", &AppointmentRescheduled::new_end},
                     Field{"by", &AppointmentRescheduled::by},
                     Field{"new_location", &AppointmentRescheduled::new_location});
    }
    bool operator==(const AppointmentRescheduled&) const = default;
};

struct AppointmentCancelled {
    static constexpr std::string_view kType = "appointment.cancelled";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "The appointment was cancelled, notice before its start.";
    ChangedBy by{};
    Timestamp cancelled_at;
    Milliseconds notice;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"by", &AppointmentCancelled::by},
                     Field{"cancelled_at", &AppointmentCancelled::cancelled_at},
                     Field{"notice", &AppointmentCancelled::notice});
    }
    bool operator==(const AppointmentCancelled&) const = default;
};

struct AppointmentCheckedIn {
    static constexpr std::string_view kType = "appointment.checked_in";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The citizen arrived.";
    Timestamp at;
    Token recorded_by;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"at", &AppointmentCheckedIn::at},
                     Field{"recorded_by", &AppointmentCheckedIn::recorded_by});
    }
    bool operator==(const AppointmentCheckedIn&) const = default;
};

struct AppointmentCompleted {
    static constexpr std::string_view kType = "appointment.completed";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The appointment took place.";
    Timestamp at;
    Token recorded_by;
    std::optional<Code> outcome;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"at", &AppointmentCompleted::at},
                     Field{"recorded_by", &AppointmentCompleted::recorded_by},
                     Field{"outcome", &AppointmentCompleted::outcome});
    }
    bool operator==(const AppointmentCompleted&) const = default;
};

struct AppointmentNoShowRecorded {
    static constexpr std::string_view kType = "appointment.no_show_recorded";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "The office recorded that the citizen did not come.";
    Timestamp at;
    Token recorded_by;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"at", &AppointmentNoShowRecorded::at},
                     Field{"recorded_by", &AppointmentNoShowRecorded::recorded_by});
    }
    bool operator==(const AppointmentNoShowRecorded&) const = default;
};

using AppointmentEvents = TypeList<AppointmentBooked,
                                   AppointmentRescheduled,
                                   AppointmentCancelled,
                                   AppointmentCheckedIn,
                                   AppointmentCompleted,
                                   AppointmentNoShowRecorded>;

}  // namespace sijill::events
