#pragma once
// tests/support/event_text.h - events as JSON texts for tests, in few words.

#include "events/json.h"

#include <string>

namespace sijill {

/// A valid envelope around `data`; `id` must be new for a new event.
inline nlohmann::json event_json(const std::string& name,
                                 const std::string& subject,
                                 const std::string& id,
                                 const std::string& time,
                                 nlohmann::json data) {
    return {{"specversion", "1.0"},
            {"id", id},
            {"source", "/test"},
            {"type", "gov.cc." + name + ".v1"},
            {"subject", subject},
            {"time", time},
            {"datacontenttype", "application/json"},
            {"data", std::move(data)}};
}

}  // namespace sijill
