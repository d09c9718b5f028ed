#include "events/patch.h"

#include "events/json.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace sijill::events {
namespace {

constexpr std::string_view kEvent =
    R"({"type":"t","data":{"b":1,"a":{"y":2,"x":3}},"time":"then"})";

TEST(PatchedEvent, TakesManyPatchesAsOneAfterTheOther) {
    const std::array patches = {Patch{R"({"a":{"x":null},"c":"first"})", {}},
                                Patch{R"({"c":null,"b":[1,2]})", Timestamp{}},
                                Patch{R"({"a":{"x":5}})", {}}};
    std::string one_by_one(kEvent);
    for (const Patch& patch : patches) {
        const auto next = patched_event(one_by_one, patch);
        ASSERT_TRUE(next) << next.error().message;
        one_by_one = *next;
    }
    const auto at_once = patched_event(kEvent, patches);
    ASSERT_TRUE(at_once) << at_once.error().message;
    EXPECT_EQ(nlohmann::json::parse(*at_once), nlohmann::json::parse(one_by_one));
}

TEST(PatchedEvent, KeepsTheOrderOfItsMembersForWhoReadsIt) {
    const auto patched = patched_event(kEvent, Patch{R"({"d":4})", {}});
    ASSERT_TRUE(patched) << patched.error().message;
    EXPECT_EQ(*patched, R"({"type":"t","data":{"b":1,"a":{"y":2,"x":3},"d":4},"time":"then"})");
}

TEST(PatchedEvent, OnlyAnObjectIsMerged) {
    const std::array patches = {Patch{"{}", {}}, Patch{"[]", {}}};
    EXPECT_FALSE(patched_event(kEvent, patches));
    EXPECT_FALSE(patched_event(R"({"type":"t"})", std::span(patches).first(1)));
}

}  // namespace
}  // namespace sijill::events
