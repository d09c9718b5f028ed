#pragma once
// api/service_call.h - what the service's files share.

#include "api/formats.h"
#include "api/service.h"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace sijill::api {

// One request on its way through the threads.
struct Service::Call {
    Request request;
    Respond respond;
    const Route* route = nullptr;
    Asked asked;
    Media media = Media::Json;
    std::string event_id;  // of a single event that passed the gate
    bool waits = false;    // for the fold's verdict, though nothing was preferred
    std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
};

/// A JSON answer that is to be asked for anew each time.
[[nodiscard]] Response json_response(int status, const nlohmann::ordered_json& body);

}  // namespace sijill::api
