#pragma once
// log/event_log.h - the append-only log behind one interface: memory, embedded (RocksDB), Kafka.

#include "events/record.h"
#include "events/result.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sijill::log {

/// Key, value and headers of one record together; a larger one is Errc::TooLarge in every back end.
/// Below Kafka's default max.message.bytes (1,048,588) with room for the batch's own bytes.
inline constexpr size_t kMaxRecordBytes = 1'000'000;

/// Where an appended record now stands, for ever.
struct Appended {
    int32_t partition = 0;
    int64_t offset = 0;
    int64_t append_time_ms = 0;
    bool operator==(const Appended&) const = default;
};

/// A place to read from: the next offset to process in a partition.
struct Place {
    int32_t partition = 0;
    int64_t next_offset = 0;
    bool operator==(const Place&) const = default;
};

/// The readable part of one partition: [begin, end). Offsets inside may have holes.
struct OffsetRange {
    int32_t partition = 0;
    int64_t begin = 0;
    int64_t end = 0;
};

/// Tells one topic from another of the same name. `id` is the topic's own id where the back end has
/// one (memory, embedded), else the cluster's id; a recreated topic is noticed by reading a record
/// again (read_again.h).
struct LogIdentity {
    std::string name;
    std::string id;
    int32_t partitions = 0;
};

/// What one read brought. Views and headers are valid until the next read() or the reader's end.
struct ReadBatch {
    std::span<const events::Record> records;  // in offset order per partition
    /// Partitions whose end was reached: every record below next_offset has been delivered. A hole
    /// at the end of a partition (a transactional producer's marker) moves next_offset beyond the
    /// last record.
    std::span<const Place> ends;
};

/// Reads the partitions it was opened for, in offset order per partition. One thread at a time.
class LogReader {
  public:
    virtual ~LogReader() = default;
    /// Up to `max_records` (at least 1) records: returns at once with what is there, else waits up
    /// to `max_wait` for the first record or newly reached end. An end is reported once, and again
    /// after more was delivered; a partition opened at its end reports it first thing. An empty
    /// batch after max_wait is no error. Errors: Unavailable (retriable), Corrupt (the log starts
    /// beyond the position, the position is beyond the log's end, a checksum failed, the topic is
    /// gone), Config (the broker refuses us).
    [[nodiscard]] virtual Result<ReadBatch> read(size_t max_records,
                                                 std::chrono::milliseconds max_wait) = 0;

    /// Reads on from this place alone, as if it had been opened there. Errors: as read(), which
    /// also tells of a place outside the log.
    [[nodiscard]] virtual Result<void> go_to(const Place& place) = 0;
};

/// An append-only, partitioned log. append() and the look-ups may be called from several threads. A
/// reader must not outlive its log. Back ends: embedded_log.h, kafka_log.h, and
/// tests/support/memory_log.h; all pass tests/contract/event_log_contract_test.cc.
class EventLog {
  public:
    virtual ~EventLog() = default;

    /// Appends each record to the partition of its key (events::partition_of) and returns when all
    /// are durable in the back end's terms (embedded: fsynced; Kafka: acks=all). One result per
    /// record, in order; records of one key keep their order. Errors per record: TooLarge,
    /// Unavailable (not appended), Unknown (may have been appended: send the same event again, the
    /// fold drops the repetition), NotFound (no such topic), Config (the broker refuses us),
    /// Storage (the disk failed; nothing more is accepted).
    [[nodiscard]] virtual std::vector<Result<Appended>> append(
        std::span<const events::NewRecord> records) = 0;

    /// Why nothing is accepted any more until the log is opened again; nullopt: it is. Any thread.
    [[nodiscard]] virtual std::optional<Error> stopped() const { return std::nullopt; }

    /// A reader over these partitions from these offsets. Errors: Corrupt (position outside the
    /// log), NotFound, Unavailable.
    [[nodiscard]] virtual Result<std::unique_ptr<LogReader>> open_reader(
        std::span<const Place> places) = 0;

    /// As open_reader(), for single records here and there: it fetches little ahead, so that
    /// go_to() costs a fetch and not a client.
    [[nodiscard]] virtual Result<std::unique_ptr<LogReader>> open_look_back(const Place& place) {
        return open_reader({&place, 1});
    }

    /// Begin and end of every partition, ordered by partition. Errors: NotFound, Unavailable.
    [[nodiscard]] virtual Result<std::vector<OffsetRange>> ranges() = 0;

    /// The first offset of each partition whose append time is at or after the instant; the
    /// partition's end when there is none.
    [[nodiscard]] virtual Result<std::vector<Place>> offsets_at(int64_t append_time_ms) = 0;

    /// Errors: NotFound (no such topic), Unavailable.
    [[nodiscard]] virtual Result<LogIdentity> identity() = 0;
};

}  // namespace sijill::log
