// Goal: everything that is read of a table is published, a duplicate, or told; importing again adds
// nothing. Method: tables in files, the log in memory, a mapping by hand.

#include "producers/csv_import.h"

#include "tests/support/file_limit.h"
#include "tests/support/memory_log.h"
#include "tests/support/scratch_directory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace sijill::producers {
namespace {

CsvField field(const std::string& column, events::FieldDescriptor declared) {
    CsvField made{declared, {}};
    made.value.columns = {{column, {}}};
    return made;
}

// Appointments: No, At (RFC 3339), By.
CsvMapping test_mapping() {
    CsvMapping mapping;
    mapping.source = "/csv/test";
    mapping.key = {{"No", {}}};
    CsvEvent event;
    const auto& all = events::all_events();
    event.type = &*std::ranges::find(all, "appointment.cancelled", &events::EventDescriptor::type);
    event.name = "cancelled";
    event.actor = "system:csv";
    event.time = field("At", {"time", events::Kind::Timestamp, true, {}});
    for (const events::FieldDescriptor& each : event.type->fields) {
        if (each.name == "by") {
            event.fields.push_back(field("By", each));
        } else if (each.name == "cancelled_at") {
            event.fields.push_back(field("At", each));
        } else if (each.name == "notice") {
            event.fields.push_back({each, {}});
            event.fields.back().value.constant = "0";
        }
    }
    mapping.events.push_back(event);
    return mapping;
}

class CsvImporting : public testing::Test {
  protected:
    /// Imports the text as a table; the messages without the file's name.
    std::vector<std::string> import(const std::string& text, bool strict = false) {
        const std::string path = directory_.path() / "t.csv";
        std::ofstream(path, std::ios::binary) << text;
        return import_file(path, strict);
    }

    std::vector<std::string> import_file(const std::string& path, bool strict) {
        KnownEvents known(mapping_.source);
        ReadingProgress reading;
        const std::atomic<bool> stop = false;
        EXPECT_TRUE(read_known(log_, 0, known, reading, stop));
        std::vector<std::string> told;
        CsvRun run;
        run.strict = strict;
        run.rejects_file = strict ? "" : rejects_.string();
        run.rejected = [&told](const ImportPlace& place, const std::string& why) {
            told.push_back(std::to_string(place.line) + ": " + why);
        };
        run.progress = [](uint64_t /*bytes*/) {};
        CsvImport import(log_, std::move(known), mapping_, std::move(run));
        const auto done = import.import_file(path, stop);
        if (!done) {
            told.push_back(done.error().message.substr(
                done.error().message.starts_with(path) ? path.size() + 2 : 0));
        }
        totals_ = import.totals();
        wrote_rejects_ = import.wrote_rejects();
        return told;
    }

    std::string rejects() {
        std::ifstream in(rejects_, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    log::MemoryLog log_{1};
    CsvMapping mapping_ = test_mapping();
    ImportTotals totals_;
    bool wrote_rejects_ = false;
    tests::ScratchDirectory directory_;
    std::filesystem::path rejects_ = directory_.path() / "r.csv";
};

using Lines = std::vector<std::string>;
const std::string kHead = "No,At,By\n";
const std::string kFirst = "1,2017-01-31T08:00:00Z,citizen\n";
const std::string kOther = "1,2017-01-31T08:00:00Z,office\n";

TEST_F(CsvImporting, ATableImportedAgainAddsNothing) {
    EXPECT_EQ(import(kHead + kFirst), Lines());
    EXPECT_EQ(totals_.published, 1U);
    EXPECT_EQ(import(kHead + kFirst + kFirst), Lines());
    EXPECT_EQ(totals_.published, 0U);
    EXPECT_EQ(totals_.duplicates, 2U);
}

TEST_F(CsvImporting, RowsOfSeparatorsOnlyArePassedOverAsEmptyLinesAre) {
    EXPECT_EQ(import(kHead + ",,\n" + kFirst + "\n,,\n, ,\n,,,,,\n"), Lines());
    EXPECT_EQ(totals_.read, 1U);
    EXPECT_EQ(totals_.published, 1U);
    EXPECT_EQ(import(kHead + ",,citizen\n").size(), 1U);
}

TEST_F(CsvImporting, ARowRejectedForItsKeyIsRejectedAgainWhileItHasTheKey) {
    const std::string same = "the same key and different content";
    EXPECT_EQ(import(kHead + kFirst + kOther), Lines{"3: rows 2 and 3 have " + same});
    EXPECT_EQ(
        rejects(),
        "No,At,By,sijill_reason\n1,2017-01-31T08:00:00Z,office,rows 2 and 3 have " + same + "\n");
    const Lines again = import(rejects());
    ASSERT_EQ(again.size(), 1U);
    EXPECT_TRUE(again[0].starts_with("2: it had " + same + " as another row")) << again[0];
    EXPECT_EQ(totals_.duplicates, 0U);
    std::string mended = rejects();
    mended[mended.find("\n1,") + 1] = '2';
    EXPECT_EQ(import(mended), Lines());
    EXPECT_EQ(totals_.published, 1U);
}

TEST_F(CsvImporting, TheReasonOfARowThatIsTooShortStandsInItsColumn) {
    const std::string reason = "2 cells, and the header has ";
    EXPECT_EQ(import(kHead + "1,2017-01-31T08:00:00Z\n"), Lines{"2: " + reason + "3"});
    EXPECT_EQ(rejects(), "No,At,By,sijill_reason\n1,2017-01-31T08:00:00Z,,\"" + reason + "3\"\n");
    const std::string short_one = "No,sijill_reason,At,By\n1,old\n";
    EXPECT_EQ(import(short_one), Lines{"2: " + reason + "4"});
    EXPECT_EQ(rejects(), "No,sijill_reason,At,By\n1,\"" + reason + "4\",,\n");
}

TEST_F(CsvImporting, RejectedRowsThatCannotBeKeptAreToldWithTheCauseAndTheOption) {
    const std::string bad = kHead + "1,soon,citizen\n";
    const auto told = [&](const std::string& name) {
        rejects_ = directory_.path() / name;
        const Lines lines = import(bad);
        EXPECT_FALSE(wrote_rejects_) << name;
        return lines.empty() ? std::string() : lines.back();
    };
    const std::string hint = "; --rejects names another place for the rejected rows";
    EXPECT_TRUE(told("none/r.csv").ends_with("r.csv.part: No such file or directory" + hint));
    std::filesystem::create_directories(directory_.path() / "taken" / "by");
    EXPECT_TRUE(told("taken").ends_with("taken: Is a directory" + hint));
    {
        const tests::FileLimit full(bad.size());  // the table fits, the reasons do not
        const std::string full_disk = told("r.csv");
        EXPECT_TRUE(full_disk.ends_with("r.csv.part: File too large" + hint)) << full_disk;
    }
    EXPECT_FALSE(std::filesystem::exists(rejects_)) << "it gets its name when it is whole";
}

TEST_F(CsvImporting, NobodyButTheOwnerEverReadsRejectedRowsAndNoLinkIsWrittenThrough) {
    namespace fs = std::filesystem;
    const fs::path part = rejects_.string() + ".part";
    const fs::path others = directory_.path() / "others";
    std::ofstream(others) << "of another";
    fs::create_symlink(others, part);
    EXPECT_EQ(import(kHead + kFirst + kOther).size(), 1U);
    EXPECT_EQ(fs::file_size(others), 10U);
    EXPECT_FALSE(fs::is_symlink(rejects_));
    EXPECT_EQ(fs::status(rejects_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(CsvImporting, APipeIsReadWhereTheDelimiterIsSaidAndElseTheRemedyIsTold) {
    const std::filesystem::path pipe = directory_.path() / "pipe";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    for (const bool said : {false, true}) {
        mapping_.delimiter = said ? std::optional(',') : std::nullopt;
        std::thread writer([&pipe] { std::ofstream(pipe, std::ios::binary) << kHead << kFirst; });
        const Lines told = import_file(pipe, true);
        writer.join();
        EXPECT_EQ(totals_.published, said ? 1U : 0U);
        EXPECT_EQ(told,
                  said ? Lines()
                       : Lines{"to find what divides its cells, the table is read twice, and a "
                               "pipe is gone then: say `delimiter` in the mapping, or save it as "
                               "a file"});
    }
}

TEST_F(CsvImporting, ATableThatCannotBeReadIsToldWithTheReason) {
    EXPECT_EQ(import_file(directory_.path() / "none", true),
              Lines{"cannot read " + (directory_.path() / "none").string() +
                    ": No such file or directory"});
    EXPECT_EQ(import_file(directory_.path(), true),
              Lines{"cannot read " + directory_.path().string() + ": it is a directory"});
}

TEST_F(CsvImporting, WhatTheGatewayRefusesIsToldWithItsColumn) {
    mapping_.events[0].time.value.plus = CsvDuration{{}, {}, {}, events::kMsPerHour};
    const Lines told = import(kHead + "1,2199-12-31T23:30:00Z,citizen\n");
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].starts_with("2: column 2 'At': grammar (")) << told[0];
    EXPECT_EQ(totals_.rejected, 1U);
}

TEST_F(CsvImporting, StrictEndsAtTheFirstRejectedRowAndKeepsTheRowsBefore) {
    EXPECT_EQ(
        import(kHead + kFirst + "2,soon,citizen\n3,2017-01-31T08:00:00Z,citizen\n", true),
        (Lines{
            "3: column 2 'At': no date of RFC 3339, 1900 to 2199, such as 2017-01-31T08:00:00Z or "
            "2017-01-31T11:00:00+03:00",
            "stopped at the first rejected row (--strict)"}));
    EXPECT_EQ(totals_.read, 2U);
    EXPECT_EQ(totals_.published, 1U);
}

TEST_F(CsvImporting, AHeaderThatDoesNotFitIsToldBeforeAnyRow) {
    EXPECT_EQ(import("\n\n"), Lines{"the table is empty: its first row names the columns"});
    EXPECT_EQ(import("No,At\n" + kFirst),
              Lines{"the table has no column 'By'. Its columns: 'No', 'At'"});
    EXPECT_EQ(import("No,At,By,By\n"),
              Lines{"the column 'By' stands twice. Its columns: 'No', 'At', 'By', 'By'"});
    EXPECT_EQ(totals_.read, 0U);
}

}  // namespace
}  // namespace sijill::producers
