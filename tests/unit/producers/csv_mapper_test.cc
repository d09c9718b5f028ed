// Goal: the cells of a row become the fields of its events, or the one column that is wrong.
// Method: one field of each kind, with cells as people and spreadsheets write them.

#include "producers/csv_cells.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace sijill::producers {
namespace {

using events::Kind;

// The value of a field of a kind from the first cells of a row, as text; or the message.
std::string told(Kind kind, const CsvValue& how, const std::vector<std::string>& cells) {
    CsvField field{{"field", kind, true, {}}, how};
    for (size_t i = 0; i < field.value.columns.size(); ++i) {
        field.value.columns[i].index = i;
    }
    const auto value = csv_field(field, cells);
    if (!value) {
        return value.error().message;
    }
    if (const auto* number = std::get_if<int64_t>(&(*value)->value)) {
        return std::to_string(*number);
    }
    if (const auto* list = std::get_if<std::vector<std::string>>(&(*value)->value)) {
        std::string text;
        for (const std::string& each : *list) {
            text += each + "/";
        }
        return text;
    }
    return std::get<std::string>((*value)->value);
}

CsvValue column(const std::string& name) {
    CsvValue value;
    value.columns = {{name, {}}};
    return value;
}

std::string lasting(CsvDuration::Unit unit, const std::string& cell, const std::string& minus) {
    CsvValue value = column("A");
    CsvDuration duration;
    duration.column = CsvColumn{"A", 0};
    if (!minus.empty()) {
        duration.minus = CsvColumn{"B", 1};
    }
    duration.unit = unit;
    value.duration = duration;
    value.date = {"DD/MM/YYYY hh:mm", "Asia/Bahrain"};
    return told(Kind::Milliseconds, value, {cell, minus});
}

TEST(CsvMapper, SeveralValuesOfACellAreOneListOfCodes) {
    const std::map<std::string, std::string> codes{{"سكن", "housing"}, {"b", "late"}};
    CsvValue value = column("P");
    value.separator = "|";
    EXPECT_EQ(told(Kind::CodeList, value, {" x | y|"}), "x/y/");
    EXPECT_EQ(told(Kind::CodeList, value, {"X"}).substr(0, 24), "column 1 'P': no code (1");
    value.codes = &codes;
    value.codes_name = "purposes";
    EXPECT_EQ(told(Kind::CodeList, value, {"سكن|b"}), "housing/late/");
    EXPECT_EQ(told(Kind::CodeList, value, {"سكن|c"}),
              "column 1 'P': not in the code table 'purposes'");
    value.other = "other";
    EXPECT_EQ(told(Kind::CodeList, value, {"c"}), "other/");
}

TEST(CsvMapper, EmptyCellsAreDefaultsOrTold) {
    CsvValue value = column("P");
    EXPECT_EQ(told(Kind::Code, value, {" "}), "column 1 'P': empty, and the event needs it");
    value.when_empty = "none";
    EXPECT_EQ(told(Kind::Code, value, {"\xC2\xA0"}), "none");
}

TEST(CsvMapper, DurationsAreReadInTheirUnit) {
    using Unit = CsvDuration::Unit;
    EXPECT_EQ(lasting(Unit::Seconds, "٩٥", ""), "95000");
    EXPECT_EQ(lasting(Unit::Seconds, "95", "80"), "15000");
    EXPECT_EQ(lasting(Unit::Seconds, "80", "95"), "column 1 'A': a negative duration");
    EXPECT_EQ(lasting(Unit::Minutes, "2", ""), "120000");
    EXPECT_EQ(lasting(Unit::Clock, "1:02:03", ""), "3723000");
    EXPECT_EQ(lasting(Unit::Clock, "1:60", ""), "column 1 'A': no duration of the form hh:mm:ss");
    EXPECT_EQ(lasting(Unit::Clock, "1:-0", ""), "column 1 'A': no duration of the form hh:mm:ss");
    EXPECT_EQ(lasting(Unit::Clock, "-0:30", ""),
              "column 1 'A': a formula, which a spreadsheet would run: write its value");
    EXPECT_EQ(lasting(Unit::Clock, "1", ""), "column 1 'A': no duration of the form hh:mm:ss");
    EXPECT_EQ(lasting(Unit::Dates, "02/01/2017 00:10", "01/01/2017 23:50"), "1200000");
    EXPECT_EQ(lasting(Unit::Dates, "x", "01/01/2017 23:50"),
              "column 1 'A': no date of the form DD/MM/YYYY hh:mm");
    EXPECT_EQ(lasting(Unit::Minutes, "9007199254740991", ""),
              "column 1 'A': a duration over 366 days");
}

TEST(CsvMapper, AClockOfTwoPartsIsReadOnlyWhereTheMappingSaysMinutes) {
    using Unit = CsvDuration::Unit;
    const std::string two =
        "column 1 'A': two parts, which may be hours or minutes: write all of hh:mm:ss, or give "
        "the mapping unit = \"mm:ss\"";
    EXPECT_EQ(lasting(Unit::Clock, "1:00", ""), two);
    EXPECT_EQ(lasting(Unit::Clock, "٠٢:٠٣", ""), two);
    EXPECT_EQ(lasting(Unit::Clock, "0:01:00", "1:00"),
              "column 2 'B': two parts, which may be hours or minutes: write all of hh:mm:ss, or "
              "give the mapping unit = \"mm:ss\"");
    EXPECT_EQ(lasting(Unit::MinuteClock, "1:00", ""), "60000");
    EXPECT_EQ(lasting(Unit::MinuteClock, "٠٢:٠٣", ""), "123000");
    EXPECT_EQ(lasting(Unit::MinuteClock, "90:05", "90:00"), "5000");
    for (const std::string cell : {"1:02:03", "1", "1:60", "1:5", "1:-0", ":30", "x"}) {
        EXPECT_EQ(lasting(Unit::MinuteClock, cell, ""),
                  "column 1 'A': no duration of the form mm:ss")
            << cell;
    }
}

TEST(CsvMapper, DateAndTimeMayStandInTwoColumns) {
    CsvValue value = column("Date");
    value.columns.push_back({"Time", {}});
    value.date = {"DD/MM/YYYY hh:mm", "Asia/Bahrain"};
    value.plus = CsvDuration{{}, {}, {}, 60'000};
    EXPECT_EQ(told(Kind::Timestamp, value, {"01/02/2017", "10:00"}), "2017-02-01T07:01:00.000Z");
}

TEST(CsvMapper, WhatIsAddedToADateIsNotTakenForNothing) {
    CsvValue value = column("At");
    value.plus = CsvDuration{CsvColumn{"Minutes", 1}, {}, CsvDuration::Unit::Minutes, 0};
    const std::string at = "2017-02-01T07:00:00Z";
    EXPECT_EQ(told(Kind::Timestamp, value, {at, "٥"}), "2017-02-01T07:05:00.000Z");
    EXPECT_EQ(told(Kind::Timestamp, value, {at, " "}),
              "column 1 'At': what is added to it is empty: not all cells of `plus` are filled");
    value.columns.front().index = 0;
    const auto left_out = csv_field({{"field", Kind::Timestamp, false, {}}, value}, {at, ""});
    ASSERT_TRUE(left_out) << left_out.error().message;
    EXPECT_FALSE(left_out->has_value());
}

TEST(CsvMapper, ACodeTableKnowsACellInWhicheverDigits) {
    const std::map<std::string, std::string> codes{{"2", "chat"}};
    CsvValue value = column("Channel");
    value.codes = &codes;
    for (const std::string cell : {"2", "٢", "۲"}) {
        EXPECT_EQ(told(Kind::Code, value, {cell}), "chat");
    }
}

TEST(CsvMapper, AnIdentifierIsTheSameInWhicheverDigits) {
    CsvValue value = column("No");
    EXPECT_EQ(told(Kind::Identifier, value, {"A-١٢٣"}), "A-123");
    EXPECT_EQ(told(Kind::Identifier, value, {"۷"}), "7");
    value.prefix = "case-";
    EXPECT_EQ(told(Kind::Identifier, value, {"٤٥"}), "case-45");
    value.prefix = "";
    value.digest = "/csv/x";
    EXPECT_EQ(told(Kind::Token, value, {"٧"}), told(Kind::Token, value, {"7"}));
    EXPECT_EQ(told(Kind::Text, column("T"), {"غرفة ٧"}), "غرفة ٧");
}

TEST(CsvMapper, APersonsNumberStaysOutInWhicheverDigits) {
    CsvField field{{"citizen", Kind::Token, true, {}}, column("CPR")};
    field.value.columns[0].index = 0;
    for (const char* number : {"910101234", "٩١٠١٠١٢٣٤"}) {
        const auto value = csv_field(field, {number});
        ASSERT_FALSE(value.has_value()) << number;
        EXPECT_NE(value.error().message.find("a person's number"), std::string::npos)
            << value.error().message;
    }
}

TEST(CsvMapper, NamesBecomeDigestsAndFormulasNothing) {
    CsvValue value = column("Clerk");
    value.digest = "/csv/x";
    EXPECT_EQ(told(Kind::Token, value, {"Fatima"}).size(), 22U);
    EXPECT_NE(told(Kind::Token, value, {"Fatima"}), told(Kind::Token, value, {"Yusuf"}));
    EXPECT_EQ(told(Kind::Text, column("T"), {"=cmd()"}),
              "column 1 'T': a formula, which a spreadsheet would run: write its value");
    EXPECT_EQ(told(Kind::Text, column("T"), {"a\nb"}), "a b");
}

}  // namespace
}  // namespace sijill::producers
