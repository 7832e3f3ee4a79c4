#include "repodata/version/version_spec.h"

#include <string>

#include "gtest/gtest.h"

namespace satchel {
namespace {

bool Matches(std::string_view spec, std::string_view version) {
  const absl::StatusOr<VersionSpec> parsed = VersionSpec::Parse(spec);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  const absl::StatusOr<Version> parsed_version = Version::Parse(version);
  EXPECT_TRUE(parsed_version.ok()) << parsed_version.status();
  return parsed.ok() && parsed_version.ok() && parsed->Matches(parsed_version->ref());
}

struct Case {
  const char* spec;
  const char* yes;  // A version it matches, or nullptr.
  const char* no;
};

TEST(VersionSpec, Clauses) {
  constexpr Case kCases[] = {
      {"1.5", "1.5.0", "1.5.1"},
      {"==1.5", "1.5", "1.5.1"},
      {"==1.5.*", "1.5", "1.5.1"},  // ".*" after "==" is passed over.
      {"=1.5", "1.5.1", "1.50"},
      {"=1.5.*", "1.5.1", "1.6"},
      {"1.5*", "1.5.1", "1.50"},
      {"1.5.*", "1.5a1", "1.6"},
      {"1.0.*", "1.0.3", "1.1"},
      {"1.0.*", "1", "1.2"},
      {"0.*", "0.0.1", "1"},
      {"2013a*", "2013ab", "2013b"},
      {"1.5.**", nullptr, "1.5"},
      {"!=1.5", "1.5.1", "1.5.0"},
      {"!=1.5.*", "1.6", "1.5.1"},
      {"<1.5", "1.5a1", "1.5"},
      {"<=1.5", "1.5.0", "1.5.1"},
      {">1.5", "1.5.1", "1.5"},
      {">=1.5", "1.5", "1.5a1"},
      {">=1.5.*", "1.5", "1.5a1"},
      {"~=1.5.2", "1.5.9", "1.6"},
      {"~=1.5", "1.9", "1.4"},
      {"=1.0+1", "1.0+1.5", "1.0+2"},
      {"=1.0+1", nullptr, "1.0"},
      {"==1.0+local", "1.0+local", "1.0"},
      {"=1!2", "1!2.3", "2.3"},
      {"1.*.3", "1.2.3", "1.2.4"},
      {"1+*[ab]*", "1+1a", "11a"},  // A plus is a plus.
      {"*.3", "1.3", "1.3.0"},
      {"*", "dev", nullptr},
      {"^1\\.(5|6).*$", "1.5.2", "1.7"},
      {"^1.[0-9]{2}$", "1.25", "1.255"},
      {"1.2.3@x", nullptr, "1.2.3"},
      {"18446744073709551617", "18446744073709551617", "18446744073709551616"},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.spec);
    EXPECT_TRUE(c.yes == nullptr || Matches(c.spec, c.yes)) << c.yes;
    EXPECT_FALSE(c.no != nullptr && Matches(c.spec, c.no)) << c.no;
  }
}

TEST(VersionSpec, Trees) {
  EXPECT_TRUE(Matches(">=1,<2|>=3", "3.5"));
  EXPECT_FALSE(Matches(">=1,<2|>=3", "2.5"));
  EXPECT_TRUE(Matches("5.0|>=2,<3", "5.0"));  // The comma binds tighter, on both sides.
  EXPECT_TRUE(Matches("5.0|>=2,<3", "2.5"));
  EXPECT_FALSE(Matches("5.0|>=2,<3", "4"));
  EXPECT_TRUE(Matches("(>=1|<0.5),!=0.4", "0.3"));
  EXPECT_FALSE(Matches("(>=1|<0.5),!=0.4", "0.4"));
  EXPECT_TRUE(Matches(">=1,<2|(>=3,(<4|>5))", "5.1"));
  EXPECT_FALSE(Matches(">=1,<2|(>=3,(<4|>5))", "4.5"));
  EXPECT_TRUE(Matches(" >=1 , ( <2 ) ", "1.5"));
  EXPECT_TRUE(Matches("^1.*$|2.0", "2"));
}

TEST(VersionSpec, Text) {
  EXPECT_EQ(VersionSpec::Parse("1.8*")->text(), "1.8.*");
  EXPECT_EQ(VersionSpec::Parse(" ==1.8 ")->text(), "==1.8");
  EXPECT_EQ(VersionSpec::Parse(">=1.8 , <2|1.5*")->text(), ">=1.8,<2|1.5.*");
  EXPECT_EQ(VersionSpec::Parse("((1.5|(1.6|1.7), 1.8), 1.9 |2.0)|2.1")->text(),
            "1.5|1.6|1.7,1.8,1.9|2.0|2.1");
  EXPECT_EQ(VersionSpec().text(), "*");
}

TEST(VersionSpec, MatchesEverything) {
  EXPECT_TRUE(VersionSpec().MatchesEverything());
  EXPECT_TRUE(VersionSpec::Parse("*")->MatchesEverything());
  EXPECT_FALSE(VersionSpec::Parse("*|1")->MatchesEverything());
  EXPECT_TRUE(VersionSpec().Matches(Version::Parse("dev")->ref()));
}

TEST(VersionSpec, Invalid) {
  for (const char* spec :
       {"",     " ",     "=",      "==",       ">=",   "=>1.5", "<>1.5",    "===1.5",
        "!1.5", "=1.5=", ">= 1.5", ">=1.5 <2", "1.5,", "|1.5",  "1.5||1.6", "1.5,,1.6",
        "(1.5", "1.5)",  "()",     "^1.5",     "1.5$", "^(1$",  "~=1",      "~=1.5.*",
        ".*",   "1..5",  "1.[*2",  ">=1.5.é",  "~",    "^",     "$",        "1.5,()"}) {
    EXPECT_FALSE(VersionSpec::Parse(spec).ok()) << spec;
  }
  EXPECT_EQ(VersionSpec::Parse(">=1..2,<3").status().message(),
            "invalid version spec '>=1..2,<3': invalid version '1..2': empty component");
}

TEST(VersionSpec, HostileTexts) {
  EXPECT_FALSE(VersionSpec::Parse(std::string(100000, '(')).ok());
  std::string nested;
  for (int i = 0; i < 20000; ++i) {
    nested += i % 2 == 0 ? "(2|" : "(2,";
  }
  nested += "1" + std::string(20000, ')');
  EXPECT_FALSE(VersionSpec::Parse(nested).ok());
  std::string wide = "1";
  for (int i = 0; i < 10000; ++i) {
    wide += "|1." + std::to_string(i);
  }
  EXPECT_TRUE(Matches(wide, "1.9999"));
  EXPECT_FALSE(Matches(wide, "2"));
}

}  // namespace
}  // namespace satchel
