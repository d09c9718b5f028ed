// consumers/read_again.cc - the fold's records read again: for corrections and the start-up check.

#include "log/read_again.h"

#include "consumers/worker.h"

namespace sijill::consumers {

projections::ReadAgain read_again_from(log::EventLog& log, int32_t partition) {
    return [&log, partition](std::span<const int64_t> offsets, const log::Deliver& deliver) {
        return log::read_again(log, partition, offsets, deliver);
    };
}

Result<void> check_same_log(log::EventLog& log,
                            int32_t partition,
                            const projections::Position& position) {
    if (position.last_offset < 0) {
        return {};
    }
    const auto found = log::find_again(
        log, partition, position.last_offset, static_cast<uint32_t>(position.last_check));
    if (!found) {
        return fail("partition " + std::to_string(partition), found.error());
    }
    if (*found != log::Found::Same) {
        return fail(Errc::Corrupt,
                    "partition " + std::to_string(partition) + ": the record at offset " +
                        std::to_string(position.last_offset) +
                        " is not the one that was folded. The topic was deleted and made again, or "
                        "another log is "
                        "configured: use a new data directory for it");
    }
    return {};
}

}  // namespace sijill::consumers
