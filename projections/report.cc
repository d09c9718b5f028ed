#include "projections/report.h"

#include "events/check.h"
#include "events/digest.h"

#include <algorithm>
#include <tuple>

namespace sijill::projections {

namespace {

// What the lines of a report are made from.
struct ReportFrom {
    const Shards& shards;
    const KpiCatalogue& kpis;
    const Period& period;
};

// Collects the lines of one section; after the first error it only passes it on.
class SectionWriter {
  public:
    SectionWriter(const ReportFrom& from, std::string_view title_en, std::string_view title_ar)
        : shards_(from.shards),
          kpis_(from.kpis),
          period_(from.period),
          section_{title_en, title_ar, {}} {}

    using Filters = std::map<std::string, std::string>;

    SectionWriter& figure(std::string_view kpi,
                          const Filters& filters = {},
                          const std::string& base = {}) {
        return add(query(kpi, filters, base, ""));
    }

    SectionWriter& variant(std::string_view kpi, const std::string& name) {
        return add(query(kpi, {}, "", name));
    }

    // A line for each value that occurs; `within` narrows further and is part of each line.
    SectionWriter& each(std::string_view kpi,
                        const std::string& dimension,
                        const std::string& base = {},
                        const Filters& within = {}) {
        const auto figures = figures_by(shards_, query(kpi, within, base, ""), dimension);
        if (!figures) {
            return failed(figures.error());
        }
        for (const auto& [value, figure] : *figures) {
            Filters filters = within;
            filters[dimension] = value;
            line(query(kpi, filters, base, ""), figure);
        }
        return *this;
    }

    SectionWriter& each_pair(std::string_view kpi,
                             const std::string& outer,
                             const std::string& inner) {
        const auto figures = figures_by(shards_, query(kpi, {}, "", ""), outer);
        if (!figures) {
            return failed(figures.error());
        }
        for (const auto& [value, figure] : *figures) {
            each(kpi, inner, "", {{outer, value}});
        }
        return *this;
    }

    SectionWriter& in(std::string_view kpi, const Period& period) {
        KpiQuery other = query(kpi, {}, "", "");
        other.period = period;
        return add(other);
    }

    SectionWriter& compared(std::string_view kpi) {
        const KpiQuery now = query(kpi, {}, "", "");
        KpiQuery before = now;
        before.period = previous(period_);
        const auto a = figure_of(shards_, now);
        const auto b = figure_of(shards_, before);
        if (!a || !b) {
            return failed(a ? b.error() : a.error());
        }
        line(now, growth(*a, *b));
        section_.lines.back().compared_with = before.period;
        section_.lines.back().prints = print_growth(section_.lines.back().figure);
        return *this;
    }

    Result<void> into(Report& report) {
        if (!error_) {
            report.sections.push_back(std::move(section_));
            return {};
        }
        return Unexpected(*error_);
    }

  private:
    [[nodiscard]] KpiQuery query(std::string_view kpi,
                                 const Filters& filters,
                                 const std::string& base,
                                 const std::string& variant) const {
        const KpiDefinition* definition = kpis_.find(kpi);
        CHECK(definition != nullptr, "the report names KPIs of the catalogue only");
        return {definition, period_, filters, base, variant};
    }

    SectionWriter& add(const KpiQuery& query) {
        const auto figure = figure_of(shards_, query);
        if (!figure) {
            return failed(figure.error());
        }
        line(query, *figure);
        return *this;
    }

    void line(const KpiQuery& query, const Figure& figure) {
        const KpiBase* base = base_of(query);
        section_.lines.push_back({query.kpi,
                                  query.period,
                                  query.filters,
                                  base == nullptr ? "" : std::string(base->name),
                                  query.variant,
                                  std::nullopt,
                                  figure,
                                  print(*query.kpi, figure),
                                  std::nullopt});
    }

    SectionWriter& failed(const Error& error) {
        error_ = error_ ? error_ : error;
        return *this;
    }

    const Shards& shards_;
    const KpiCatalogue& kpis_;
    const Period& period_;
    ReportSection section_;
    std::optional<Error> error_;
};

using Section = SectionWriter;

Result<void> telephone(const ReportFrom& from, Report& report) {
    return Section(from, "Telephone", "الهاتف")
        .figure("transactions")
        .figure("inbound-offered")
        .figure("outbound-attempted")
        .figure("answer-rate")
        .figure("abandon-rate")
        .figure("average-speed-of-answer")
        .figure("service-success-rate")
        .figure("first-contact-success-rate")
        .figure("recording-coverage")
        .into(report);
}

Result<void> purposes(const ReportFrom& from, Report& report) {
    return Section(from, "What people called about", "أغراض الاتصال")
        .each("purpose-share", "purpose", "answered")
        .each("purpose-share", "purpose", "offered")
        .each("enquiry-nature", "nature")
        .into(report);
}

Result<void> follow_up(const ReportFrom& from, Report& report) {
    return Section(from, "Cases, complaints, follow-up", "الحالات والشكاوى والمتابعة")
        .figure("cases-opened")
        .figure("complaints")
        .figure("complaint-rate", {}, "answered_without_new_housing_service")
        .figure("complaint-rate", {}, "offered")
        .figure("referral-rate", {}, "offered")
        .figure("referral-rate", {}, "cases-opened")
        .into(report);
}

Result<void> appointments_of(const ReportFrom& from, Report& report) {
    return Section(from, "Appointments", "المواعيد")
        .figure("appointments-booked")
        .variant("appointments-booked", "counter")
        .each_pair("appointments-booked", "purpose", "location")
        .figure("no-show-rate")
        .into(report);
}

Result<void> chats_of(const ReportFrom& from, Report& report) {
    Section section(from, "Live chat", "المحادثة الفورية");
    section.figure("chats").figure("chat-citizens").figure("chat-first-response");
    for (const Period& month : months_of(report.period)) {
        section.in("chats", month);
    }
    return section.in("chats", previous(report.period)).compared("chats").into(report);
}

Result<void> quality(const ReportFrom& from, Report& report) {
    return Section(from, "Satisfaction and quality", "الرضا والجودة")
        .each("csat", "about")
        .figure("qa-score")
        .into(report);
}

Result<void> channels(const ReportFrom& from, Report& report) {
    return Section(from, "Channels", "القنوات").each("contacts-by-channel", "channel").into(report);
}

Result<void> own_figures(const ReportFrom& from, Report& report) {
    Section section(from, "The centre's own figures", "مؤشرات المركز الخاصة");
    for (const KpiDefinition& kpi : from.kpis.all()) {
        if (kpi.own) {
            section.figure(kpi.id);
        }
    }
    return section.into(report);
}

Result<Report> centre_report(const ReportFrom& from) {
    Report report{from.period, "", {}};
    for (const auto section : {telephone,
                               purposes,
                               follow_up,
                               appointments_of,
                               chats_of,
                               quality,
                               channels,
                               own_figures}) {
        if (auto done = section(from, report); !done) {
            return Unexpected(done.error());
        }
    }
    return report;
}

bool has_departments(const KpiDefinition& kpi) {
    return std::ranges::find(kpi.dimensions, "department") != kpi.dimensions.end();
}

Result<Report> department_report(const ReportFrom& from, const std::string& department) {
    Report report{from.period, department, {}};
    Section section(from, "Follow-up by the department", "متابعة الإدارة");
    for (const KpiDefinition& kpi : from.kpis.all()) {
        if (has_departments(kpi)) {
            section.figure(kpi.id, {{"department", department}});
        }
    }
    if (auto done = section.into(report); !done) {
        return Unexpected(done.error());
    }
    return report;
}

using LineName =
    std::tuple<std::string_view, std::map<std::string, std::string>, std::string, std::string>;

LineName name_of_line(const ReportLine& line) {
    return {line.kpi->id, line.filters, line.base, line.variant};
}

// Puts beside each line of the period itself what it was in the one before.
void compare_lines(Report& report, const Report& before) {
    std::map<LineName, Figure> figures;
    for (const ReportSection& section : before.sections) {
        for (const ReportLine& line : section.lines) {
            if (line.period == before.period && !line.compared_with) {
                figures.emplace(name_of_line(line), line.figure);
            }
        }
    }
    for (ReportSection& section : report.sections) {
        for (ReportLine& line : section.lines) {
            const auto found = figures.find(name_of_line(line));
            if (line.period == report.period && !line.compared_with && found != figures.end()) {
                line.before = found->second;
            }
        }
    }
}

}  // namespace

std::vector<Period> months_of(const Period& period) {
    const bool of_months = period.id.size() == 4 ||
                           (period.id.size() == 7 && (period.id[5] == 'Q' || period.id[5] == 'S'));
    if (!of_months) {
        return {};
    }
    auto months = parts_of(period, PeriodPart::Month);
    CHECK(months.has_value(), "what begins and ends with a month is made of months");
    return std::move(*months);
}

Result<Report> make_report(const Shards& shards, const KpiCatalogue& kpis, const Period& period) {
    const Period earlier = previous(period);
    auto report = centre_report({shards, kpis, period});
    const auto before = report ? centre_report({shards, kpis, earlier}) : report;
    if (!before) {
        return Unexpected(before.error());
    }
    compare_lines(*report, *before);
    return report;
}

Result<Report> make_department_report(const Shards& shards,
                                      const KpiCatalogue& kpis,
                                      const Period& period,
                                      const std::string& department) {
    const Period earlier = previous(period);
    auto report = department_report({shards, kpis, period}, department);
    const auto before = report ? department_report({shards, kpis, earlier}, department) : report;
    if (!before) {
        return Unexpected(before.error());
    }
    compare_lines(*report, *before);
    return report;
}

std::string digest_of(const Report& report) {
    events::Sha256Stream stream;
    stream.add(report.period.id);
    stream.add(report.department);
    for (const ReportSection& section : report.sections) {
        for (const ReportLine& line : section.lines) {
            stream.add(line.kpi->id);
            stream.add(std::to_string(line.kpi->version));
            stream.add(line.period.id);
            stream.add(line.base);
            stream.add(line.variant);
            stream.add(line.compared_with ? line.compared_with->id : "");
            for (const auto& [dimension, value] : line.filters) {
                stream.add(dimension);
                stream.add(value);
            }
            stream.add(line.figure.suppressed ? kSuppressedMark
                                              : std::to_string(line.figure.numerator));
            stream.add(denominator_text(line.figure));
        }
    }
    return events::to_hex(stream.finish());
}

}  // namespace sijill::projections
