#include "api/labels.h"

#include <algorithm>
#include <array>

namespace sijill::api {

namespace {

struct Label {
    std::string_view code;
    std::string_view en;
    std::string_view ar;
};

// The published quarter's taxonomy. Codes are stable, labels may change without a rebuild.
constexpr auto kLabels = std::to_array<Label>({
    {"", "(not known)", "(غير معروف)"},
    {"al_moayyed_tower", "Housing Bank, Al Moayyed Tower", "بنك الإسكان، برج المؤيد"},
    {"answered", "answered calls", "المكالمات المجابة"},
    {"answered_without_new_housing_service",
     "answered calls outside the new housing service",
     "المكالمات المجابة عدا الخدمة الإسكانية الجديدة"},
    {"application_status", "Status of the housing application", "حالة الطلب الإسكاني"},
    {"appointment", "Appointment", "موعد"},
    {"attended-or-no-show", "attended or missed", "من حضر أو تخلف"},
    {"case", "Case", "حالة"},
    {"cases-opened", "cases opened", "الحالات المفتوحة"},
    {"chat", "Live chat", "محادثة فورية"},
    {"complaint", "Complaint", "شكوى"},
    {"counter", "Counter services", "خدمات المراكز"},
    {"danaat_al_madina", "Housing Bank, Danaat Al Madina", "بنك الإسكان، دانات المدينة"},
    {"eligibility_criteria", "Eligibility criteria", "معايير الاستحقاق"},
    {"email", "E-mail", "البريد الإلكتروني"},
    {"hq_diplomatic_area",
     "Ministry headquarters, Diplomatic Area",
     "مقر الوزارة بالمنطقة الدبلوماسية"},
    {"inspection_campaign", "Inspection campaign", "حملات تفتيشية"},
    {"late_delivery", "Late delivery of the housing application", "تأخر تسليم الطلب الإسكاني"},
    {"mazaya_programme", "Mazaya programme", "برنامج مزايا"},
    {"media", "Media", "وسائل الإعلام"},
    {"new_housing_application", "New housing application", "طلب إسكاني جديد"},
    {"new_housing_service", "New housing service", "خدمة إسكانية جديدة"},
    {"none", "No location", "بلا موقع"},
    {"offered", "calls offered", "المكالمات الواردة"},
    {"other", "Other", "أخرى"},
    {"phone", "Telephone", "الهاتف"},
    {"responded", "chats responded to", "المحادثات المجابة"},
    {"sms", "SMS", "الرسائل القصيرة"},
    {"social", "Social networks", "شبكات التواصل الاجتماعي"},
    {"website", "Website", "الموقع الإلكتروني"},
    {"wrapped-up", "wrapped-up calls", "المكالمات المصنفة"},
});
static_assert(std::ranges::is_sorted(kLabels, {}, &Label::code));

}  // namespace

std::string_view choose(std::string_view lang, std::string_view en, std::string_view ar) {
    return lang == "ar" ? ar : en;
}

std::string label(std::string_view code, std::string_view lang) {
    const auto found = std::ranges::lower_bound(kLabels, code, {}, &Label::code);
    if (found == kLabels.end() || found->code != code) {
        return std::string(code);
    }
    return std::string(choose(lang, found->en, found->ar));
}

}  // namespace sijill::api
