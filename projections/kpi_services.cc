// projections/kpi_services.cc - the KPIs of appointments, surveys and quality evaluations.

#include "projections/kpi_catalogue.h"

#include <array>

namespace sijill::projections {

namespace {

KpiDefinition appointments_booked() {
    return {.id = "appointments-booked",
            .name_en = "Appointments booked",
            .name_ar = "المواعيد المحجوزة",
            .definition_en =
                "Appointments, in the period of booking; variant counter leaves inspection "
                "campaigns out.",
            .definition_ar = "المواعيد بحسب وقت الحجز؛ الصيغة counter تستثني الحملات التفتيشية.",
            .numerator = {{Cube::Appointments, "booked"}},
            .variants = {{"counter", {{"purpose", "inspection_campaign", false}}}},
            .dimensions = {"purpose", "location", "booked_via"},
            .basis = "activity"};
}

KpiDefinition appointments_net() {
    return {.id = "appointments-net",
            .name_en = "Appointments booked and not cancelled",
            .name_ar = "المواعيد المحجوزة غير الملغاة",
            .definition_en = "Appointments less those cancelled since, in the period of booking.",
            .definition_ar = "المواعيد بحسب وقت الحجز دون ما ألغي منها.",
            .numerator = {{Cube::Appointments, "booked"}, {Cube::Appointments, "cancelled", -1}},
            .dimensions = {"purpose", "location", "booked_via"},
            .basis = "activity"};
}

KpiDefinition no_show_rate() {
    return {
        .id = "no-show-rate",
        .name_en = "No-show rate",
        .name_ar = "نسبة التخلف عن المواعيد",
        .definition_en =
            "Recorded no-shows, of attended and no-show slots that start in the period; cancelled "
            "and "
            "unrecorded ones are left out.",
        .definition_ar = "حالات التخلف المسجلة من مجموع الحضور والتخلف في الفترة.",
        .unit = Unit::Percent,
        .decimals = 2,
        .numerator = {{Cube::AppointmentSlots, "no_show"}},
        .bases = {{"attended-or-no-show",
                   {{Cube::AppointmentSlots, "attended"}, {Cube::AppointmentSlots, "no_show"}}}},
        .dimensions = {"purpose", "location"}};
}

KpiDefinition appointments_unrecorded() {
    return {.id = "appointments-unrecorded",
            .name_en = "Appointments without a recorded outcome",
            .name_ar = "المواعيد دون نتيجة مسجلة",
            .definition_en =
                "Slots that start in the period and are neither attended nor a no-show nor "
                "cancelled, as far as recorded: what the no-show rate leaves out.",
            .definition_ar = "المواعيد في الفترة التي لم يسجل لها حضور ولا تخلف ولا إلغاء.",
            .numerator = {{Cube::AppointmentSlots, "slots"},
                          {Cube::AppointmentSlots, "attended", -1},
                          {Cube::AppointmentSlots, "no_show", -1},
                          {Cube::AppointmentSlots, "cancelled", -1}},
            .dimensions = {"purpose", "location"}};
}

KpiDefinition csat() {
    return {.id = "csat",
            .name_en = "Customer satisfaction",
            .name_ar = "رضا المتعاملين",
            .definition_en =
                "Answers of 4 or 5 of 5 (or yes), of surveys answered in the period; the last "
                "revision counts.",
            .definition_ar = "الإجابات المرضية من إجمالي الاستبيانات المجابة في الفترة.",
            .unit = Unit::Percent,
            .decimals = 1,
            .numerator = {{Cube::Surveys, "satisfied"}},
            .bases = {{"answered", {{Cube::Surveys, "answered"}}}},
            .dimensions = {"about", "instrument"},
            .basis = "activity"};
}

KpiDefinition survey_response_rate() {
    return {.id = "survey-response-rate",
            .name_en = "Survey response rate",
            .name_ar = "نسبة الاستجابة للاستبيانات",
            .definition_en = "Surveys answered in the period, of invitations sent in it.",
            .definition_ar = "الاستبيانات المجابة في الفترة من الدعوات المرسلة فيها.",
            .unit = Unit::Percent,
            .decimals = 1,
            .numerator = {{Cube::Surveys, "answered"}},
            .bases = {{"invited", {{Cube::Surveys, "invited"}}}},
            .dimensions = {"about", "instrument"},
            .basis = "activity",
            .may_exceed_100 = true};
}

KpiDefinition qa_score() {
    return {.id = "qa-score",
            .name_en = "Quality score",
            .name_ar = "درجة الجودة",
            .definition_en =
                "Weighted points, of the weighted maximum of the applicable questions; an "
                "automatic fail has none.",
            .definition_ar = "النقاط الموزونة من أقصى النقاط الموزونة للأسئلة المنطبقة.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Evaluations, "weighted_points"}},
            .bases = {{"weighted-maximum", {{Cube::Evaluations, "weighted_maximum"}}}},
            .dimensions = {"form"},
            .basis = "activity"};
}

KpiDefinition qa_automatic_fail_rate() {
    return {.id = "qa-automatic-fail-rate",
            .name_en = "Automatic fails in quality evaluations",
            .name_ar = "نسبة الرسوب التلقائي في تقييم الجودة",
            .definition_en = "Evaluations with an automatic fail, of evaluations completed.",
            .definition_ar = "التقييمات التي رسبت تلقائيا من إجمالي التقييمات.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Evaluations, "automatic_fails"}},
            .bases = {{"completed", {{Cube::Evaluations, "completed"}}}},
            .dimensions = {"form"},
            .basis = "activity"};
}

}  // namespace

std::vector<KpiDefinition> service_kpis() {
    return {appointments_booked(),
            appointments_net(),
            no_show_rate(),
            appointments_unrecorded(),
            csat(),
            survey_response_rate(),
            qa_score(),
            qa_automatic_fail_rate()};
}

}  // namespace sijill::projections
