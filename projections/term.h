#pragma once
// projections/term.h - a code or token as a small number; projections/dictionary.h has its text.

#include <cstdint>

namespace sijill::projections {

class Dictionary;

/// A text of a Dictionary; 0 is "no text". Numbers follow the order of first sight, so they are
/// never written to a store, compared for order, or carried to another dictionary.
struct Term {
    uint32_t number = 0;
    bool operator==(const Term&) const = default;
};

}  // namespace sijill::projections
