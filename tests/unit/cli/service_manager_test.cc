#include "cli/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

namespace sijill::cli {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

using Clock = ReportPlan::Clock;

constexpr Clock::time_point kStart{seconds(1'000)};
const Health kStarting{false, true, "starting"};
const Health kReady{true, true, "ready"};
const Health kHanging{true, false, "ready"};

TEST(ServiceManager, WithoutASocketNothingIsToldAndNothingIsWatched) {
    const ServiceManager none(Environment{{"WATCHDOG_USEC", "1000"}});
    EXPECT_FALSE(none.listens());
    EXPECT_EQ(none.watchdog(), microseconds(0));
    EXPECT_TRUE(none.tell("READY=1"));
}

TEST(ServiceManager, TheWatchdogIsThatOfThisProcessOnly) {
    Environment environment{{"NOTIFY_SOCKET", "@x"}, {"WATCHDOG_USEC", "3000000"}};
    EXPECT_EQ(ServiceManager(environment).watchdog(), seconds(3));
    environment["WATCHDOG_PID"] = std::to_string(getpid());
    EXPECT_EQ(ServiceManager(environment).watchdog(), seconds(3));
    for (const char* other : {"1", "", "x"}) {
        environment["WATCHDOG_PID"] = other;
        EXPECT_EQ(ServiceManager(environment).watchdog(), seconds(0)) << other;
    }
    environment.erase("WATCHDOG_PID");
    for (const char* wrong : {"", "0", "-5", "3s", "99999999999999999999"}) {
        environment["WATCHDOG_USEC"] = wrong;
        EXPECT_EQ(ServiceManager(environment).watchdog(), seconds(0)) << wrong;
    }
}

TEST(ServiceManager, AnAbstractSocketGetsTheDatagramWhole) {
    const std::string name = "sijill-test-" + std::to_string(getpid());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(&address.sun_path[1], name.data(), name.size());
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ASSERT_EQ(bind(fd,
                   reinterpret_cast<const sockaddr*>(&address),
                   static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size())),
              0);
    const auto told =
        ServiceManager(Environment{{"NOTIFY_SOCKET", "@" + name}}).tell("READY=1\nSTATUS=here");
    ASSERT_TRUE(told) << told.error().message;
    std::array<char, 100> got{};
    const ssize_t size = recv(fd, got.data(), got.size(), MSG_DONTWAIT);
    close(fd);
    ASSERT_GT(size, 0);
    EXPECT_EQ(std::string(got.data(), static_cast<size_t>(size)), "READY=1\nSTATUS=here");
}

TEST(ServiceManager, ASocketThatIsNoneIsSaid) {
    const auto code_of = [](const std::string& socket) {
        const auto told = ServiceManager(Environment{{"NOTIFY_SOCKET", socket}}).tell("READY=1");
        return told ? std::nullopt : std::optional(told.error().code);
    };
    EXPECT_EQ(code_of("vsock:2:1234"), Errc::Config);
    EXPECT_EQ(code_of("/" + std::string(200, 'x')), Errc::Config);
    EXPECT_EQ(code_of("/nowhere/notify"), Errc::Unavailable);
}

TEST(ReportPlan, ReadyIsToldOnceAndStatusWhenItChanges) {
    ReportPlan plan{seconds(0)};
    EXPECT_EQ(plan.next(kStarting, kStart), "EXTEND_TIMEOUT_USEC=60000000\nSTATUS=starting");
    EXPECT_EQ(plan.next(kStarting, kStart + seconds(1)), "");
    EXPECT_EQ(plan.next(kReady, kStart + seconds(2)), "READY=1\nSTATUS=ready");
    EXPECT_EQ(plan.next(kReady, kStart + seconds(3)), "");
    EXPECT_EQ(plan.next({false, true, "draining"}, kStart + seconds(4)), "STATUS=draining");
    EXPECT_EQ(plan.next(kReady, kStart + seconds(5)), "STATUS=ready");
}

TEST(ReportPlan, WhoStartsAsksForMoreTimeOnlyWhileItIsAlive) {
    ReportPlan plan{seconds(4)};
    EXPECT_EQ(plan.next({false, true, ""}, kStart), "EXTEND_TIMEOUT_USEC=60000000");
    EXPECT_EQ(plan.next({false, false, ""}, kStart + seconds(20)), "");
    EXPECT_EQ(plan.next({false, false, ""}, kStart + seconds(40)), "");
    EXPECT_EQ(plan.next({false, true, ""}, kStart + seconds(41)), "EXTEND_TIMEOUT_USEC=60000000");
}

TEST(ReportPlan, ASignOfLifeComesAtHalfOfTheWatchdogsTime) {
    ReportPlan plan{seconds(4)};
    EXPECT_EQ(plan.next(kReady, kStart), "READY=1\nSTATUS=ready");
    EXPECT_EQ(plan.next(kReady, kStart + milliseconds(1'999)), "");
    EXPECT_EQ(plan.next(kReady, kStart + milliseconds(2'000)), "WATCHDOG=1");
    EXPECT_EQ(plan.next(kReady, kStart + milliseconds(3'900)), "");
    EXPECT_EQ(plan.next(kReady, kStart + milliseconds(4'000)), "WATCHDOG=1");
}

TEST(ReportPlan, WhatHangsGivesNoSignOfLifeUntilItTurnsAgain) {
    ReportPlan plan{seconds(4)};
    EXPECT_EQ(plan.next(kReady, kStart), "READY=1\nSTATUS=ready");
    EXPECT_EQ(plan.next(kReady, kStart + seconds(2)), "WATCHDOG=1");
    for (int second = 3; second < 60; ++second) {
        EXPECT_EQ(plan.next(kHanging, kStart + seconds(second)), "");
    }
    EXPECT_EQ(plan.next(kReady, kStart + seconds(60)), "WATCHDOG=1");
    EXPECT_EQ(plan.next(kHanging, kStart + seconds(70)), "");
}

TEST(ReportPlan, LifeSeenBetweenTwoSignsCounts) {
    ReportPlan plan{seconds(4)};
    EXPECT_EQ(plan.next(kReady, kStart), "READY=1\nSTATUS=ready");
    EXPECT_EQ(plan.next(kReady, kStart + seconds(1)), "");
    EXPECT_EQ(plan.next(kHanging, kStart + seconds(2)), "WATCHDOG=1");
    EXPECT_EQ(plan.next(kHanging, kStart + seconds(4)), "");
}

TEST(ReportPlan, TheEndAsksForTheTimeItMayTake) {
    EXPECT_EQ(ReportPlan::stopping(seconds(20)),
              "STOPPING=1\nEXTEND_TIMEOUT_USEC=50000000\nSTATUS=stopping");
}

TEST(TurnWatch, OneThreadThatStandsStillIsNotHiddenByTheOthers) {
    consumers::WorkerProgress progress;
    progress.turning = 2;
    TurnWatch watch(progress);
    EXPECT_FALSE(watch.turned());
    ++progress.turns[0];
    EXPECT_FALSE(watch.turned());
    ++progress.turns[1];
    EXPECT_TRUE(watch.turned());
    progress.turns[0] += 1'000;
    EXPECT_FALSE(watch.turned());
    ++progress.turns[1];
    EXPECT_TRUE(watch.turned());
    EXPECT_FALSE(watch.turned());
}

TEST(TurnWatch, NobodyHangsWhereNobodyFolds) {
    const consumers::WorkerProgress progress;
    TurnWatch watch(progress);
    EXPECT_TRUE(watch.turned());
    EXPECT_TRUE(watch.turned());
}

}  // namespace
}  // namespace sijill::cli
