#pragma once
// events/type_list.h - lists of event types, joined into the one flat variant.

#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

namespace sijill::events {

template <class... T>
struct TypeList {
    static constexpr size_t kSize = sizeof...(T);
};

template <class... Lists>
struct Concat;

template <class... A>
struct Concat<TypeList<A...>> {
    using type = TypeList<A...>;
};

template <class... A, class... B, class... Rest>
struct Concat<TypeList<A...>, TypeList<B...>, Rest...> {
    using type = typename Concat<TypeList<A..., B...>, Rest...>::type;
};

template <class List>
struct ToVariant;

template <class... T>
struct ToVariant<TypeList<T...>> {
    using type = std::variant<T...>;
};

/// Calls f.template operator()<T>() for every T, in order.
template <class... T, class F>
constexpr void for_each_type(TypeList<T...> /*list*/, F&& f) {
    (f.template operator()<T>(), ...);
}

template <class X, class List>
inline constexpr bool kContains = false;
template <class X, class... T>
inline constexpr bool kContains<X, TypeList<T...>> = (std::is_same_v<X, T> || ...);

}  // namespace sijill::events
