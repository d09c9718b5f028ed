// Goal: each mistake of a mapping is told with file, line, column and the nearest name, all at
// once. Method: mappings with mistakes; the ready ones have none.

#include "cli/csv_mapping.h"

#include "tests/support/scratch_directory.h"
#include "tests/support/source_path.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace sijill::cli {
namespace {

using Lines = std::vector<std::string>;

// The lines of the error, without the file.
Lines mistakes_of(const std::string& text) {
    const tests::ScratchDirectory directory;
    const std::string file = directory.path() / "m.toml";
    std::ofstream(file, std::ios::binary) << text;
    const auto read = read_csv_mapping(file, "Asia/Bahrain");
    Lines lines;
    std::istringstream in(read ? "" : read.error().message);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line.starts_with(file) ? line.substr(file.size() + 1) : line);
    }
    EXPECT_EQ(read ? Errc::Config : read.error().code, Errc::Config);
    return lines;
}

const std::string kStart = "source = \"/csv/x\"\nkey = [\"No\"]\n";
const std::string kEvent =
    "[[event]]\ntype = \"appointment.cancelled\"\ntime = { column = \"At\" }\n[event.fields]\n"
    "cancelled_at = { column = \"At\" }\nnotice = 0\n";

TEST(CsvMappingFile, ARightOneHasNoMistakes) {
    EXPECT_EQ(mistakes_of(kStart + kEvent + "by = \"office\"\n"), Lines());
    for (const std::string name : {"appointments", "call-details"}) {
        const auto read =
            read_csv_mapping(tests::source_path("producers/mappings/" + name + ".toml"), "UTC");
        EXPECT_TRUE(read) << read.error().message;
    }
}

TEST(CsvMappingFile, EveryUnitOfADurationMayBeWritten) {
    const std::string event =
        "[[event]]\ntype = \"call.ended\"\ntime = { column = \"At\" }\n"
        "[event.fields]\nended_at = { column = \"At\" }\nhold = 0\n"
        "ended_by = \"citizen\"\ntalk = { column = \"T\", unit = ";
    for (const std::string unit : {"ms", "s", "min", "hh:mm:ss", "mm:ss"}) {
        EXPECT_EQ(mistakes_of(kStart + event + "\"" + unit + "\" }\n"), Lines()) << unit;
    }
    EXPECT_EQ(mistakes_of(kStart + event + "\"hh:mm\" }\n"),
              Lines{"10:24: a duration needs its unit: \"ms\", \"s\", \"min\", \"hh:mm:ss\", "
                    "\"mm:ss\" or \"dates\""});
}

TEST(CsvMappingFile, EachMistakeIsToldWithItsPlaceAndTheNearestName) {
    EXPECT_EQ(mistakes_of("sorce = \"x\"\n" + kStart + kEvent + "by = \"office\"\n"),
              Lines{"1:1: there is no key 'sorce'; did you mean 'source'?"});
    EXPECT_EQ(mistakes_of(kStart + kEvent + "by = \"citizn\"\nbye = 1\n"),
              (Lines{"9:6: by: 'citizn' is none of citizen, office",
                     "10:1: appointment.cancelled has no field 'bye'; did you mean 'by'?"}));
    EXPECT_EQ(mistakes_of(kStart + kEvent),
              Lines{"3:1: the event 'appointment.cancelled' needs the field by of "
                    "appointment.cancelled"});
}

// A ready mapping with one of its texts replaced.
std::string sample_with(const std::string& text, const std::string& instead) {
    std::ifstream in(tests::source_path("producers/mappings/appointments.toml"));
    std::string all(std::istreambuf_iterator<char>(in), {});
    const size_t at = all.find(text);
    EXPECT_NE(at, std::string::npos) << text;
    return all.replace(at, text.size(), instead);
}

TEST(CsvMappingFile, AMistakeForAllEventsIsToldOnceWhereItStands) {
    EXPECT_EQ(mistakes_of(sample_with("Asia/Bahrain", "Asia/Manama")),
              Lines{"8:1: there is no time zone 'Asia/Manama'"});
    EXPECT_EQ(mistakes_of(sample_with("DD/MM/YYYY", "DD/MM/YY")),
              Lines{"7:1: a date format is rfc3339, excel or a pattern with YYYY, MM and DD, not "
                    "'DD/MM/YY hh:mm'"});
    EXPECT_EQ(mistakes_of(sample_with("prefix", "prefx")),
              Lines{"5:37: there is no key 'prefx'; did you mean 'prefix'?"});
    EXPECT_EQ(mistakes_of(sample_with("system:booking", "booking")),
              Lines{"6:1: actor is agent:, system:, citizen: or department: and an identifier"});
    EXPECT_EQ(mistakes_of(sample_with("# encoding = \"WINDOWS-1256\"", "encoding = \"KLINGON\"")),
              Lines{"9:1: iconv knows no encoding 'KLINGON'; `iconv -l` lists them"});
    EXPECT_EQ(mistakes_of(sample_with("\"hq_diplomatic_area\"", "\"HQ\"")),
              Lines{"21:21: location: 'HQ' is no code (1 to 64 of a-z 0-9 _ . -): give it one with "
                    "`codes`"});
}

TEST(CsvMappingFile, WhatOneValueSaysOfItsDatesIsToldThere) {
    const std::string event = kStart + kEvent + "by = \"office\"\n";
    const auto with = [&event](const std::string& more) {
        std::string text = event;
        return mistakes_of(text.replace(text.find(" }"), 2, ", " + more + " }"));
    };
    EXPECT_EQ(with("time_zone = \"Mars\""), Lines{"5:25: there is no time zone 'Mars'"});
    EXPECT_EQ(with("format = \"YYYY-MM-DDThh:mm:ssZ\""),
              Lines{"5:25: the date format 'YYYY-MM-DDThh:mm:ssZ' is RFC 3339: say \"rfc3339\""});
}

TEST(CsvMappingFile, WhatIsOfAnotherTypeIsToldOnce) {
    const std::string wrapped =
        kStart + "[[event]]\ntype = \"call.wrapped_up\"\ntime = { column = \"At\" }\n" +
        "[event.fields]\noutcome = \"handled\"\npurposes = { column = \"P\" }\n";
    EXPECT_EQ(mistakes_of(wrapped + "acw = { column = \"A\", unit = \"s\", default = 0 }\n"),
              Lines{"9:45: default must be a text, not 0"});
    EXPECT_EQ(
        mistakes_of(wrapped + "acw = { column = \"A\", unit = 1, optional = true, default = 0 }\n"),
        (Lines{"9:30: unit must be a text, not 1", "9:60: default must be a text, not 0"}));
    EXPECT_EQ(mistakes_of("delimiter = 1\nencoding = 2\ndate_format = 3\nactor = 4\n" + wrapped +
                          "acw = 0\n"),
              (Lines{"1:13: delimiter must be a text, not 1",
                     "2:12: encoding must be a text, not 2",
                     "3:15: date_format must be a text, not 3",
                     "4:9: actor must be a text, not 4"}));
}

// The times of the events that a row gives by the mapping, for a site in that zone.
Lines times_of(const std::string& text,
               const std::string& zone,
               const std::vector<std::string>& row) {
    const tests::ScratchDirectory directory;
    const std::string file = directory.path() / "m.toml";
    std::ofstream(file, std::ios::binary) << text;
    const auto mapping = read_csv_mapping(file, zone);
    Lines times;
    if (!mapping) {
        return {mapping.error().message};
    }
    const auto mapper = producers::CsvMapper::open(**mapping, {"No", "At", "State"});
    const auto made = mapper ? mapper->map(row) : Unexpected(mapper.error());
    if (!made) {
        return {made.error().message};
    }
    for (const std::string& event : made->events) {
        times.push_back(event.substr(event.find("\"time\":") + 8, 19));
    }
    return times;
}

TEST(CsvMappingFile, DatesWithoutAZoneAreInThatOfTheMappingOrElseOfTheSite) {
    const std::string pattern = kStart + "date_format = \"YYYY-MM-DD hh:mm\"\n";
    const std::string event = kEvent + "by = \"office\"\n";
    const std::vector<std::string> row{"1", "2017-01-02 10:00", ""};
    EXPECT_EQ(times_of(pattern + event, "Europe/Paris", row), Lines{"2017-01-02T09:00:00"});
    EXPECT_EQ(times_of(pattern + event, "UTC", row), Lines{"2017-01-02T10:00:00"});
    EXPECT_EQ(times_of(pattern + "time_zone = \"Asia/Bahrain\"\n" + event, "UTC", row),
              Lines{"2017-01-02T07:00:00"});
}

TEST(CsvMappingFile, AConditionHoldsInWhicheverDigits) {
    const std::vector<std::string> row{"1", "2017-01-02T10:00:00Z", "١"};
    for (const auto& [when, holds] : {std::pair{"is = \"1\"", true},
                                      {"is = [\"۱\", \"2\"]", true},
                                      {"not = \"1\"", false},
                                      {"is = \"2\"", false}}) {
        const std::string event = kEvent + "by = \"office\"\n[[event.when]]\ncolumn = \"State\"\n";
        EXPECT_EQ(times_of(kStart + event + when + "\n", "UTC", row),
                  holds ? Lines{"2017-01-02T10:00:00"} : Lines())
            << when;
    }
}

TEST(CsvMappingFile, ACellStandsOnceInACodeTableInWhicheverDigits) {
    EXPECT_EQ(mistakes_of(kStart + "[codes.x]\n\"2\" = \"chat\"\n\"٢\" = \"call\"\n" + kEvent +
                          "by = \"office\"\n"),
              Lines{"5:1: the cell '2' stands twice in the code table"});
}

TEST(CsvMappingFile, AMistakeOfSyntaxIsTheOnlyOneTold) {
    const Lines told = mistakes_of(kStart + "[[event]\n");
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].starts_with("3:")) << told[0];
}

}  // namespace
}  // namespace sijill::cli
