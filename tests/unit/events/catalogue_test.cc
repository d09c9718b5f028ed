#include "events/catalogue.h"

#include "events/json.h"
#include "tests/support/source_path.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace sijill::events {
namespace {

std::string file_text(const std::string& path) {
    std::ifstream file(tests::source_path(path), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// To bring both files up to date: SIJILL_WRITE_CATALOGUE=1 catalogue_test
void compare(const std::string& path, const std::string& expected) {
    if (std::getenv("SIJILL_WRITE_CATALOGUE") != nullptr) {
        std::ofstream(tests::source_path(path), std::ios::binary) << expected;
    }
    EXPECT_EQ(file_text(path), expected) << path;
}

TEST(Catalogue, ThePageIsThatOfTheDeclarations) {
    compare("docs/events.md", catalogue_page());
}

TEST(Catalogue, WireNamesAreUniqueAndThoseOfTheList) {
    std::set<std::string> names;
    for (const EventDescriptor& event : all_events()) {
        EXPECT_TRUE(names.insert(full_type(event)).second) << full_type(event);
    }
    std::string sorted;
    for (const std::string& name : names) {
        sorted += name + "\n";
    }
    // A name that is gone or changed can no longer be read from the log: only add lines.
    compare("tests/data/event_types.txt", sorted);
}

TEST(Catalogue, EveryEventIsFoundByItsFullType) {
    for (const EventDescriptor& event : all_events()) {
        EXPECT_EQ(find_event(full_type(event)), &event);
    }
    EXPECT_EQ(find_event("gov.cc.call.offered.v2"), nullptr);
    EXPECT_EQ(find_event(""), nullptr);
}

TEST(Catalogue, EverySubjectFieldIsARequiredField) {
    for (const EventDescriptor& event : all_events()) {
        bool found = event.subject_field.empty();
        for (const FieldDescriptor& field : event.fields) {
            found = found || (field.name == event.subject_field && field.required);
        }
        EXPECT_TRUE(found) << event.type;
    }
}

// By its name alone a patch is known to touch a personal field.
TEST(Catalogue, NoPlainFieldHasTheNameOfAPersonalOne) {
    int sealed = 0;
    for (const EventDescriptor& event : all_events()) {
        for (const FieldDescriptor& field : event.fields) {
            EXPECT_EQ(is_sealed_field(field.name), field.kind == Kind::Sealed)
                << event.type << " " << field.name;
            sealed += field.kind == Kind::Sealed ? 1 : 0;
        }
    }
    EXPECT_GT(sealed, 10);
}

TEST(Catalogue, EverySchemaIsJsonThatNamesEachField) {
    for (const EventDescriptor& event : all_events()) {
        const auto schema = nlohmann::json::parse(json_schema(event), nullptr, false);
        ASSERT_TRUE(schema.is_object()) << event.type;
        EXPECT_EQ(schema.at("title"), full_type(event));
        EXPECT_EQ(schema.at("properties").size(), event.fields.size());
        for (const FieldDescriptor& field : event.fields) {
            const auto& property = schema.at("properties").at(std::string(field.name));
            EXPECT_TRUE(property.contains("type")) << event.type << " " << field.name;
            const auto& required = schema.at("required");
            EXPECT_EQ(std::find(required.begin(), required.end(), field.name) != required.end(),
                      field.required);
        }
    }
}

TEST(Catalogue, ASchemaSaysTheLimitsOfItsKinds) {
    const auto schema =
        nlohmann::json::parse(json_schema(*find_event("gov.cc.evaluation.completed.v1")));
    const auto& items = schema.at("properties").at("items");
    EXPECT_EQ(items.at("maxItems"), 32);
    const auto& properties = items.at("items").at("properties");
    EXPECT_EQ(properties.at("weight").at("maximum"), 65535);
    EXPECT_EQ(properties.at("points").at("minimum"), -1000000);
    const auto offered = nlohmann::json::parse(json_schema(*find_event("gov.cc.call.offered.v1")));
    const auto& ani = offered.at("properties").at("ani");
    EXPECT_EQ(ani.at("required").at(0), "sealed");
    EXPECT_EQ(offered.at("properties").at("direction").at("enum").at(0), "inbound");
}

}  // namespace
}  // namespace sijill::events
