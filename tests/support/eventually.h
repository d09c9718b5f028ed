#pragma once
// tests/support/eventually.h - waiting for what another thread or process does.

#include <poll.h>

#include <chrono>

namespace sijill::tests {

constexpr std::chrono::milliseconds kPatience{10'000};

/// A moment's rest between two looks at a condition.
inline void rest() {
    ::poll(nullptr, 0, 2);
}

/// Waits until `holds()` is true; false when it is not within `patience`.
template <class Condition>
bool eventually(Condition holds, std::chrono::milliseconds patience = kPatience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        rest();
    }
    return true;
}

}  // namespace sijill::tests
