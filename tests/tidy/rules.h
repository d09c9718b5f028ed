#pragma once
// tests/tidy/rules.h - the rules of the code base that no compiler checks, as functions over text.
//
// Each rule takes one file (or all of them), returns what breaks it, and stands with its reason.
// rules_test.cc shows each rule a sample that breaks it; tidy_test.cc applies all of them to the
// tracked files.

#include <string>
#include <string_view>
#include <vector>

namespace sijill::tidy {

/// One file of the tree: its path from the root, with '/', and its bytes.
struct File {
    std::string path;
    std::string text;
};

/// One broken rule. Line 0 is the file as a whole.
struct Finding {
    std::string path;
    int line = 0;
    std::string message;
};

using Findings = std::vector<Finding>;

/// True for .h and .cc.
[[nodiscard]] bool is_source(std::string_view path);

/// The lines of a text without their line ends.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

/// The same text with comments, string and character literals turned into spaces; line ends stay
/// where they are. Preprocessor lines are blanked too: a macro's braces need not balance.
[[nodiscard]] std::string code_only(std::string_view text);

/// The folder table of ARCHITECTURE.md, from the #include lines: dependencies point one way, and a
/// library is seen only by the folder that hides it.
[[nodiscard]] Findings check_includes(const File& file);

/// At most 500 lines a file: what is longer has two jobs.
[[nodiscard]] Findings check_file_length(const File& file);

/// At most 100 columns (UTF-8 characters, not bytes) and no tabs, so that two files fit side by
/// side everywhere.
[[nodiscard]] Findings check_line_shape(const File& file);

/// At most 70 lines a function: it fits on a screen. A brace scanner, not a parser; its limits
/// stand in function_rules.cc. clang-tidy's function-size measures the same exactly, where clang is
/// installed.
[[nodiscard]] Findings check_function_length(const File& file);

/// No reminder without an issue: one that nobody owns is never done.
[[nodiscard]] Findings check_reminders(const File& file);

/// Tests wait for a condition with a deadline: a sleep is too short on a busy machine and too long
/// on every other.
[[nodiscard]] Findings check_sleeps(const File& file);

/// A test that is switched off tests nothing and looks as if it did: delete it or repair it.
[[nodiscard]] Findings check_disabled_tests(const File& file);

/// No path or host of the machine on which something was written: it is wrong on every other.
[[nodiscard]] Findings check_machine_paths(const File& file);

/// Each .cc is named in a CMakeLists.txt or .cmake of its folder or one above: sources are listed,
/// never globbed, so a forgotten one would silently not be built, and a forgotten test not run.
[[nodiscard]] Findings check_sources_listed(const std::vector<File>& files);

/// Each top-level folder has a README.md of at most 15 lines: its one job, what it may include,
/// where to start.
[[nodiscard]] Findings check_readmes(const std::vector<File>& files);

/// ARCHITECTURE.md is there and has at most 300 lines: it holds decisions, not descriptions of
/// code.
[[nodiscard]] Findings check_architecture(const std::vector<File>& files);

/// No folder named after no job (common, util, …): such a folder collects what nobody placed.
[[nodiscard]] Findings check_folder_names(const std::vector<File>& files);

}  // namespace sijill::tidy
