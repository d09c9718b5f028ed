#pragma once
// events/instants.h - the instants that an event tells of, whatever its type.

#include "events/event.h"

#include <optional>
#include <type_traits>
#include <variant>

namespace sijill::events {

/// Calls `each` for every Timestamp among the event's fields, in declared order. The time of the
/// envelope is not among them.
template <class Each>
void for_each_instant(const Event& event, Each&& each) {
    const auto visit_field = [&each](const auto& value) {
        using Value = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, Timestamp>) {
            each(value);
        } else if constexpr (std::is_same_v<Value, std::optional<Timestamp>>) {
            if (value) {
                each(*value);
            }
        }
    };
    std::visit(
        [&visit_field]<class E>(const E& e) {
            E::fields([&](const auto&... field) { (visit_field(e.*field.member), ...); });
        },
        event);
}

}  // namespace sijill::events
