// Goal: a cell is read in the one way it can be meant, or refused with what to write instead.
// Method: a table of cells, with the value or the exact error.

#include "producers/csv_values.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sijill::producers {
namespace {

struct CellSample {
    std::string cell;
    std::string told;  // the value, or '!' and the error
};

std::string number_of(const std::string& cell) {
    const auto value = cell_integer(cell);
    return value ? std::to_string(*value) : "!" + value.error().message;
}

const std::string kNone = "!no whole number";
const std::string kSeparator =
    "!a separator or a decimal: 1,000 may be one or a thousand; write a whole number without "
    "separators";

TEST(CsvValues, WholeNumbersAreReadAndNothingElse) {
    const std::vector<CellSample> samples = {
        {"0", "0"},
        {"17", "17"},
        {"-17", "-17"},
        {" 17 ", "17"},
        {"\xC2\xA0"
         "17\xC2\xA0",
         "17"},
        {"\xE2\x80\x8F"
         "17",
         "17"},
        {"007", "7"},
        {"١٧", "17"},
        {"۱۷", "17"},
        {"١7", "17"},
        {"\xE2\x80\x8F٢٬", kSeparator},
        {"-٤", "-4"},
        {"9007199254740991", "9007199254740991"},
        {"-9007199254740991", "-9007199254740991"},
        {"9007199254740992", "!a number over 53 bits"},
        {"99999999999999999999", "!a number over 53 bits"},
        {"", kNone},
        {" ", kNone},
        {"-", kNone},
        {"--1", kSeparator},
        {"+1", kNone},
        {"1,000", kSeparator},
        {"1.000", kSeparator},
        {"1 000", kSeparator},
        {"1'000", kSeparator},
        {"1.5", kSeparator},
        {"١٫٥", kSeparator},
        {"1e3", kNone},
        {"0x10", kNone},
        {"NaN", kNone},
        {"#N/A", kNone},
        {"#REF!", kNone},
        {"seventeen", kNone},
        {"17 min", kNone},
        {"½", kNone},
        {"１７", kNone},
    };
    for (const CellSample& sample : samples) {
        EXPECT_EQ(number_of(sample.cell), sample.told) << sample.cell;
    }
}

TEST(CsvValues, MarksOfDirectionAroundACellAreNotOfIt) {
    for (const std::string mark : {"\u200E",
                                   "\u200F",
                                   "\u061C",
                                   "\u202A",
                                   "\u202B",
                                   "\u202C",
                                   "\u202D",
                                   "\u202E",
                                   "\u2066",
                                   "\u2067",
                                   "\u2068",
                                   "\u2069"}) {
        EXPECT_EQ(trimmed_cell(mark + " " + mark + "a" + mark + "b" + mark), "a" + mark + "b");
        EXPECT_EQ(trimmed_cell(mark), "");
    }
}

TEST(CsvValues, FormulasAreToldFromNumbers) {
    for (const std::string cell : {"=1+1",
                                   "=A1",
                                   "+A1",
                                   "-A1",
                                   "@SUM(A1)",
                                   "=",
                                   "+",
                                   " =1+1",
                                   "=HYPERLINK(\"x\")",
                                   "+973 17300000"}) {
        EXPECT_TRUE(is_formula(cell)) << cell;
    }
    for (const std::string cell :
         {"", "-", " - ", "1", "-1", "+1", "-1.5", "a=b", "a@b", "-٤", "'=1"}) {
        EXPECT_FALSE(is_formula(cell)) << cell;
    }
}

std::string instant_told(const std::string& cell, const DateFormat& format) {
    const auto time = cell_instant(cell, format);
    return time ? events::format_rfc3339(*time) : "!" + time.error().message;
}

void expect_instants(const DateFormat& format, const std::vector<CellSample>& samples) {
    for (const CellSample& sample : samples) {
        EXPECT_EQ(instant_told(sample.cell, format), sample.told)
            << format.pattern << ": " << sample.cell;
    }
}

const std::string kNoDay = "!there is no such day";
const std::string kNoTime = "!there is no such time of day";

TEST(CsvValues, DatesByPatternAreReadInTheirTimeZone) {
    const std::string none = "!no date of the form DD/MM/YYYY hh:mm";
    expect_instants({"DD/MM/YYYY hh:mm", "Asia/Bahrain"},
                    {
                        {"31/01/2017 11:00", "2017-01-31T08:00:00.000Z"},
                        {"1/2/2017 9:05", "2017-02-01T06:05:00.000Z"},
                        {"٣١/٠١/٢٠١٧ ١١:٠٠", "2017-01-31T08:00:00.000Z"},
                        {"۳۱/۰۱/۲۰۱۷ ۱۱:۰۰", "2017-01-31T08:00:00.000Z"},
                        {"\xE2\x80\x8F"
                         "31/01/2017 11:00\xE2\x80\x8E",
                         "2017-01-31T08:00:00.000Z"},
                        {"29/02/2016 00:00", "2016-02-28T21:00:00.000Z"},
                        {"01/01/2017 00:00", "2016-12-31T21:00:00.000Z"},
                        {"31/12/2016 23:59", "2016-12-31T20:59:00.000Z"},
                        {"29/02/2017 00:00", kNoDay},
                        {"29/02/1900 00:00", kNoDay},
                        {"30/02/2016 00:00", kNoDay},
                        {"31/04/2017 00:00", kNoDay},
                        {"31/11/2017 00:00", kNoDay},
                        {"00/01/2017 00:00", kNoDay},
                        {"01/00/2017 00:00", kNoDay},
                        {"12/31/2017 00:00", kNoDay},
                        {"01/13/2017 00:00", kNoDay},
                        {"01/01/0000 00:00", kNoDay},
                        {"31/01/2017 24:00", "!24:00 is 00:00 of the next day: write it so"},
                        {"31/01/2017 24:30", "!24:00 is 00:00 of the next day: write it so"},
                        {"31/01/2017 25:00", kNoTime},
                        {"31/01/2017 11:60", kNoTime},
                        {"31/01/2017 11:99", kNoTime},
                        {"31/01/17 11:00", none},
                        {"31-01-2017 11:00", none},
                        {"31.01.2017 11:00", none},
                        {"2017/01/31 11:00", none},
                        {"31/01/2017", none},
                        {"31/01/2017 11:00:00", none},
                        {"31/01/2017 11:00 AM", none},
                        {"31/01/2017  11:00", none},
                        {"31/01/20170 11:00", none},
                        {"31/ 1/2017 11:00", none},
                        {"-1/01/2017 11:00", none},
                        {"31/01/2017 11:0x", none},
                        {"31/01/2017T11:00", none},
                        {"=TODAY()", none},
                        {"#####", none},
                        {"", "!no date"},
                        {" \xC2\xA0", "!no date"},
                    });
    expect_instants({"YYYY-MM-DD", "Asia/Bahrain"},
                    {{"2017-01-31", "2017-01-30T21:00:00.000Z"},
                     {"2017-02-29", kNoDay},
                     {"2017-1-3", "2017-01-02T21:00:00.000Z"},
                     {"2199-12-31", "2199-12-30T21:00:00.000Z"},
                     {"9999-12-31", "!the date lies outside the years 1900 to 2199 (UTC)"},
                     {"0001-01-01", "!the date lies outside the years 1900 to 2199 (UTC)"},
                     {"17-01-31", "!no date of the form YYYY-MM-DD"}});
    expect_instants({"YYYYMMDDhhmmss", "Asia/Bahrain"},
                    {{"20170131110009", "2017-01-31T08:00:09.000Z"}});
}

TEST(CsvValues, LocalTimesThatAreNoneOrTwoAreRefused) {
    expect_instants({"YYYY-MM-DD hh:mm", "Europe/London"},
                    {{"2017-03-26 01:30", "!the clocks of Europe/London jumped over this time"},
                     {"2017-10-29 01:30",
                      "!this time was twice in Europe/London: write it as RFC 3339 with its zone"},
                     {"2017-03-26 02:30", "2017-03-26T01:30:00.000Z"},
                     {"2017-01-01 00:00", "2017-01-01T00:00:00.000Z"}});
    EXPECT_EQ(instant_told("2017-01-01 00:00", {"YYYY-MM-DD hh:mm", "Asia/Atlantis"}),
              "!there is no time zone 'Asia/Atlantis'");
}

TEST(CsvValues, DatesOfRfc3339CarryTheirZone) {
    const std::string none =
        "!no date of RFC 3339, 1900 to 2199, such as 2017-01-31T08:00:00Z or "
        "2017-01-31T11:00:00+03:00";
    expect_instants({"rfc3339", ""},
                    {
                        {"2017-01-31T08:00:00Z", "2017-01-31T08:00:00.000Z"},
                        {"2017-01-31T11:00:00+03:00", "2017-01-31T08:00:00.000Z"},
                        {"2017-01-31T08:00:00.123456Z", "2017-01-31T08:00:00.123Z"},
                        {"٢٠١٧-٠١-٣١T٠٨:٠٠:٠٠Z", "2017-01-31T08:00:00.000Z"},
                        {"2016-02-29T00:00:00Z", "2016-02-29T00:00:00.000Z"},
                        {"2017-02-29T00:00:00Z", none},
                        {"2017-01-31T24:00:00Z", none},
                        {"2017-01-31T08:00:60Z", none},
                        {"2017-01-31T08:00:00", none},
                        {"2017-01-31 08:00:00Z", none},
                        {"2017-01-31", none},
                        {"2017-01-31T08:00Z", none},
                        {"2017-01-31T08:00:00-00:00", none},
                        {"20170131T080000Z", none},
                        {"42736.5", none},
                    });
}

TEST(CsvValues, DatesOfExcelAreDaysOfTheWallClock) {
    const std::string none = "!no date of Excel: a number of days such as 42736.5";
    const std::string range = "!no date of Excel from 1900-03-01 to 9999-12-31";
    expect_instants({"excel", "Asia/Bahrain"},
                    {
                        {"42736", "2016-12-31T21:00:00.000Z"},
                        {"42736.5", "2017-01-01T09:00:00.000Z"},
                        {"42766.458333333336", "2017-01-31T08:00:00.000Z"},
                        {"42736.999988425923", "2017-01-01T20:59:59.000Z"},
                        {"42736.9999999", "2017-01-01T21:00:00.000Z"},
                        {"٤٢٧٣٦", "2016-12-31T21:00:00.000Z"},
                        {"42429", "2016-02-28T21:00:00.000Z"},
                        {"60", range},
                        {"59", range},
                        {"0", range},
                        {"0.5", range},
                        {"2958466", range},
                        {"-1", none},
                        {"42,736", none},
                        {"42736.5.1", none},
                        {"4.2736e4", none},
                        {"1e999", none},
                        {"inf", none},
                        {"31/01/2017", none},
                    });
}

TEST(CsvValues, RFC3339WithItsZoneIsReadWhateverTheFormatIs) {
    for (const std::string format :
         {"excel", "YYYY-MM-DD hh:mm", "DD/MM/YYYY", "YYYY-MM-DDThh:mm:ss", "MM-DD-YYYY hhmmss"}) {
        expect_instants({format, "Europe/London"},
                        {{"2017-10-29T01:30:00Z", "2017-10-29T01:30:00.000Z"},
                         {"2017-10-29T01:30:00+01:00", "2017-10-29T00:30:00.000Z"},
                         {"\xE2\x80\x8F٢٠١٧-١٠-٢٩T٠١:٣٠:٠٠+٠١:٠٠", "2017-10-29T00:30:00.000Z"}});
        EXPECT_TRUE(instant_told("2017-10-29T01:30:00-00:00", {format}).starts_with("!no date"));
        EXPECT_TRUE(instant_told("2017-13-29T01:30:00Z", {format}).starts_with("!no date"));
    }
}

TEST(CsvValues, APatternWhoseZoneWouldBeLettersIsRefused) {
    for (const std::string pattern : {"YYYY-MM-DDThh:mm:ssZ",
                                      "YYYY-DD-MMThh:mm:ss+03:00",
                                      "YYYY-MM-DDThh:mm:ss.000Z",
                                      "YYYY-MM-DDT00:00:00Z"}) {
        const auto read = cell_instant("2017-1-31T8:00:00Z", {pattern});
        EXPECT_EQ(read.error().code, Errc::Config) << pattern;
        EXPECT_EQ(read.error().message,
                  "the date format '" + pattern + "' is RFC 3339: say \"rfc3339\"");
    }
    EXPECT_EQ(instant_told("2017-01-31T11:00:00", {"YYYY-MM-DDThh:mm:ss", "Asia/Bahrain"}),
              "2017-01-31T08:00:00.000Z");
}

TEST(CsvValues, APatternThatTellsNoDateIsRefused) {
    for (const std::string pattern : {"", "YYYY", "DD/MM/YY", "hh:mm", "EXCEL", "iso"}) {
        EXPECT_EQ(cell_instant("31/01/2017", {pattern}).error().code, Errc::Config) << pattern;
    }
}

}  // namespace
}  // namespace sijill::producers
