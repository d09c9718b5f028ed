#pragma once
// producers/known_events.h - which events of one source stand in a log.

#include "events/digest.h"
#include "log/event_log.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace sijill::producers {

/// The identities of a source's events, 12 bytes each. A connector leaves out what it finds here,
/// so that importing again neither grows the log nor repeats in its anomalies. The fold drops
/// repetitions anyhow: nothing rests on this set but the count of duplicates.
class KnownEvents {
  public:
    explicit KnownEvents(std::string source) : source_(std::move(source)) {}

    [[nodiscard]] const std::string& source() const { return source_; }

    /// True when it was not known before.
    bool add(std::string_view id) { return keys_.insert(events::event_key(source_, id)).second; }
    [[nodiscard]] bool contains(std::string_view id) const {
        return keys_.contains(events::event_key(source_, id));
    }
    void forget(std::string_view id) { keys_.erase(events::event_key(source_, id)); }
    [[nodiscard]] size_t size() const { return keys_.size(); }

  private:
    struct Hash {
        size_t operator()(const events::EventKey& key) const {
            return static_cast<size_t>(key.high);
        }
    };
    std::string source_;
    std::unordered_set<events::EventKey, Hash> keys_;
};

/// How far a reading of the log has come; another thread may look.
struct ReadingProgress {
    std::atomic<int64_t> done{0};
    std::atomic<int64_t> total{0};
};

/// Adds the source's events that were appended at or after an instant, up to the ends the log has
/// now. Errors: those of the log; Unavailable when it does not answer for a minute or `stop` is
/// set.
[[nodiscard]] Result<void> read_known(log::EventLog& log,
                                      int64_t from_append_time_ms,
                                      KnownEvents& known,
                                      ReadingProgress& progress,
                                      const std::atomic<bool>& stop);

}  // namespace sijill::producers
