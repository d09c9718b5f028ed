#include "api/labels.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace sijill::api {

namespace {

struct Label {
    std::string_view code;
    std::string_view en;
    std::string_view ar;
};

// Other dimensions have the code too, for other things.
constexpr std::string_view kNoLocation = "none";

// A case may wait for no department, and a complaint's clock has none: nothing is unknown there.
constexpr Label kNoDepartment{"", "(no department)", "(بلا إدارة)"};

// The published quarter's taxonomy, and what the events and the fold themselves name. Codes are
// stable, labels may change without a rebuild.
constexpr auto kLabels = std::to_array<Label>({
    {"", "(not known)", "(غير معروف)"},
    {"CANCELLED", "Cancelled", "ملغاة"},
    {"CLOSED", "Closed", "مغلقة"},
    {"MERGED", "Merged", "مدمجة"},
    {"NEW", "New", "جديدة"},
    {"OPEN", "Open", "مفتوحة"},
    {"PENDING", "Pending", "معلقة"},
    {"REFERRED", "Referred", "محالة"},
    {"RESOLVED", "Resolved", "منجزة"},
    {"al_moayyed_tower", "Housing Bank, Al Moayyed Tower", "بنك الإسكان، برج المؤيد"},
    {"application_status", "Status of the housing application", "حالة الطلب الإسكاني"},
    {"appointment", "Appointment", "موعد"},
    {"call", "Call", "مكالمة"},
    {"case", "Case", "حالة"},
    {"chat", "Live chat", "محادثة فورية"},
    {"complaint", "Complaint", "شكوى"},
    {"complaint_response", "Answer to a complaint", "الرد على الشكوى"},
    {"contact", "Contact", "تواصل"},
    {"counter", "Counter services", "خدمات المراكز"},
    {"critical", "Critical", "حرجة"},
    {"csat2", "Satisfied or not", "راض أو غير راض"},
    {"csat5", "Satisfaction from 1 to 5", "الرضا من 1 إلى 5"},
    {"danaat_al_madina", "Housing Bank, Danaat Al Madina", "بنك الإسكان، دانات المدينة"},
    {"eligibility_criteria", "Eligibility criteria", "معايير الاستحقاق"},
    {"email", "E-mail", "البريد الإلكتروني"},
    {"enquiry", "Enquiry", "استفسار"},
    {"fcr_yn", "Solved at the first contact or not", "أنجز من أول تواصل أم لا"},
    {"high", "High", "عالية"},
    {"hq_diplomatic_area",
     "Ministry headquarters, Diplomatic Area",
     "مقر الوزارة بالمنطقة الدبلوماسية"},
    {"inspection_campaign", "Inspection campaign", "حملات تفتيشية"},
    {"late_delivery", "Late delivery of the housing application", "تأخر تسليم الطلب الإسكاني"},
    {"le_01d", "1 day", "يوم واحد"},
    {"le_03d", "2 to 3 days", "من 2 إلى 3 أيام"},
    {"le_07d", "4 to 7 days", "من 4 إلى 7 أيام"},
    {"le_14d", "8 to 14 days", "من 8 إلى 14 يوما"},
    {"le_30d", "15 to 30 days", "من 15 إلى 30 يوما"},
    {"le_90d", "31 to 90 days", "من 31 إلى 90 يوما"},
    {"low", "Low", "منخفضة"},
    {"mazaya_programme", "Mazaya programme", "برنامج مزايا"},
    {"media", "Media", "وسائل الإعلام"},
    {"medium", "Medium", "متوسطة"},
    {"message", "Message", "رسالة"},
    {"new_housing_application", "New housing application", "طلب إسكاني جديد"},
    {"new_housing_service", "New housing service", "خدمة إسكانية جديدة"},
    {kNoLocation, "No location", "بلا موقع"},
    {"normal", "Normal", "عادية"},
    {"nps11", "Recommendation from 0 to 10", "التوصية من 0 إلى 10"},
    {"other", "Other", "أخرى"},
    {"over_90d", "More than 90 days", "أكثر من 90 يوما"},
    {"phone", "Telephone", "الهاتف"},
    {"referral_answer", "Answer to a referral", "الرد على الإحالة"},
    {"request", "Request", "طلب"},
    {"sms", "SMS", "الرسائل القصيرة"},
    {"social", "Social networks", "شبكات التواصل الاجتماعي"},
    {"suggestion", "Suggestion", "اقتراح"},
    {"urgent", "Urgent", "عاجلة"},
    {"web", "Web", "الإنترنت"},
    {"website", "Website", "الموقع الإلكتروني"},
});
static_assert(std::ranges::is_sorted(kLabels, {}, &Label::code));

// What the catalogue calls its bases and variants. Apart from the codes: a case's resolution may be
// "resolved" too, and is no base.
constexpr auto kCatalogueNames = std::to_array<Label>({
    {"answered", "answered calls", "المكالمات المجابة"},
    {"answered-or-abandoned", "calls answered or abandoned", "المكالمات المجابة والمفقودة"},
    {"answered_without_new_housing_service",
     "answered calls outside the new housing service",
     "المكالمات المجابة عدا الخدمة الإسكانية الجديدة"},
    {"attended-or-no-show", "attended or missed", "من حضر أو تخلف"},
    {"cases-opened", "cases opened", "الحالات المفتوحة"},
    {"full", "to the last resolution", "إلى آخر إنجاز"},
    {"offered", "calls offered", "المكالمات الواردة"},
    {"offered-in-a-mean-month",
     "calls offered in a mean month",
     "المكالمات الواردة في متوسط الشهر"},
    {"opened", "cases opened", "الحالات المفتوحة"},
    {"opened-not-merged", "cases opened and not merged", "الحالات المفتوحة غير المدمجة"},
    {"resolved", "cases resolved", "الحالات المنجزة"},
    {"responded", "cases with a response", "الحالات التي رد عليها"},
    {"transactions", "transactions", "المعاملات"},
    {"with-flow-outs",
     "calls answered, abandoned or flowed out",
     "المكالمات المجابة والمفقودة والمحولة خارج الانتظار"},
    {"within-10s", "within 10 seconds", "خلال 10 ثوان"},
    {"within-120s", "within 120 seconds", "خلال 120 ثانية"},
    {"within-12s", "within 12 seconds", "خلال 12 ثانية"},
    {"within-14d", "within 14 days", "خلال 14 يوما"},
    {"within-15m", "within 15 minutes", "خلال 15 دقيقة"},
    {"within-15s", "within 15 seconds", "خلال 15 ثانية"},
    {"within-180s", "within 180 seconds", "خلال 180 ثانية"},
    {"within-1d", "within 1 day", "خلال يوم واحد"},
    {"within-1h", "within 1 hour", "خلال ساعة واحدة"},
    {"within-20s", "within 20 seconds", "خلال 20 ثانية"},
    {"within-240s", "within 240 seconds", "خلال 240 ثانية"},
    {"within-2d", "within 2 days", "خلال يومين"},
    {"within-300s", "within 300 seconds", "خلال 300 ثانية"},
    {"within-30d", "within 30 days", "خلال 30 يوما"},
    {"within-30s", "within 30 seconds", "خلال 30 ثانية"},
    {"within-3d", "within 3 days", "خلال 3 أيام"},
    {"within-45s", "within 45 seconds", "خلال 45 ثانية"},
    {"within-4h", "within 4 hours", "خلال 4 ساعات"},
    {"within-5s", "within 5 seconds", "خلال 5 ثوان"},
    {"within-600s", "within 600 seconds", "خلال 600 ثانية"},
    {"within-60s", "within 60 seconds", "خلال 60 ثانية"},
    {"within-7d", "within 7 days", "خلال 7 أيام"},
    {"within-90s", "within 90 seconds", "خلال 90 ثانية"},
    {"without-short-abandons",
     "calls answered or abandoned, without short abandons",
     "المكالمات المجابة والمفقودة دون الانقطاع السريع"},
    {"wrapped-up", "wrapped-up calls", "المكالمات المصنفة"},
});
static_assert(std::ranges::is_sorted(kCatalogueNames, {}, &Label::code));

// Referrals are feminine.
constexpr auto kFollowUps = std::to_array<Label>({
    {"accepted", "accepted", "مقبولة"},
    {"answered", "answered", "مجابة"},
    {"case", "case", "حالة"},
    {"closed", "closed", "مغلقة"},
    {"declined", "declined", "مرفوضة"},
    {"in-time", "in-time", "في الموعد"},
    {"kpi-referral", "kpi-referral", "مؤشر"},
    {"late", "late", "بعد الموعد"},
    {"overdue", "overdue", "متأخرة"},
    {"recalled", "recalled", "مسحوبة"},
    {"returned", "returned", "معادة"},
    {"waiting", "waiting", "بانتظار القبول"},
});
static_assert(std::ranges::is_sorted(kFollowUps, {}, &Label::code));

// Arabic counts 3 to 10 in the plural; the singular serves else, and behind a decimal.
struct UnitWord {
    std::string_view suffix;
    std::string_view one;
    std::string_view few;
};
constexpr std::array kUnitWords = {UnitWord{" h", "ساعة", "ساعات"},
                                   UnitWord{" min", "دقيقة", "دقائق"},
                                   UnitWord{" s", "ثانية", "ثوان"}};

std::string amount_in_arabic(std::string_view amount) {
    const auto* const unit = std::ranges::find_if(
        kUnitWords, [amount](const UnitWord& each) { return amount.ends_with(each.suffix); });
    if (unit == kUnitWords.end()) {
        return std::string(amount);
    }
    amount.remove_suffix(unit->suffix.size());
    const bool few = amount == "10" || (amount.size() == 1 && amount >= "3" && amount <= "9");
    return std::string(amount) + " " + std::string(few ? unit->few : unit->one);
}

const Label* find_label(std::span<const Label> labels, std::string_view code) {
    const auto found = std::ranges::lower_bound(labels, code, {}, &Label::code);
    return found == labels.end() || found->code != code ? nullptr : &*found;
}

}  // namespace

std::string_view choose(std::string_view lang, std::string_view en, std::string_view ar) {
    return lang == "ar" ? ar : en;
}

std::string label(std::string_view code, std::string_view lang, std::string_view dimension) {
    const bool elsewhere = code == kNoLocation && !dimension.empty() && dimension != "location";
    const Label* found = elsewhere                                   ? nullptr
                         : code.empty() && dimension == "department" ? &kNoDepartment
                                                                     : find_label(kLabels, code);
    return std::string(found == nullptr ? code : choose(lang, found->en, found->ar));
}

std::string follow_up_label(std::string_view code, std::string_view lang) {
    const Label* found = find_label(kFollowUps, code);
    return std::string(found == nullptr ? code : choose(lang, found->en, found->ar));
}

std::string figure_label(std::string_view prints, std::string_view lang) {
    if (lang != "ar") {
        return std::string(prints);
    }
    for (const auto& [en, ar] :
         {std::pair<std::string_view, std::string_view>{" (at least ", " (لا يقل عن "},
          {" (at most ", " (لا يزيد على "}}) {
        if (const size_t at = prints.find(en); at != std::string_view::npos) {
            std::string_view limit = prints.substr(at + en.size());
            limit.remove_suffix(limit.ends_with(')') ? 1 : 0);
            return amount_in_arabic(prints.substr(0, at)) + std::string(ar) +
                   amount_in_arabic(limit) + ")";
        }
    }
    return amount_in_arabic(prints);
}

std::string catalogue_label(std::string_view name, std::string_view lang) {
    const Label* found = find_label(kCatalogueNames, name);
    return found == nullptr ? label(name, lang) : std::string(choose(lang, found->en, found->ar));
}

}  // namespace sijill::api
