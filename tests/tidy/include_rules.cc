// tests/tidy/include_rules.cc - who may include whom, and which library is seen where.

#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <optional>

namespace sijill::tidy {
namespace {

/// One row of the folder table. `everything` stands for all folders and all libraries.
struct Folder {
    std::string_view name;
    std::vector<std::string_view> folders;
    std::vector<std::string_view> libraries;
    bool everything = false;
};

/// ARCHITECTURE.md §3 explains the rows. consumers and producers never include each other: the read
/// side must be able to run where nothing is written, and the write side where nothing is read.
const std::vector<Folder>& folders() {
    static const std::vector<Folder> kFolders = {
        {"events", {"events"}, {"tl", "simdjson", "nlohmann", "openssl", "xxhash"}},
        {"log", {"log", "events"}, {"librdkafka", "rocksdb"}},
        {"projections",
         {"projections", "events"},
         {"rocksdb", "date", "openssl", "xxhash", "boost-containers"}},
        {"consumers", {"consumers", "events", "log", "projections"}, {"spdlog"}},
        // What an outbox holds is put together anew, whatever its shape: outbox.cc.
        {"producers", {"producers", "events", "log"}, {"spdlog", "date", "nlohmann"}},
        {"api",
         {"api", "events", "log", "projections", "consumers", "producers"},
         {"boost", "boost-containers", "openssl", "nlohmann", "rapidjson", "xlsxwriter", "spdlog"}},
        // cli writes its --format json output with nlohmann; what it reads is decoded by events/.
        {"cli",
         {"cli", "events", "log", "projections", "consumers", "producers", "api"},
         {"CLI", "toml++", "nlohmann", "spdlog"}},
        {"tests", {}, {}, true},
        {"bench", {}, {}, true},
    };
    return kFolders;
}

struct Library {
    std::string_view prefix;  // of the text between the marks
    std::string_view name;
};

/// Through which nlohmann/json is seen.
constexpr std::string_view kOwnJson = "events/json.h";

constexpr std::array kLibraries = {
    Library{"tl/", "tl"},
    Library{"simdjson", "simdjson"},
    Library{"nlohmann/", "nlohmann"},
    Library{kOwnJson, "nlohmann"},
    Library{"openssl/", "openssl"},
    Library{"rapidjson/", "rapidjson"},
    Library{"xxhash.h", "xxhash"},
    Library{"xxh3.h", "xxhash"},
    Library{"librdkafka/", "librdkafka"},
    Library{"rocksdb/", "rocksdb"},
    Library{"date/", "date"},
    Library{"spdlog/", "spdlog"},
    Library{"fmt/", "spdlog"},
    Library{"CLI/", "CLI"},
    Library{"toml++/", "toml++"},
    Library{"boost/unordered/", "boost-containers"},
    Library{"boost/container/", "boost-containers"},
    Library{"boost/sort/", "boost-containers"},
    Library{"boost/", "boost"},
    Library{"xlsxwriter", "xlsxwriter"},
    Library{"gtest/", "gtest"},
    Library{"gmock/", "gtest"},
    Library{"rapidcheck", "rapidcheck"},
    Library{"benchmark/", "benchmark"},
    Library{"clang/", "clang"},
};

/// Folders of the operating system's own headers.
constexpr std::array<std::string_view, 6> kSystemFolders = {
    "sys/", "linux/", "net/", "netinet/", "arpa/", "sanitizer/"};

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// `#include "a/b.h"` or `#include <a/b.h>` of one line.
struct Include {
    std::string_view target;
    bool angled = false;
};

std::optional<Include> include_in(std::string_view line) {
    const size_t start = line.find_first_not_of(' ');
    if (start == std::string_view::npos || line[start] != '#') {
        return std::nullopt;
    }
    const size_t word = line.find_first_not_of(' ', start + 1);
    if (word == std::string_view::npos || line.substr(word, 7) != "include") {
        return std::nullopt;
    }
    const size_t open = line.find_first_of("<\"", word);
    if (open == std::string_view::npos) {
        return std::nullopt;
    }
    const bool angled = line[open] == '<';
    const size_t close = line.find(angled ? '>' : '"', open + 1);
    if (close == std::string_view::npos) {
        return std::nullopt;
    }
    return Include{line.substr(open + 1, close - open - 1), angled};
}

std::string_view first_folder(std::string_view path) {
    return path.substr(0, path.find('/'));
}

std::string judge_own(const Folder& folder, std::string_view target) {
    if (target.find('/') == std::string_view::npos) {
        return "include by the path from the root, \"folder/file.h\"";
    }
    const std::string_view other = first_folder(target);
    if (other == "tests") {
        return folder.name == "tests" ? "" : "nothing but tests/ includes tests/";
    }
    if (folder.everything || contains(folder.folders, other)) {
        return "";
    }
    return std::string(folder.name) + "/ may not include " + std::string(other) + "/";
}

/// RocksDB is one back end behind one door in each of its two folders; spdlog costs each file that
/// sees it 2 s to compile, and so does nlohmann/json where its parser is compiled again.
std::string judge_placement(std::string_view path,
                            std::string_view library,
                            std::string_view target) {
    if (target == "nlohmann/json.hpp" && path != kOwnJson) {
        return "include \"events/json.h\", by which it is compiled once";
    }
    if (library == "rocksdb" && !path.starts_with("projections/store") &&
        !path.starts_with("log/embedded")) {
        return "RocksDB is seen only by projections/store* and log/embedded*";
    }
    if (library == "spdlog" && path.ends_with(".h")) {
        return "no header includes spdlog: declare what is needed and include it in the .cc";
    }
    return "";
}

std::string judge_library(const Folder& folder, std::string_view path, std::string_view target) {
    const auto library =
        std::find_if(kLibraries.begin(), kLibraries.end(), [target](const Library& candidate) {
            return target.starts_with(candidate.prefix);
        });
    if (library == kLibraries.end()) {
        const bool system =
            std::any_of(kSystemFolders.begin(), kSystemFolders.end(), [target](auto prefix) {
                return target.starts_with(prefix);
            });
        const bool standard = target.find('/') == std::string_view::npos;
        return system || standard ? ""
                                  : "unknown library: give it a row in tests/tidy/include_rules.cc";
    }
    if (folder.everything) {
        return "";
    }
    if (!contains(folder.libraries, library->name)) {
        return std::string(folder.name) + "/ may not use " + std::string(library->name);
    }
    return judge_placement(path, library->name, target);
}

}  // namespace

Findings check_includes(const File& file) {
    if (!is_source(file.path)) {
        return {};
    }
    const auto& rows = folders();
    const auto folder = std::find_if(rows.begin(), rows.end(), [&file](const Folder& row) {
        return row.name == first_folder(file.path);
    });
    if (folder == rows.end()) {
        return {{file.path, 0, "the folder has no row in tests/tidy/include_rules.cc"}};
    }
    Findings findings;
    int line_number = 0;
    for (const std::string_view line : lines_of(file.text)) {
        ++line_number;
        const auto include = include_in(line);
        if (!include) {
            continue;
        }
        std::string broken = include->angled || include->target == kOwnJson
                                 ? judge_library(*folder, file.path, include->target)
                                 : judge_own(*folder, include->target);
        if (!broken.empty()) {
            findings.push_back({file.path, line_number, std::move(broken)});
        }
    }
    return findings;
}

}  // namespace sijill::tidy
