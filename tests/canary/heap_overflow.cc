// tests/canary/heap_overflow.cc - reads one byte behind a heap block; AddressSanitizer must end it.

#include <cstdio>
#include <memory>

int main(int argc, char**) {
    constexpr int kBytes = 8;
    const auto block = std::make_unique<char[]>(kBytes);
    // The index depends on argc, so that the compiler cannot see the fault and remove it.
    const volatile char* bytes = block.get();
    std::printf("read %d and lived\n", bytes[kBytes - 1 + argc]);
}
