// tests/fuzz/replay_main.cc - the main of a fuzz target without libFuzzer: runs it once on each
// file it is given.
//
// Arguments are files or folders; a folder stands for the files in it. No input at all is a
// failure: a replay of nothing would look like a passed test.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

std::vector<std::filesystem::path> inputs_of(const std::vector<std::string>& arguments) {
    std::vector<std::filesystem::path> inputs;
    for (const std::string& argument : arguments) {
        if (std::filesystem::is_directory(argument)) {
            for (const auto& entry : std::filesystem::directory_iterator(argument)) {
                if (entry.is_regular_file()) {
                    inputs.push_back(entry.path());
                }
            }
        } else {
            inputs.emplace_back(argument);
        }
    }
    return inputs;
}

bool replay(const std::filesystem::path& input) {
    std::ifstream file(input, std::ios::binary);
    if (!file) {
        std::fprintf(stderr, "replay: cannot read %s\n", input.c_str());
        return false;
    }
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file),
                                  std::istreambuf_iterator<char>()};
    std::fprintf(stderr, "replay: %s (%zu bytes)\n", input.c_str(), bytes.size());
    // An exact copy on the heap, so that a read behind the end is seen.
    const std::vector<uint8_t> exact(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const auto inputs = inputs_of(arguments);
    bool all_read = true;
    for (const auto& input : inputs) {
        all_read = replay(input) && all_read;
    }
    std::printf("replayed %zu inputs\n", inputs.size());
    return all_read && !inputs.empty() ? 0 : 1;
}
