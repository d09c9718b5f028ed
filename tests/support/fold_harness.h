#pragma once
// tests/support/fold_harness.h - one shard over memory rows and a vector of records, and its cells
// as plain texts.

#include "projections/contributions.h"
#include "projections/day_index.h"
#include "projections/keys.h"
#include "projections/kpi_sums.h"
#include "projections/shard_fold.h"
#include "tests/support/memory_rows.h"
#include "tests/support/shard_cells.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace sijill::projections {

/// Folds records of one partition; offsets are their places in the vector unless a test plants
/// holes.
class FoldHarness {
  public:
    explicit FoldHarness(FoldConfig config = {}) : config_(std::move(config)) { reopen(); }

    /// Drops what is in memory and continues from the committed rows.
    void reopen() {
        auto fold = ShardFold::open(
            config_, {0, 1}, rows_, [this](std::span<const int64_t> offsets, const auto& deliver) {
                ++times_read_again_;
                records_read_again_ += static_cast<int>(offsets.size());
                most_read_again_ = std::max(most_read_again_, offsets.size());
                for (const int64_t offset : offsets) {
                    deliver(record(offset));
                }
                return Result<void>{};
            });
        ASSERT_TRUE(fold) << fold.error().message;
        fold_ = std::move(*fold);
    }

    void append(std::string key, std::string value) {
        stored_.push_back({std::move(key), std::move(value)});
    }

    [[nodiscard]] events::Record record(int64_t offset) const {
        events::Record record;
        record.offset = offset;
        record.append_time_ms = 1'500'000'000'000;  // July 2017: behind every event's time
        record.key = stored_[static_cast<size_t>(offset)].first;
        record.value = stored_[static_cast<size_t>(offset)].second;
        return record;
    }

    /// Folds what was appended and not folded yet.
    void fold_all() {
        while (fold_->position().next_offset < static_cast<int64_t>(stored_.size())) {
            const auto applied = fold_->apply(record(fold_->position().next_offset));
            ASSERT_TRUE(applied) << applied.error().message;
        }
    }
    void commit() {
        RowBatch changes;
        ASSERT_TRUE(fold_->take_changes(changes));
        ASSERT_TRUE(rows_.commit(changes, CommitMode::Tail));
    }

    /// Appends, folds and commits one event.
    void tell(const std::string& key, const std::string& value) {
        append(key, value);
        fold_all();
        commit();
    }

    [[nodiscard]] ShardFold& fold() { return *fold_; }
    [[nodiscard]] MemoryRows& rows() { return rows_; }

    [[nodiscard]] std::map<std::string, std::string> all_rows() const {
        std::map<std::string, std::string> all;
        EXPECT_TRUE(rows_.scan("", "\x7f", [&all](std::string_view key, std::string_view value) {
            all.emplace(key, value);
            return true;
        }));
        return all;
    }

    /// What every stored state adds, worked out anew.
    template <class Each>
    void each_standing(Each&& each) const {
        const auto local_time = LocalTime::of(config_.time_zone);
        for (const auto& [key, value] : all_rows()) {
            const auto parts = keys::parse_aggregate(key);
            if (!parts) {
                continue;
            }
            Dictionary dictionary;
            const auto decoded = decode_aggregate(parts->kind, value, dictionary);
            EXPECT_TRUE(decoded);
            const NameTerms names(dictionary);
            Contributions contributions;
            contributions_of(decoded->aggregate.state, {*local_time, names}, contributions);
            each(*parts, contributions, dictionary);
        }
    }

    /// `SUBJECT on DAY` for every cell's day in whose pages its aggregate is not listed once.
    [[nodiscard]] std::vector<std::string> badly_listed() const {
        std::vector<std::string> bad;
        each_standing([&](const auto& parts, const Contributions& contributions, const auto&) {
            std::set<int32_t> days;
            for (const Contribution& contribution : contributions.cells) {
                days.insert(day_of_hour(contribution.cell.hour));
            }
            for (const TimeSpan& span : contributions.spans) {
                days.insert(day_of_hour(span.cell.hour));
            }
            for (const int32_t day : days) {
                int listed = 0;
                EXPECT_TRUE(for_each_standing(rows_, parts.kind, day, day + 1, [&](auto subject) {
                    listed += subject == parts.subject ? 1 : 0;
                }));
                if (listed != 1) {
                    bad.push_back(std::string(parts.subject) + " on " + std::to_string(day));
                }
            }
        });
        return bad;
    }

    /// `calls|412345|general,ar|offered` -> 1, as the model spells them.
    [[nodiscard]] std::map<std::string, int64_t> cells() const { return cells_of({&rows_}); }

    /// The same from the states alone: the sum of their contributions.
    [[nodiscard]] std::map<std::string, int64_t> cells_of_states() const {
        std::map<std::string, int64_t> cells;
        each_standing(
            [&](const auto&, const Contributions& contributions, const Dictionary& texts) {
                for (const Contribution& contribution : contributions.cells) {
                    const CubeDescriptor& cube = describe(contribution.cell.cube);
                    cells[cell_text(cube, texts_of(contribution.cell, texts)) +
                          std::string(cube.measures[contribution.measure])] += contribution.value;
                }
            });
        std::erase_if(cells, [](const auto& cell) { return cell.second == 0; });
        return cells;
    }

    /// How many rows list this reason.
    [[nodiscard]] int64_t anomalies(AnomalyReason reason) const {
        return listed(static_cast<uint8_t>(reason));
    }
    [[nodiscard]] int64_t parked(events::Refusal refusal) const {
        return listed(static_cast<uint8_t>(refusal));
    }

    /// Most records that the fold asked for at once.
    [[nodiscard]] size_t most_read_again() const { return most_read_again_; }
    [[nodiscard]] int times_read_again() const { return times_read_again_; }
    [[nodiscard]] int records_read_again() const { return records_read_again_; }

  private:
    [[nodiscard]] int64_t listed(uint8_t reason) const {
        int64_t count = 0;
        for (const auto& [key, value] : all_rows()) {
            const auto parts = keys::parse_anomaly(key);
            count += parts && parts->reason == reason ? 1 : 0;
        }
        return count;
    }

    FoldConfig config_;
    MemoryRows rows_;
    std::vector<std::pair<std::string, std::string>> stored_;
    std::unique_ptr<ShardFold> fold_;
    size_t most_read_again_ = 0;
    int times_read_again_ = 0;
    int records_read_again_ = 0;
};

}  // namespace sijill::projections
