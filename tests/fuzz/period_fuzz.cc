// tests/fuzz/period_fuzz.cc - any bytes as a reporting period: canonical spellings are stable.

#include "events/check.h"
#include "events/time.h"
#include "projections/period.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using sijill::projections::parse_period;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto period = parse_period(text);
    if (!period) {
        return 0;
    }
    CHECK(period->begin_day < period->end_day, "a period has days");
    const auto again = parse_period(period->id);
    CHECK(again && *again == *period, "the canonical spelling means the same period");
    const auto before = sijill::projections::previous(*period);
    CHECK(end_hour(before) == begin_hour(*period), "periods of a kind follow each other");
    if (before.end_day <= sijill::events::kFirstInstant.ms / sijill::events::kMsPerDay) {
        return 0;  // nothing can have happened in it
    }
    const auto read = parse_period(before.id);
    CHECK(read && *read == before, "the period before is a period");
    return 0;
}
