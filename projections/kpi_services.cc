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
            .variant_definition_en =
                "Appointments without inspection campaigns, in the period of booking.",
            .variant_definition_ar = "المواعيد دون الحملات التفتيشية بحسب وقت الحجز.",
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
        .definition_ar =
            "حالات التخلف المسجلة من مجموع الحضور والتخلف في المواعيد التي تبدأ في الفترة؛ ولا "
            "تحسب المواعيد الملغاة ولا التي لم تسجل نتيجتها.",
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
            .definition_ar =
                "المواعيد التي تبدأ في الفترة ولم يسجل لها حضور ولا تخلف ولا إلغاء: ما لا تحسبه "
                "نسبة التخلف.",
            .numerator = {{Cube::AppointmentSlots, "slots"},
                          {Cube::AppointmentSlots, "attended", -1},
                          {Cube::AppointmentSlots, "no_show", -1},
                          {Cube::AppointmentSlots, "cancelled", -1}},
            .dimensions = {"purpose", "location"}};
}

KpiDefinition csat() {
    return {
        .id = "csat",
        .version = 2,
        .name_en = "Customer satisfaction",
        .name_ar = "رضا المتعاملين",
        .definition_en =
            "Answers of 4 or 5 of 5 (or yes), of satisfaction surveys (csat5, csat2) answered in "
            "the period; the last revision counts.",
        .definition_ar =
            "إجابات 4 أو 5 من 5 (أو نعم) من استبيانات الرضا (csat5 وcsat2) المجابة في الفترة؛ تحسب "
            "النسخة الأخيرة من الإجابة.",
        .unit = Unit::Percent,
        .decimals = 1,
        .numerator = {{Cube::Surveys, "satisfied"}},
        .bases = {{"answered",
                   {{Cube::Surveys, "answered", 1, {{"instrument", "csat5"}}},
                    {Cube::Surveys, "answered", 1, {{"instrument", "csat2"}}}}}},
        .dimensions = {"about", "instrument", "via"},
        .basis = "activity"};
}

KpiDefinition net_promoter_score() {
    return {.id = "net-promoter-score",
            .name_en = "Net promoter score",
            .name_ar = "صافي نقاط الترويج",
            .definition_en =
                "Answers of 9 or 10 less those of 0 to 6, of nps11 surveys answered in the period, "
                "from -100 to 100; the last revision counts.",
            .definition_ar =
                "إجابات 9 و10 مطروحا منها إجابات 0 إلى 6 من استبيانات nps11 المجابة في الفترة، من "
                "-100 إلى 100؛ تحسب النسخة الأخيرة من الإجابة.",
            .unit = Unit::Percent,
            .decimals = 1,
            .numerator = {{Cube::Surveys, "promoters"}, {Cube::Surveys, "detractors", -1}},
            .bases = {{"answered", {{Cube::Surveys, "answered", 1, {{"instrument", "nps11"}}}}}},
            .dimensions = {"about", "via"},
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
            .dimensions = {"about", "instrument", "via"},
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
            .definition_ar =
                "النقاط الموزونة من أقصى النقاط الموزونة للأسئلة المنطبقة؛ ولا نقاط لتقييم رسب "
                "تلقائيا.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Evaluations, "weighted_points"}},
            .bases = {{"weighted-maximum", {{Cube::Evaluations, "weighted_maximum"}}}},
            .dimensions = {"form", "agent"},
            .basis = "activity"};
}

KpiDefinition qa_automatic_fail_rate() {
    return {.id = "qa-automatic-fail-rate",
            .name_en = "Automatic fails in quality evaluations",
            .name_ar = "نسبة الرسوب التلقائي في تقييم الجودة",
            .definition_en = "Evaluations with an automatic fail, of evaluations completed.",
            .definition_ar = "التقييمات التي رسبت تلقائيا من إجمالي التقييمات المنجزة.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Evaluations, "automatic_fails"}},
            .bases = {{"completed", {{Cube::Evaluations, "completed"}}}},
            .dimensions = {"form", "agent"},
            .basis = "activity"};
}

KpiDefinition evaluated_share() {
    return {.id = "evaluated-share",
            .name_en = "Contacts evaluated",
            .name_ar = "نسبة المكالمات المقيمة",
            .definition_en =
                "Evaluations completed in the period, of inbound calls answered and outbound calls "
                "connected in it.",
            .definition_ar =
                "التقييمات المنجزة في الفترة من المكالمات الواردة المجابة والصادرة المتصلة فيها.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Evaluations, "completed"}},
            .bases = {{"connected", {{Cube::Agents, "answered"}, {Cube::Agents, "connected"}}}},
            .dimensions = {"agent"},
            .basis = "activity",
            .may_exceed_100 = true};
}

KpiDefinition agent_handle_time() {
    return {.id = "agent-handle-time",
            .version = 2,
            .name_en = "Average handle time by agent",
            .name_ar = "متوسط زمن المعالجة بحسب الموظف",
            .definition_en =
                "Talk, hold and after-call work of the calls an agent answered and wrapped up, per "
                "such call.",
            .definition_ar =
                "زمن التحدث والتعليق والعمل بعد المكالمة للمكالمات التي رد عليها الموظف وصنفها "
                "مقسوما على عددها.",
            .unit = Unit::Seconds,
            .decimals = 1,
            .numerator = {{Cube::Agents, "handle_ms"}},
            .bases = {{"wrapped-up", {{Cube::Agents, "wrapped_up"}}}},
            .dimensions = {"agent"}};
}

KpiDefinition agent_recording_coverage() {
    return {.id = "agent-recording-coverage",
            .name_en = "Recording coverage by agent",
            .name_ar = "نسبة تسجيل المكالمات بحسب الموظف",
            .definition_en =
                "Recorded calls, of inbound calls that an agent answered and outbound calls that "
                "were connected.",
            .definition_ar =
                "المكالمات المسجلة من المكالمات الواردة التي رد عليها الموظف والصادرة المتصلة.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Agents, "recorded"}},
            .bases = {{"connected", {{Cube::Agents, "answered"}, {Cube::Agents, "connected"}}}},
            .dimensions = {"agent"}};
}

}  // namespace

std::vector<KpiDefinition> service_kpis() {
    return {appointments_booked(),
            appointments_net(),
            no_show_rate(),
            appointments_unrecorded(),
            csat(),
            net_promoter_score(),
            survey_response_rate(),
            qa_score(),
            qa_automatic_fail_rate(),
            evaluated_share(),
            agent_handle_time(),
            agent_recording_coverage()};
}

}  // namespace sijill::projections
