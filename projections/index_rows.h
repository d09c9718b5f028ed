#pragma once
// projections/index_rows.h - the rows that find an aggregate: by local day, by citizen, by open
// follow-up.

#include "projections/contributions.h"
#include "projections/rows.h"

#include <string>
#include <string_view>
#include <vector>

namespace sijill::projections {

/// Where an aggregate stands, in the order it was found; equal states give equal keys.
struct IndexKeys {
    std::vector<int32_t> days;  // local days of its contributions
    std::string citizen;
    std::vector<std::string> follow_ups;  // whole keys
    bool operator==(const IndexKeys&) const = default;
};

[[nodiscard]] IndexKeys index_keys(AggregateKind kind,
                                   std::string_view subject,
                                   const State& state,
                                   const Contributions& contributions,
                                   const Dictionary& dictionary);

/// Appends the rows to delete and to put so that the index follows from `before` to `after`.
void index_changes(AggregateKind kind,
                   std::string_view subject,
                   const IndexKeys& before,
                   const IndexKeys& after,
                   std::vector<RowChange>& out);

}  // namespace sijill::projections
