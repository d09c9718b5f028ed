// tests/canary/data_race.cc - two threads write one integer without a lock; ThreadSanitizer must
// report it.

#include <cstdio>
#include <thread>

int main() {
    constexpr int kRounds = 100'000;
    int shared = 0;
    const auto add = [&shared] {
        for (int i = 0; i < kRounds; ++i) {
            shared = shared + 1;
        }
    };
    std::thread other(add);
    add();
    other.join();
    std::printf("counted %d and lived\n", shared);
}
