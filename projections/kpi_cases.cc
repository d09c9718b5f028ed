// projections/kpi_cases.cc - the KPIs of cases: complaints, referrals to departments, and what
// becomes of them.

#include "projections/kpi_catalogue.h"

#include <array>

namespace sijill::projections {

namespace {

KpiDefinition complaints_received() {
    return {.id = "complaints",
            .name_en = "Complaints",
            .name_ar = "الشكاوى",
            .definition_en = "Complaints received.",
            .definition_ar = "الشكاوى المستلمة.",
            .numerator = {{Cube::Complaints, "complaints"}},
            .dimensions = {"category", "severity", "received_via"},
            .basis = "activity"};
}

KpiDefinition complaints_and_suggestions() {
    return {.id = "complaints-and-suggestions",
            .name_en = "Complaints and suggestions",
            .name_ar = "الشكاوى والاقتراحات",
            .definition_en = "Complaints and suggestions received.",
            .definition_ar = "الشكاوى والاقتراحات المستلمة.",
            .numerator = {{Cube::Complaints, "complaints"}, {Cube::Complaints, "suggestions"}},
            .dimensions = {"category", "received_via"},
            .basis = "activity"};
}

KpiDefinition complaints_answered_rate() {
    return {.id = "complaints-answered-rate",
            .name_en = "Complaints answered",
            .name_ar = "نسبة الشكاوى المجابة",
            .definition_en =
                "Complaints and suggestions with a decision, of those received in the period.",
            .definition_ar = "الشكاوى والاقتراحات التي صدر فيها قرار من المستلم منها في الفترة.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Complaints, "answered"}},
            .bases = {{"received",
                       {{Cube::Complaints, "complaints"}, {Cube::Complaints, "suggestions"}}}},
            .dimensions = {"category", "received_via"}};
}

KpiDefinition complaint_rate() {
    const SumTerm new_housing{
        Cube::CallPurposes, "answered", -1, {{"purpose", "new_housing_service"}}};
    return {.id = "complaint-rate",
            .version = 2,
            .name_en = "Complaint rate",
            .name_ar = "نسبة الشكاوى",
            .definition_en =
                "Complaints received, of the base; a mean month is the calls of a period of whole "
                "months by their number.",
            .definition_ar =
                "الشكاوى المستلمة من الأساس المختار؛ ومتوسط الشهر هو مكالمات فترة من أشهر كاملة "
                "مقسومة على عددها.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Complaints, "complaints"}},
            .bases = {calls_offered(),
                      calls_answered(),
                      {"answered_without_new_housing_service",
                       {{Cube::Calls, "answered"}, new_housing}},
                      {"transactions",
                       {{Cube::Calls, "offered"},
                        {Cube::OutboundCalls, "attempted"},
                        {Cube::Chats, "started"}}},
                      {"offered-in-a-mean-month", calls_offered().terms, true}},
            .dimensions = {"category", "severity", "received_via"},
            .basis = "activity"};
}

KpiDefinition referral_rate() {
    return {
        .id = "referral-rate",
        .name_en = "Referral rate",
        .name_ar = "نسبة الحالات المحالة إلى الإدارات",
        .definition_en =
            "Cases referred to a department at least once, of the base; a case counts when it "
            "was opened.",
        .definition_ar =
            "الحالات المحالة إلى إدارة مرة واحدة على الأقل من الأساس المختار؛ تحسب الحالة في وقت "
            "فتحها.",
        .unit = Unit::Percent,
        .decimals = 2,
        .numerator = {{Cube::Cases, "referred"}},
        .bases = {calls_offered(), calls_answered(), {"cases-opened", {{Cube::Cases, "opened"}}}},
        .dimensions = {"kind", "priority", "opened_via"}};
}

KpiDefinition referrals_requested() {
    return {
        .id = "referrals-requested",
        .name_en = "Referrals to departments",
        .name_ar = "الإحالات إلى الإدارات",
        .definition_en = "Referrals of cases to departments; a case may be referred several times.",
        .definition_ar = "إحالات الحالات إلى الإدارات؛ قد تحال الحالة أكثر من مرة.",
        .numerator = {{Cube::Referrals, "requested"}},
        .dimensions = {"department"},
        .basis = "activity"};
}

KpiDefinition referral_answer_rate() {
    return {.id = "referral-answer-rate",
            .name_en = "Referrals answered",
            .name_ar = "نسبة الإحالات المجابة",
            .definition_en =
                "Referrals that the department has answered, of those requested in the period.",
            .definition_ar = "الإحالات التي أجابت عنها الإدارة من المطلوبة في الفترة.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Referrals, "answered"}},
            .bases = {{"requested", {{Cube::Referrals, "requested"}}}},
            .dimensions = {"department"}};
}

KpiDefinition referral_turnaround() {
    return {
        .id = "referral-turnaround",
        .name_en = "Referral turnaround",
        .name_ar = "متوسط زمن إنجاز الإحالة",
        .definition_en =
            "Time from the request to the answer of the department, per answered referral, by the "
            "clock on the wall; a referral counts when it was requested.",
        .definition_ar =
            "الزمن من طلب الإحالة إلى إجابة الإدارة، بالزمن الفعلي لا بساعات العمل، مقسوما على عدد "
            "الإحالات المجابة؛ تحسب الإحالة في وقت طلبها.",
        .unit = Unit::Hours,
        .decimals = 1,
        .numerator = {{Cube::Referrals, "turnaround_ms"}},
        .bases = {{"answered", {{Cube::Referrals, "answered"}}}},
        .dimensions = {"department"}};
}

KpiDefinition referral_turnaround_business() {
    KpiDefinition kpi = referral_turnaround();
    kpi.id = "referral-turnaround-business";
    kpi.name_en = "Referral turnaround in business time";
    kpi.name_ar = "متوسط زمن إنجاز الإحالة بساعات العمل";
    kpi.definition_en =
        "Working time from the request to the answer of the department, per answered referral, by "
        "the site's calendar; without working hours in its configuration it has no value.";
    kpi.definition_ar =
        "زمن العمل، بحسب تقويم الموقع، من طلب الإحالة إلى إجابة الإدارة مقسوما على عدد الإحالات "
        "المجابة؛ ولا قيمة له إن لم تحدد ساعات العمل في الإعدادات.";
    kpi.numerator = {{Cube::ReferralBusinessTimes, "turnaround_ms"}};
    kpi.bases = {{"answered", {{Cube::ReferralBusinessTimes, "answered"}}}};
    return kpi;
}

KpiDefinition cases_opened() {
    return {.id = "cases-opened",
            .name_en = "Cases opened",
            .name_ar = "الحالات المفتوحة",
            .definition_en = "Cases opened.",
            .definition_ar = "الحالات التي فتحت في الفترة.",
            .numerator = {{Cube::Cases, "opened"}},
            .dimensions = {"kind", "priority", "opened_via"},
            .basis = "activity"};
}

KpiDefinition open_cases() {
    return {.id = "case-backlog",
            .name_en = "Open cases",
            .name_ar = "الحالات القائمة",
            .definition_en =
                "Cases open at the end of the period: opened or reopened before it, and not since "
                "resolved, closed, merged or cancelled. The department is the one that the case "
                "waits for then, by its earliest open referral; age counts the local days since it "
                "was opened, or last reopened, that day included.",
            .definition_ar =
                "الحالات المفتوحة أو المعاد فتحها قبل نهاية الفترة ولم تنجز ولم تغلق ولم تدمج ولم "
                "تلغ بعد ذلك حتى نهايتها؛ الإدارة هي التي تنتظرها الحالة حينئذ بحسب أقدم إحالة "
                "قائمة؛ والعمر هو عدد الأيام المحلية منذ الفتح أو آخر إعادة فتح، ويشمل ذلك اليوم.",
            .numerator = {{Cube::CaseBacklog, "cases"}},
            .dimensions = {"kind", "department", "age"},
            .basis = "snapshot"};
}

KpiDefinition open_cases_by_status() {
    return {
        .id = "case-backlog-by-status",
        .name_en = "Open cases by status",
        .name_ar = "الحالات القائمة بحسب وضعها",
        .definition_en =
            "The open cases of case-backlog by the status in which they stood at the end of "
            "the period: NEW, OPEN, PENDING or REFERRED.",
        .definition_ar =
            "الحالات القائمة في نهاية الفترة بحسب وضعها حينئذ: جديدة أو مفتوحة أو معلقة أو محالة.",
        .numerator = {{Cube::CaseStatusBacklog, "cases"}},
        .dimensions = {"status", "kind", "age"},
        .basis = "snapshot"};
}

KpiDefinition resolution_rate() {
    return {.id = "resolution-rate",
            .version = 2,
            .name_en = "Cases resolved",
            .name_ar = "نسبة الحالات المنجزة",
            .definition_en =
                "Cases resolved at least once and not merged, of cases opened in the period and "
                "not merged.",
            .definition_ar =
                "الحالات غير المدمجة التي أنجزت مرة واحدة على الأقل من الحالات غير المدمجة "
                "المفتوحة في الفترة.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Cases, "resolved"}},
            .bases = {cases_not_merged()},
            .dimensions = {"kind", "priority", "opened_via"}};
}

KpiDefinition case_reopenings() {
    return {
        .id = "case-reopenings",
        .name_en = "Reopenings",
        .name_ar = "عدد مرات إعادة الفتح",
        .definition_en =
            "Reopenings of cases, whenever they were opened; a case may be reopened several times.",
        .definition_ar =
            "مرات إعادة فتح الحالات أيا كان وقت فتحها؛ قد يعاد فتح الحالة أكثر من مرة.",
        .numerator = {{Cube::CaseFlow, "reopened"}},
        .dimensions = {"kind"},
        .basis = "activity"};
}

KpiDefinition cases_by_purpose() {
    return {.id = "cases-by-purpose",
            .name_en = "Cases by purpose",
            .name_ar = "الحالات بحسب الغرض",
            .definition_en = "Cases opened with the purpose; a case may have several.",
            .definition_ar = "الحالات المفتوحة بهذا الغرض؛ قد يكون للحالة أكثر من غرض.",
            .numerator = {{Cube::CasePurposes, "opened"}},
            .dimensions = {"purpose", "kind"},
            .basis = "activity",
            .may_exceed_100 = true};
}

KpiDefinition kpis_referred() {
    return {
        .id = "kpis-referred",
        .name_en = "KPIs referred to departments",
        .name_ar = "المؤشرات المحالة إلى الإدارات",
        .definition_en = "KPI figures that missed their target and were referred to a department.",
        .definition_ar = "المؤشرات التي لم تبلغ هدفها وأحيلت إلى إدارة.",
        .numerator = {{Cube::KpiReferrals, "referred"}},
        .dimensions = {"department", "kpi"},
        .basis = "activity"};
}

KpiDefinition kpi_referral_answer_rate() {
    return {.id = "kpi-referral-answer-rate",
            .name_en = "KPI referrals answered",
            .name_ar = "نسبة إحالات المؤشرات المجابة",
            .definition_en =
                "KPI referrals that the department has answered, of those referred in the period.",
            .definition_ar = "إحالات المؤشرات التي أجابت عنها الإدارة من المحالة في الفترة.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::KpiReferrals, "answered"}},
            .bases = {{"referred", {{Cube::KpiReferrals, "referred"}}}},
            .dimensions = {"department", "kpi"}};
}

}  // namespace

std::vector<KpiDefinition> case_kpis() {
    return {complaints_received(),
            complaints_and_suggestions(),
            complaints_answered_rate(),
            complaint_rate(),
            referral_rate(),
            referrals_requested(),
            referral_answer_rate(),
            referral_turnaround(),
            referral_turnaround_business(),
            cases_opened(),
            open_cases(),
            open_cases_by_status(),
            resolution_rate(),
            case_reopenings(),
            cases_by_purpose(),
            kpis_referred(),
            kpi_referral_answer_rate()};
}

}  // namespace sijill::projections
