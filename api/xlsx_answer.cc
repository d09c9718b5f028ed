#include "api/xlsx_answer.h"

#include "api/headings.h"
#include "api/labels.h"
#include "api/text.h"
#include "api/xlsx.h"
#include "events/time.h"
#include "projections/period.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sijill::api {

namespace {

// What says how an answer is written, not what it holds.
constexpr std::array<std::string_view, 4> kOfTheForm = {"format", "bom", "lang", "minPosition"};

std::string seconds_text(double seconds) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), seconds);
    return {text.data(), end.ptr};
}

// "2017-Q1 (2017-01-01 – 2017-03-31)" for each period.
std::string periods_with_days(const std::string& periods) {
    std::string text;
    for (const std::string_view word : split(periods, ',')) {
        text += (text.empty() ? "" : ", ") + std::string(word);
        if (const auto period = projections::parse_period(word)) {
            text += " (" + projections::day_text(period->begin_day) + " – " +
                    projections::day_text(period->end_day - 1) + ")";
        }
    }
    return text;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

Table about(const Answer& answer, const Question& question) {
    const Asked& asked = question.asked;
    const auto say = [&asked](std::string_view en, std::string_view ar) {
        return std::string(choose(asked.lang, en, ar));
    };
    Table table{{say("what", "البيان"), say("value", "القيمة")}, {}, {}};
    const auto row = [&table](std::string what, std::string value) {
        if (!value.empty()) {
            table.rows.push_back({std::move(what), std::move(value)});
        }
    };
    row(say("route", "المسار"),
        std::string(question.route.method) + " " + std::string(question.route.path));
    for (const auto& [name, value] : asked.parameters) {
        if (std::ranges::find(kOfTheForm, name) == kOfTheForm.end()) {
            row(heading(name, asked.lang), name == "period" ? periods_with_days(value) : value);
        }
    }
    row(say("only departments", "الإدارات المسموح بها"), joined(asked.departments));
    row(say("time zone", "المنطقة الزمنية"), question.time_zone);
    row(say("rows", "عدد الصفوف"), std::to_string(answer.table.rows.size()));
    row(say("more rows: cursor", "صفوف أخرى: المؤشر"), answer.next);
    row(say("position", "الموضع"), question.standing.position);
    row(say("as of", "حتى تاريخ"), question.standing.as_of.value_or(""));
    row(say("lag, events", "التأخر بالأحداث"), std::to_string(question.standing.lag_records));
    row(say("lag, seconds", "التأخر بالثواني"), seconds_text(question.standing.lag_seconds));
    return table;
}

// "sijill-reports-2017-Q1.xlsx": the path behind /v1, in characters that every system takes.
std::string file_name(const Question& question) {
    std::string name = "sijill";
    for (const std::string_view segment : split(question.route.path.substr(4), '/')) {
        const bool filled = segment.starts_with('{');
        name += "-";
        name += filled ? question.asked.get(segment.substr(1, segment.size() - 2))
                       : std::string(segment);
    }
    std::ranges::replace_if(
        name,
        [](char c) {
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            return !letter && !(c >= '0' && c <= '9') && c != '-' && c != '.';
        },
        '_');
    constexpr size_t kLongest = 100;
    return name.substr(0, kLongest) + ".xlsx";
}

int64_t seconds_of(const std::string& instant) {
    const auto time = events::parse_rfc3339(instant);
    return time ? time->ms / 1'000 : 0;
}

}  // namespace

Result<Response> xlsx_answer(const Answer& answer, const Question& question) {
    const std::string& lang = question.asked.lang;
    Workbook workbook;
    workbook.right_to_left = lang == "ar";
    workbook.created_s = seconds_of(question.standing.as_of.value_or(""));
    workbook.sheets = {{sheet_name(question.route.id, lang), answer.table},
                       {std::string(choose(lang, "About", "عن الجدول")), about(answer, question)}};
    for (std::string& name : workbook.sheets.front().table.header) {
        name = heading(name, lang);
    }
    auto bytes = xlsx_bytes(workbook);
    if (!bytes) {
        return Unexpected(bytes.error());
    }
    Response response;
    response.headers = {
        {"Content-Type", std::string(kXlsxType)},
        {"Content-Disposition", "attachment; filename=\"" + file_name(question) + "\""}};
    response.body = std::move(*bytes);
    return response;
}

}  // namespace sijill::api
