// tests/unit/api/xlsx_test.cc - what a workbook holds and refuses. What stands in its cells is
// judged by another reader: tests/release/xlsx_test.py.

#include "api/xlsx.h"

#include "api/formats.h"

#include <gtest/gtest.h>

#include <thread>

namespace sijill::api {
namespace {

Workbook workbook_of(Table table) {
    return {{{"Sheet", std::move(table)}}, false, 1'485'936'000};
}

Workbook rows_of_text(size_t rows, const std::string& text) {
    Table table{{"id", "text", "number"}, {}, {false, false, true}};
    for (size_t i = 0; i < rows; ++i) {
        table.rows.push_back({"case-" + std::to_string(i), text, std::to_string(i)});
    }
    return workbook_of(std::move(table));
}

void expect_refused(const Workbook& workbook, const std::string& what) {
    const auto bytes = xlsx_bytes(workbook);
    ASSERT_FALSE(bytes.has_value());
    EXPECT_EQ(bytes.error().code, Errc::TooLarge);
    EXPECT_NE(bytes.error().message.find(what), std::string::npos) << bytes.error().message;
    EXPECT_NE(bytes.error().message.find("ask for CSV"), std::string::npos);
}

TEST(Xlsx, ACellHoldsWhatExcelHoldsAndNoCharacterMore) {
    EXPECT_TRUE(xlsx_bytes(workbook_of({{"a"}, {{std::string(32'767, 'x')}}, {}})).has_value());
    expect_refused(workbook_of({{"a"}, {{std::string(32'768, 'x')}}, {}}), "column 'a'");
    std::string faces;
    for (int i = 0; i < 16'384; ++i) {
        faces += "\xF0\x9F\x98\x80";  // two units of UTF-16
    }
    expect_refused(workbook_of({{"a"}, {{faces}}, {}}), "32767 characters");
}

TEST(Xlsx, ATableWithoutColumnsIsAnEmptySheet) {
    EXPECT_TRUE(xlsx_bytes(workbook_of({})).has_value());
}

TEST(Xlsx, WhatXmlCannotHoldIsSpelledOut) {
    using namespace std::string_literals;
    EXPECT_EQ(xlsx_text("a\0b\x1F\r\n\tc"s), "a_x0000_b_x001F__x000D_\n\tc");
    EXPECT_EQ(xlsx_text("_x0041_ _x00g1_ _x004"), "_x005F_x0041_ _x00g1_ _x004");
    EXPECT_EQ(xlsx_text("\xEF\xBF\xBE\xEF\xBF\xBF"), "_xFFFE__xFFFF_");
    EXPECT_EQ(xlsx_text("بلاغ \xF0\x9F\x98\x80 <&>"), "بلاغ \xF0\x9F\x98\x80 <&>");
    EXPECT_EQ(xlsx_text("a\xFFz"), "a\xEF\xBF\xBDz") << "a broken byte is replaced";
}

TEST(Xlsx, RowsAndColumnsBeyondASheetAreRefused) {
    Table rows{{"a"}, {}, {}};
    rows.rows.assign(1'048'576, {""});
    expect_refused(workbook_of(std::move(rows)), "1048576 rows: a sheet holds 1048575");
    Table columns;
    columns.header.assign(16'385, "a");
    expect_refused(workbook_of(std::move(columns)), "16385 columns: a sheet holds 16384");
}

TEST(Xlsx, WhateverRoomThereIsAWorkbookIsWholeOrRefused) {
    const Workbook workbook = rows_of_text(100, "بلاغ");
    const auto whole = xlsx_bytes(workbook);
    ASSERT_TRUE(whole.has_value()) << whole.error().message;
    size_t refused = 0;
    for (size_t room = 0; room < 100'000; room += 499) {
        const auto bytes = xlsx_bytes(workbook, room);
        if (bytes) {
            ASSERT_EQ(*bytes, *whole) << room;
        } else {
            ASSERT_EQ(bytes.error().code, Errc::TooLarge) << room;
            ++refused;
        }
    }
    EXPECT_GT(refused, 10U);
    EXPECT_LT(refused, 200U) << "with room enough it is made";
}

TEST(Xlsx, TheSameWorkbookIsTheSameBytesInAnyThread) {
    std::vector<std::string> alone;
    for (size_t i = 0; i < 4; ++i) {
        alone.push_back(xlsx_bytes(rows_of_text(100 + i, "text")).value());
    }
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < 4; ++i) {
        threads.emplace_back([&alone, i] {
            for (int again = 0; again < 5; ++again) {
                EXPECT_EQ(xlsx_bytes(rows_of_text(100 + i, "text")).value(), alone[i]);
            }
        });
    }
    threads.clear();
    EXPECT_NE(alone[0], alone[1]);
}

TEST(Xlsx, AnAnswerThatFitsNoSheetIsNotAcceptableAndSaysWhatToDo) {
    Answer answer;
    answer.table = {{"a"}, {{std::string(40'000, 'x')}}, {}};
    const Route& route = *match("GET", "/v1/kpis").route;
    const Asked asked{{}, "en", {}};
    const std::string zone = "Asia/Bahrain";
    const Standing standing{"0:1", std::nullopt};
    const Response response = write_answer(answer, Media::Xlsx, {route, asked, zone, standing});
    EXPECT_EQ(response.status, 406);
    EXPECT_NE(response.body.find("ask for CSV"), std::string::npos) << response.body;
    EXPECT_EQ(write_answer(answer, Media::Csv, {route, asked, zone, standing}).status, 200);
}

}  // namespace
}  // namespace sijill::api
