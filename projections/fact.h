#pragma once
// projections/fact.h - facts of a contact gathered in any order, and what every evolve() is told.

#include "events/digest.h"
#include "events/time.h"
#include "projections/term.h"

#include <cstdint>
#include <string_view>

namespace sijill::projections {

/// Puts two events of one aggregate in an order that does not depend on when they arrived: by
/// `time`, then by id.
struct Stamp {
    int64_t time_ms = 0;
    uint64_t tie = 0;
    // clang-tidy 14 takes the 0 of a defaulted comparison for a null pointer.
    auto operator<=>(const Stamp&) const = default;  // NOLINT(modernize-use-nullptr)
    static constexpr auto members(const auto& visit) { return visit(&Stamp::time_ms, &Stamp::tie); }
};

/// A fact of which the first statement stands: a call is answered once. What is stated twice is
/// told apart by Stamp, so any order of arrival gives the same state. To change it, correct the
/// event.
template <class T>
struct Fact {
    bool known = false;
    Stamp stamp;
    T value{};

    void state(const T& next, Stamp when) {
        if (!known || when < stamp) {
            *this = {true, when, next};
        }
    }
    bool operator==(const Fact&) const = default;
};

/// A fact of which the last statement stands: where an appointment was moved to.
template <class T>
struct Latest {
    bool known = false;
    Stamp stamp;
    T value{};

    void state(const T& next, Stamp when) {
        if (!known || stamp < when) {
            *this = {true, when, next};
        }
    }
    bool operator==(const Latest&) const = default;
};

/// What an event did to its aggregate.
enum class Verdict : uint8_t {
    Applied,
    Illegal,     // the state machine does not allow it; the state is unchanged
    OutOfScale,  // applied; since then a score or points are outside their scale
};

/// What evolve() knows besides state and event. Nothing here depends on the clock or on arrival.
struct FoldContext {
    Stamp stamp;
    Dictionary& dictionary;
    std::string_view subject;
};

}  // namespace sijill::projections
