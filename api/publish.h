#pragma once
// api/publish.h - CloudEvents as HTTP carries them: structured, binary and batch mode (CloudEvents
// 1.0.2, HTTP binding §3).

#include "api/http.h"
#include "api/route.h"
#include "projections/row_codec.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sijill::api {

inline constexpr size_t kMostEvents = 500;  // of a batch
inline constexpr int kLongestWait = 30;     // seconds, of a `Prefer: wait`

/// The events of a request, each as structured JSON, not yet judged.
struct Brought {
    bool batch = false;
    std::vector<std::string> events;
    std::optional<Response> refused;  // when the body cannot be taken apart
};

/// Takes a POST body apart. If-Match: "VERSION" becomes the expectedversion of a single event.
[[nodiscard]] Brought bring(const Request& request);

/// The refusal of a compressed body: none is unpacked.
[[nodiscard]] std::optional<Response> refuse_encoded(const Request& request);

/// The version of `If-Match: "7"`; none without the header. Errors: Invalid.
[[nodiscard]] Result<std::optional<int64_t>> version_to_match(const Request& request);

/// Seconds of `Prefer: wait=N`, at most kLongestWait; nullopt when it is not preferred.
[[nodiscard]] std::optional<int> preferred_wait(const Request& request);

/// What the fold made of an event. One that repeats another has the other's verdict: who repeats
/// it because the first answer was lost asks for that.
struct EventVerdict {
    bool repeated = false;
    std::optional<uint8_t> reason;  // of the anomaly; none: it was applied, be it doubtful

    [[nodiscard]] bool is(projections::AnomalyReason why) const {
        return reason == static_cast<uint8_t>(why);
    }
    /// "applied", "duplicate" of what was applied, or the reason's name.
    [[nodiscard]] std::string text() const;
};

/// Of the record at a place. Errors: Corrupt, Storage.
[[nodiscard]] Result<EventVerdict> verdict_of(const consumers::ShardView& shards,
                                              int32_t partition,
                                              int64_t offset);

/// The first elements of a JSON array, at most so many, as they are written, without judging them;
/// nullopt when the text is no array or an element does not end.
[[nodiscard]] std::optional<std::vector<std::string>> split_array(std::string_view json,
                                                                  size_t most);

}  // namespace sijill::api
