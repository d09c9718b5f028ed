#pragma once
// producers/known_events.h - which events of one source, or of all, stand in a log.

#include "events/digest.h"
#include "log/event_log.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace sijill::producers {

/// The identities of events, 12 bytes each. A connector leaves out what it finds here,
/// so that importing again neither grows the log nor repeats in its anomalies. The fold drops
/// repetitions of a subject anyhow: nothing rests on this set but the count of duplicates.
class KnownEvents {
  public:
    /// `source`: whose events are read from a log; "" is everyone's. `most`: for what runs on and
    /// on; so many of the last events are remembered at least, and twice as many at most.
    explicit KnownEvents(std::string source, size_t most = SIZE_MAX)
        : source_(std::move(source)), most_(most) {}

    [[nodiscard]] const std::string& source() const { return source_; }

    /// Of everyone's events the subject tells them apart too, as it does in the fold: no connector
    /// of ours has named them.
    [[nodiscard]] events::EventKey key_of(std::string_view source,
                                          std::string_view id,
                                          std::string_view subject) const {
        return source_.empty()
                   ? events::event_key(source, std::string(id).append(" ").append(subject))
                   : events::event_key(source, id);
    }

    /// True when it was not known before.
    bool add(const events::EventKey& key) {
        if (older_.contains(key) || !keys_.insert(key).second) {
            return false;
        }
        if (keys_.size() >= most_) {
            older_ = std::exchange(keys_, {});
        }
        return true;
    }
    [[nodiscard]] bool contains(const events::EventKey& key) const {
        return keys_.contains(key) || older_.contains(key);
    }
    void forget(const events::EventKey& key) {
        keys_.erase(key);
        older_.erase(key);
    }
    [[nodiscard]] size_t size() const { return keys_.size() + older_.size(); }

  private:
    struct Hash {
        size_t operator()(const events::EventKey& key) const {
            return static_cast<size_t>(key.high);
        }
    };
    std::string source_;
    size_t most_;
    std::unordered_set<events::EventKey, Hash> keys_;
    std::unordered_set<events::EventKey, Hash> older_;
};

/// How far a reading of the log has come; another thread may look.
struct ReadingProgress {
    std::atomic<int64_t> done{0};
    std::atomic<int64_t> total{0};
};

/// Adds its source's events that were appended at or after an instant, up to the ends the log has
/// now. Errors: those of the log; Unavailable when it does not answer for a minute or `stop` is
/// set.
[[nodiscard]] Result<void> read_known(log::EventLog& log,
                                      int64_t from_append_time_ms,
                                      KnownEvents& known,
                                      ReadingProgress& progress,
                                      const std::atomic<bool>& stop);

}  // namespace sijill::producers
