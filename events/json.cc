// events/json.cc - see json.h

#include "events/json.h"

template class nlohmann::detail::serializer<nlohmann::json>;
template class nlohmann::detail::lexer<nlohmann::json, sijill::events::JsonCharacters>;
template class nlohmann::detail::parser<nlohmann::json, sijill::events::JsonCharacters>;
template class nlohmann::detail::lexer<nlohmann::json, sijill::events::JsonString>;
template class nlohmann::detail::parser<nlohmann::json, sijill::events::JsonString>;
template class nlohmann::detail::serializer<nlohmann::ordered_json>;
template class nlohmann::detail::lexer<nlohmann::ordered_json, sijill::events::JsonCharacters>;
template class nlohmann::detail::parser<nlohmann::ordered_json, sijill::events::JsonCharacters>;
template class nlohmann::detail::lexer<nlohmann::ordered_json, sijill::events::JsonString>;
template class nlohmann::detail::parser<nlohmann::ordered_json, sijill::events::JsonString>;
