// tests/canary/untidy.cc - one finding for a plain check, one for the path-sensitive analyzer, and
// one in a header. `./dev tidy` must see all three, or it checks nothing.

#include "tests/canary/untidy.h"

int main(int argc, char**) {
    const int* nowhere = nullptr;
    if (argc > 1)
        return *nowhere;
    return WronglyNamed();
}
