// tests/tidy/tree_rules.cc - rules that look at all files together.

#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <set>

namespace sijill::tidy {
namespace {

constexpr size_t kReadmeLinesMax = 15;
constexpr size_t kArchitectureLinesMax = 300;

constexpr std::array<std::string_view, 10> kJoblessNames = {
    "common", "core", "util", "utils", "helper", "helpers", "misc", "src", "include", "shared"};

bool is_cmake(std::string_view path) {
    return path.ends_with("CMakeLists.txt") || path.ends_with(".cmake");
}

std::string_view folder_of(std::string_view path) {
    const size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash + 1);
}

/// True when `token` stands in the text between spaces, quotes or parentheses.
bool has_token(std::string_view text, std::string_view token) {
    constexpr std::string_view kEnds = " \n()\"";
    for (size_t at = text.find(token); at != std::string_view::npos;
         at = text.find(token, at + 1)) {
        const size_t end = at + token.size();
        const bool begins = at == 0 || kEnds.find(text[at - 1]) != std::string_view::npos ||
                            text.substr(0, at).ends_with("_DIR}/");
        if (begins && (end == text.size() || kEnds.find(text[end]) != std::string_view::npos)) {
            return true;
        }
    }
    return false;
}

/// A listing names a source by its path from the listing's folder; tests of one file each are named
/// without ".cc".
bool lists(const File& listing, std::string_view source) {
    const std::string_view folder = folder_of(listing.path);
    if (!source.starts_with(folder)) {
        return false;
    }
    const std::string_view name = source.substr(folder.size());
    const std::string_view stem = name.substr(0, name.size() - 3);
    const bool by_stem =
        source.starts_with("tests/compile_fail/") || source.starts_with("tests/canary/");
    return has_token(listing.text, name) || (by_stem && has_token(listing.text, stem));
}

const File* find_file(const std::vector<File>& files, std::string_view path) {
    const auto found =
        std::find_if(files.begin(), files.end(), [path](const File& f) { return f.path == path; });
    return found == files.end() ? nullptr : &*found;
}

/// How many lines a README has without its results, which a script writes from files.
size_t written_lines(std::string_view text) {
    constexpr std::string_view kBegin = "<!-- Results: ";
    constexpr std::string_view kEnd = "<!-- End of the results. -->\n";
    const size_t begin = text.find(kBegin);
    const size_t end = text.find(kEnd, std::min(begin, text.size()));
    const size_t all = lines_of(text).size();
    return end == std::string_view::npos
               ? all
               : all - lines_of(text.substr(begin, end + kEnd.size() - begin)).size();
}

}  // namespace

Findings check_sources_listed(const std::vector<File>& files) {
    Findings findings;
    for (const File& source : files) {
        const bool listed = std::any_of(files.begin(), files.end(), [&source](const File& file) {
            return is_cmake(file.path) && lists(file, source.path);
        });
        if (source.path.ends_with(".cc") && !listed) {
            findings.push_back({source.path, 0, "no CMakeLists.txt or .cmake lists it"});
        }
    }
    return findings;
}

Findings check_readmes(const std::vector<File>& files) {
    std::set<std::string> folders;
    for (const File& file : files) {
        const size_t slash = file.path.find('/');
        if (slash != std::string::npos && !file.path.starts_with('.')) {
            folders.insert(file.path.substr(0, slash));
        }
    }
    Findings findings;
    for (const std::string& folder : folders) {
        const std::string path = folder + "/README.md";
        const File* readme = find_file(files, path);
        if (readme == nullptr) {
            findings.push_back({path, 0, "missing"});
        } else if (written_lines(readme->text) > kReadmeLinesMax) {
            findings.push_back({path, 0, "more than 15 lines"});
        }
    }
    return findings;
}

Findings check_architecture(const std::vector<File>& files) {
    const File* page = find_file(files, "ARCHITECTURE.md");
    if (page == nullptr) {
        return {{"ARCHITECTURE.md", 0, "missing"}};
    }
    if (lines_of(page->text).size() > kArchitectureLinesMax) {
        return {{"ARCHITECTURE.md", 0, "more than 300 lines"}};
    }
    return {};
}

Findings check_folder_names(const std::vector<File>& files) {
    std::set<std::string_view> judged;
    Findings findings;
    for (const File& file : files) {
        std::string_view rest = folder_of(file.path);
        while (!rest.empty()) {
            const size_t slash = rest.find('/');
            const std::string_view name = rest.substr(0, slash);
            rest.remove_prefix(slash + 1);
            const bool jobless =
                std::find(kJoblessNames.begin(), kJoblessNames.end(), name) != kJoblessNames.end();
            if (jobless && judged.insert(folder_of(file.path)).second) {
                findings.push_back(
                    {file.path, 0, "a folder named " + std::string(name) + " has no one job"});
            }
        }
    }
    return findings;
}

}  // namespace sijill::tidy
