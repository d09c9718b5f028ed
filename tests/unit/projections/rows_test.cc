// tests/unit/projections/rows_test.cc - a sorted batch is what std::map makes of the same changes.

#include "projections/rows.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>

namespace sijill::projections {
namespace {

using Model = std::map<std::string, std::optional<std::string>>;

Model rows_of(const RowBatch& batch) {
    Model rows;
    std::string last;
    for (size_t i = 0; i < batch.size(); ++i) {
        const auto [key, value] = batch[i];
        EXPECT_TRUE(i == 0 || last < key) << "row " << i << " is out of order or there twice";
        last = key;
        rows[last] = value ? std::optional<std::string>(*value) : std::nullopt;
    }
    return rows;
}

TEST(RowBatch, FindsTheFirstChangeFromAKeyOn) {
    RowBatch batch;
    EXPECT_EQ(batch.first_from("a"), 0U);
    for (const char* key : {"b", "d", "f"}) {
        batch.put(key, "");
    }
    batch.sort();
    EXPECT_EQ(batch.first_from("a"), 0U);
    EXPECT_EQ(batch.first_from("d"), 1U);
    EXPECT_EQ(batch.first_from("e"), 2U);
    EXPECT_EQ(batch.first_from("g"), 3U);
}

TEST(RowBatch, SortsAsBytesAndKeepsTheLastChangeOfAKey) {
    RowBatch batch;
    batch.put("b", "1");
    batch.put("a\xff", "2");
    batch.put("a", "3");
    batch.put("", "4");
    batch.put("b", "5");
    batch.erase("a");
    batch.sort();
    EXPECT_EQ(rows_of(batch), (Model{{"", "4"}, {"a", std::nullopt}, {"a\xff", "2"}, {"b", "5"}}));
}

TEST(RowBatch, EqualsAMapOverRandomChanges) {
    for (uint32_t seed = 1; seed <= 20; ++seed) {
        std::mt19937 random(seed);
        RowBatch batch;
        Model model;
        // Few letters and a long shared beginning: equal keys and keys that begin others.
        for (int change = 0; change < 5'000; ++change) {
            std::string key(random() % 3 == 0 ? 0 : 20, 'p');
            for (size_t length = random() % 6; length > 0; --length) {
                key += static_cast<char>("\0\x01\x7f\x80\xff"[random() % 5]);
            }
            if (random() % 4 == 0) {
                batch.erase(key);
                model[key] = std::nullopt;
            } else {
                const std::string value = std::to_string(change);
                batch.put(key, value);
                model[key] = value;
            }
        }
        batch.sort();
        EXPECT_EQ(rows_of(batch), model) << "seed " << seed;
    }
}

}  // namespace
}  // namespace sijill::projections
