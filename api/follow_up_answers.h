#pragma once
// api/follow_up_answers.h - a department's work list as an answer.

#include "api/json_writer.h"
#include "api/route.h"
#include "api/table.h"
#include "projections/kpi_catalogue.h"
#include "projections/work_list.h"

#include <cstdint>
#include <string>

namespace sijill::api {

/// What the asker may open of what is in a list.
struct Opens {
    bool cases = true;
    bool figures = true;
};
[[nodiscard]] Opens opens_for(const Asked& asked);

/// Writes the member counts: by status, and overdue.
void write_counts(JsonWriter& json, const projections::WorkListCounts& counts);

/// Writes the members counts and openByAge.
void write_work_list(JsonWriter& json, const projections::WorkListCounts& counts);

/// status, timing, due, days, referred, settled, kind, subject, referral, about, period, figure,
/// link (the route that opens it, "" where it would not open for the asker). Timing is
/// "overdue" of open ones past their due date, "late" of those settled behind it, "in-time" of the
/// others, "" without a due date.
[[nodiscard]] Table work_list_table(const projections::WorkList& list,
                                    const projections::KpiCatalogue& kpis,
                                    int64_t at_ms,
                                    Opens opens);

}  // namespace sijill::api
