#include "events/digest.h"

#include <gtest/gtest.h>

namespace sijill::events {
namespace {

TEST(Digest, Sha256IsThatOfTheStandardsExample) {  // FIPS 180-2, B.1
    EXPECT_EQ(to_hex(sha256("abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, TheQuickOneIsXxh3AsItsOwnToolPrintsIt) {  // xxhsum -H128 of nothing
    EXPECT_EQ(quick_digest(""), "99aa06d3014798d86001c324468d497f");
    EXPECT_NE(quick_digest("a"), quick_digest("b"));
}

}  // namespace
}  // namespace sijill::events
