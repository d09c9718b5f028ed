// tests/unit/cli/site_test.cc - what a command takes from configuration and flags together.

#include "cli/site.h"

#include "tests/support/scratch_directory.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace sijill::cli {
namespace {

class Site : public testing::Test {
  protected:
    // Of a command in whose configuration the working hours stand.
    Options options_with(const std::string& text) {
        const std::string file = scratch_.path().string() + "/sijill.toml";
        std::ofstream(file) << text;
        Options options;
        options.config = file;
        options.given = GivenOptions{};
        return options;
    }

    tests::ScratchDirectory scratch_;
};

TEST_F(Site, AZoneThatIsGivenIsTheCalendarsAndTheDueDatesToo) {
    const std::string hours = "[calendar]\nhours = [\"07:00-14:00\"]\n[due]\nreferral = \"PT7H\"\n";
    Options options = options_with(hours);
    options.given->time_zone = true;
    options.time_zone = "Europe/Berlin";
    const auto by_flag = site_of(options);
    const auto by_file =
        site_of(options_with(hours + "[reporting]\ntime_zone = \"Europe/Berlin\"\n"));
    const auto other = site_of(options_with(hours));
    ASSERT_TRUE(by_flag && by_file && other);
    EXPECT_EQ(digest_of(*by_flag), digest_of(*by_file));
    EXPECT_NE(digest_of(*by_flag), digest_of(*other));

    options = options_with(hours);
    options.given->time_zone = true;
    options.time_zone = "Europe/Berlin";
    EXPECT_EQ(due_policy(config_of(options).value()).calendar.time_zone, "Europe/Berlin");
    EXPECT_EQ(publish_rules(options).value().due.calendar.time_zone, "Europe/Berlin");
}

TEST_F(Site, AdviceNamesTheZoneThatIsNotTheConfiguredOne) {
    Options options = options_with("");
    options.data = "berlin";
    EXPECT_EQ(place_flags(options), "--data berlin");
    options.time_zone = "Europe/Berlin";
    EXPECT_EQ(place_flags(options), "--data berlin --time-zone Europe/Berlin");
    setenv("SIJILL_REPORTING__TIME_ZONE", "Europe/Berlin", 1);
    EXPECT_EQ(place_flags(options), "--data berlin");
    unsetenv("SIJILL_REPORTING__TIME_ZONE");
}

TEST_F(Site, AnEmptyVariableIsAsOneThatIsNotSet) {
    setenv("SIJILL_DATA", "", 1);
    setenv("SIJILL_KAFKA__TOPIC", "", 1);
    const Environment environment = process_environment();
    unsetenv("SIJILL_DATA");
    unsetenv("SIJILL_KAFKA__TOPIC");
    EXPECT_FALSE(environment.contains("SIJILL_DATA"));
    const auto loaded = load_config("", environment);
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->config.kafka.topic, "sijill.events");
}

}  // namespace
}  // namespace sijill::cli
