#include "api/publish.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace sijill::api {
namespace {

TEST(SplitArray, TakesElementsAsTheyAreWritten) {
    using Elements = std::vector<std::string>;
    const auto split = [](std::string_view text) {
        return split_array(text, 3).value_or(Elements{"(no array)"});
    };
    EXPECT_EQ(split(" [ ] "), Elements{});
    EXPECT_EQ(split(R"([{"a":[1,2]},{"b":"],\"["}])"),
              (Elements{R"({"a":[1,2]})", R"({"b":"],\"["})"}));
    EXPECT_EQ(split("[1,,2]"), (Elements{"1", "", "2"}));
    EXPECT_EQ(split("[1,2,3,4,"), (Elements{"1", "2", "3"}));  // a batch that is too large anyway
    for (const char* broken : {"", "{}", "[", "[1", "[1]]", "[1] x", "[}", R"(["a])", "[{]"}) {
        EXPECT_EQ(split(broken), Elements{"(no array)"}) << broken;
    }
}

TEST(Bring, ACompressedBodyIsRefusedAsOne) {
    Request request;
    request.headers = {{"content-type", "application/cloudevents+json"}};
    request.body = "{}";
    for (const std::string encoding : {"", "identity", "Identity"}) {
        request.headers["content-encoding"] = encoding;
        EXPECT_FALSE(bring(request).refused) << encoding;
    }
    for (const std::string encoding : {"gzip", "zstd", "gzip, identity"}) {
        request.headers["content-encoding"] = encoding;
        const Brought brought = bring(request);
        ASSERT_TRUE(brought.refused) << encoding;
        EXPECT_EQ(brought.refused->status, 415);
        EXPECT_NE(brought.refused->body.find("uncompressed"), std::string::npos);
    }
}

}  // namespace
}  // namespace sijill::api
