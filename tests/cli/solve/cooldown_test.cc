// exclude_newer and its scopes: how old a record must be, by name and by channel.

#include <chrono>
#include <cstdint>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

using Json = nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Two channels, each with a and b in version 1, of a year ago, and 2, of three days ago.
class Cooldown : public ::testing::Test {
 protected:
  Cooldown() {
    for (const std::string channel : {"one", "two"}) {
      Json records = Json::object();
      for (const std::string name : {"a", "b"}) {
        for (const auto& [version, days] : {std::pair{"1", 365}, {"2", 3}}) {
          records[name + "-" + version + "-0.conda"] = {
              {"name", name},      {"version", version},       {"build", "0"},
              {"build_number", 0}, {"depends", Json::array()}, {"timestamp", Before(days)}};
        }
      }
      records["old-1-0.conda"] = {{"name", "undated"},
                                  {"version", "1"},
                                  {"build", "0"},
                                  {"build_number", 0},
                                  {"depends", Json::array()}};
      home_.Write(channel + "/noarch/repodata.json", Json{{"packages.conda", records}}.dump());
    }
  }

  // Some minutes more than so many days ago, in milliseconds.
  static std::int64_t Before(int days) {
    const auto now =
        std::chrono::system_clock::now() - std::chrono::hours(24 * days) - std::chrono::minutes(5);
    return std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  }
  std::string Place(const std::string& channel) const { return home_.path() + "/" + channel; }

  Finished Run(const std::vector<std::string>& words) const {
    RunOptions options;
    options.variables = {{"HOME", home_.path()},
                         {"SATCHEL_ROOT_PREFIX", home_.path() + "/root"},
                         {"SATCHEL_NO_INDEX_CACHE", "1"},
                         {"CONDA_SUBDIR", "linux-64"}};
    return RunProgram(words, options);
  }
  // "channel/version" of the only package of a plan; else what was wrong.
  std::string Chosen(const std::string& condarc, std::vector<std::string> words) const {
    home_.Write(".condarc", condarc);
    words.insert(words.begin(), {"solve", "--json"});
    const Finished run = Run(words);
    const Json json = Json::parse(run.output, nullptr, false);
    if (!json.is_object() || json["success"] != true) {
      return run.output + run.error;
    }
    const std::string url = json["actions"]["LINK"][0]["url"];
    const std::string version = json["actions"]["LINK"][0]["version"];
    return (url.find("/one/") != std::string::npos ? "one/" : "two/") + version;
  }

  TemporaryDirectory home_;
};

TEST_F(Cooldown, DurationsAsCondaWritesThem) {
  for (const std::string week :
       {"7d", "P7D", "1w", "P1W", "6d 24h", "168h", "PT168H", "604800", "P6DT24H", "10080m0s"}) {
    EXPECT_EQ(Chosen("exclude_newer: '" + week + "'\n", {"a", "-c", Place("one")}), "one/1")
        << week;
  }
  for (const std::string shorter : {"2d", "P2D", "0", "3600", "1d12h"}) {
    EXPECT_EQ(Chosen("", {"a", "-c", Place("one"), "--exclude-newer", shorter}), "one/2")
        << shorter;
  }
  EXPECT_EQ(Chosen("cooldown: 7d\n", {"a", "-c", Place("one")}), "one/1") << "conda's other name";
  EXPECT_EQ(Chosen("exclude_newer: 7d\n", {"undated", "-c", Place("one")}), "one/1");
}

TEST_F(Cooldown, SearchHidesWhatASolveWouldNotTake) {
  const auto found = [this](const std::string& condarc, const std::vector<std::string>& more) {
    home_.Write(".condarc", condarc);
    std::vector<std::string> words = {"search", "a", "-c", Place("one"), "-c", Place("two")};
    words.insert(words.end(), more.begin(), more.end());
    const Finished run = Run(words);
    return run.output + run.error;
  };
  EXPECT_THAT(found("", {}), AllOf(HasSubstr(" 2 "), Not(HasSubstr("exclude_newer"))));
  const std::string week = "exclude_newer: 7d\n";
  EXPECT_THAT(found(week, {}), AllOf(HasSubstr("exclude_newer hides 2 newer records"),
                                     HasSubstr(" 1 "), Not(HasSubstr(" 2  "))));
  EXPECT_EQ(found("", {"--exclude-newer", "7d"}), found(week, {}));
  EXPECT_THAT(found(week + "exclude_newer_package: {a: false}\n", {}), HasSubstr(" 2 "));
  EXPECT_THAT(
      found(week + "channel_settings: [{channel: " + Place("two") + ", exclude_newer: false}]\n",
            {}),
      HasSubstr("hides 1 newer record\n"));
  EXPECT_EQ(Json::parse(found(week, {"--json", "--quiet"}))["a"].size(), 2U);
  EXPECT_THAT(found("exclude_newer: 2y\n", {}),
              AllOf(HasSubstr("no package of the channels that exclude_newer allows matches 'a'"),
                    Not(HasSubstr("did you mean"))));
}

TEST_F(Cooldown, ANamesLimitCountsBeforeTheOthers) {
  const std::string all = "exclude_newer: 7d\n";
  EXPECT_EQ(Chosen(all + "exclude_newer_package: {a: false}\n", {"a", "-c", Place("one")}),
            "one/2");
  EXPECT_EQ(Chosen(all + "exclude_newer_package: {a: false}\n", {"b", "-c", Place("one")}),
            "one/1");
  EXPECT_EQ(Chosen(all + "exclude_newer_package: {a: 1d}\n", {"a", "-c", Place("one")}), "one/2");
  EXPECT_EQ(Chosen("exclude_newer_package: {a: 30d}\n", {"a", "-c", Place("one")}), "one/1");
  EXPECT_EQ(Chosen("exclude_newer_package: {a: 30d}\n", {"b", "-c", Place("one")}), "one/2");
  // What says nothing: true and null.
  EXPECT_EQ(Chosen(all + "cooldown_exclude: {a: null, b: true}\n", {"a", "-c", Place("one")}),
            "one/1");
}

TEST_F(Cooldown, AChannelsLimitCountsBeforeThatOfAll) {
  const std::string url = "file://" + Place("one");
  for (const std::string& selector : {Place("one"), url, url + "/", std::string("file://*/one")}) {
    const std::string condarc =
        "channel_settings:\n- channel: \"" + selector + "\"\n  exclude_newer: 7d\n";
    EXPECT_EQ(Chosen(condarc, {"a", "-c", Place("one")}), "one/1") << selector;
    EXPECT_EQ(Chosen(condarc, {"a", "-c", Place("two")}), "two/2") << selector;
  }
  const std::string exempt =
      "exclude_newer: 7d\nchannel_settings:\n- {channel: \"" + url + "\", exclude_newer: false}\n";
  EXPECT_EQ(Chosen(exempt, {"a", "-c", Place("one")}), "one/2");
  EXPECT_EQ(Chosen(exempt, {"a", "-c", Place("two")}), "two/1");
  EXPECT_EQ(Chosen(exempt + "exclude_newer_package: {a: 30d}\n", {"a", "-c", Place("one")}),
            "one/1")
      << "a name's counts before a channel's";
  // Too new in the first channel: that of the second is not hidden by it.
  EXPECT_EQ(Chosen("channel_settings:\n- {channel: \"" + url + "\", exclude_newer: 7d}\n",
                   {"a=2", "-c", Place("one"), "-c", Place("two")}),
            "two/2");
}

TEST_F(Cooldown, WhyNotTellsHowNewAndWhatIsAskedFor) {
  home_.Write(".condarc", "exclude_newer: 7d\n");
  const std::string told = "was released 3 days ago, and exclude-newer asks for 7 days";
  EXPECT_THAT(Run({"why-not", "a=2", "a", "-c", Place("one")}).output, HasSubstr("a 2 " + told));
  EXPECT_THAT(Run({"solve", "a=2", "-c", Place("one")}).error, HasSubstr("a 2 " + told));
  home_.Write(".condarc", "exclude_newer_package: {a: P30D}\n");
  const Finished of_name = Run({"solve", "a=2", "-c", Place("one")});
  EXPECT_EQ(of_name.exit_code, 1);
  EXPECT_THAT(of_name.error,
              AllOf(HasSubstr("asks for 30 days"), Not(HasSubstr("--exclude-newer"))))
      << "no option lifts the limit of a name";
}

TEST_F(Cooldown, WhatIsNoLimitIsToldWithItsPlace) {
  EXPECT_THAT(Chosen("exclude_newer_package: {a: soon}\n", {"a", "-c", Place("one")}),
              HasSubstr("exclude_newer_package: a: 'soon' is not a date"));
  EXPECT_THAT(
      Chosen("channel_settings:\n- {channel: x, exclude_newer: soon}\n", {"a", "-c", Place("one")}),
      HasSubstr("channel_settings: x: 'soon' is not a date"));
  EXPECT_THAT(Chosen("channel_settings: [x]\n", {"a", "-c", Place("one")}),
              HasSubstr(".condarc:1: 'channel_settings' must be a list of maps"));
}

TEST_F(Cooldown, TheSettingsAreShownAsTheyAre) {
  home_.Write(".condarc",
              "channel_settings:\n- {channel: x, exclude_newer: 7d}\n- {channel: y, exclude_newer: "
              "false}\n");
  const Json shown = Json::parse(
      Run({"config", "--show", "channel_settings", "--json"}).output)["channel_settings"];
  EXPECT_EQ(shown, Json::parse(R"([{"channel": "x", "exclude_newer": "7d"},
                                   {"channel": "y", "exclude_newer": false}])"));
}

}  // namespace
}  // namespace satchel::testing
