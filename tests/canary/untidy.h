#pragma once

// What untidy.cc says of a source holds for a header of ours too: the name is wrong on purpose.
inline int WronglyNamed() {
    return 0;
}
