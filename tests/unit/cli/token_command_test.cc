#include "api/auth.h"
#include "cli/commands.h"
#include "tests/support/scratch_directory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace sijill::cli {
namespace {

class TokenCreate : public testing::Test {
  protected:
    struct Outcome {
        int code = 0;
        std::string out;
        std::string err;
    };

    /// `sijill token create <arguments>`
    static Outcome run(std::vector<std::string> arguments) {
        CLI::App app;
        Options options;
        Action action;
        add_token(app, options, action);
        arguments.insert(arguments.begin(), {"token", "create"});
        std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
        app.parse(arguments);
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        Outcome outcome;
        outcome.code = action();
        outcome.out = testing::internal::GetCapturedStdout();
        outcome.err = testing::internal::GetCapturedStderr();
        return outcome;
    }

    [[nodiscard]] std::string text() const {
        std::ifstream in(file_, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    tests::ScratchDirectory scratch_;
    std::string file_ = scratch_.path().string() + "/tokens";
};

TEST_F(TokenCreate, PrintsTheTokenOnceAndKeepsItsHash) {
    const auto made =
        run({"desk", "--scope", "read,follow-up", "--department", "water", "--file", file_});
    ASSERT_EQ(made.code, kOk) << made.err;
    ASSERT_EQ(made.out.size(), 47U);
    const std::string token = made.out.substr(0, 46);
    EXPECT_EQ(text().find(token), std::string::npos);
    const auto file = api::TokenFile::read(file_);
    ASSERT_TRUE(file) << file.error().message;
    const api::Principal* principal = file->find(token);
    ASSERT_NE(principal, nullptr);
    EXPECT_EQ(principal->name, "desk");
    EXPECT_EQ(api::names_of(principal->scopes), "read,follow-up");
    EXPECT_EQ(principal->departments, std::vector<std::string>{"water"});
    struct stat info {};
    ASSERT_EQ(stat(file_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(TokenCreate, AppendsAfterALastLineWithoutAnEnd) {
    std::ofstream(file_) << "# mine\n#";
    EXPECT_EQ(run({"a", "--scope", "read", "--file", file_}).code, kOk);
    EXPECT_EQ(run({"b", "--scope", "read", "--scope", "audit", "--file", file_}).code, kOk);
    EXPECT_EQ(text().find("# mine\n#\na "), 0U);
    EXPECT_EQ(api::TokenFile::read(file_).value().size(), 2U);
}

TEST_F(TokenCreate, ANameThatHasATokenIsAConflictAndChangesNothing) {
    ASSERT_EQ(run({"a", "--scope", "read", "--file", file_}).code, kOk);
    const std::string before = text();
    const auto again = run({"a", "--scope", "admin", "--file", file_});
    EXPECT_EQ(again.code, kConflict);
    EXPECT_EQ(again.out, "");
    EXPECT_EQ(text(), before);
}

TEST_F(TokenCreate, WhatIsNoPrincipalMakesNoFile) {
    EXPECT_EQ(run({"a", "--scope", "write", "--file", file_}).code, kUsage);
    EXPECT_EQ(run({"a b", "--scope", "read", "--file", file_}).code, kUsage);
    EXPECT_EQ(run({"a", "--scope", "read", "--department", "W", "--file", file_}).code, kUsage);
    EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(TokenCreate, ABrokenFileIsLeftAsItIs) {
    std::ofstream(file_) << "nonsense\n";
    EXPECT_EQ(run({"a", "--scope", "read", "--file", file_}).code, kBadConfig);
    EXPECT_EQ(text(), "nonsense\n");
}

TEST_F(TokenCreate, TheFileIsThatOfTheConfigurationUnlessOneIsNamed) {
    const std::string config = scratch_.path().string() + "/sijill.toml";
    std::ofstream(config) << "[auth]\nmode = \"token\"\ntokens_file = \"" << file_ << "\"\n";
    EXPECT_EQ(run({"a", "--scope", "read", "--config", config}).code, kOk);
    EXPECT_EQ(api::TokenFile::read(file_).value().size(), 1U);
    std::ofstream(config) << "[auth]\n";
    EXPECT_EQ(run({"a", "--scope", "read", "--config", config}).code, kBadConfig);
}

}  // namespace
}  // namespace sijill::cli
