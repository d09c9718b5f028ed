#include "projections/evolve.h"

#include "events/check.h"
#include "projections/dictionary.h"

#include <algorithm>
#include <array>

namespace sijill::projections {

namespace {

// The state that decides on E, found by the compiler; void for corrections.
template <class E, class... S>
consteval size_t owner_index(events::TypeList<S...> /*states*/) {
    size_t index = 0;
    size_t found = sizeof...(S);
    ((Handles<S, E> ? found = index : index, ++index), ...);
    return found;
}

template <class E>
inline constexpr size_t kOwner = owner_index<E>(AllStates{});

template <size_t... I>
State empty_of(size_t index, std::index_sequence<I...> /*kinds*/) {
    State state;
    ((I == index ? static_cast<void>(state.emplace<I>()) : static_cast<void>(0)), ...);
    return state;
}

}  // namespace

std::string_view name_of(AggregateKind kind) {
    static constexpr std::array<std::string_view, kAggregateKindCount> kNames{"call",
                                                                              "chat",
                                                                              "message",
                                                                              "appointment",
                                                                              "case",
                                                                              "kpi-referral",
                                                                              "survey",
                                                                              "evaluation",
                                                                              "period",
                                                                              "person"};
    return kNames[static_cast<size_t>(kind) - 1];
}

std::vector<Term> distinct_terms(const events::CodeList& codes, Dictionary& dictionary) {
    std::vector<Term> terms;
    for (const events::Code& code : codes) {
        const Term next = dictionary.intern(code.text);
        if (std::find(terms.begin(), terms.end(), next) == terms.end()) {
            terms.push_back(next);
        }
    }
    return terms;
}

State empty_state(AggregateKind kind) {
    return empty_of(static_cast<size_t>(kind) - 1, std::make_index_sequence<kAggregateKindCount>{});
}

Verdict fold_event(State& state, const events::Event& event, const FoldContext& context) {
    return std::visit(
        [&]<class E>(const E& e) -> Verdict {
            if constexpr (kIsCorrection<E>) {
                CHECK(false, "corrections are folded by the shard, not by an aggregate");
            } else {
                return evolve(std::get<kOwner<E>>(state), e, context);
            }
        },
        event);
}

std::optional<AggregateKind> kind_of(const events::Event& event) {
    return std::visit(
        []<class E>(const E& /*e*/) -> std::optional<AggregateKind> {
            if constexpr (kIsCorrection<E>) {
                return std::nullopt;
            } else {
                return static_cast<AggregateKind>(kOwner<E> + 1);
            }
        },
        event);
}

}  // namespace sijill::projections
