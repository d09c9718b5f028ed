// Goal: a table gives exactly its cells, or the exact fault with its place, whatever stands in it.
// Method: hostile inputs as a table; a million rows from a stream that never was in memory.

#include "producers/csv_reader.h"

#include <gtest/gtest.h>

#include <sstream>
#include <streambuf>
#include <string>
#include <utility>
#include <vector>

namespace sijill::producers {
namespace {

// Rows as "line:cell~cell", faults as "line!fault", one behind the other with a '/'.
std::string rows_of(const std::string& text, const CsvFormat& format = {}) {
    std::istringstream input(text);
    auto reader = CsvReader::open(input, format);
    if (!reader) {
        return reader.error().message;
    }
    std::string rows;
    for (CsvRow row; reader->next(row);) {
        rows += (rows.empty() ? "" : "/") + std::to_string(row.line);
        if (!row.fault.empty()) {
            EXPECT_TRUE(row.cells.empty());
            rows += "!" + row.fault;
        }
        for (size_t i = 0; i < row.cells.size(); ++i) {
            rows += (i == 0 ? ":" : "~") + row.cells[i];
        }
    }
    return rows;
}

const std::string kInside = "a quote inside a cell that does not begin with one";
const std::string kBehind = "text behind a closing quote; a quote within quotes is written twice";
const std::string kNoUtf8 =
    "bytes that are no UTF-8; an old Arabic export is read with the encoding WINDOWS-1256";
const std::string kZero = "a zero byte; is the file UTF-16? Save it as UTF-8";

struct CsvSample {
    std::string text;
    std::string rows;
};

const std::vector<CsvSample>& comma_samples() {
    static const std::vector<CsvSample> kSamples = {
        {"", ""},
        {"\n", ""},
        {"\r\n\r\n", ""},
        {"\r", ""},
        {"a", "1:a"},
        {"a\n", "1:a"},
        {"a\r\n", "1:a"},
        {"a\rb\r", "1:a/2:b"},
        {"a\n\n\nb", "1:a/4:b"},
        {"a,b", "1:a~b"},
        {"a,", "1:a~"},
        {",a", "1:~a"},
        {",", "1:~"},
        {",,\n", "1:~~"},
        {" a , b ", "1: a ~ b "},
        {"a;b", "1:a;b"},
        {"a\tb", "1:a\tb"},
        {"'a','b'", "1:'a'~'b'"},
        {"\"a\"", "1:a"},
        {"\"a\",\"b\"\n", "1:a~b"},
        {"\"\"", ""},
        {"\"\",\"\"", "1:~"},
        {"\"a,b\"", "1:a,b"},
        {"\"a\nb\"\nc", "1:a\nb/3:c"},
        {"\"a\r\nb\",x\r\nc", "1:a\nb~x/3:c"},
        {"\"a\n\n\n\"\nb", "1:a\n\n\n/5:b"},
        {"\"\"\"\"", "1:\""},
        {"\"a\"\"b\"", "1:a\"b"},
        {"\"\"\"a\"\"\"", "1:\"a\""},
        {"\",\",\",\"", "1:,~,"},
        {"a\"b", "1!column 1: " + kInside},
        {"x,a\"b\ny", "1!column 2: " + kInside + "/2:y"},
        {" \"a\"\nb", "1!column 1: " + kInside + "/2:b"},
        {"\"a\"b\nc", "1!column 1: " + kBehind + "/2:c"},
        {"\"a\" ,b\nc", "1!column 1: " + kBehind + "/2:c"},
        {"x,y,\"a\"\"b\"c\nd", "1!column 3: " + kBehind + "/2:d"},
        {"\"a", "1!column 1: the quote of line 1 is not closed"},
        {"\"", "1!column 1: the quote of line 1 is not closed"},
        {"\"\"\"", "1!column 1: the quote of line 1 is not closed"},
        {"a,b\nc,\"d\n", "1:a~b/2!column 2: the quote of line 2 is not closed"},
        {"a,\"b\nc,d\ne,f\n", "1!column 2: the quote of line 1 is not closed/2:c~d/3:e~f"},
        {"a,\"b\nc,\"d\"\n\"e\ng\",f\n", "1!column 2: " + kBehind + "/2:c~d/3:e\ng~f"},
    };
    return kSamples;
}

// Encodings, and what only a program would write.
const std::vector<CsvSample>& byte_samples() {
    static const std::vector<CsvSample> kSamples = {
        {"\xEF\xBB\xBF", ""},
        {"\xEF\xBB\xBF"
         "a,b",
         "1:a~b"},
        {"\xEF\xBB\xBF\"a\"", "1:a"},
        {"\xEF\xBB"
         "a",
         "1!column 1: " + kNoUtf8},
        {"\xEF", "1!column 1: " + kNoUtf8},
        {"a\n\xEF\xBB\xBF"
         "b",
         "1:a/2:\xEF\xBB\xBF"
         "b"},
        {"\xFF\xFE"
         "a",
         "1!column 1: " + kNoUtf8},
        {std::string("a\0,b\nc", 6), "1!column 1: " + kZero + "/2:c"},
        {std::string("a,\"\0\"", 5), "1!column 2: " + kZero},
        {"\xC7\xE1", "1!column 1: " + kNoUtf8},
        {"ok,\xC0\x80", "1!column 2: " + kNoUtf8},
        {"\xED\xA0\x80", "1!column 1: " + kNoUtf8},
        {"\xF4\x90\x80\x80", "1!column 1: " + kNoUtf8},
        {"\xE2\x82", "1!column 1: " + kNoUtf8},
        {"الاسكان,مزايا", "1:الاسكان~مزايا"},
        {"\"الاسكان،\nمزايا\"", "1:الاسكان،\nمزايا"},
        {"٣١/٠١/٢٠١٧", "1:٣١/٠١/٢٠١٧"},
        {"=1+1", "1:=1+1"},
        {"\x01\x02", "1:\x01\x02"},
        {"a\x1A", "1:a\x1A"},
        {std::string(2'000, ','), "1!column 1001: a row has at most 1,000 cells"},
        {std::string(999, ',') + "\nb", "1:" + std::string(999, '~') + "/2:b"},
        {std::string(1'000, ',') + "\nb", "1!column 1001: a row has at most 1,000 cells/2:b"},
        {std::string(1U << 20U, 'x') + "y\nb", "1!column 1: the row is longer than 1 MiB/2:b"},
        {"\"" + std::string(1U << 20U, 'x') + "\ny\nb",
         "1!column 1: the quote of line 1 is not closed/2:y/3:b"},
    };
    return kSamples;
}

TEST(CsvReader, HostileTablesGiveTheirCellsOrTheirFault) {
    for (const auto* samples : {&comma_samples(), &byte_samples()}) {
        for (const CsvSample& sample : *samples) {
            EXPECT_EQ(rows_of(sample.text), sample.rows) << sample.text.substr(0, 80);
        }
    }
}

TEST(CsvReader, OtherDelimitersLeaveTheCommaAlone) {
    EXPECT_EQ(rows_of("a;b,c;\"d;e\"", {';', "UTF-8"}), "1:a~b,c~d;e");
    EXPECT_EQ(rows_of("a\tb,c\t\"d\te\"", {'\t', "UTF-8"}), "1:a~b,c~d\te");
    EXPECT_EQ(rows_of("a|b,c", {'|', "UTF-8"}), "1:a~b,c");
    EXPECT_EQ(rows_of("a", {'x', "UTF-8"}), "a delimiter is one of , ; tab |");
}

TEST(CsvReader, OldArabicExportsAreRead) {
    const CsvFormat old{';', "WINDOWS-1256"};
    EXPECT_EQ(rows_of("\xC7\xE1\xC7\xD3\xDF\xC7\xE4;\xE3\xD2\xC7\xED\xC7\n", old),
              "1:الاسكان~مزايا");
    EXPECT_EQ(rows_of("\"\xC7\nb\"", old), "1:ا\nb");
    EXPECT_EQ(rows_of("a", {',', "KLINGON-8"}),
              "iconv knows no encoding 'KLINGON-8'; `iconv -l` lists them");
    EXPECT_NE(rows_of("a", {',', "UTF-16"}).find("is not read: save the table as UTF-8"),
              std::string::npos);
}

TEST(CsvReader, TheDelimiterOfAHeaderIsFoundOrAskedFor) {
    EXPECT_EQ(find_delimiter("a,b,c").value(), ',');
    EXPECT_EQ(find_delimiter("a;b;c,d").value(), ';');
    EXPECT_EQ(find_delimiter("a\tb").value(), '\t');
    EXPECT_EQ(find_delimiter("\"a,b,c\";d").value(), ';');
    EXPECT_EQ(find_delimiter("a,b;c").error().message,
              "two delimiters occur equally often in the header: say which with `delimiter` in "
              "the mapping");
    EXPECT_EQ(
        find_delimiter("a").error().message,
        "the header holds none of , ; tab |: say with `delimiter` in the mapping what divides "
        "its cells");
}

TEST(CsvReader, WhatIsWrittenIsReadBack) {
    for (const std::string cell : {"", "a", "a,b", "a\"b", "\"", "a\nb", "الاسكان", " a "}) {
        EXPECT_EQ(rows_of("x," + csv_cell(cell, ',') + "\n"), "1:x~" + cell);
    }
}

TEST(CsvReader, BrokenRowsAreKeptAsTheyWereAndCountedAsASpreadsheetDoes) {
    std::istringstream input("a,b\n\n\"c\nd\",e\nf,\"g\nh,\xFF\r\ni,j\n");
    auto reader = CsvReader::open(input, {});
    ASSERT_TRUE(reader);
    std::string told;
    for (CsvRow row; reader->next(row);) {
        told += std::to_string(row.line) + "/" + std::to_string(row.number) + " " + row.raw + ";";
    }
    EXPECT_EQ(told, "1/1 ;3/3 ;5/4 f,\"g;6/5 h,\xFF;7/6 ;");
    EXPECT_EQ(reader->bytes(), 27U);
    EXPECT_FALSE(reader->has_mark());
}

TEST(CsvWriter, RowsAreWrittenInTheFormatTheyWereReadIn) {
    std::ostringstream out;
    auto writer = CsvWriter::open(out, {';', "WINDOWS-1256"}, false);
    ASSERT_TRUE(writer);
    writer->write({"الاسكان", "a;b"});
    writer->write_raw("\xFF\"x", {"عمود 漢"});
    EXPECT_EQ(out.str(),
              "\xC7\xE1\xC7\xD3\xDF\xC7\xE4;\"a;b\"\n\xFF\"x;" +
                  std::string(8, '?').insert(8, " ???") + "\n");
    std::ostringstream marked;
    CsvWriter::open(marked, {}, true)->write({"a"});
    EXPECT_EQ(marked.str(),
              "\xEF\xBB\xBF"
              "a\n");
}

// The same row again and again, made while it is read.
class EndlessRows final : public std::streambuf {
  public:
    EndlessRows(std::string row, uint64_t count) : row_(std::move(row)), left_(count) {}

  protected:
    int_type underflow() override {
        if (left_ == 0) {
            return traits_type::eof();
        }
        --left_;
        setg(row_.data(), row_.data(), row_.data() + row_.size());
        return traits_type::to_int_type(row_.front());
    }

  private:
    std::string row_;
    uint64_t left_;
};

TEST(CsvReader, AMillionRowsAreReadInTheMemoryOfOne) {
    EndlessRows rows("9001,\"new\nhousing\",2017-01-31T08:00:00Z\r\n", 1'000'000);
    std::istream input(&rows);
    auto reader = CsvReader::open(input, {});
    ASSERT_TRUE(reader);
    uint64_t count = 0;
    CsvRow row;
    while (reader->next(row)) {
        ++count;
        ASSERT_EQ(row.cells.size(), 3U);
    }
    EXPECT_EQ(count, 1'000'000U);
    EXPECT_EQ(row.line, 1'999'999U);
}

}  // namespace
}  // namespace sijill::producers
