#pragma once
// events/repeated_names.h - whether an object of a JSON text has a name twice.

#include "events/json.h"

#include <set>
#include <string>
#include <vector>

namespace sijill::events {

/// Follows nlohmann's parser, as its callback does. Which of two values counts differs from reader
/// to reader, and the parser keeps the last in silence.
class RepeatedNames {
  public:
    template <class Json>
    void see(nlohmann::json::parse_event_t event, const Json& parsed) {
        using Seen = nlohmann::json::parse_event_t;
        if (event == Seen::object_start) {
            open_.emplace_back();
        } else if (event == Seen::object_end) {
            open_.pop_back();
        } else if (event == Seen::key) {
            const auto& name = parsed.template get_ref<const std::string&>();
            found_ = !open_.back().insert(name).second || found_;
        }
    }
    [[nodiscard]] bool found() const { return found_; }

  private:
    std::vector<std::set<std::string>> open_;  // names of the objects around
    bool found_ = false;
};

}  // namespace sijill::events
