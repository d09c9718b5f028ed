#pragma once
// events/field.h - how an event declares its fields once; decoder, encoder, validator, schema and
// page follow from it.

#include "events/values.h"

#include <concepts>
#include <optional>
#include <string_view>
#include <type_traits>

namespace sijill::events {

/// A field of event S: its JSON name and its member. std::optional members are optional fields.
/// An event's fields(visit) calls `visit` with all of them, in declared order. A std::tuple of them
/// would be instantiated in every file that knows the event, a third of the time to compile it.
template <class S, class M>
struct Field {
    std::string_view name;
    M S::*member;
};

template <class S, class M>
Field(const char*, M S::*) -> Field<S, M>;

/// One question of an evaluation form. Weight and points are integers; not_applicable leaves both
/// sums.
struct EvaluationItem {
    Code question;
    Weight weight;
    Points points;
    Points max;
    std::optional<bool> not_applicable;
    std::optional<bool> critical;
    std::optional<bool> failed;
    static constexpr auto fields(const auto& visit) {
        return visit(Field{"question", &EvaluationItem::question},
                     Field{"weight", &EvaluationItem::weight},
                     Field{"points", &EvaluationItem::points},
                     Field{"max", &EvaluationItem::max},
                     Field{"not_applicable", &EvaluationItem::not_applicable},
                     Field{"critical", &EvaluationItem::critical},
                     Field{"failed", &EvaluationItem::failed});
    }
    bool operator==(const EvaluationItem&) const = default;
};

using ItemList = InlineList<EvaluationItem, 32>;

template <class T>
struct FieldType {
    static constexpr bool kRequired = true;
    using Value = T;
};

template <class T>
struct FieldType<std::optional<T>> {
    static constexpr bool kRequired = false;
    using Value = T;
};

/// The kind of a member's value type.
template <class T>
consteval Kind kind_of() {
    if constexpr (std::is_same_v<T, Timestamp>) {
        return Kind::Timestamp;
    } else if constexpr (std::is_same_v<T, bool>) {
        return Kind::Boolean;
    } else if constexpr (std::is_same_v<T, Sealed>) {
        return Kind::Sealed;
    } else if constexpr (std::is_same_v<T, CodeList>) {
        return Kind::CodeList;
    } else if constexpr (std::is_same_v<T, ItemList>) {
        return Kind::ItemList;
    } else if constexpr (std::is_enum_v<T>) {
        return Kind::Enumeration;
    } else {
        return T::kKind;
    }
}

/// What every event struct must say about itself.
template <class E>
concept EventStruct = requires {
    { E::kType } -> std::convertible_to<std::string_view>;  // "call.offered"; never reused
    { E::kMajor } -> std::convertible_to<int>;              // gov.cc.<kType>.v<kMajor>
    {
        E::kSubject
        } -> std::convertible_to<std::string_view>;  // the field that equals the subject, or ""
    {
        E::kSummary
        } -> std::convertible_to<std::string_view>;  // one English sentence for the catalogue page
    E::fields([](const auto&... /*field*/) {});
};

}  // namespace sijill::events
