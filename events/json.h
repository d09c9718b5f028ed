#pragma once
// events/json.h - nlohmann/json, compiled once (json.cc): to compile its parser and its writer
// again was half of the time of most files that read or write a text.
//
// A text parsed from another kind of iterator than these is read as well, and slow to compile.

#include <nlohmann/json.hpp>

#include <string>

namespace sijill::events {

using JsonCharacters = nlohmann::detail::iterator_input_adapter<const char*>;
using JsonString = nlohmann::detail::iterator_input_adapter<std::string::const_iterator>;

}  // namespace sijill::events

extern template class nlohmann::detail::serializer<nlohmann::json>;
extern template class nlohmann::detail::lexer<nlohmann::json, sijill::events::JsonCharacters>;
extern template class nlohmann::detail::parser<nlohmann::json, sijill::events::JsonCharacters>;
extern template class nlohmann::detail::lexer<nlohmann::json, sijill::events::JsonString>;
extern template class nlohmann::detail::parser<nlohmann::json, sijill::events::JsonString>;
extern template class nlohmann::detail::serializer<nlohmann::ordered_json>;
extern template class nlohmann::detail::lexer<nlohmann::ordered_json,
                                              sijill::events::JsonCharacters>;
extern template class nlohmann::detail::parser<nlohmann::ordered_json,
                                               sijill::events::JsonCharacters>;
extern template class nlohmann::detail::lexer<nlohmann::ordered_json, sijill::events::JsonString>;
extern template class nlohmann::detail::parser<nlohmann::ordered_json, sijill::events::JsonString>;
