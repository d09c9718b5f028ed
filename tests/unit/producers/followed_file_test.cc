// Goal: every whole line of a log is read once, in order, however it is rotated. Method: a log that
// the test writes, renames, copies and truncates between two looks; a reader that is made anew.

#include "producers/followed_file.h"

#include "tests/support/scratch_directory.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace sijill::producers {
namespace {

class FollowedFileTest : public testing::Test {
  protected:
    void SetUp() override { restart(); }

    void write(const std::string& text) const {
        std::ofstream(path(), std::ios::app | std::ios::binary) << text;
    }
    void rename_to(const std::string& name) const {
        std::filesystem::rename(path(), directory_.path() / name);
    }
    // By hand: a copy within one tick of the clock would look as old as the one before.
    void copy_and_truncate(const std::string& name, int age) const {
        const auto copy = directory_.path() / name;
        std::filesystem::copy_file(path(), copy);
        std::filesystem::last_write_time(
            copy, std::filesystem::file_time_type::clock::now() - std::chrono::seconds(age));
        std::filesystem::resize_file(path(), 0);
    }

    // A new process with the position that the last one left.
    void restart() {
        if (file_) {
            position_ = file_->position();
        }
        file_.emplace(path(), FollowedFile::Mode::Follow);
        if (std::filesystem::exists(path())) {
            ASSERT_TRUE(file_->open(position_));
        }
    }
    // "a b c", a fault as !.
    std::string read() {
        std::string texts;
        for (;;) {
            const auto lines = file_->read();
            EXPECT_TRUE(lines);
            if (!lines || lines->empty()) {
                return texts;
            }
            for (const FileLine& line : *lines) {
                texts += (texts.empty() ? "" : " ") + (line.fault.empty() ? line.text : "!");
            }
        }
    }
    [[nodiscard]] std::string path() const { return (directory_.path() / "log").string(); }

    tests::ScratchDirectory directory_;
    FilePosition position_;
    std::optional<FollowedFile> file_;
};

TEST_F(FollowedFileTest, ALastLineIsLeftUntilItIsWhole) {
    write("a\nb\nhal");
    restart();
    EXPECT_EQ(read(), "a b");
    EXPECT_EQ(file_->unfinished(), 3U);
    write("f\nc\r\n");
    EXPECT_EQ(read(), "half c");
}

TEST_F(FollowedFileTest, APositionIsGoneOnFrom) {
    write("a\nb\nc");
    restart();
    EXPECT_EQ(read(), "a b");
    restart();
    write("c\nd\n");
    EXPECT_EQ(read(), "cc d");
    EXPECT_EQ(file_->position().line, 4U);
}

TEST_F(FollowedFileTest, ARenamedLogIsReadToItsEndOnceAnotherIsWritten) {
    write("a\nb\n");
    restart();
    EXPECT_EQ(read(), "a b");
    std::ofstream old(path(), std::ios::app);
    rename_to("log.1");
    old << "c\nd" << std::flush;
    EXPECT_EQ(read(), "c");
    write("");
    EXPECT_EQ(read(), "") << "an empty new file: the old one may still be written";
    old << "d\n" << std::flush;
    write("e\n");
    EXPECT_EQ(read(), "dd e");
}

TEST_F(FollowedFileTest, ATruncatedLogIsFoundInItsCopy) {
    write("a\nb\n");
    restart();
    EXPECT_EQ(read(), "a b");
    write("c\n");
    copy_and_truncate("log.1", 10);
    write("d\ne\nf\ng\n");  // longer than before: only its beginning tells
    EXPECT_EQ(read(), "c d e f g");
    EXPECT_FALSE(file_->take_gap());
}

TEST_F(FollowedFileTest, FilesThatWereRotatedBetweenTwoLooksAreReadInOrder) {
    for (const bool anew : {false, true}) {
        const std::string n = anew ? "y" : "x";
        const std::string number = anew ? "2" : "1";
        const int age = anew ? 1 : 10;
        write(n + "1\n" + n + "2\n");
        restart();
        EXPECT_EQ(read(), n + "1 " + n + "2");
        write(n + "3\n");
        copy_and_truncate("log." + number + "1", 30 * age);
        write(n + "4\n");
        copy_and_truncate("log." + number + "2", 20 * age);
        write(n + "5\n");
        copy_and_truncate("log." + number + "3", 11 * age);
        if (anew) {
            restart();
        }
        EXPECT_EQ(read(), n + "3 " + n + "4 " + n + "5");
        write(n + "6\n");
        EXPECT_EQ(read(), n + "6");
        std::filesystem::resize_file(path(), 0);
    }
}

TEST_F(FollowedFileTest, AFileThatWasWrittenAndRotatedUnreadIsNotPassedOver) {
    write("a\n");
    restart();
    EXPECT_EQ(read(), "a");
    copy_and_truncate("log.1", 30);
    EXPECT_EQ(read(), "");
    write("b\n");
    copy_and_truncate("log.2", 20);
    write("c\n");
    EXPECT_EQ(read(), "b c");
}

TEST_F(FollowedFileTest, AnEmptyFileThatWasRotatedIsPassed) {
    write("a\n");
    restart();
    EXPECT_EQ(read(), "a");
    rename_to("log.1");
    write("");
    rename_to("log.2");
    write("b\n");
    EXPECT_EQ(read(), "b");
    rename_to("log.3");
    write("torn");
    rename_to("log.4");
    write("c\n");
    EXPECT_EQ(read(), "! c");
    write("d\n");
    EXPECT_EQ(read(), "d");
}

TEST_F(FollowedFileTest, ACopyInTheMakingIsReadToItsEnd) {
    for (const bool anew : {false, true}) {
        const std::string n = anew ? "y" : "x";
        const std::string number = anew ? "2" : "1";
        write(n + "1\n" + n + "2\n");
        restart();
        EXPECT_EQ(read(), n + "1 " + n + "2");
        copy_and_truncate("log." + number + "1", anew ? 20 : 60);
        write(n + "3\n" + n + "4\n" + n + "5\n");
        const auto copy = directory_.path() / ("log." + number + "2");
        std::ofstream(copy, std::ios::binary) << n + "3\n";
        EXPECT_EQ(read(), n + "3 " + n + "4 " + n + "5") << "the log itself has the rest";
        write(n + "6\n");
        std::ofstream(copy, std::ios::binary) << n + "3\n" + n + "4\n" + n + "5\n" + n + "6\n";
        std::filesystem::resize_file(path(), 0);
        write(n + "7\n");
        if (anew) {
            restart();
        }
        EXPECT_EQ(read(), n + "6 " + n + "7");
        EXPECT_FALSE(file_->take_gap());
        std::filesystem::last_write_time(
            copy,
            std::filesystem::file_time_type::clock::now() - std::chrono::seconds(anew ? 9 : 50));
        std::filesystem::resize_file(path(), 0);
    }
}

TEST_F(FollowedFileTest, ATornEndOfARotatedFileIsTold) {
    write("a\nto");
    restart();
    EXPECT_EQ(read(), "a");
    rename_to("log.1");
    write("b\n");
    EXPECT_EQ(read(), "! b");
}

TEST_F(FollowedFileTest, OnlyWhatARotationLeavesIsReadBesideTheLog) {
    write("a\nb\n");
    restart();
    EXPECT_EQ(read(), "a b");
    std::filesystem::copy_file(path(), directory_.path() / "log.3");
    std::filesystem::copy_file(path(), directory_.path() / "log.bak");
    std::ofstream(directory_.path() / "log-branch") << "other\n";
    write("c\n");
    rename_to("log.1");
    std::ofstream(directory_.path() / "log_branch.1") << "other\n";
    write("d\n");
    EXPECT_EQ(read(), "c d") << "a copy is not read again, and another log is none of its parts";
    EXPECT_FALSE(file_->take_gap());
}

TEST_F(FollowedFileTest, AFileThatIsGoneIsAGap) {
    write("a\nb\n");
    restart();
    EXPECT_EQ(read(), "a b");
    std::filesystem::remove(path());
    write("c\n");
    restart();
    EXPECT_EQ(read(), "c");
    EXPECT_TRUE(file_->take_gap());
    EXPECT_FALSE(file_->take_gap());
}

TEST_F(FollowedFileTest, ALineWithoutEndFillsNoMemory) {
    write(std::string(3U << 20U, 'x') + "\na\n" + std::string(100'000, 'y') + "\nb\n");
    restart();
    const std::string texts = read();
    EXPECT_TRUE(texts.ends_with(" a ! b")) << texts.size();
    EXPECT_LT(texts.size(), 100'000U);
}

}  // namespace
}  // namespace sijill::producers
