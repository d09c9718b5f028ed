// projections/kpi_case_times.cc - the KPIs of how long cases take, and of what keeps its promise.

#include "projections/kpi_catalogue.h"

#include <array>

namespace sijill::projections {

namespace {

const KpiBase kResolved{"resolved", {{Cube::Cases, "resolved"}}};
const KpiBase kOpened{"opened", {{Cube::Cases, "opened"}}};

std::vector<std::string_view> case_dimensions() {
    return {"kind", "priority", "opened_via"};
}

// The bins [begin, end) of a histogram of the case times.
std::vector<SumTerm> bins(size_t first, size_t begin, size_t end) {
    std::vector<SumTerm> terms;
    for (size_t bin = begin; bin < end; ++bin) {
        terms.push_back({Cube::CaseTimes, describe(Cube::CaseTimes).measures[first + bin]});
    }
    return terms;
}

// A variant for each name: the bins up to its edge.
template <size_t N>
std::vector<KpiVariant> variants_within(const std::array<std::string_view, N>& names,
                                        size_t first) {
    std::vector<KpiVariant> variants;
    for (size_t i = 0; i < N; ++i) {
        variants.push_back({names[i], {}, bins(first, 0, i + 1)});
    }
    return variants;
}

constexpr std::array<std::string_view, kReopeningEdgesMs.size()> kWindows{
    "within-1d", "within-3d", "within-7d", "within-14d", "within-30d"};

KpiDefinition resolution_time() {
    return {
        .id = "resolution-time",
        .name_en = "Time to resolution",
        .name_ar = "متوسط زمن إنجاز الحالة",
        .definition_en =
            "Time from the opening of a case to its first resolution, per case resolved and not "
            "merged, by the clock on the wall; variant full: to its last resolution. A case "
            "counts when it was opened.",
        .definition_ar =
            "الزمن من فتح الحالة إلى إنجازها أول مرة، بالزمن الفعلي لا بساعات العمل، مقسوما على "
            "عدد الحالات المنجزة غير المدمجة؛ الصيغة full تحسبه إلى آخر إنجاز؛ تحسب الحالة في وقت "
            "فتحها.",
        .variant_definition_en =
            "Time from the opening of a case to its last resolution, per case resolved and not "
            "merged, by the clock on the wall. A case counts when it was opened.",
        .variant_definition_ar =
            "الزمن من فتح الحالة إلى آخر إنجاز لها، بالزمن الفعلي لا بساعات العمل، مقسوما على عدد "
            "الحالات المنجزة غير المدمجة؛ تحسب الحالة في وقت فتحها.",
        .unit = Unit::Hours,
        .decimals = 1,
        .numerator = {{Cube::CaseTimes, "first_resolution_ms"}},
        .bases = {kResolved},
        .variants = {{"full", {}, {{Cube::CaseTimes, "last_resolution_ms"}}}},
        .dimensions = case_dimensions()};
}

KpiDefinition resolution_time_business() {
    KpiDefinition kpi = resolution_time();
    kpi.id = "resolution-time-business";
    kpi.name_en = "Business time to resolution";
    kpi.name_ar = "متوسط زمن إنجاز الحالة بساعات العمل";
    kpi.definition_en =
        "Working time from the opening of a case to its first resolution, per case resolved and "
        "not merged, by the site's calendar; variant full: to its last resolution. Without working "
        "hours in its configuration it has no value.";
    kpi.definition_ar =
        "زمن العمل، بحسب تقويم الموقع، من فتح الحالة إلى إنجازها أول مرة مقسوما على عدد الحالات "
        "المنجزة غير المدمجة؛ الصيغة full تحسبه إلى آخر إنجاز؛ ولا قيمة له إن لم تحدد ساعات العمل "
        "في الإعدادات.";
    kpi.variant_definition_en =
        "Working time from the opening of a case to its last resolution, per case resolved and not "
        "merged, by the site's calendar. Without working hours in its configuration it has no "
        "value.";
    kpi.variant_definition_ar =
        "زمن العمل، بحسب تقويم الموقع، من فتح الحالة إلى آخر إنجاز لها مقسوما على عدد الحالات "
        "المنجزة غير المدمجة؛ ولا قيمة له إن لم تحدد ساعات العمل في الإعدادات.";
    kpi.numerator = {{Cube::CaseBusinessTimes, "first_resolution_ms"}};
    kpi.bases = {{"resolved", {{Cube::CaseBusinessTimes, "resolved_cases"}}}};
    kpi.variants = {{"full", {}, {{Cube::CaseBusinessTimes, "last_resolution_ms"}}}};
    return kpi;
}

KpiDefinition resolved_in_time() {
    static constexpr std::array<std::string_view, kResolutionEdgesMs.size()> kNames{"within-1h",
                                                                                    "within-4h",
                                                                                    "within-1d",
                                                                                    "within-2d",
                                                                                    "within-3d",
                                                                                    "within-7d",
                                                                                    "within-14d",
                                                                                    "within-30d"};
    constexpr size_t kThreeDays = 5;
    return {
        .id = "resolved-in-time",
        .version = 2,
        .name_en = "Cases resolved in time",
        .name_ar = "نسبة الحالات المنجزة خلال المهلة",
        .definition_en =
            "Cases first resolved within 3 days (72 hours) of their opening, of the base, both "
            "without merged cases; a variant names another limit. A case counts when it was "
            "opened.",
        .definition_ar =
            "الحالات التي أنجزت أول مرة خلال 3 أيام (72 ساعة) من فتحها من الأساس المختار، دون "
            "الحالات المدمجة في كليهما؛ تحدد الصيغة مهلة أخرى؛ تحسب الحالة في وقت فتحها.",
        .variant_definition_en =
            "Cases first resolved {} of their opening, of the base, both without merged cases; a "
            "day is 24 hours. A case counts when it was opened.",
        .variant_definition_ar =
            "الحالات التي أنجزت أول مرة {} من فتحها من الأساس المختار، دون الحالات المدمجة في "
            "كليهما؛ اليوم 24 ساعة؛ تحسب الحالة في وقت فتحها.",
        .unit = Unit::Percent,
        .decimals = 2,
        .numerator = bins(case_times::ResolvedBin0, 0, kThreeDays),
        .bases = {kResolved, cases_not_merged()},
        .variants = variants_within(kNames, case_times::ResolvedBin0),
        .dimensions = case_dimensions()};
}

KpiDefinition case_first_response_time() {
    return {.id = "case-first-response-time",
            .name_en = "Time to the first response in a case",
            .name_ar = "متوسط زمن أول رد في الحالة",
            .definition_en =
                "Time from the opening of a case to the first event that tells the citizen "
                "something (an outbound contact linked, a note for the citizen, a complaint "
                "acknowledged or answered, a resolution), per case with one, by the clock on the "
                "wall.",
            .definition_ar =
                "الزمن من فتح الحالة إلى أول ما يبلغ به المواطن (اتصال صادر مرتبط بالحالة أو "
                "ملاحظة له أو إقرار باستلام الشكوى أو رد عليها أو إنجاز)، بالزمن الفعلي لا بساعات "
                "العمل، مقسوما على عدد الحالات التي فيها رد.",
            .unit = Unit::Hours,
            .decimals = 1,
            .numerator = {{Cube::CaseTimes, "first_response_ms"}},
            .bases = {{"responded", {{Cube::CaseTimes, "responded"}}}},
            .dimensions = case_dimensions()};
}

KpiDefinition case_first_response_time_business() {
    KpiDefinition kpi = case_first_response_time();
    kpi.id = "case-first-response-time-business";
    kpi.name_en = "Business time to the first response in a case";
    kpi.name_ar = "متوسط زمن أول رد في الحالة بساعات العمل";
    kpi.definition_en =
        "Working time from the opening of a case to the first event that tells the citizen "
        "something, as in case-first-response-time, by the site's calendar; without working hours "
        "in its configuration it has no value.";
    kpi.definition_ar =
        "زمن العمل، بحسب تقويم الموقع، من فتح الحالة إلى أول ما يبلغ به المواطن، كما في "
        "case-first-response-time، مقسوما على عدد الحالات التي فيها رد؛ ولا قيمة له إن لم تحدد "
        "ساعات العمل في الإعدادات.";
    kpi.numerator = {{Cube::CaseBusinessTimes, "first_response_ms"}};
    kpi.bases = {{"responded", {{Cube::CaseBusinessTimes, "responded"}}}};
    return kpi;
}

KpiDefinition case_responded_in_time() {
    static constexpr std::array<std::string_view, kResponseEdgesMs.size()> kNames{
        "within-15m", "within-1h", "within-4h", "within-1d", "within-3d", "within-7d"};
    constexpr size_t kOneDay = 4;
    return {.id = "case-responded-in-time",
            .name_en = "Cases with a first response in time",
            .name_ar = "نسبة الحالات التي رد عليها خلال المهلة",
            .definition_en =
                "Cases with a first response within 24 hours of their opening, of the base; a "
                "variant names another limit.",
            .definition_ar =
                "الحالات التي جاء أول رد فيها خلال 24 ساعة من فتحها من الأساس المختار؛ تحدد الصيغة "
                "مهلة أخرى.",
            .variant_definition_en =
                "Cases with a first response {} of their opening, of the base; a day is 24 hours.",
            .variant_definition_ar =
                "الحالات التي جاء أول رد فيها {} من فتحها من الأساس المختار؛ اليوم 24 ساعة.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = bins(case_times::RespondedBin0, 0, kOneDay),
            .bases = {kOpened, {"responded", {{Cube::CaseTimes, "responded"}}}},
            .variants = variants_within(kNames, case_times::RespondedBin0),
            .dimensions = case_dimensions()};
}

KpiDefinition first_contact_resolution() {
    std::vector<KpiVariant> variants;
    for (size_t i = 0; i < kWindows.size(); ++i) {
        KpiVariant variant{kWindows[i], {}, {{Cube::Cases, "resolved_at_first_contact"}}};
        for (SumTerm& later : bins(case_times::UndoneBin0, i + 1, kReopeningEdgesMs.size() + 1)) {
            variant.numerator.push_back(std::move(later));
        }
        variant.numerator.push_back({Cube::CaseTimes, "held_after_reopening"});
        variants.push_back(std::move(variant));
    }
    return {
        .id = "first-contact-resolution",
        .version = 2,
        .name_en = "First-contact resolution",
        .name_ar = "نسبة الحل من أول اتصال",
        .definition_en =
            "Cases resolved at the first contact, never referred and never reopened, of cases "
            "resolved, both without merged cases; a case counts when it was opened. A variant "
            "forgives a reopening before that resolution, and one later than so many days (of 24 "
            "hours) after it; it is provisional until they have passed.",
        .definition_ar =
            "الحالات المنجزة في أول اتصال دون إحالة ودون إعادة فتح من الحالات المنجزة، دون الحالات "
            "المدمجة في كليهما؛ تحسب الحالة في وقت فتحها. تتجاوز الصيغة عن إعادة فتح سبقت ذلك "
            "الإنجاز، وعن إعادة فتح بعد أكثر من عدد من الأيام (كل منها 24 ساعة) منه، والرقم مؤقت "
            "حتى تنقضي.",
        .variant_definition_en =
            "Cases resolved at the first contact, never referred and not reopened {} of that "
            "resolution, of cases resolved, both without merged cases; a day is 24 hours. A case "
            "counts when it was opened; the figure is provisional until that time has passed.",
        .variant_definition_ar =
            "الحالات المنجزة في أول اتصال دون إحالة ودون إعادة فتح {} من ذلك الإنجاز من الحالات "
            "المنجزة، دون الحالات المدمجة في كليهما؛ اليوم 24 ساعة. تحسب الحالة في وقت فتحها؛ "
            "والرقم مؤقت حتى تنقضي المدة.",
        .unit = Unit::Percent,
        .decimals = 2,
        .numerator = {{Cube::Cases, "resolved_at_first_contact"}},
        .bases = {kResolved},
        .variants = std::move(variants),
        .dimensions = case_dimensions()};
}

KpiDefinition first_contact_resolution_by_purpose() {
    return {
        .id = "first-contact-resolution-by-purpose",
        .name_en = "First-contact resolution by purpose",
        .name_ar = "نسبة الحل من أول اتصال بحسب الغرض",
        .definition_en =
            "First-contact resolution among the cases with the purpose; a case with several "
            "purposes counts under each.",
        .definition_ar =
            "نسبة الحل من أول اتصال بين الحالات ذات الغرض؛ تحسب الحالة ذات الأغراض المتعددة تحت "
            "كل منها.",
        .unit = Unit::Percent,
        .decimals = 2,
        .numerator = {{Cube::CasePurposes, "resolved_at_first_contact"}},
        .bases = {{"resolved", {{Cube::CasePurposes, "resolved"}}}},
        .dimensions = {"purpose", "kind"}};
}

KpiDefinition reopen_rate_by_resolution() {
    return {.id = "reopen-rate-by-resolution",
            .name_en = "Reopen rate by resolution",
            .name_ar = "نسبة إعادة فتح الحالات بحسب نوع الإنجاز",
            .definition_en =
                "Cases reopened at least once after a resolution and not merged, of cases resolved "
                "and not merged, by how they were resolved the first time; a case counts when it "
                "was opened.",
            .definition_ar =
                "الحالات غير المدمجة التي أعيد فتحها بعد إنجازها مرة واحدة على الأقل من الحالات "
                "المنجزة غير المدمجة بحسب نوع الإنجاز الأول؛ تحسب الحالة في وقت فتحها.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::CaseResolutions, "reopened"}},
            .bases = {{"resolved", {{Cube::CaseResolutions, "resolved"}}}},
            .dimensions = {"resolution", "kind"}};
}

KpiDefinition reopen_rate() {
    return {.id = "reopen-rate",
            .version = 2,
            .name_en = "Reopen rate",
            .name_ar = "نسبة إعادة فتح الحالات",
            .definition_en =
                "Cases reopened at least once after a resolution and not merged, of cases resolved "
                "and not merged; a case counts when it was opened. A variant counts only those "
                "reopened within so many days (of 24 hours) of a resolution; it is provisional "
                "until they have passed.",
            .definition_ar =
                "الحالات غير المدمجة التي أعيد فتحها بعد إنجازها مرة واحدة على الأقل من الحالات "
                "المنجزة غير المدمجة؛ تحسب الحالة في وقت فتحها. تقصر الصيغة ذلك على ما أعيد فتحه "
                "خلال عدد من الأيام (كل منها 24 ساعة) من الإنجاز، والرقم مؤقت حتى تنقضي.",
            .variant_definition_en =
                "Cases reopened {} of a resolution and not merged, of cases resolved and not "
                "merged; a day is 24 hours. A case counts when it was opened; the figure is "
                "provisional until that time has passed.",
            .variant_definition_ar =
                "الحالات غير المدمجة التي أعيد فتحها {} من إنجازها من الحالات المنجزة غير المدمجة؛ "
                "اليوم 24 ساعة. تحسب الحالة في وقت فتحها؛ والرقم مؤقت حتى تنقضي المدة.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = bins(case_times::ReopenedBin0, 0, kReopeningEdgesMs.size() + 1),
            .bases = {kResolved},
            .variants = variants_within(kWindows, case_times::ReopenedBin0),
            .dimensions = case_dimensions()};
}

const SumTerm kOpenPastDue{
    .cube = Cube::DueClocks, .measure = "open", .filters = {}, .past_only = true};

KpiDefinition sla_attainment() {
    return {
        .id = "sla-attainment",
        .name_en = "Answers by their due date",
        .name_ar = "نسبة الالتزام بالمواعيد المحددة",
        .definition_en =
            "Referrals answered and complaints responded to by their due instant, of those due in "
            "the period. What is open counts as missed from the end of the local hour in which it "
            "was due, as of the last event; what was declined, returned, recalled, assessed as "
            "inadmissible or closed without an answer by then is left out.",
        .definition_ar =
            "الإحالات المجابة والشكاوى التي رد عليها في موعدها من المستحقة في الفترة. ويعد القائم "
            "منها متأخرا بانقضاء الساعة المحلية التي استحق فيها، بحسب آخر حدث؛ ولا يحسب ما رفض أو "
            "أعيد أو سحب أو تقرر عدم قبوله أو أغلق دون إجابة قبل ذلك.",
        .unit = Unit::Percent,
        .decimals = 2,
        .numerator = {{Cube::DueClocks, "met"}},
        .bases = {{"due", {{Cube::DueClocks, "met"}, {Cube::DueClocks, "breached"}, kOpenPastDue}}},
        .dimensions = {"metric", "department"},
        .basis = "activity"};
}

KpiDefinition sla_breaches() {
    return {
        .id = "sla-breaches",
        .name_en = "Answers that missed their due date",
        .name_ar = "الإجابات المتأخرة عن موعدها",
        .definition_en =
            "Referrals and complaints due in the period and not answered by then: what the "
            "attainment lacks.",
        .definition_ar =
            "الإحالات والشكاوى المستحقة في الفترة التي لم تجب في موعدها: ما ينقص نسبة الالتزام.",
        .numerator = {{Cube::DueClocks, "breached"}, kOpenPastDue},
        .dimensions = {"metric", "department"},
        .basis = "activity"};
}

KpiDefinition open_referrals() {
    return {.id = "referral-backlog",
            .name_en = "Open referrals",
            .name_ar = "الإحالات القائمة",
            .definition_en =
                "Referrals that wait for the department at the end of the period: requested or "
                "accepted, and not answered, declined, returned or recalled by then.",
            .definition_ar =
                "الإحالات التي تنتظر الإدارة في نهاية الفترة: المطلوبة أو المقبولة التي لم تتم "
                "الإجابة عنها ولا رفضها ولا إعادتها ولا سحبها حتى نهايتها.",
            .numerator = {{Cube::ReferralBacklog, "referrals"}},
            .dimensions = {"department", "age"},
            .basis = "snapshot"};
}

KpiDefinition overdue_referrals() {
    return {
        .id = "referrals-overdue",
        .version = 2,
        .name_en = "Overdue referrals",
        .name_ar = "الإحالات المتأخرة",
        .definition_en =
            "Open referrals whose due day is over at the end of the period, as of the last "
            "event.",
        .definition_ar = "الإحالات القائمة التي انقضى يوم استحقاقها في نهاية الفترة، بحسب آخر حدث.",
        .numerator = {{.cube = Cube::ReferralBacklog,
                       .measure = "fell_due",
                       .filters = {},
                       .past_only = true},
                      {.cube = Cube::ReferralBacklog,
                       .measure = "settled_late",
                       .filters = {},
                       .past_only = true}},
        .dimensions = {"department", "age"},
        .basis = "snapshot"};
}

}  // namespace

std::vector<KpiDefinition> case_time_kpis() {
    return {resolution_time(),
            resolution_time_business(),
            resolved_in_time(),
            case_first_response_time(),
            case_first_response_time_business(),
            case_responded_in_time(),
            first_contact_resolution(),
            first_contact_resolution_by_purpose(),
            reopen_rate(),
            reopen_rate_by_resolution(),
            sla_attainment(),
            sla_breaches(),
            open_referrals(),
            overdue_referrals()};
}

}  // namespace sijill::projections
