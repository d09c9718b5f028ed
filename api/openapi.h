#pragma once
// api/openapi.h - the interface as documents, made from the tables that route and decode.

#include "events/json.h"

#include <string>

namespace sijill::api {

/// OpenAPI 3.1 of routes().
[[nodiscard]] nlohmann::ordered_json openapi_document(const std::string& version);

/// AsyncAPI 3.0 of the topic and all events.
[[nodiscard]] nlohmann::ordered_json asyncapi_document(const std::string& version,
                                                       const std::string& topic);

}  // namespace sijill::api
