#pragma once
// tests/support/scratch_directory.h - a directory of one test, removed with it.

#include "events/check.h"

#include <cstdlib>
#include <filesystem>
#include <string>

namespace sijill::tests {

class ScratchDirectory {
  public:
    ScratchDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "sijill-XXXXXX").string();
        CHECK(mkdtemp(pattern.data()) != nullptr, "a test may make a directory");
        path_ = pattern;
    }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    ~ScratchDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace sijill::tests
