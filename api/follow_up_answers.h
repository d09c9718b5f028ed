#pragma once
// api/follow_up_answers.h - a department's work list as an answer.

#include "api/json_writer.h"
#include "api/table.h"
#include "projections/kpi_catalogue.h"
#include "projections/work_list.h"

#include <cstdint>
#include <string>

namespace sijill::api {

/// What was asked of which department, and when.
struct WorkListHeading {
    std::string department;
    int64_t at_ms = 0;
};

/// Writes the member counts: by status, and overdue.
void write_counts(JsonWriter& json, const projections::WorkListCounts& counts);

/// A JSON object: department, at, counts by status and overdue, open ones by age.
[[nodiscard]] std::string work_list_json(const WorkListHeading& heading,
                                         const projections::WorkListCounts& counts);

/// status, timing, due, days, referred, settled, kind, subject, referral, about, period, figure,
/// link (the route that opens it). Timing is
/// "overdue" of open ones past their due date, "late" of those settled behind it, "in-time" of the
/// others, "" without a due date.
[[nodiscard]] Table work_list_table(const projections::WorkList& list,
                                    const projections::KpiCatalogue& kpis,
                                    int64_t at_ms);

}  // namespace sijill::api
