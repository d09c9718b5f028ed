#include "api/headings.h"

#include "api/labels.h"

#include <algorithm>
#include <array>

namespace sijill::api {

namespace {

struct Heading {
    std::string_view name;
    std::string_view ar;
};

constexpr auto kHeadings = std::to_array<Heading>({
    {"about", "عن"},
    {"actor", "المنفذ"},
    {"after", "القيمة الجديدة"},
    {"age", "العمر"},
    {"agent", "الموظف"},
    {"amount", "المقدار"},
    {"appended", "وقت الإلحاق"},
    {"asOf", "محسوب حتى"},
    {"at", "في وقت"},
    {"base", "الأساس"},
    {"bases", "الأسس"},
    {"before", "القيمة السابقة"},
    {"booked_via", "قناة الحجز"},
    {"by", "التفصيل حسب"},
    {"case", "الحالة"},
    {"caseId", "رقم الحالة"},
    {"category", "الفئة"},
    {"change", "التغير النسبي"},
    {"channel", "القناة"},
    {"citizen", "المواطن"},
    {"closedAt", "وقت الإغلاق"},
    {"compare", "المقارنة"},
    {"complaint", "الشكوى"},
    {"contacts", "الاتصالات"},
    {"country", "الدولة"},
    {"cursor", "بداية الصفحة"},
    {"days", "الأيام"},
    {"denominator", "المقام"},
    {"department", "الإدارة"},
    {"departmentId", "الإدارة"},
    {"detail", "التفاصيل"},
    {"digest", "البصمة"},
    {"dimensions", "الأبعاد"},
    {"due", "موعد الاستحقاق"},
    {"episode", "الدورة"},
    {"event", "الحدث"},
    {"events", "الأحداث"},
    {"field", "الحقل"},
    {"figure", "الرقم"},
    {"filters", "عوامل التصفية"},
    {"firstResolvedAt", "وقت الإنجاز الأول"},
    {"form", "النموذج"},
    {"id", "المعرّف"},
    {"instrument", "أداة القياس"},
    {"kind", "النوع"},
    {"kpi", "المؤشر"},
    {"kpiId", "المؤشر"},
    {"language", "اللغة"},
    {"lastResolvedAt", "وقت الإنجاز الأخير"},
    {"limit", "أكثر عدد للصفوف"},
    {"link", "الرابط"},
    {"location", "الموقع"},
    {"mergedInto", "دمجت في"},
    {"metric", "المقياس"},
    {"name", "الاسم"},
    {"narrowed", "التضييق"},
    {"nature", "الطبيعة"},
    {"now", "القيمة في الفترة"},
    {"number", "الرقم التسلسلي"},
    {"numerator", "البسط"},
    {"offset", "الإزاحة"},
    {"opened", "وقت الفتح"},
    {"openedAt", "وقت الفتح"},
    {"openedVia", "قناة الفتح"},
    {"opened_via", "قناة الفتح"},
    {"part", "جزء النسبة"},
    {"partition", "القسم"},
    {"period", "الفترة"},
    {"place", "المكان"},
    {"position", "الموضع"},
    {"previous", "الفترة السابقة"},
    {"prints", "القيمة"},
    {"priority", "الأولوية"},
    {"published", "وقت النشر"},
    {"purpose", "الغرض"},
    {"purposes", "الأغراض"},
    {"queue", "الطابور"},
    {"reason", "السبب"},
    {"received_via", "قناة الاستلام"},
    {"referral", "الإحالة"},
    {"referrals", "الإحالات"},
    {"referred", "متى أحيل"},
    {"resolution", "نوع الإنجاز"},
    {"revision", "رقم النسخة"},
    {"rows", "الصفوف"},
    {"rules", "بصمة القواعد"},
    {"settled", "وقت الإنجاز"},
    {"severity", "الشدة"},
    {"sha256", "بصمة SHA-256"},
    {"size", "الحجم"},
    {"source", "المصدر"},
    {"status", "الوضع"},
    {"subject", "الموضوع"},
    {"time", "الوقت"},
    {"timing", "الالتزام بالموعد"},
    {"type", "نوع الحدث"},
    {"unit", "الوحدة"},
    {"value", "القيمة"},
    {"variant", "الصيغة"},
    {"variants", "الصيغ"},
    {"verdict", "الحكم"},
    {"version", "الإصدار"},
    {"via", "وسيلة الدعوة"},
});
static_assert(std::ranges::is_sorted(kHeadings, {}, &Heading::name));

struct SheetName {
    std::string_view route;
    std::string_view en;
    std::string_view ar;
};

constexpr auto kSheets = std::to_array<SheetName>({
    {"getCase", "Case", "الحالة"},
    {"getDepartmentReport", "Department", "الإدارة"},
    {"getKpi", "KPI", "المؤشر"},
    {"getPeriod", "Revisions", "النسخ المنشورة"},
    {"getReport", "Report", "التقرير"},
    {"listAnomalies", "Anomalies", "الحالات الشاذة"},
    {"listCaseEvents", "Events", "الأحداث"},
    {"listCases", "Cases", "الحالات"},
    {"listFollowUps", "Follow-ups", "المتابعات"},
    {"listKpiCases", "Behind the figure", "ما وراء الرقم"},
    {"listKpis", "KPIs", "المؤشرات"},
});
static_assert(std::ranges::is_sorted(kSheets, {}, &SheetName::route));

}  // namespace

std::string heading(std::string_view name, std::string_view lang) {
    const auto found = std::ranges::lower_bound(kHeadings, name, {}, &Heading::name);
    const bool known = found != kHeadings.end() && found->name == name;
    return std::string(known ? choose(lang, name, found->ar) : name);
}

std::string sheet_name(std::string_view route, std::string_view lang) {
    const auto found = std::ranges::lower_bound(kSheets, route, {}, &SheetName::route);
    const bool known = found != kSheets.end() && found->route == route;
    return std::string(known ? choose(lang, found->en, found->ar) : route);
}

}  // namespace sijill::api
