// Goal: all mistakes of a configuration are told at once, each once and where it was written.
// Method: files with several mistakes, of values, of names and of settings that do not fit.

#include "cli/config.h"
#include "tests/support/scratch_directory.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace sijill::cli {
namespace {

using ToldLines = std::vector<std::string>;

// The lines of the error, without the file.
ToldLines mistakes_in(const std::string& text, const Environment& environment = {}) {
    const tests::ScratchDirectory directory;
    const std::string file = directory.path() / "sijill.toml";
    std::ofstream(file, std::ios::binary) << text;
    const auto loaded = load_config(file, environment);
    ToldLines lines;
    std::istringstream in(loaded ? "" : loaded.error().message);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line.starts_with(file) ? line.substr(file.size() + 1) : line);
    }
    return lines;
}

const std::string kListen =
    "must be an address and a port such as \"127.0.0.1:8080\" or \"[::1]:8080\", not 'localhost'";

TEST(ConfigMistakes, WhatDoesNotFitIsToldBesideWhatCannotBeRead) {
    EXPECT_EQ(mistakes_in("[http]\nlisten = \"localhost\"\nfrobnicate = 1\n[worker]\nthreads = 0\n"
                          "[storage]\npath = \"\"\n"),
              (ToldLines{"2:10: http.listen " + kListen,
                         "3:1: there is no setting 'http.frobnicate'",
                         "5:11: worker.threads must be an integer from 1 to 64, not 0",
                         "7:8: storage.path must not be empty"}));
    EXPECT_EQ(mistakes_in("[http]\nlisten = \"0.0.0.0:80\"\n[worker]\nthreads = 0\nx = 1\n").size(),
              3U);
}

TEST(ConfigMistakes, NothingIsToldOfWhatFollowsFromAMistake) {
    const std::string open = "[http]\nlisten = \"0.0.0.0:80\"\n";
    EXPECT_EQ(mistakes_in(open + "[auth]\nmode = \"tokens\"\n").size(), 1U);
    EXPECT_EQ(mistakes_in(open + "[auth]\nmod = \"token\"\n").size(), 1U);
    EXPECT_EQ(mistakes_in(open + "[atuh]\nmode = \"token\"\n").size(), 1U);
    EXPECT_EQ(mistakes_in(open, {{"SIJILL_AUTH__MOD", "token"}}).size(), 1U);
    EXPECT_EQ(mistakes_in("[http\n", {{"SIJILL_HTTP__LISTEN", "0.0.0.0:80"}}).size(), 1U);
    EXPECT_EQ(mistakes_in("[due]\nreferral = \"PT1H\"\n[calendar]\nhours = 1\n").size(), 1U);
    EXPECT_EQ(mistakes_in("[[kpi.target]]\nkpi = \"mine\"\nat_least = 1\ndepartment = \"a\"\n"
                          "[[kpi.own]]\nid = \"mine\"\nunit = \"days\"\n")
                  .size(),
              1U);
}

TEST(ConfigMistakes, AVariableWithOneUnderscoreForTheDotIsAMistakeAndNotWithoutEffect) {
    EXPECT_EQ(
        mistakes_in("", {{"SIJILL_AUTH_MODE", "token"}, {"SIJILL_HTTP_MAX_BODY", "1KiB"}}),
        (ToldLines{
            "SIJILL_AUTH_MODE: there is no such setting; did you mean 'SIJILL_AUTH__MODE'?",
            "SIJILL_HTTP_MAX_BODY: there is no such setting; did you mean 'SIJILL_HTTP__MAX_BODY'?",
        }));
    EXPECT_EQ(mistakes_in("", {{"SIJILL_CALENDAR_WEEKEND", "fri"}}).size(), 1U);
    // What others call theirs: a container's link to a service of this name, a test's seed.
    EXPECT_EQ(mistakes_in("", {{"SIJILL_HTTP_PORT", "80"}, {"SIJILL_TOKEN", "x"}}), ToldLines{});
}

TEST(ConfigMistakes, EachMistakeOfATargetIsToldAtItsMember) {
    const ToldLines told = mistakes_in(
        "[[kpi.target]]\nkpi = \"answer-rate\"\nat_least = 95\ndepartment = \"Tele phony\"\n"
        "base = \"x\"\nvariant = \"y\"\nfilters = { colour = \"red\" }\n"
        "[[kpi.target]]\nkpi = \"answer-rate\"\nat_least = \"a lot\"\nbase = \"x\"\n"
        "[[kpi.target]]\nkpi = \"answer-rate\"\nat_least = 95\n");
    ASSERT_EQ(told.size(), 6U);
    EXPECT_TRUE(told[0].starts_with("4:14: kpi.target: its department")) << told[0];
    EXPECT_TRUE(told[1].starts_with("5:8: kpi.target: answer-rate has no base 'x'")) << told[1];
    EXPECT_TRUE(told[2].starts_with("6:11: kpi.target: answer-rate has no variant")) << told[2];
    EXPECT_TRUE(told[3].starts_with("7:22: kpi.target: answer-rate has no dimension")) << told[3];
    EXPECT_TRUE(told[4].starts_with("10:12: kpi.target.at_least must be a number")) << told[4];
    EXPECT_TRUE(told[5].starts_with("12:1: kpi.target: it needs the department")) << told[5];
}

TEST(ConfigMistakes, TwoTargetsOfOneReferralAreToldWithBothOfThem) {
    const auto target = [](const std::string& more) {
        return "[[kpi.target]]\nkpi = \"answer-rate\"\nby = \"queue\"\ndepartment = \"desk\"\n" +
               more + "\n";
    };
    EXPECT_EQ(mistakes_in(target("at_least = 95") + target("at_most = 99")),
              ToldLines{"7:7: kpi.target: targets 1 and 2 ask desk the same of answer-rate, and a "
                        "figure is referred once: keep one of them"});
    EXPECT_EQ(mistakes_in(target("at_least = 95") +
                          target("at_most = 99\nfilters = { language = \"ar\" }")),
              ToldLines());
}

TEST(ConfigMistakes, WhatWouldBeIgnoredInSilenceIsRefused) {
    EXPECT_EQ(mistakes_in("[auth]\nmode = \"token\"\ntokens_file = \"t\"\n"), ToldLines());
    EXPECT_EQ(
        mistakes_in("[auth]\ntokens_file = \"t\"\n"),
        ToldLines{"2:15: auth.tokens_file counts with auth.mode \"token\" only, and auth.mode "
                  "is \"none\": set auth.mode, or take auth.tokens_file away"});
    const ToldLines beside = mistakes_in(
        "[auth]\nmode = \"token\"\ntokens_file = \"t\"\njwks_file = \"j\"\nissuer = \"i\"\n");
    ASSERT_EQ(beside.size(), 2U);
    EXPECT_TRUE(beside[0].starts_with("4:13: auth.jwks_file counts with auth.mode \"jwt\" only"));
    EXPECT_TRUE(beside[1].starts_with("5:10: auth.issuer counts")) << beside[1];

    const std::string target =
        "[[kpi.target]]\nkpi = \"resolution-time-business\"\n"
        "at_most = 9\ndepartment = \"x\"\n";
    const ToldLines never = mistakes_in(target);
    ASSERT_EQ(never.size(), 1U);
    EXPECT_TRUE(never[0].starts_with("2:7: kpi.target: resolution-time-business counts working"));
    EXPECT_EQ(mistakes_in(target + "[calendar]\nhours = [\"08:00-14:00\"]\n"), ToldLines());
}

TEST(ConfigMistakes, SeasonsThatOverlapWithOtherHoursAreRefused) {
    const auto season = [](const std::string& from, const std::string& to, const char* hours) {
        return "[[calendar.ramadan]]\nfrom = " + from + "\nto = " + to + "\nhours = [\"" + hours +
               "\"]\n";
    };
    const std::string first = season("2017-05-27", "2017-06-24", "09:00-14:00");
    EXPECT_EQ(mistakes_in(first + season("2017-06-24", "2017-06-30", "09:00-13:00")),
              ToldLines{"5:1: calendar.ramadan: 2017-06-24 to 2017-06-30 has days of 2017-05-27 to "
                        "2017-06-24, whose hours are others"});
    EXPECT_EQ(mistakes_in(first + season("2017-06-24", "2017-06-30", "09:00-14:00")), ToldLines());
    EXPECT_EQ(mistakes_in(first + season("2017-06-25", "2017-06-30", "09:00-13:00")), ToldLines());
    EXPECT_EQ(mistakes_in(first + season("2017-06-24", "2017-06-30", "9-13")).size(), 1U);
}

}  // namespace
}  // namespace sijill::cli
