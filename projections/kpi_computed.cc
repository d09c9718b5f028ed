// projections/kpi_computed.cc - the cells of computed cubes: read from the cases when asked for.

#include "projections/business_time.h"
#include "projections/day_index.h"
#include "projections/keys.h"
#include "projections/kpi_sums.h"
#include "projections/row_codec.h"

#include <set>
#include <string>

namespace sijill::projections {

Result<void> for_each_computed(
    const RowReader& rows,
    const BusinessTime& business_time,
    int32_t begin_day,
    int32_t end_day,
    const std::function<void(const Contribution&, const DimensionTexts&)>& each) {
    std::set<std::string> cases;
    auto listed =
        for_each_standing(rows, AggregateKind::Case, begin_day, end_day, [&](std::string_view id) {
            cases.emplace(id);
        });
    if (!listed) {
        return listed;
    }
    // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): a thread needs its own copy
    const LocalTime local_time = business_time.local_time();
    Dictionary dictionary;
    const NameTerms names(dictionary);
    Contributions contributions;
    for (const std::string& id : cases) {
        const auto row = rows.get(keys::aggregate(AggregateKind::Case, id));
        if (!row) {
            return Unexpected(row.error());
        }
        if (!*row) {
            return fail(Errc::Corrupt, "a listed case has no row");
        }
        const auto decoded = decode_aggregate(AggregateKind::Case, **row, dictionary);
        if (!decoded) {
            return Unexpected(decoded.error());
        }
        contributions.clear();
        contribute_business_times(
            decoded->aggregate.state, business_time, {local_time, names}, contributions);
        for (const Contribution& contribution : contributions.cells) {
            each(contribution, texts_of(contribution.cell, dictionary));
        }
    }
    return {};
}

}  // namespace sijill::projections
