// The matchers of single fields: globs, strings, build numbers, channels.

#include <string>

#include "gtest/gtest.h"

#include "repodata/spec/build_number_matcher.h"
#include "repodata/spec/channel_matcher.h"
#include "repodata/spec/glob.h"
#include "repodata/spec/string_matcher.h"

namespace satchel {
namespace {

TEST(Glob, Matches) {
  EXPECT_TRUE(GlobMatches("*", ""));
  EXPECT_TRUE(GlobMatches("py27*", "py27_0"));
  EXPECT_TRUE(GlobMatches("*_cpython", "h1_0_cpython"));
  EXPECT_TRUE(GlobMatches("a*b*c", "aXbXbc"));
  EXPECT_TRUE(GlobMatches("a**b", "ab"));
  EXPECT_TRUE(GlobMatches("", ""));
  EXPECT_FALSE(GlobMatches("", "a"));
  EXPECT_FALSE(GlobMatches("a*b", "abc"));
  EXPECT_FALSE(GlobMatches("a.b", "aXb"));
  EXPECT_FALSE(GlobMatches("*a*a*a*a*a*a*a*a*b", std::string(2000, 'a')));
}

TEST(StringMatcher, Kinds) {
  EXPECT_TRUE(StringMatcher::Parse("py27_0")->Matches("py27_0"));
  EXPECT_FALSE(StringMatcher::Parse("py27_0")->Matches("PY27_0"));
  EXPECT_TRUE(StringMatcher::Parse("^py(27|36)_\\d$")->Matches("py36_1"));
  EXPECT_FALSE(StringMatcher::Parse("^(a$").ok());
  EXPECT_TRUE(StringMatcher::Exact("a*").Matches("a*"));
}

TEST(StringMatcher, Case) {
  using Case = StringMatcher::Case;
  EXPECT_TRUE(StringMatcher::Parse("*GPL*", Case::kInsensitive)->Matches("LGPLv3+"));
  EXPECT_TRUE(StringMatcher::Parse("bsd", Case::kInsensitive)->Matches("BSD"));
  EXPECT_TRUE(StringMatcher::Parse("NumPy", Case::kLowerPattern)->Matches("numpy"));
  EXPECT_FALSE(StringMatcher::Parse("numpy", Case::kLowerPattern)->Matches("NumPy"));
}

TEST(BuildNumberMatcher, Matches) {
  EXPECT_TRUE(BuildNumberMatcher::Parse("3")->Matches(3));
  EXPECT_TRUE(BuildNumberMatcher::Parse(" 03 ")->Matches(3));
  EXPECT_TRUE(BuildNumberMatcher::Parse(">=3")->Matches(10));
  EXPECT_FALSE(BuildNumberMatcher::Parse(">=3")->Matches(2));
  EXPECT_TRUE(BuildNumberMatcher::Parse("<3")->Matches(2));
  EXPECT_TRUE(BuildNumberMatcher::Parse("<=3")->Matches(3));
  EXPECT_TRUE(BuildNumberMatcher::Parse(">3")->Matches(4));
  EXPECT_TRUE(BuildNumberMatcher::Parse("!=3")->Matches(4));
  EXPECT_TRUE(BuildNumberMatcher::Parse("==3")->Matches(3));
  EXPECT_FALSE(BuildNumberMatcher::Parse("=3")->Matches(30));
  EXPECT_TRUE(BuildNumberMatcher::Parse("*")->Matches(7));
  EXPECT_TRUE(BuildNumberMatcher::Parse("^1.$")->Matches(12));
  EXPECT_FALSE(BuildNumberMatcher::Parse("three")->Matches(3));
  EXPECT_FALSE(BuildNumberMatcher::Parse("-3")->Matches(3));
}

TEST(BuildNumberMatcher, TextAndErrors) {
  EXPECT_EQ(BuildNumberMatcher::Parse("007")->text(), "7");
  EXPECT_EQ(BuildNumberMatcher::Parse("1_000")->text(), "1000");
  EXPECT_EQ(BuildNumberMatcher::Parse("-0")->text(), "0");
  EXPECT_EQ(BuildNumberMatcher::Parse("1__0")->text(), "1__0");
  for (const char* text : {"", " ", ">=", "=>3", ">= 3", "^3", "3$", "!3"}) {
    EXPECT_FALSE(BuildNumberMatcher::Parse(text).ok()) << text;
  }
}

TEST(ChannelMatcher, Names) {
  EXPECT_TRUE(ChannelMatcher::Parse("conda-forge")->Matches("conda-forge"));
  EXPECT_TRUE(
      ChannelMatcher::Parse("https://conda.anaconda.org/conda-forge")->Matches("conda-forge"));
  EXPECT_TRUE(
      ChannelMatcher::Parse("conda-forge")->Matches("https://conda.anaconda.org/conda-forge"));
  EXPECT_FALSE(ChannelMatcher::Parse("conda-forge")->Matches("bioconda"));
  EXPECT_TRUE(ChannelMatcher::Parse("defaults")->Matches("pkgs/main"));
  EXPECT_FALSE(ChannelMatcher::Parse("pkgs/free")->Matches("defaults"));
  EXPECT_TRUE(ChannelMatcher::Parse("distr")->Matches("file:///path/to/distr"));
}

TEST(ChannelMatcher, Urls) {
  const absl::StatusOr<ChannelMatcher> matcher =
      ChannelMatcher::Parse("https://repo.prefix.dev/conda-forge");
  EXPECT_EQ(matcher->text(), "https://repo.prefix.dev/conda-forge");
  EXPECT_TRUE(matcher->Matches("https://repo.prefix.dev/conda-forge"));
  EXPECT_FALSE(matcher->Matches("conda-forge"));
}

TEST(ChannelMatcher, Patterns) {
  EXPECT_TRUE(ChannelMatcher::Parse("conda-*")->Matches("conda-forge"));
  EXPECT_FALSE(ChannelMatcher::Parse("conda-*")->Matches("bioconda"));
  EXPECT_TRUE(ChannelMatcher::Parse("*")->matches_everything());
  EXPECT_FALSE(ChannelMatcher::Parse("*/lin(ux-65").ok());
}

}  // namespace
}  // namespace satchel
