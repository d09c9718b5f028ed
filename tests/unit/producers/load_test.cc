#include "events/decode.h"
#include "events/validate.h"
#include "producers/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace sijill::producers {
namespace {

std::vector<events::NewRecord> generate(const LoadSpec& spec) {
    std::vector<events::NewRecord> records;
    const auto done = generate_load(spec, [&records](events::NewRecord&& record) -> Result<void> {
        records.push_back(std::move(record));
        return {};
    });
    EXPECT_TRUE(done.has_value());
    return records;
}

LoadSpec small() {
    LoadSpec spec;
    spec.events = 30000;
    return spec;
}

const std::vector<events::NewRecord>& records() {
    static const std::vector<events::NewRecord> kRecords = generate(small());
    return kRecords;
}

TEST(Load, HasExactlyTheEventsAskedFor) {
    EXPECT_EQ(records().size(), small().events);
}

TEST(Load, EveryEventIsValidAtTheGateway) {
    for (const auto& record : records()) {
        ASSERT_TRUE(events::validate(record.value, events::Door::Gateway).empty()) << record.value;
    }
}

TEST(Load, SizesAreThoseOfRealEvents) {
    size_t bytes = 0;
    for (const auto& record : records()) {
        bytes += record.value.size();
        EXPECT_GE(record.value.size(), 300U);
        EXPECT_LE(record.value.size(), 850U);
    }
    EXPECT_GT(bytes / records().size(), 450U);
    EXPECT_LT(bytes / records().size(), 600U);
}

TEST(Load, CasesHaveAboutTenEventsAndSomeHaveMany) {
    std::map<std::string, size_t> events_of;
    for (const auto& record : records()) {
        if (record.key.starts_with("case-")) {
            ++events_of[record.key];
        }
    }
    EXPECT_EQ(events_of.size(), small().events / 10);
    EXPECT_GE(
        std::ranges::max_element(events_of, {}, [](const auto& e) { return e.second; })->second,
        20U);
}

TEST(Load, AFewEventsComeTwiceAndAFewLate) {
    std::set<std::string> seen;
    events::Decoder decoder;
    events::Timestamp latest{0};
    size_t repeated = 0;
    size_t late = 0;
    for (const auto& record : records()) {
        repeated += seen.insert(record.value).second ? 0 : 1;
        const auto* decoded = decoder.decode_text(record.value);
        ASSERT_NE(decoded, nullptr);
        late += decoded->envelope.time < latest ? 1 : 0;
        latest = std::max(latest, decoded->envelope.time);
    }
    EXPECT_GT(repeated, 10U);
    EXPECT_LT(repeated, 80U);
    EXPECT_GT(late, 200U);
    EXPECT_LT(late, 600U);
}

TEST(Load, TheSameSpecificationGivesTheSameBytes) {
    LoadSpec spec = small();
    spec.events = 3000;
    const auto bytes = [](const std::vector<events::NewRecord>& list) {
        std::string all;
        for (const auto& record : list) {
            all += record.key + record.value;
        }
        return all;
    };
    const std::string once = bytes(generate(spec));
    EXPECT_EQ(bytes(generate(spec)), once);
    spec.seed = 2;
    EXPECT_NE(bytes(generate(spec)), once);
}

TEST(Load, ASpecificationOutsideItsBoundsIsRefused) {
    LoadSpec spec;
    spec.agents = 0;
    const auto done = generate_load(spec, [](events::NewRecord&&) -> Result<void> { return {}; });
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().code, Errc::Invalid);
}

}  // namespace
}  // namespace sijill::producers
