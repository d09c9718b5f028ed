#pragma once
// events/case_events.h - the life of one case (subject: case_id); folded in log order

#include "events/field.h"
#include "events/type_list.h"

#include <array>
#include <optional>
#include <string_view>

namespace sijill::events {

enum class CaseKind { Enquiry, Request, Complaint, Suggestion };
template <>
struct EnumNames<CaseKind> {
    static constexpr std::array<std::string_view, 4> kNames{
        "enquiry", "request", "complaint", "suggestion"};
};

enum class ContactRole { Origin, Repeat, Outbound };
template <>
struct EnumNames<ContactRole> {
    static constexpr std::array<std::string_view, 3> kNames{"origin", "repeat", "outbound"};
};

enum class PendReason { AwaitingCitizen, AwaitingThirdParty, Scheduled };
template <>
struct EnumNames<PendReason> {
    static constexpr std::array<std::string_view, 3> kNames{
        "awaiting_citizen", "awaiting_third_party", "scheduled"};
};

enum class CloseReason { Resolved, NoAnswer, Withdrawn, Inadmissible, Duplicate };
template <>
struct EnumNames<CloseReason> {
    static constexpr std::array<std::string_view, 5> kNames{
        "resolved", "no_answer", "withdrawn", "inadmissible", "duplicate"};
};

enum class CancelReason { EnteredInError, Test, Spam };
template <>
struct EnumNames<CancelReason> {
    static constexpr std::array<std::string_view, 3> kNames{"entered_in_error", "test", "spam"};
};

enum class NoteVisibility { Internal, Citizen };
template <>
struct EnumNames<NoteVisibility> {
    static constexpr std::array<std::string_view, 2> kNames{"internal", "citizen"};
};

struct CaseOpened {
    static constexpr std::string_view kType = "case.opened";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "case_id";
    static constexpr std::string_view kSummary = "A case was opened.";
    Id case_id;
    CaseKind kind{};
    CodeList purposes;
    Code priority;
    Timestamp opened_at;
    Code opened_via;
    std::optional<Id> contact_id;
    std::optional<Token> citizen;
    std::optional<Code> programme;
    std::optional<Sealed> application_no;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"case_id", &CaseOpened::case_id},
                     Field{"kind", &CaseOpened::kind},
                     Field{"purposes", &CaseOpened::purposes},
                     Field{"priority", &CaseOpened::priority},
                     Field{"opened_at", &CaseOpened::opened_at},
                     Field{"opened_via", &CaseOpened::opened_via},
                     Field{"contact_id", &CaseOpened::contact_id},
                     Field{"citizen", &CaseOpened::citizen},
                     Field{"programme", &CaseOpened::programme},
                     Field{"application_no", &CaseOpened::application_no});
    }
    bool operator==(const CaseOpened&) const = default;
};

struct CaseContactLinked {
    static constexpr std::string_view kType = "case.contact_linked";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "A call, chat or message belongs to the case.";
    Id contact_id;
    ContactRole role{};
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"contact_id", &CaseContactLinked::contact_id},
                     Field{"role", &CaseContactLinked::role});
    }
    bool operator==(const CaseContactLinked&) const = default;
};

struct CaseAssigned {
    static constexpr std::string_view kType = "case.assigned";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The case went to a queue, or to an agent in it.";
    Code queue;
    std::optional<Token> agent;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"queue", &CaseAssigned::queue}, Field{"agent", &CaseAssigned::agent});
    }
    bool operator==(const CaseAssigned&) const = default;
};

struct CaseUnassigned {
    static constexpr std::string_view kType = "case.unassigned";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The case left its agent and stays in the queue.";
    Code queue;
    std::optional<Token> agent;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"queue", &CaseUnassigned::queue},
                     Field{"agent", &CaseUnassigned::agent});
    }
    bool operator==(const CaseUnassigned&) const = default;
};

struct CaseReclassified {
    static constexpr std::string_view kType = "case.reclassified";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The purposes of the case were coded anew.";
    CodeList old_purposes;
    CodeList new_purposes;
    Code reason;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"old", &CaseReclassified::old_purposes},
                     Field{"new", &CaseReclassified::new_purposes},
                     Field{"reason", &CaseReclassified::reason});
    }
    bool operator==(const CaseReclassified&) const = default;
};

struct CasePended {
    static constexpr std::string_view kType = "case.pended";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "Work on the case waits for somebody.";
    PendReason reason{};
    std::optional<Timestamp> until;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"reason", &CasePended::reason}, Field{"until", &CasePended::until});
    }
    bool operator==(const CasePended&) const = default;
};

struct CaseResumed {
    static constexpr std::string_view kType = "case.resumed";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "What the case waited for has come.";
    PendReason reason{};
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"reason", &CaseResumed::reason});
    }
    bool operator==(const CaseResumed&) const = default;
};

struct CaseResolved {
    static constexpr std::string_view kType = "case.resolved";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The centre considers the matter settled.";
    Code resolution;
    Timestamp resolved_at;
    bool first_contact = false;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"resolution", &CaseResolved::resolution},
                     Field{"resolved_at", &CaseResolved::resolved_at},
                     Field{"first_contact", &CaseResolved::first_contact});
    }
    bool operator==(const CaseResolved&) const = default;
};

struct CaseClosed {
    static constexpr std::string_view kType = "case.closed";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The case was closed.";
    CloseReason reason{};
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"reason", &CaseClosed::reason});
    }
    bool operator==(const CaseClosed&) const = default;
};

struct CaseReopened {
    static constexpr std::string_view kType = "case.reopened";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "A resolved or closed case went on as the next episode.";
    Code reason;
    Count episode;
    std::optional<Id> contact_id;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"reason", &CaseReopened::reason},
                     Field{"episode", &CaseReopened::episode},
                     Field{"contact_id", &CaseReopened::contact_id});
    }
    bool operator==(const CaseReopened&) const = default;
};

struct CaseMergedInto {
    static constexpr std::string_view kType = "case.merged_into";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary =
        "The case is the same matter as another, which goes on.";
    Id other_case_id;
    Id merge_id;
    Token by;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"other_case_id", &CaseMergedInto::other_case_id},
                     Field{"merge_id", &CaseMergedInto::merge_id},
                     Field{"by", &CaseMergedInto::by});
    }
    bool operator==(const CaseMergedInto&) const = default;
};

struct CaseAbsorbed {
    static constexpr std::string_view kType = "case.absorbed";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "Another case was merged into this one.";
    Id other_case_id;
    Id merge_id;
    Token by;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"other_case_id", &CaseAbsorbed::other_case_id},
                     Field{"merge_id", &CaseAbsorbed::merge_id},
                     Field{"by", &CaseAbsorbed::by});
    }
    bool operator==(const CaseAbsorbed&) const = default;
};

struct CaseCancelled {
    static constexpr std::string_view kType = "case.cancelled";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "The case should never have been opened.";
    CancelReason reason{};
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"reason", &CaseCancelled::reason});
    }
    bool operator==(const CaseCancelled&) const = default;
};

struct CaseNoteAdded {
    static constexpr std::string_view kType = "case.note_added";
    static constexpr int kMajor = 1;
    static constexpr std::string_view kSubject = "";
    static constexpr std::string_view kSummary = "A note was added.";
    NoteVisibility visibility{};
    std::optional<Sealed> text;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"visibility", &CaseNoteAdded::visibility},
                     Field{"text", &CaseNoteAdded::text});
    }
    bool operator==(const CaseNoteAdded&) const = default;
};

using CaseEvents = TypeList<CaseOpened,
                            CaseContactLinked,
                            CaseAssigned,
                            CaseUnassigned,
                            CaseReclassified,
                            CasePended,
                            CaseResumed,
                            CaseResolved,
                            CaseClosed,
                            CaseReopened,
                            CaseMergedInto,
                            CaseAbsorbed,
                            CaseCancelled,
                            CaseNoteAdded>;

}  // namespace sijill::events
