// tests/tidy/tidy_test.cc - applies every rule of rules.h to the files git knows, committed or not
// yet.

#include "tests/support/source_path.h"
#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

namespace sijill::tidy {
namespace {

/// The output of `git ls-files`, NUL between paths; empty when git or the repository is missing.
std::string listed_paths() {
    // The tree may belong to another user than the one who tests it, as in a container.
    const std::string command = "git -c safe.directory='*' -C '" + tests::source_path("") +
                                "' ls-files -z --cached --others --exclude-standard";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), &pclose);
    std::string output;
    char buffer[4096];
    while (pipe != nullptr) {
        const size_t got = std::fread(buffer, 1, sizeof buffer, pipe.get());
        if (got == 0) {
            break;
        }
        output.append(buffer, got);
    }
    return output;
}

std::vector<File> read_tree() {
    std::vector<File> files;
    const std::string paths = listed_paths();
    for (size_t at = 0; at < paths.size();) {
        const std::string path = paths.substr(at, paths.find('\0', at) - at);
        at += path.size() + 1;
        std::ifstream in(tests::source_path(path), std::ios::binary);
        if (in) {  // git still lists a file that was deleted and not yet committed so
            files.push_back({path, std::string(std::istreambuf_iterator<char>(in), {})});
        }
    }
    return files;
}

const std::vector<File>& tree() {
    static const std::vector<File> kTree = read_tree();
    return kTree;
}

void report(const Findings& findings) {
    for (const Finding& finding : findings) {
        ADD_FAILURE() << finding.path << ":" << finding.line << ": " << finding.message;
    }
}

void report_each(Findings (*rule)(const File&)) {
    for (const File& file : tree()) {
        report(rule(file));
    }
}

// Every other test of this file would pass on an empty list.
TEST(Tidy, SeesTheTree) {
    ASSERT_GT(tree().size(), 20U) << "git ls-files lists too little in " << tests::source_path("");
}

TEST(Tidy, IncludesFollowTheFolderTable) {
    report_each(check_includes);
}

TEST(Tidy, FilesAreAtMost500Lines) {
    report_each(check_file_length);
}

TEST(Tidy, LinesAreAtMost100ColumnsWithoutTabs) {
    report_each(check_line_shape);
}

TEST(Tidy, FunctionsAreAtMost70Lines) {
    report_each(check_function_length);
}

TEST(Tidy, RemindersNameAnIssue) {
    report_each(check_reminders);
}

TEST(Tidy, TestsDoNotSleep) {
    report_each(check_sleeps);
}

TEST(Tidy, NoTestIsSwitchedOff) {
    report_each(check_disabled_tests);
}

TEST(Tidy, NoPathOfOneMachine) {
    report_each(check_machine_paths);
}

TEST(Tidy, EverySourceIsListedInCmake) {
    report(check_sources_listed(tree()));
}

TEST(Tidy, EveryTopLevelFolderHasAShortReadme) {
    report(check_readmes(tree()));
}

TEST(Tidy, ArchitectureIsAtMost300Lines) {
    report(check_architecture(tree()));
}

TEST(Tidy, FoldersAreNamedAfterAJob) {
    report(check_folder_names(tree()));
}

}  // namespace
}  // namespace sijill::tidy
