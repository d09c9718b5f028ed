// The doctor's judgements at their borders; what it looks at is tested with the release binary.

#include "cli/doctor.h"

#include "tests/support/scratch_directory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/magic.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace sijill::cli {
namespace {

constexpr uint64_t kGiB = uint64_t{1} << 30U;
constexpr int64_t kDay = 86'400;

TEST(Doctor, AdviceComesWithWhatIsNotWellAndOnlyThen) {
    const int64_t now = 100 * kDay;
    for (const Finding& each : {judge_disk("/d", kGiB - 1, 100 * kGiB),
                                judge_disk("/d", 5 * kGiB, 6 * kGiB),
                                judge_disk("/d", 50 * kGiB, 60 * kGiB),
                                judge_file_system("/d", TMPFS_MAGIC, true),
                                judge_file_system("/d", EXT4_SUPER_MAGIC, true),
                                judge_open_files(1'024, 1'000),
                                judge_open_files(65'536, 1'000),
                                judge_clock(false, 0),
                                judge_clock(true, 1'500),
                                judge_mode("tokens", "/t", 0100644, false),
                                judge_mode("tokens", "/t", 0100600, false),
                                judge_certificate("/c", 0, now, now),
                                judge_certificate("/c", 0, now + 90 * kDay, now)}) {
        EXPECT_EQ(each.advice.empty(), each.verdict == Verdict::Ok) << each.said;
    }
}

TEST(Doctor, ADiskNeedsRoomForCompaction) {
    const auto verdict = [](uint64_t free, uint64_t all) {
        return judge_disk("/d", free, all).verdict;
    };
    EXPECT_EQ(verdict(kGiB - 1, 2 * kGiB), Verdict::Problem);
    EXPECT_EQ(verdict(kGiB, 2 * kGiB), Verdict::Warning);
    EXPECT_EQ(verdict(10 * kGiB, 100 * kGiB), Verdict::Ok);
    EXPECT_EQ(verdict(10 * kGiB, 101 * kGiB), Verdict::Warning);
    EXPECT_EQ(judge_disk("/d", 3 * kGiB / 2, 20 * kGiB).said, "1.5 GiB of 20.0 GiB free under /d");
}

TEST(Doctor, ALogInMemoryIsAProblemAndViewsThereAreNone) {
    EXPECT_EQ(judge_file_system("/d", TMPFS_MAGIC, true).verdict, Verdict::Problem);
    EXPECT_EQ(judge_file_system("/d", TMPFS_MAGIC, false).verdict, Verdict::Warning);
    EXPECT_EQ(judge_file_system("/d", OVERLAYFS_SUPER_MAGIC, true).verdict, Verdict::Warning);
    EXPECT_EQ(judge_file_system("/d", NFS_SUPER_MAGIC, false).verdict, Verdict::Problem);
    EXPECT_EQ(judge_file_system("/d", CIFS_SUPER_MAGIC, true).verdict, Verdict::Problem);
    EXPECT_EQ(judge_file_system("/d", XFS_SUPER_MAGIC, true).verdict, Verdict::Ok);
}

TEST(Doctor, ARecordOfTheFutureIsTold) {
    EXPECT_TRUE(judge_last_append(1'000'000, 800'000).empty()) << "clocks differ a little";
    const auto ahead = judge_last_append(2'094'796'800'000, 1'500'000'000'000);
    ASSERT_EQ(ahead.size(), 1U);
    EXPECT_EQ(ahead[0].verdict, Verdict::Problem);
    EXPECT_NE(ahead[0].said.find("2036-"), std::string::npos) << ahead[0].said;
}

TEST(Doctor, ConnectionsAndStoresNeedFiles) {
    EXPECT_EQ(judge_open_files(1'000, 1'000).verdict, Verdict::Problem);
    EXPECT_EQ(judge_open_files(1'001, 1'000).verdict, Verdict::Warning);
    EXPECT_EQ(judge_open_files(5'095, 1'000).verdict, Verdict::Warning);
    EXPECT_EQ(judge_open_files(5'096, 1'000).verdict, Verdict::Ok);
    EXPECT_NE(judge_open_files(1'024, 1'000).advice.find("5096"), std::string::npos);
}

TEST(Doctor, WhoMayWriteAFileOfTokensMayLetAnybodyIn) {
    const auto verdict = [](uint32_t mode, bool secret) {
        return judge_mode("file", "/f", mode, secret).verdict;
    };
    EXPECT_EQ(verdict(0100600, true), Verdict::Ok);
    EXPECT_EQ(verdict(0100640, true), Verdict::Ok) << "the server's group may read";
    EXPECT_EQ(verdict(0100644, true), Verdict::Problem);
    EXPECT_EQ(verdict(0100644, false), Verdict::Warning) << "hashes tell no token";
    EXPECT_EQ(verdict(0100660, false), Verdict::Problem);
    EXPECT_EQ(verdict(0100602, false), Verdict::Problem);
    EXPECT_EQ(judge_mode("file", "/f", 0100644, true).said,
              "/f has mode 0644: everybody can read it");
}

TEST(Doctor, ACertificateIsRenewedBeforeItEnds) {
    const int64_t now = 17'000 * kDay;
    const auto verdict = [&](int64_t begins, int64_t ends) {
        return judge_certificate("/c", now + begins, now + ends, now).verdict;
    };
    EXPECT_EQ(verdict(-kDay, 0), Verdict::Problem);
    EXPECT_EQ(verdict(-kDay, 1), Verdict::Warning);
    EXPECT_EQ(verdict(-kDay, 30 * kDay - 1), Verdict::Warning);
    EXPECT_EQ(verdict(-kDay, 30 * kDay), Verdict::Ok);
    EXPECT_EQ(verdict(0, 90 * kDay), Verdict::Ok);
    EXPECT_EQ(verdict(1, 90 * kDay), Verdict::Problem);
    EXPECT_EQ(judge_certificate("/c", 0, now + 5 * kDay, now).said,
              "/c is valid from 1970-01-01 to 2016-07-23: 5 days are left");
}

TEST(Doctor, ALockIsSeenInAnotherProcessAndNotTaken) {
    const tests::ScratchDirectory scratch;
    const std::string directory = scratch.path().string();
    EXPECT_EQ(locked_by(directory), std::nullopt);
    const std::string file = directory + "/LOCK";
    int started[2];
    ASSERT_EQ(pipe(started), 0);
    const pid_t child = fork();
    if (child == 0) {
        const int fd = open(file.c_str(), O_RDWR | O_CREAT, 0600);
        struct flock lock {};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        const char ok = fcntl(fd, F_SETLK, &lock) == 0 ? 'y' : 'n';
        const bool told = write(started[1], &ok, 1) == 1;
        close(started[1]);
        _exit(told ? pause() : 1);
    }
    char ok = 'n';
    ASSERT_EQ(read(started[0], &ok, 1), 1);
    EXPECT_EQ(ok, 'y');
    EXPECT_EQ(locked_by(directory), child);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    EXPECT_EQ(locked_by(directory), std::nullopt);
    close(started[0]);
    close(started[1]);
}

}  // namespace
}  // namespace sijill::cli
