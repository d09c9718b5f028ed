// tests/canary/signed_overflow.cc - adds beyond INT_MAX; UndefinedBehaviorSanitizer must end it.

#include <cstdio>
#include <limits>

int main(int argc, char**) {
    volatile int largest = std::numeric_limits<int>::max();
    std::printf("added to %d and lived\n", largest + argc);
}
