#include "api/anomaly_answers.h"

#include "api/pages.h"
#include "api/text.h"
#include "events/time.h"
#include "projections/keys.h"
#include "projections/shard_fold.h"

#include <charconv>
#include <system_error>

namespace sijill::api {

std::vector<std::string_view> anomaly_reasons() {
    std::vector<std::string_view> reasons;
    const auto add = [&reasons](auto first, auto last, auto name_of) {
        for (auto at = static_cast<uint8_t>(first); at <= static_cast<uint8_t>(last); ++at) {
            reasons.push_back(name_of(at));
        }
    };
    using events::Refusal;
    add(Refusal::Empty, Refusal::Misrouted, [](uint8_t at) {
        return events::name_of(static_cast<Refusal>(at));
    });
    add(projections::kFirstReason, projections::kLastReason, projections::name_of_reason);
    return reasons;
}

namespace {

Table empty_table() {
    Table table;
    table.header = {"partition",
                    "offset",
                    "reason",
                    "subject",
                    "type",
                    "source",
                    "detail",
                    "size",
                    "sha256",
                    "appended"};
    table.right_aligned = {true, true, false, false, false, false, false, true};
    return table;
}

std::vector<std::string> row_of(const AnomalyPlace& place, const projections::Anomaly& anomaly) {
    return {std::to_string(place.partition),
            std::to_string(place.row.offset),
            projections::reason_text(place.row.reason),
            anomaly.subject,
            anomaly.type,
            anomaly.source,
            anomaly.detail,
            std::to_string(anomaly.size),
            anomaly.sha256,
            events::format_rfc3339({anomaly.append_time_ms})};
}

// The first key of the page in a shard.
std::string begin_in(int32_t partition, const AnomalyPlace& after) {
    return partition == after.partition
               ? projections::keys::anomaly(after.row.offset, after.row.reason) + '\0'
               : projections::keys::first_of('x');
}

// What a page is made of.
struct Wanted {
    const std::string& reason;  // "": any
    const AnomalyPlace& after;
    size_t limit;
};

Unexpected damaged() {
    return fail(Errc::Corrupt, "an anomaly row is damaged: run `sijill audit replay`");
}

// True: the page is full, and the row would be of the next.
Result<bool> fills(const AnomalyPlace& place,
                   std::string_view value,
                   const Wanted& wanted,
                   AnomalyPage& page) {
    if (!wanted.reason.empty() && wanted.reason != projections::reason_text(place.row.reason)) {
        return false;
    }
    if (page.table.rows.size() == wanted.limit) {
        return true;
    }
    const auto anomaly = projections::decode_anomaly(value);
    if (!anomaly) {
        return damaged();
    }
    page.table.rows.push_back(row_of(place, *anomaly));
    page.next = place;
    return false;
}

// Adds a shard's rows. True: the page is full and more wait.
Result<bool> add_shard(const projections::RowReader& rows,
                       int32_t partition,
                       const Wanted& wanted,
                       AnomalyPage& page) {
    Result<bool> full = false;
    const auto scanned =
        rows.scan(begin_in(partition, wanted.after),
                  projections::keys::behind('x'),
                  [&](std::string_view key, std::string_view value) {
                      const auto parts = projections::keys::parse_anomaly(key);
                      full = parts ? fills({partition, *parts}, value, wanted, page) : damaged();
                      return full && !*full;
                  });
    return scanned ? full : Unexpected(scanned.error());
}

}  // namespace

std::string cursor_of(const AnomalyPlace& place) {
    return std::to_string(place.partition) + ":" + std::to_string(place.row.offset) + ":" +
           std::to_string(place.row.reason);
}

Result<AnomalyPlace> anomaly_place_of(std::string_view cursor) {
    AnomalyPlace place;
    const auto words = split(cursor, ':');
    const auto read = [](std::string_view word, auto& number) {
        const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), number);
        return failed == std::errc() && end == word.data() + word.size() && number >= 0;
    };
    if (words.size() != 3 || !read(words[0], place.partition) ||
        !read(words[1], place.row.offset) || !read(words[2], place.row.reason)) {
        return wrong_cursor();
    }
    return place;
}

Result<AnomalyPage> anomaly_page(const consumers::ShardView& shards,
                                 const std::string& reason,
                                 const AnomalyPlace& after,
                                 size_t limit) {
    AnomalyPage page{empty_table(), std::nullopt};
    for (size_t i = 0; i < shards.rows().size(); ++i) {
        const int32_t partition = shards.partition_of_index(i);
        if (partition < after.partition) {
            continue;
        }
        const auto full = add_shard(*shards.rows()[i], partition, {reason, after, limit}, page);
        if (!full) {
            return Unexpected(full.error());
        }
        if (*full) {
            return page;
        }
    }
    page.next.reset();
    return page;
}

}  // namespace sijill::api
