#include "api/follow_up_answers.h"

#include "api/http.h"
#include "events/json.h"
#include "events/time.h"
#include "projections/kpi_hiding.h"
#include "projections/targets.h"

namespace sijill::api {

namespace {

using projections::FollowUp;

constexpr int64_t kMsOfADay = 86'400'000;

std::string utc(const std::optional<int64_t>& ms) {
    return ms ? events::format_rfc3339({*ms}) : "";
}

std::string timing_of(const FollowUp& each, int64_t at_ms) {
    if (!each.due_at_ms) {
        return "";
    }
    if (!each.late(at_ms)) {
        return "in-time";
    }
    return is_open(each.status) ? "overdue" : "late";
}

bool is_told(const projections::ReferredFigure& referred, const projections::KpiCatalogue& kpis) {
    const projections::KpiDefinition* kpi = kpis.find(referred.kpi);
    return kpis.rules().minimum_cell == 0 ||
           (kpi != nullptr && !projections::is_small_figure(
                                  {kpi, {}, {}, referred.base, referred.variant}, referred.figure));
}

// "91.20 % (at least 95 %)"
std::string figure_text(const projections::ReferredFigure& referred,
                        const projections::KpiCatalogue& kpis) {
    const projections::KpiDefinition* kpi = kpis.find(referred.kpi);
    if (!is_told(referred, kpis)) {
        return std::string(projections::kSuppressedMark);
    }
    if (kpi == nullptr) {  // of a site that named it otherwise
        return std::to_string(referred.figure.numerator) + " / " +
               std::to_string(referred.figure.denominator.value_or(0));
    }
    return referred.direction ? projections::print_judged(
                                    *kpi, referred.figure, *referred.direction, referred.target)
                              : projections::print(*kpi, referred.figure);
}

void add_parameter(std::string& link, std::string_view name, std::string_view value) {
    if (!value.empty()) {
        link.append("&").append(percent_encode(name)).append("=").append(percent_encode(value));
    }
}

// Whether what is behind the figure can be listed.
bool is_listed(const projections::ReferredFigure& referred, const projections::KpiCatalogue& kpis) {
    const projections::KpiDefinition* kpi = kpis.find(referred.kpi);
    if (kpi == nullptr || kpi->mean_of_months) {
        return false;
    }
    const auto* base = projections::base_of({kpi, {}, {}, referred.base, referred.variant});
    return (base == nullptr || !base->mean_month) && is_told(referred, kpis);
}

// The route that opens it; "" where it would not open.
std::string link_of(const FollowUp& each, const projections::KpiCatalogue& kpis, Opens opens) {
    if (!each.figure) {
        return opens.cases ? "/v1/cases/" + percent_encode(each.subject) : "";
    }
    if (!opens.figures || !is_listed(*each.figure, kpis)) {
        return "";
    }
    std::string link = "/v1/kpis/" + percent_encode(each.figure->kpi) +
                       "/cases?period=" + percent_encode(each.figure->period);
    const auto narrowed = nlohmann::json::parse(each.figure->dimensions, nullptr, false);
    for (const auto& [dimension, value] : narrowed.items()) {
        if (value.is_string()) {
            add_parameter(link, dimension, value.get<std::string>());
        }
    }
    add_parameter(link, "base", each.figure->base);
    add_parameter(link, "variant", each.figure->variant);
    return link;
}

}  // namespace

Opens opens_for(const Asked& asked) {
    return {asked.reads, asked.reads && asked.departments.empty()};
}

void write_counts(JsonWriter& json, const projections::WorkListCounts& counts) {
    json.begin_object("counts");
    for (uint8_t i = 0; i < projections::kFollowUpStatusCount; ++i) {
        const auto status = projections::follow_up_status(static_cast<uint8_t>(i + 1));
        json.member(name_of(*status), counts.by_status.at(i));
    }
    json.member("overdue", counts.overdue);
    json.end_object();
}

void write_work_list(JsonWriter& json, const projections::WorkListCounts& counts) {
    write_counts(json, counts);
    json.begin_object("openByAge");
    for (size_t i = 0; i < counts.open_by_age.size(); ++i) {
        json.member(projections::age_bucket_name(i), counts.open_by_age.at(i));
    }
    json.end_object();
}

Table work_list_table(const projections::WorkList& list,
                      const projections::KpiCatalogue& kpis,
                      int64_t at_ms,
                      Opens opens) {
    Table table{{"status",
                 "timing",
                 "due",
                 "days",
                 "referred",
                 "settled",
                 "kind",
                 "subject",
                 "referral",
                 "about",
                 "period",
                 "figure",
                 "link"},
                {},
                {false, false, false, true}};
    for (const FollowUp& each : list.items) {
        table.rows.push_back({std::string(name_of(each.status)),
                              timing_of(each, at_ms),
                              utc(each.due_at_ms),
                              std::to_string(each.age_ms(at_ms) / kMsOfADay),
                              utc(each.referred_at_ms),
                              utc(each.settled_at_ms),
                              std::string(projections::name_of(each.kind)),
                              each.subject,
                              each.referral,
                              each.about,
                              each.figure ? each.figure->period : "",
                              each.figure ? figure_text(*each.figure, kpis) : "",
                              link_of(each, kpis, opens)});
    }
    return table;
}

}  // namespace sijill::api
