// tests/tidy/rules_test.cc - each rule is shown samples that break it and samples that do not: a
// rule that cannot fail checks nothing. Words that the rules forbid are split ("TO" "DO"), so that
// this file passes them.

#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

#include <string>

namespace sijill::tidy {
namespace {

std::string times(int count, const std::string& text) {
    std::string all;
    for (int i = 0; i < count; ++i) {
        all += text;
    }
    return all;
}

size_t broken_includes(const std::string& path, const std::string& text) {
    return check_includes({path, text}).size();
}

TEST(IncludeRule, FoldersSeeOnlyTheirRow) {
    EXPECT_EQ(broken_includes("events/a.cc", "#include \"log/event_log.h\"\n"), 1U);
    EXPECT_EQ(broken_includes("log/a.cc", "#include \"events/record.h\"\n"), 0U);
    EXPECT_EQ(broken_includes("projections/a.h", "  #  include \"log/event_log.h\"\n"), 1U);
    EXPECT_EQ(broken_includes("cli/a.cc", "#include \"consumers/worker.h\"\n"), 0U);
}

TEST(IncludeRule, ProducersAndConsumersNeverMeet) {
    EXPECT_EQ(broken_includes("producers/a.cc", "#include \"consumers/worker.h\"\n"), 1U);
    EXPECT_EQ(broken_includes("consumers/a.cc", "#include \"producers/gateway.h\"\n"), 1U);
}

TEST(IncludeRule, OnlyTestsSeeTests) {
    EXPECT_EQ(broken_includes("bench/a.cc", "#include \"tests/support/model.h\"\n"), 1U);
    EXPECT_EQ(broken_includes("tests/unit/a.cc", "#include \"tests/support/model.h\"\n"), 0U);
}

TEST(IncludeRule, LibrariesStayInTheirFolders) {
    EXPECT_EQ(broken_includes("consumers/a.cc", "#include <librdkafka/rdkafka.h>\n"), 1U);
    EXPECT_EQ(broken_includes("log/a.cc", "#include <librdkafka/rdkafka.h>\n"), 0U);
    EXPECT_EQ(broken_includes("consumers/a.cc", "#include \"events/json.h\"\n"), 1U);
    EXPECT_EQ(broken_includes("log/a.cc", "#include <simdjson.h>\n"), 1U);
    EXPECT_EQ(broken_includes("bench/a.cc", "#include <rocksdb/db.h>\n#include <simdjson.h>\n"),
              0U);
}

TEST(IncludeRule, RocksdbStaysBehindItsTwoDoors) {
    EXPECT_EQ(broken_includes("projections/fold.cc", "#include <rocksdb/db.h>\n"), 1U);
    EXPECT_EQ(broken_includes("projections/store_rocksdb.cc", "#include <rocksdb/db.h>\n"), 0U);
    EXPECT_EQ(broken_includes("log/kafka_log.cc", "#include <rocksdb/db.h>\n"), 1U);
    EXPECT_EQ(broken_includes("log/embedded_log.cc", "#include <rocksdb/db.h>\n"), 0U);
}

TEST(IncludeRule, JsonIsSeenThroughTheHeaderThatCompilesItOnce) {
    EXPECT_EQ(broken_includes("cli/a.cc", "#include <nlohmann/json.hpp>\n"), 1U);
    EXPECT_EQ(broken_includes("cli/a.h", "#include <nlohmann/json_fwd.hpp>\n"), 0U);
    EXPECT_EQ(broken_includes("cli/a.cc", "#include \"events/json.h\"\n"), 0U);
    EXPECT_EQ(broken_includes("events/json.h", "#include <nlohmann/json.hpp>\n"), 0U);
}

TEST(IncludeRule, NoHeaderSeesSpdlog) {
    EXPECT_EQ(broken_includes("consumers/worker.h", "#include <spdlog/spdlog.h>\n"), 1U);
    EXPECT_EQ(broken_includes("consumers/worker.cc", "#include <spdlog/spdlog.h>\n"), 0U);
}

TEST(IncludeRule, UnknownFoldersLibrariesAndBareNamesAreRefused) {
    EXPECT_EQ(broken_includes("extras/a.cc", ""), 1U);
    EXPECT_EQ(broken_includes("events/a.cc", "#include <absl/strings/str_cat.h>\n"), 1U);
    EXPECT_EQ(broken_includes("events/a.cc", "#include \"record.h\"\n"), 1U);
    EXPECT_EQ(broken_includes("events/a.cc", "#include <sys/stat.h>\n#include <string>\n"), 0U);
}

TEST(LengthRule, FilesOver500LinesAreRefused) {
    EXPECT_TRUE(check_file_length({"a.cc", times(500, "\n")}).empty());
    EXPECT_EQ(check_file_length({"a.cc", times(501, "\n")}).size(), 1U);
}

TEST(LengthRule, LinesAreCountedInCharacters) {
    EXPECT_TRUE(check_line_shape({"a.cc", times(100, "\u0633") + "\n"}).empty());
    EXPECT_EQ(check_line_shape({"a.cc", "\n" + times(101, "x")}).at(0).line, 2);
    EXPECT_EQ(check_line_shape({"a.cc", "\tint a;\n"}).size(), 1U);
}

TEST(FunctionRule, MoreThan70LinesAreRefused) {
    const std::string body = times(68, "    step();\n");
    EXPECT_TRUE(check_function_length({"a.cc", "void f() {\n" + body + "}\n"}).empty());
    const Findings findings =
        check_function_length({"a.cc", "\nvoid f() {\n" + body + "    step();\n}\n"});
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].line, 2);
}

TEST(FunctionRule, MeasuresMembersTestsAndConstructors) {
    const std::string body = times(70, "    if (a) { step(); }\n");
    const auto count = [&body](const std::string& head) {
        return check_function_length({"a.h", head + " {\n" + body + "}\n"}).size();
    };
    EXPECT_EQ(count("namespace n {\nclass C : public D {\n  int f(int a) const noexcept"), 1U);
    EXPECT_EQ(count("TEST(Subject, Claim)"), 1U);
    EXPECT_EQ(count("C::C(int a) : a_{a}, b_{2}"), 1U);
    EXPECT_EQ(count("template <class T>\nauto f(T t) -> int"), 1U);
    EXPECT_EQ(count("namespace n"), 0U);
    EXPECT_EQ(count("struct S"), 0U);
}

TEST(FunctionRule, IgnoresBracesThatAreNoCode) {
    const std::string tricky =
        "void f() {\n  a = '{'; // {\n  b = \"{\\\"\"; /* { */ c = R\"x({)x\"; n = 1'000;\n}\n";
    const std::string after = "struct S {\n" + times(80, "  int a;\n") + "};\n";
    EXPECT_TRUE(check_function_length({"a.cc", tricky + "#define M {\n" + after}).empty());
}

TEST(ReminderRule, WantsAnIssue) {
    EXPECT_EQ(check_reminders({"a.cc",
                               "// TO"
                               "DO later\n"})
                  .size(),
              1U);
    EXPECT_EQ(check_reminders({"a.cc",
                               "// TO"
                               "DO(#x)\n"})
                  .size(),
              1U);
    EXPECT_TRUE(check_reminders({"a.cc",
                                 "// TO"
                                 "DO(#12) later\n"})
                    .empty());
    EXPECT_EQ(check_reminders({"a.md",
                               "FIX"
                               "ME\nX"
                               "XX\n"})
                  .size(),
              2U);
    EXPECT_TRUE(check_reminders({"dev",
                                 "mktemp /tmp/a.X"
                                 "XXXXX\n"})
                    .empty());
}

TEST(SleepRule, RefusesEverySleepInTests) {
    EXPECT_EQ(check_sleeps({"tests/a_test.cc",
                            "std::this_thread::sleep_"
                            "for(1s);\nusleep(1);\n"})
                  .size(),
              2U);
    EXPECT_TRUE(check_sleeps({"tests/a_test.cc", "// no sleep\nint sleepy;\n"}).empty());
    EXPECT_TRUE(check_sleeps({"consumers/worker.cc", "usleep(1);\n"}).empty());
}

TEST(DisabledRule, RefusesTestsThatAreSwitchedOff) {
    EXPECT_EQ(check_disabled_tests({"tests/a_test.cc",
                                    "TEST(A, DISABLED_"
                                    "B) {}\n"})
                  .size(),
              1U);
    EXPECT_TRUE(check_disabled_tests({"tests/a_test.cc", "TEST(A, B) {}\n"}).empty());
}

TEST(MachineRule, RefusesPathsOfOneMachine) {
    EXPECT_EQ(check_machine_paths({"a.md",
                                   "see /wo"
                                   "rk/main\n"})
                  .size(),
              1U);
    EXPECT_EQ(check_machine_paths({"a.sh",
                                   "../sha"
                                   "red/tools\n"})
                  .size(),
              1U);
    EXPECT_EQ(check_machine_paths({"a.sh",
                                   "cd /ho"
                                   "me/someone\n"})
                  .size(),
              1U);
    EXPECT_TRUE(check_machine_paths({"a.md",
                                     "https://example.org/ho"
                                     "me/a, frame"
                                     "work/, $HOME\n"})
                    .empty());
}

TEST(ListingRule, FindsSourcesNobodyBuilds) {
    const File source{"events/time.cc", ""};
    EXPECT_EQ(check_sources_listed({source}).size(), 1U);
    EXPECT_EQ(
        check_sources_listed({source, {"events/CMakeLists.txt", "SOURCES uptime.cc)"}}).size(), 1U);
    EXPECT_EQ(check_sources_listed({source, {"log/CMakeLists.txt", "SOURCES time.cc)"}}).size(),
              1U);
    EXPECT_TRUE(
        check_sources_listed({source, {"events/CMakeLists.txt", "SOURCES time.cc)"}}).empty());
    EXPECT_TRUE(check_sources_listed(
                    {{"tests/unit/a_test.cc", ""}, {"tests/x.cmake", "\n unit/a_test.cc\n"}})
                    .empty());
    EXPECT_TRUE(check_sources_listed(
                    {{"tests/canary/race.cc", ""}, {"tests/canary/CMakeLists.txt", "(race"}})
                    .empty());
}

TEST(ReadmeRule, WantsAShortOneInEachFolder) {
    EXPECT_EQ(check_readmes({{"events/a.h", ""}}).size(), 1U);
    EXPECT_EQ(check_readmes({{"events/README.md", times(16, "\n")}}).size(), 1U);
    EXPECT_TRUE(check_readmes({{"events/README.md", times(15, "\n")}, {"dev", ""}, {".ci/run", ""}})
                    .empty());
}

TEST(ReadmeRule, CountsNoResultsThatAScriptWrites) {
    const std::string results =
        "<!-- Results: -->\n" + times(50, "\n") + "<!-- End of the results. -->\n";
    EXPECT_TRUE(check_readmes({{"bench/README.md", times(15, "\n") + results}}).empty());
    EXPECT_EQ(check_readmes({{"bench/README.md", times(16, "\n") + results}}).size(), 1U);
    EXPECT_EQ(check_readmes({{"bench/README.md", "<!-- Results: -->\n" + times(15, "\n")}}).size(),
              1U);
}

TEST(ArchitectureRule, WantsAShortPage) {
    EXPECT_EQ(check_architecture({}).size(), 1U);
    EXPECT_EQ(check_architecture({{"ARCHITECTURE.md", times(301, "\n")}}).size(), 1U);
    EXPECT_TRUE(check_architecture({{"ARCHITECTURE.md", times(300, "\n")}}).empty());
}

TEST(FolderNameRule, RefusesFoldersWithoutAJob) {
    EXPECT_EQ(check_folder_names({{"util/a.h", ""}}).size(), 1U);
    EXPECT_EQ(check_folder_names({{"events/common/a.h", ""}}).size(), 1U);
    EXPECT_TRUE(check_folder_names({{"events/common.h", ""}, {"tests/support/a.h", ""}}).empty());
}

}  // namespace
}  // namespace sijill::tidy
