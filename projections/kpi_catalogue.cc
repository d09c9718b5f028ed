// projections/kpi_catalogue.cc - the table itself. A new KPI is one row here; nothing else names
// it.

#include "projections/kpi_catalogue.h"

#include <algorithm>
#include <array>

namespace sijill::projections {

namespace {

const KpiBase kOffered{"offered", {{Cube::Calls, "offered"}}};
const KpiBase kAnswered{"answered", {{Cube::Calls, "answered"}}};

KpiDefinition transactions() {
    return {.id = "transactions",
            .name_en = "Transactions",
            .name_ar = "المعاملات",
            .definition_en = "Inbound calls offered, outbound calls attempted and chats started.",
            .definition_ar = "المكالمات الواردة والمكالمات الصادرة والمحادثات الفورية.",
            .numerator = {{Cube::Calls, "offered"},
                          {Cube::OutboundCalls, "attempted"},
                          {Cube::Chats, "started"}},
            .basis = "activity"};
}

KpiDefinition inbound_offered() {
    return {.id = "inbound-offered",
            .name_en = "Inbound calls offered",
            .name_ar = "المكالمات الواردة",
            .definition_en = "Calls that entered a queue.",
            .definition_ar = "المكالمات التي دخلت طابور الانتظار.",
            .numerator = {{Cube::Calls, "offered"}},
            .dimensions = {"queue", "language"}};
}

KpiDefinition outbound_attempted() {
    return {.id = "outbound-attempted",
            .name_en = "Outbound calls attempted",
            .name_ar = "المكالمات الصادرة",
            .definition_en = "Calls that agents dialled.",
            .definition_ar = "المكالمات التي أجراها الموظفون.",
            .numerator = {{Cube::OutboundCalls, "attempted"}},
            .dimensions = {"reason"},
            .basis = "activity"};
}

KpiDefinition answer_rate() {
    return {.id = "answer-rate",
            .name_en = "Answer rate",
            .name_ar = "نسبة الرد",
            .definition_en = "Calls answered by an agent, of calls offered.",
            .definition_ar = "المكالمات التي رد عليها موظف من إجمالي المكالمات الواردة.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Calls, "answered"}},
            .bases = {kOffered},
            .dimensions = {"queue", "language"}};
}

KpiDefinition abandon_rate() {
    return {
        .id = "abandon-rate",
        .name_en = "Abandonment rate",
        .name_ar = "نسبة المكالمات المفقودة",
        .definition_en = "Calls abandoned in the queue, of calls offered; short abandons included.",
        .definition_ar = "المكالمات التي انقطعت في الانتظار من إجمالي المكالمات الواردة.",
        .unit = Unit::Percent,
        .decimals = 2,
        .numerator = {{Cube::Calls, "abandoned"}},
        .bases = {kOffered},
        .dimensions = {"queue", "language"}};
}

KpiDefinition average_speed_of_answer() {
    return {.id = "average-speed-of-answer",
            .name_en = "Average speed of answer",
            .name_ar = "متوسط زمن الانتظار",
            .definition_en = "Queue wait of answered calls, per answered call.",
            .definition_ar = "زمن انتظار المكالمات التي تم الرد عليها مقسوما على عددها.",
            .unit = Unit::Seconds,
            .decimals = 1,
            .numerator = {{Cube::Calls, "wait_answered_ms"}},
            .bases = {kAnswered},
            .dimensions = {"queue", "language"}};
}

KpiDefinition service_success_rate() {
    return {
        .id = "service-success-rate",
        .name_en = "Service success rate",
        .name_ar = "نسبة نجاح الخدمة",
        .definition_en =
            "Calls that an agent dealt with, by handling or by referring them, of calls offered.",
        .definition_ar =
            "المكالمات التي عالجها الموظف أو أحالها إلى الجهة المعنية من إجمالي المكالمات الواردة.",
        .unit = Unit::Percent,
        .decimals = 2,
        .numerator = {{Cube::Calls, "handled"}, {Cube::Calls, "referred"}},
        .bases = {kOffered},
        .dimensions = {"queue", "language"}};
}

KpiDefinition first_contact_success_rate() {
    return {.id = "first-contact-success-rate",
            .name_en = "First-contact success rate",
            .name_ar = "نسبة الإنجاز من أول اتصال",
            .definition_en = "Calls handled without referral, of calls offered.",
            .definition_ar = "المكالمات المنجزة دون إحالة من إجمالي المكالمات الواردة.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Calls, "handled"}},
            .bases = {kOffered},
            .dimensions = {"queue", "language"}};
}

KpiDefinition purpose_share() {
    return {
        .id = "purpose-share",
        .name_en = "Share of calls by purpose",
        .name_ar = "نسبة المكالمات بحسب الغرض",
        .definition_en =
            "Answered calls coded with the purpose, of the base; a call may have several purposes.",
        .definition_ar =
            "المكالمات المصنفة بهذا الغرض من الأساس المختار؛ قد يكون للمكالمة أكثر من غرض.",
        .unit = Unit::Percent,
        .decimals = 2,
        .numerator = {{Cube::CallPurposes, "answered"}},
        .bases = {kAnswered, kOffered, {"wrapped-up", {{Cube::Calls, "wrapped_up"}}}},
        .dimensions = {"purpose", "queue"},
        .may_exceed_100 = true};
}

KpiDefinition enquiry_nature() {
    return {.id = "enquiry-nature",
            .name_en = "Enquiries by nature",
            .name_ar = "الاستفسارات بحسب طبيعتها",
            .definition_en = "Contacts coded with the nature; a contact may have several.",
            .definition_ar = "الاتصالات المصنفة بهذه الطبيعة؛ قد يكون للاتصال أكثر من طبيعة.",
            .numerator = {{Cube::ContactNatures, "contacts"}},
            .dimensions = {"nature", "channel"},
            .may_exceed_100 = true};
}

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

KpiDefinition complaint_rate() {
    const SumTerm new_housing{
        Cube::CallPurposes, "answered", -1, {{"purpose", "new_housing_service"}}};
    return {.id = "complaint-rate",
            .name_en = "Complaint rate",
            .name_ar = "نسبة الشكاوى",
            .definition_en = "Complaints received, of the base.",
            .definition_ar = "الشكاوى المستلمة من الأساس المختار.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Complaints, "complaints"}},
            .bases = {kOffered,
                      kAnswered,
                      {"answered_without_new_housing_service",
                       {{Cube::Calls, "answered"}, new_housing}},
                      {"transactions",
                       {{Cube::Calls, "offered"},
                        {Cube::OutboundCalls, "attempted"},
                        {Cube::Chats, "started"}}}},
            .dimensions = {"category", "severity", "received_via"},
            .basis = "activity"};
}

KpiDefinition referral_rate() {
    return {.id = "referral-rate",
            .name_en = "Referral rate",
            .name_ar = "نسبة الحالات المحالة إلى الإدارات",
            .definition_en =
                "Cases referred to a department at least once, of the base; a case counts when it "
                "was opened.",
            .definition_ar = "الحالات المحالة إلى إدارة مرة واحدة على الأقل من الأساس المختار.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Cases, "referred"}},
            .bases = {kOffered, kAnswered, {"cases-opened", {{Cube::Cases, "opened"}}}},
            .dimensions = {"kind", "priority", "opened_via"}};
}

KpiDefinition appointments_booked() {
    return {.id = "appointments-booked",
            .name_en = "Appointments booked",
            .name_ar = "المواعيد المحجوزة",
            .definition_en =
                "Appointments, in the period of booking; variant counter leaves inspection "
                "campaigns out.",
            .definition_ar = "المواعيد بحسب وقت الحجز؛ الصيغة counter تستثني الحملات التفتيشية.",
            .numerator = {{Cube::Appointments, "booked"}},
            .variants = {{"counter", {"purpose", "inspection_campaign", false}}},
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

KpiDefinition chats_started() {
    return {.id = "chats",
            .name_en = "Live chats",
            .name_ar = "المحادثات الفورية",
            .definition_en = "Chats started.",
            .definition_ar = "المحادثات التي بدأت في الفترة.",
            .numerator = {{Cube::Chats, "started"}},
            .dimensions = {"channel", "country", "language"}};
}

KpiDefinition chat_citizens() {
    return {.id = "chat-citizens",
            .name_en = "Citizens who used live chat",
            .name_ar = "المواطنون مستخدمو المحادثة الفورية",
            .definition_en =
                "Different citizens with a chat, counted exactly; a chat without identity counts "
                "as one.",
            .definition_ar = "عدد المواطنين المختلفين؛ تحسب كل محادثة مجهولة الهوية مواطنا واحدا.",
            .numerator = {{Cube::Chats, "unidentified"}},
            .people = Cube::Chats};
}

KpiDefinition chat_first_response() {
    return {.id = "chat-first-response",
            .name_en = "Average first response in chat",
            .name_ar = "متوسط زمن أول رد في المحادثة",
            .definition_en =
                "Time from the start of a chat to the first human reply, per chat with a reply.",
            .definition_ar =
                "الزمن من بداية المحادثة إلى أول رد من موظف مقسوما على عدد المحادثات المجابة.",
            .unit = Unit::Minutes,
            .decimals = 1,
            .numerator = {{Cube::Chats, "first_response_ms"}},
            .bases = {{"responded", {{Cube::Chats, "responded"}}}},
            .dimensions = {"channel", "country", "language"}};
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

KpiDefinition recording_coverage() {
    return {
        .id = "recording-coverage",
        .name_en = "Recording coverage",
        .name_ar = "نسبة تسجيل المكالمات",
        .definition_en = "Recorded calls, of answered inbound and connected outbound calls.",
        .definition_ar = "المكالمات المسجلة من المكالمات المجابة الواردة والمتصلة الصادرة.",
        .unit = Unit::Percent,
        .decimals = 2,
        .numerator = {{Cube::Calls, "recorded"}, {Cube::OutboundCalls, "recorded"}},
        .bases = {{"connected", {{Cube::Calls, "answered"}, {Cube::OutboundCalls, "connected"}}}}};
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

KpiDefinition contacts_by_channel() {
    return {.id = "contacts-by-channel",
            .name_en = "Contacts by channel",
            .name_ar = "الاتصالات بحسب القناة",
            .definition_en = "Calls in and out, chats and messages.",
            .definition_ar = "المكالمات الواردة والصادرة والمحادثات والرسائل.",
            .numerator = {{Cube::Contacts, "contacts"}},
            .dimensions = {"channel"},
            .basis = "activity"};
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

}  // namespace

const std::vector<KpiDefinition>& all_kpis() {
    static const std::vector<KpiDefinition> kKpis{transactions(),
                                                  inbound_offered(),
                                                  outbound_attempted(),
                                                  answer_rate(),
                                                  abandon_rate(),
                                                  average_speed_of_answer(),
                                                  service_success_rate(),
                                                  first_contact_success_rate(),
                                                  purpose_share(),
                                                  enquiry_nature(),
                                                  complaints_received(),
                                                  complaint_rate(),
                                                  referral_rate(),
                                                  appointments_booked(),
                                                  no_show_rate(),
                                                  chats_started(),
                                                  chat_citizens(),
                                                  chat_first_response(),
                                                  csat(),
                                                  recording_coverage(),
                                                  qa_score(),
                                                  contacts_by_channel(),
                                                  cases_opened()};
    return kKpis;
}

const KpiDefinition* find_kpi(std::string_view id) {
    const auto& kpis = all_kpis();
    const auto found = std::ranges::find(kpis, id, &KpiDefinition::id);
    return found == kpis.end() ? nullptr : &*found;
}

std::string_view unit_name(Unit unit) {
    static constexpr std::array<std::string_view, 5> kNames{
        "count", "percent", "seconds", "minutes", "hours"};
    return kNames[static_cast<size_t>(unit)];
}

}  // namespace sijill::projections
