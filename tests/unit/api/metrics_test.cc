#include "api/metrics.h"

#include "projections/keys.h"

#include <gtest/gtest.h>

namespace sijill::api {
namespace {

constexpr uint8_t kMalformedJson = 3;
constexpr uint8_t kDuplicate = 32;

bool has_line(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(ListedMetrics, ACommitCountsWhatItListsByReason) {
    projections::RowBatch changes;
    changes.put("a row of another kind", "");
    changes.put("y and one behind", "");
    changes.put(projections::keys::anomaly(7, kMalformedJson), "");
    changes.put(projections::keys::anomaly(9, kDuplicate), "");
    changes.put(projections::keys::anomaly(70'000, kMalformedJson), "");
    changes.sort();
    ListedMetrics metrics;
    metrics.note(changes);
    const std::string text = metrics.text();
    EXPECT_TRUE(has_line(text, "sijill_parked_records_total{reason=\"malformed-json\"} 2")) << text;
    EXPECT_TRUE(has_line(text, "sijill_anomalies_total{reason=\"duplicate\"} 1")) << text;
}

TEST(ListedMetrics, WhatIsListedNoMoreIsNotCounted) {
    projections::RowBatch changes;
    changes.erase(projections::keys::anomaly(9, kDuplicate));
    ListedMetrics metrics;
    metrics.note(changes);
    EXPECT_TRUE(has_line(metrics.text(), "sijill_anomalies_total{reason=\"duplicate\"} 0"));
}

TEST(ListedMetrics, EveryReasonIsThereBeforeItHappens) {
    const std::string text = ListedMetrics().text();
    EXPECT_TRUE(has_line(text, "sijill_parked_records_total{reason=\"empty\"} 0")) << text;
    EXPECT_TRUE(has_line(text, "sijill_parked_records_total{reason=\"misrouted\"} 0")) << text;
    EXPECT_TRUE(has_line(text, "sijill_anomalies_total{reason=\"invalid-patch\"} 0")) << text;
}

TEST(StorageMetrics, ADirectoryTellsOfItsVolumeAndNoneTellsNothing) {
    EXPECT_NE(storage_metrics("/").find("\nsijill_storage_free_bytes "), std::string::npos);
    EXPECT_EQ(storage_metrics("/no/such/directory"), "");
}

}  // namespace
}  // namespace sijill::api
