#pragma once
// projections/contributions.h - what a state adds to the KPI cells. Every figure is the sum of
// these.

#include "projections/cubes.h"
#include "projections/local_time.h"
#include "projections/state.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace sijill::projections {

/// One KPI cell: a cube, a local hour, and a value for each of the cube's dimensions (no term: the
/// value is not known).
struct CellKey {
    Cube cube = Cube::Calls;
    int32_t hour = 0;  // of a running cube: the first one of its day
    std::array<Term, kMaxDimensions> dimensions{};
    int32_t change_day = 0;  // of a running cube alone: the local day of the change
    bool operator==(const CellKey&) const = default;
};

struct Contribution {
    CellKey cell;
    uint8_t measure = 0;
    int64_t value = 0;
    bool operator==(const Contribution&) const = default;
};

/// A person who stands in a cube on a local day; united at query time, so that people are counted
/// once.
struct PersonMark {
    Cube cube = Cube::Chats;
    int32_t day = 0;
    std::string person;
    bool operator==(const PersonMark&) const = default;
};

/// A span of time of a computed cube: a calendar says how much of it counts in the cell's measure.
struct TimeSpan {
    CellKey cell;
    uint8_t measure = 0;
    int64_t begin_ms = 0;
    int64_t end_ms = 0;  // may lie before the begin: then nothing counts
    bool operator==(const TimeSpan&) const = default;
};

/// Everything one state adds. Order follows the code below and nothing else. The hour of every cell
/// is that of an instant which one of the state's events told of: its time, or one of its fields.
struct Contributions {
    std::vector<Contribution> cells;
    std::vector<PersonMark> people;
    std::vector<TimeSpan> spans;

    void clear() {
        cells.clear();
        people.clear();
        spans.clear();
    }
    bool operator==(const Contributions&) const = default;
};

/// The Terms of an enumeration's names.
template <class E>
using TermsOf = std::pair<E, std::array<Term, events::EnumNames<E>::kNames.size()>>;

/// Names that are dimension values, interned once instead of for every contribution.
class NameTerms {
  public:
    explicit NameTerms(Dictionary& dictionary);

    template <class E>
    [[nodiscard]] Term of(E value) const {
        return std::get<TermsOf<E>>(tables_).second[static_cast<size_t>(value)];
    }
    [[nodiscard]] Term of(CaseStatus status) const {
        return case_statuses_[static_cast<size_t>(status)];
    }
    [[nodiscard]] Term phone() const { return phone_; }
    [[nodiscard]] Term chat() const { return chat_; }
    [[nodiscard]] Term referral_answer() const { return referral_answer_; }
    [[nodiscard]] Term complaint_response() const { return complaint_response_; }

  private:
    std::tuple<TermsOf<events::ChatChannel>,
               TermsOf<events::MessageChannel>,
               TermsOf<events::BookedVia>,
               TermsOf<events::CaseKind>,
               TermsOf<events::Severity>,
               TermsOf<events::SurveyAbout>,
               TermsOf<events::Instrument>>
        tables_;
    std::array<Term, kCaseStatusCount> case_statuses_;
    Term phone_;
    Term chat_;
    Term referral_answer_;
    Term complaint_response_;
};

struct ContributionContext {
    const LocalTime& local_time;
    const NameTerms& names;
};

void contribute(const CallState& call, const ContributionContext& context, Contributions& out);
void contribute(const ChatState& chat, const ContributionContext& context, Contributions& out);
void contribute(const MessageState& message,
                const ContributionContext& context,
                Contributions& out);
void contribute(const AppointmentState& appointment,
                const ContributionContext& context,
                Contributions& out);
void contribute(const CaseState& state, const ContributionContext& context, Contributions& out);
void contribute(const KpiReferralState& referral,
                const ContributionContext& context,
                Contributions& out);
void contribute(const SurveyState& survey, const ContributionContext& context, Contributions& out);
void contribute(const EvaluationState& evaluation,
                const ContributionContext& context,
                Contributions& out);
void contribute(const PeriodState& period, const ContributionContext& context, Contributions& out);
void contribute(const PersonState& person, const ContributionContext& context, Contributions& out);

template <class S>
concept Contributes = requires {
    static_cast<void (*)(const S&, const ContributionContext&, Contributions&)>(&contribute);
};

template <class... S>
consteval bool all_contribute(events::TypeList<S...> /*states*/) {
    static_assert(!Contributes<Unlisted>, "a catch-all contribute() hides forgotten aggregates");
    static_assert((Contributes<S> && ...),
                  "an aggregate does not say what it adds to the KPI cells");
    return true;
}

static_assert(all_contribute(AllStates{}));

class BusinessTime;

/// Adds to the cells what the spans are by a calendar.
void add_business_times(const BusinessTime& business_time, Contributions& out);

/// Fills `out` (cleared first) with what the state adds.
void contributions_of(const State& state, const ContributionContext& context, Contributions& out);

/// The kinds of aggregates of which some add to the cube.
[[nodiscard]] std::span<const AggregateKind> kinds_of(Cube cube);

}  // namespace sijill::projections
