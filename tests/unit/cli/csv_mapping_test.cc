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
    const auto read = read_csv_mapping(file);
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
            read_csv_mapping(tests::source_path("producers/mappings/" + name + ".toml"));
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

TEST(CsvMappingFile, AMistakeOfSyntaxIsTheOnlyOneTold) {
    const Lines told = mistakes_of(kStart + "[[event]\n");
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].starts_with("3:")) << told[0];
}

}  // namespace
}  // namespace sijill::cli
