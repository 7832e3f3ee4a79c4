#include "repodata/version/version.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace satchel {
namespace {

std::string Key(std::string_view text) {
  const absl::StatusOr<Version> version = Version::Parse(text);
  EXPECT_TRUE(version.ok()) << version.status();
  return version.ok() ? version->key() : "";
}

// Each is less than the next.
TEST(Version, Order) {
  const std::vector<std::string> ascending = {
      "*",
      "dev",
      "_",
      "a",
      "0.4.1+local",
      "0.4.1",
      "0.4.1+1",
      "0.5a1",
      "0.5b3",
      "0.5",
      "0.9.6",
      "post",
      "1.0*",
      "1.0dev",
      "1.0_",
      "1.0a",
      "1.0.dev1",
      "1.0.a1",
      "1.0",
      "1.0.post1",
      "1.0.1",
      "1.1dev1",
      "1.1_",
      "1.1a1",
      "1.1",
      "1.1.post1",
      "1.1post1",
      "1996.07.12",
      "18446744073709551615",
      "18446744073709551616",
      "1!0.1",
      "2!0",
  };
  for (std::size_t i = 0; i + 1 < ascending.size(); ++i) {
    EXPECT_LT(*Version::Parse(ascending[i]), *Version::Parse(ascending[i + 1]))
        << ascending[i] << " and " << ascending[i + 1];
  }
}

TEST(Version, Equal) {
  EXPECT_EQ(Key("1.1"), Key("1.1.0"));
  EXPECT_EQ(Key("1.1"), Key("0!1.1.0.0"));
  EXPECT_EQ(Key("1.1.a1"), Key("1.1.0a1"));
  EXPECT_EQ(Key(" 0.4.1.RC "), Key("0.4.1.rc"));
  EXPECT_EQ(Key("1.2-3"), Key("1.2_3"));
  EXPECT_EQ(Key("1.2_3"), Key("1.2.3"));
  EXPECT_EQ(Key("1.02"), Key("1.2"));
  EXPECT_EQ(Key("1+0"), Key("1"));
  EXPECT_EQ(Key("1.0.0000000000000000000000"), Key("1"));
}

TEST(Version, KeepsItsText) {
  EXPECT_EQ(Version::Parse("1.0.RC1")->text(), "1.0.RC1");
}

TEST(Version, Invalid) {
  for (const char* text :
       {"",   " ",       "1..2", ".1",  "1.",  "1!2!3", "a!1",  "!1",   "1!",  "1+2+3", "+1",
        "1+", "1.2-3_4", "1 2",  "1.é", "1&2", "1/2",   "1._2", "1+a_", "1+.", "=1"}) {
    EXPECT_FALSE(Version::Parse(text).ok()) << text;
  }
  EXPECT_EQ(Version::Parse("a!1").status().message(),
            "invalid version 'a!1': the epoch before '!' is not a number");
}

TEST(Version, TrailingUnderscoreIsPartOfTheLastSegment) {
  EXPECT_TRUE(Version::Parse("1.0.1_").ok());
  EXPECT_TRUE(Version::Parse("1.0-").ok());
  EXPECT_NE(Key("1.0.1_"), Key("1.0.1"));
  EXPECT_LT(Key("1.0.1_"), Key("1.0.1a"));
}

}  // namespace
}  // namespace satchel
