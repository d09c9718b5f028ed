#include "cli/period_asked.h"

#include "cli/reads.h"
#include "cli/remote.h"
#include "cli/writes.h"
#include "events/json.h"
#include "events/time.h"
#include "projections/local_time.h"
#include "projections/period.h"

namespace sijill::cli {

using nlohmann::ordered_json;

Result<std::string> whole_log(const Options& options) {
    if (!options.api.empty()) {
        return end_of_server_log(options);
    }
    const auto log = open_log(options);
    const auto view =
        log ? fold_and_view(**log, options) : Result<consumers::ShardView>(Unexpected(log.error()));
    return view ? Result<std::string>("") : Unexpected(view.error());
}

Result<ordered_json> ask_period(const std::string& period,
                                const std::string& least,
                                const Options& options) {
    Question question{"getPeriod", {{"period", period}}};
    question.add("minPosition", least);
    return ask_json(question, options);
}

Result<void> require_over(const ordered_json& answer, int64_t now_ms) {
    const auto period = projections::parse_period(answer.at("period").at("id").get<std::string>());
    const auto local_time =
        projections::LocalTime::of(answer.at("period").at("timeZone").get<std::string>());
    if (!period || !local_time) {
        return Unexpected(period ? local_time.error() : period.error());
    }
    const int64_t end_ms = local_time->instant_of(period->end_day * projections::kHoursPerDay);
    if (now_ms < end_ms) {
        return fail(Errc::Rejected,
                    period->id + " is not over: its last day is " +
                        projections::day_text(period->end_day - 1));
    }
    const std::string as_of =
        answer.at("asOf").is_string() ? answer.at("asOf").get<std::string>() : "";
    const auto last = events::parse_rfc3339(as_of);
    if (!last || last->ms < end_ms) {
        return fail(Errc::Rejected,
                    "the log has no record that was appended after the end of " + period->id +
                        (as_of.empty() ? "" : " (the last is of " + as_of + ")") +
                        ": what was overdue then is not known before the next one");
    }
    return {};
}

}  // namespace sijill::cli
