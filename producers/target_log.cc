#include "producers/target_log.h"

#include "log/read_again.h"

#include <algorithm>
#include <vector>

namespace sijill::producers {

namespace {

Result<void> check_has(log::EventLog& log, const log::OffsetRange& range, CarriedRecord record) {
    if (record.offset < range.begin) {
        return {};  // nothing is there any more to compare with
    }
    const std::string older = ": the log is an older copy, or was made again";
    const std::string at = std::to_string(record.offset);
    if (record.offset >= range.end) {
        return fail(Errc::Corrupt,
                    "it was appended to up to offset " + at + " and ends at " +
                        std::to_string(range.end) + older);
    }
    const auto found = log::find_again(log, range.partition, record.offset, record.content_check);
    if (!found) {
        return Unexpected(found.error());
    }
    return *found == log::Found::Same
               ? Result<void>()
               : fail(Errc::Corrupt,
                      "the record at offset " + at + " is not the one that was appended" + older);
}

}  // namespace

std::string encode_target(const TargetLog& target) {
    std::string text = "log|" + target.id + "|" + target.name + "\n";
    for (const auto& [partition, record] : target.last) {
        text += "last|" + std::to_string(partition) + "|" + std::to_string(record.offset) + "|" +
                std::to_string(record.content_check) + "\n";
    }
    return text;
}

bool read_target_line(std::string_view what, StateFields& fields, TargetLog& target) {
    if (what == "log") {
        target.id = fields.text();
        target.name = fields.text();
    } else if (what == "last") {
        CarriedRecord& record = target.last[fields.number<int32_t>()];
        record.offset = fields.number<int64_t>();
        record.content_check = fields.number<uint32_t>();
    } else {
        return false;
    }
    return true;
}

Result<TargetLog> target_after(TargetLog before, log::EventLog& log) {
    const auto identity = log.identity();
    const auto ranges = identity
                            ? log.ranges()
                            : Result<std::vector<log::OffsetRange>>(Unexpected(identity.error()));
    if (!ranges) {
        return Unexpected(ranges.error());
    }
    if (before.id.empty()) {
        return TargetLog{identity->name, identity->id, {}};
    }
    if (before.id != identity->id || before.name != identity->name) {
        return fail(Errc::Corrupt,
                    "what was read up to its place went into the log " + before.name + " (" +
                        before.id + "), and this is " + identity->name + " (" + identity->id + ")");
    }
    for (const auto& [partition, record] : before.last) {
        const std::string where = before.name + "[" + std::to_string(partition) + "]";
        const auto range = std::ranges::find(*ranges, partition, &log::OffsetRange::partition);
        if (range == ranges->end()) {
            return fail(Errc::Corrupt, where + ": there is no such partition any more");
        }
        if (auto has = check_has(log, *range, record); !has) {
            return fail(where, has.error());
        }
    }
    return before;
}

}  // namespace sijill::producers
