// projections/kpi_contacts.cc - the KPIs of contacts: calls, chats and messages.

#include "projections/kpi_catalogue.h"

#include <array>

namespace sijill::projections {

namespace {

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

KpiDefinition outbound_connected() {
    return {.id = "outbound-connected",
            .name_en = "Outbound calls connected",
            .name_ar = "المكالمات الصادرة المتصلة",
            .definition_en = "Calls that agents dialled and somebody took.",
            .definition_ar = "المكالمات الصادرة التي تم الرد عليها.",
            .numerator = {{Cube::OutboundCalls, "connected"}},
            .dimensions = {"reason"},
            .basis = "activity"};
}

KpiDefinition outbound_connect_rate() {
    return {.id = "outbound-connect-rate",
            .name_en = "Outbound connect rate",
            .name_ar = "نسبة نجاح الاتصال الصادر",
            .definition_en = "Outbound calls connected, of those attempted.",
            .definition_ar = "المكالمات الصادرة المتصلة من إجمالي المكالمات الصادرة.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::OutboundCalls, "connected"}},
            .bases = {{"attempted", {{Cube::OutboundCalls, "attempted"}}}},
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
            .bases = {calls_offered()},
            .dimensions = {"queue", "language"}};
}

KpiDefinition abandon_rate() {
    return {
        .id = "abandon-rate",
        .name_en = "Abandonment rate",
        .name_ar = "نسبة المكالمات المفقودة",
        .definition_en = "Calls abandoned in the queue, of calls offered; short abandons included.",
        .definition_ar =
            "المكالمات التي انقطعت في الانتظار، بما فيها الانقطاع السريع، من إجمالي المكالمات "
            "الواردة.",
        .unit = Unit::Percent,
        .decimals = 2,
        .numerator = {{Cube::Calls, "abandoned"}},
        .bases = {calls_offered()},
        .dimensions = {"queue", "language"}};
}

KpiDefinition abandon_rate_without_short() {
    return {.id = "abandon-rate-without-short",
            .name_en = "Abandonment rate without short abandons",
            .name_ar = "نسبة المكالمات المفقودة دون الانقطاع السريع",
            .definition_en =
                "Calls abandoned after more than five seconds in the queue, of calls offered less "
                "the short abandons.",
            .definition_ar =
                "المكالمات التي انقطعت بعد أكثر من خمس ثوان في الانتظار من المكالمات الواردة دون "
                "ما انقطع قبل ذلك.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Calls, "abandoned"}, {Cube::Calls, "short_abandoned", -1}},
            .bases = {{"offered-without-short-abandons",
                       {{Cube::Calls, "offered"}, {Cube::Calls, "short_abandoned", -1}}}},
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
            .bases = {calls_answered()},
            .dimensions = {"queue", "language"}};
}

// The bins up to the edge: answered within it.
std::vector<SumTerm> answered_within(size_t edges) {
    std::vector<SumTerm> terms;
    for (size_t bin = 0; bin < edges; ++bin) {
        terms.push_back({Cube::Calls, describe(Cube::Calls).measures[calls::WaitBin0 + bin]});
    }
    return terms;
}

std::vector<KpiVariant> service_level_variants() {
    static constexpr std::array<std::string_view, kWaitEdgesMs.size()> kNames{"within-5s",
                                                                              "within-10s",
                                                                              "within-12s",
                                                                              "within-15s",
                                                                              "within-20s",
                                                                              "within-30s",
                                                                              "within-45s",
                                                                              "within-60s",
                                                                              "within-90s",
                                                                              "within-120s",
                                                                              "within-180s",
                                                                              "within-240s",
                                                                              "within-300s",
                                                                              "within-600s"};
    std::vector<KpiVariant> variants;
    for (size_t i = 0; i < kNames.size(); ++i) {
        variants.push_back({kNames[i], {}, answered_within(i + 1)});
    }
    return variants;
}

KpiDefinition service_level() {
    const SumTerm answered{Cube::Calls, "answered"};
    const SumTerm abandoned{Cube::Calls, "abandoned"};
    return {.id = "service-level",
            .name_en = "Service level",
            .name_ar = "مستوى الخدمة",
            .definition_en =
                "Calls answered within 20 seconds, of the base; a variant names another threshold.",
            .definition_ar =
                "المكالمات التي تم الرد عليها خلال 20 ثانية من الأساس المختار؛ تحدد الصيغة مهلة "
                "أخرى.",
            .variant_definition_en = "Calls answered {}, of the base.",
            .variant_definition_ar = "المكالمات التي تم الرد عليها {} من الأساس المختار.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = answered_within(wait_bin(20'000) + 1),
            .bases = {{"answered-or-abandoned", {answered, abandoned}},
                      {"with-flow-outs", {answered, abandoned, {Cube::Calls, "flowed_out"}}},
                      {"without-short-abandons",
                       {answered, abandoned, {Cube::Calls, "short_abandoned", -1}}},
                      {"answered", {answered}}},
            .variants = service_level_variants(),
            .dimensions = {"queue", "language"}};
}

KpiDefinition average_time_to_abandon() {
    return {.id = "average-time-to-abandon",
            .name_en = "Average time to abandon",
            .name_ar = "متوسط زمن الانتظار قبل الانقطاع",
            .definition_en = "Queue wait of abandoned calls, per abandoned call.",
            .definition_ar = "زمن انتظار المكالمات المفقودة مقسوما على عددها.",
            .unit = Unit::Seconds,
            .decimals = 1,
            .numerator = {{Cube::Calls, "wait_abandoned_ms"}},
            .bases = {{"abandoned", {{Cube::Calls, "abandoned"}}}},
            .dimensions = {"queue", "language"}};
}

KpiDefinition average_handle_time() {
    return {
        .id = "average-handle-time",
        .version = 2,
        .name_en = "Average handle time",
        .name_ar = "متوسط زمن معالجة المكالمة",
        .definition_en = "Talk, hold and after-call work of the calls wrapped up, per such call.",
        .definition_ar =
            "زمن التحدث والتعليق والعمل بعد المكالمة للمكالمات المصنفة مقسوما على عددها.",
        .unit = Unit::Seconds,
        .decimals = 1,
        .numerator = {{Cube::Calls, "handle_ms"}},
        .bases = {{"wrapped-up", {{Cube::Calls, "wrapped_up"}}}},
        .dimensions = {"queue", "language"}};
}

KpiDefinition transfers_per_call() {
    return {.id = "transfers-per-call",
            .name_en = "Transfers per answered call",
            .name_ar = "عدد التحويلات لكل مكالمة",
            .definition_en =
                "Transfers to another agent or queue, of calls answered; a call may be transferred "
                "several times.",
            .definition_ar =
                "التحويلات إلى موظف آخر أو طابور آخر من إجمالي المكالمات المجابة؛ قد تحول المكالمة "
                "أكثر من مرة.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Calls, "transferred"}},
            .bases = {calls_answered()},
            .dimensions = {"queue", "language"},
            .may_exceed_100 = true};
}

KpiDefinition flowed_out() {
    return {.id = "flowed-out",
            .name_en = "Calls that flowed out",
            .name_ar = "المكالمات المحولة خارج الانتظار",
            .definition_en =
                "Calls that left the queue neither answered nor abandoned: to a callback, "
                "voicemail or another queue.",
            .definition_ar =
                "المكالمات التي غادرت الانتظار دون رد أو انقطاع: معاودة اتصال أو بريد صوتي أو "
                "طابور آخر.",
            .numerator = {{Cube::Calls, "flowed_out"}},
            .dimensions = {"queue", "language"}};
}

KpiDefinition agent_non_responses() {
    return {.id = "agent-non-responses",
            .name_en = "Offers that no agent took",
            .name_ar = "عدم استجابة الموظفين",
            .definition_en =
                "Offers of a call to an agent who did not answer; a call may count several times.",
            .definition_ar = "عرض المكالمة على موظف لم يجب؛ قد تحسب المكالمة أكثر من مرة.",
            .numerator = {{Cube::Calls, "agent_not_answered"}},
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
        .bases = {calls_offered()},
        .dimensions = {"queue", "language"}};
}

KpiDefinition first_contact_success_rate() {
    return {.id = "first-contact-success-rate",
            .name_en = "First-contact success rate",
            .name_ar = "نسبة الإنجاز من أول اتصال",
            .definition_en = "Calls handled without referral, of calls offered.",
            .definition_ar = "المكالمات التي عالجها الموظف دون إحالة من إجمالي المكالمات الواردة.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Calls, "handled"}},
            .bases = {calls_offered()},
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
            "المكالمات المجابة المصنفة بهذا الغرض من الأساس المختار؛ قد يكون للمكالمة أكثر من غرض.",
        .unit = Unit::Percent,
        .decimals = 2,
        .numerator = {{Cube::CallPurposes, "answered"}},
        .bases = {calls_answered(), calls_offered(), {"wrapped-up", {{Cube::Calls, "wrapped_up"}}}},
        .dimensions = {"purpose", "queue"},
        .may_exceed_100 = true};
}

// Kept for readers of old reports: small months weigh as much as large ones.
KpiDefinition purpose_share_mean_of_months() {
    KpiDefinition mean = purpose_share();
    mean.id = "purpose-share-mean-of-months";
    mean.name_en = "Mean of the monthly shares of calls by purpose (legacy)";
    mean.name_ar = "متوسط النسب الشهرية للمكالمات بحسب الغرض (للمقارنة بالتقارير القديمة)";
    mean.definition_en =
        "The unweighted mean of the monthly figures of purpose-share, months without calls left "
        "out; not the share of the whole period, since small months weigh as much as large ones. A "
        "period that cuts a month takes its part of it.";
    mean.definition_ar =
        "متوسط الأرقام الشهرية لمؤشر purpose-share دون ترجيح بعدد المكالمات، وتستثنى الأشهر التي "
        "لا مكالمات فيها؛ وهو ليس نسبة الفترة كلها لأن للشهر الصغير وزن الشهر الكبير. وإذا شملت "
        "الفترة جزءا من شهر حسب ذلك الجزء منه.";
    mean.mean_of_months = true;
    return mean;
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

KpiDefinition recording_coverage() {
    return {
        .id = "recording-coverage",
        .name_en = "Recording coverage",
        .name_ar = "نسبة تسجيل المكالمات",
        .definition_en = "Recorded calls, of answered inbound and connected outbound calls.",
        .definition_ar = "المكالمات المسجلة من المكالمات الواردة المجابة والصادرة المتصلة.",
        .unit = Unit::Percent,
        .decimals = 2,
        .numerator = {{Cube::Calls, "recorded"}, {Cube::OutboundCalls, "recorded"}},
        .bases = {{"connected", {{Cube::Calls, "answered"}, {Cube::OutboundCalls, "connected"}}}}};
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
            .definition_ar =
                "عدد المواطنين المختلفين الذين لهم محادثة، محسوبا بدقة؛ تحسب كل محادثة مجهولة "
                "الهوية مواطنا واحدا.",
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

KpiDefinition message_response_time() {
    return {
        .id = "message-response-time",
        .name_en = "Average response to messages",
        .name_ar = "متوسط زمن الرد على الرسائل",
        .definition_en = "Time from the receipt of a message to its answer, per answered message.",
        .definition_ar = "الزمن من استلام الرسالة إلى الرد عليها مقسوما على عدد الرسائل المجابة.",
        .unit = Unit::Hours,
        .decimals = 1,
        .numerator = {{Cube::Messages, "response_ms"}},
        .bases = {{"answered", {{Cube::Messages, "answered"}}}},
        .dimensions = {"channel", "language"}};
}

KpiDefinition message_answer_rate() {
    return {.id = "message-answer-rate",
            .name_en = "Messages answered",
            .name_ar = "نسبة الرد على الرسائل",
            .definition_en = "Messages answered, of messages received.",
            .definition_ar = "الرسائل التي تم الرد عليها من إجمالي الرسائل المستلمة.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Messages, "answered"}},
            .bases = {{"received", {{Cube::Messages, "received"}}}},
            .dimensions = {"channel", "language"}};
}

KpiDefinition chat_abandon_rate() {
    return {.id = "chat-abandon-rate",
            .name_en = "Chat abandonment rate",
            .name_ar = "نسبة المحادثات المفقودة",
            .definition_en = "Chats abandoned before an agent took them, of chats started.",
            .definition_ar = "المحادثات التي انقطعت قبل رد الموظف من إجمالي المحادثات التي بدأت.",
            .unit = Unit::Percent,
            .decimals = 2,
            .numerator = {{Cube::Chats, "abandoned"}},
            .bases = {{"started", {{Cube::Chats, "started"}}}},
            .dimensions = {"channel", "country", "language"}};
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

}  // namespace

std::vector<KpiDefinition> contact_kpis() {
    return {transactions(),
            inbound_offered(),
            outbound_attempted(),
            outbound_connected(),
            outbound_connect_rate(),
            answer_rate(),
            abandon_rate(),
            abandon_rate_without_short(),
            average_speed_of_answer(),
            service_level(),
            average_time_to_abandon(),
            average_handle_time(),
            transfers_per_call(),
            flowed_out(),
            agent_non_responses(),
            service_success_rate(),
            first_contact_success_rate(),
            purpose_share(),
            purpose_share_mean_of_months(),
            enquiry_nature(),
            recording_coverage(),
            chats_started(),
            chat_citizens(),
            chat_first_response(),
            message_response_time(),
            message_answer_rate(),
            chat_abandon_rate(),
            contacts_by_channel()};
}

}  // namespace sijill::projections
