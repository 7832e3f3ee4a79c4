#include "repodata/regex.h"

#include <string>

#include "gtest/gtest.h"

namespace satchel {
namespace {

struct Case {
  const char* pattern;
  const char* text;
  bool matches;
};

TEST(Regex, AsPython) {
  constexpr Case kCases[] = {
      {"", "x", true},
      {"a", "ab", true},
      {"a$", "ab", false},
      {"a$", "a\n", true},
      {"a\\Z", "a\n", false},
      {"^a|b$", "ax", true},
      {"^(a|b)*c$", "abbac", true},
      {"^a{2,3}$", "aaaa", false},
      {"^a{2,}$", "aaaa", true},
      {"^a{,2}$", "", true},
      {"^a{2}$", "aa", true},
      {"^a{x}$", "a{x}", true},
      {"^[^a-c]$", "d", true},
      {"^[]a]$", "]", true},
      {"^[a-]$", "-", true},
      {"^\\d+\\.\\d+$", "1.25", true},
      {"^\\w+$", "a_1", true},
      {"^\\S$", " ", false},
      {"^a+?$", "aaa", true},
      {"^(a*)*b$", "aaaa", false},
      {"^(?:ab|c)?d$", "abd", true},
      {"^(?P<x>a)b$", "ab", true},
      {"^(?!.*rc).*$", "1.0rc1", false},
      {"^(?!.*rc).*$", "1.0", true},
      {"^(?=.*red)(?:red_.*)$", "red_h1", true},
      {"^(?=(?!b)a)a$", "a", true},
      {"^\\x41$", "A", true},
      {"\\bfoo\\b", "foo bar", true},
      {"^.$", "\n", false},
      {"^[\\d.]+$", "1.2", true},
      {"^()$", "", true},
  };
  for (const Case& c : kCases) {
    const absl::StatusOr<Regex> regex = Regex::Compile(c.pattern);
    ASSERT_TRUE(regex.ok()) << regex.status();
    EXPECT_EQ(regex->MatchesPrefix(c.text), c.matches) << c.pattern << " on " << c.text;
  }
}

TEST(Regex, Invalid) {
  for (const char* pattern : {"(", ")", "(a", "[", "[a", "[b-a]", "*", "a**", "a{3,1}", "\\", "\\q",
                              "\\x1", "^*", "|{2}", "(?P<>a)", "(?P<x>a)(?P<x>b)", "(?="}) {
    EXPECT_EQ(Regex::Compile(pattern).status().code(), absl::StatusCode::kInvalidArgument)
        << pattern;
  }
}

TEST(Regex, Unsupported) {
  for (const char* pattern : {"(a)\\1", "(?<=a)b", "(?i:a)", "a++", "(?#x)"}) {
    EXPECT_EQ(Regex::Compile(pattern).status().code(), absl::StatusCode::kUnimplemented) << pattern;
  }
}

// Each of these would take a backtracking matcher, or one that recurses, forever or down.
TEST(Regex, HostilePatterns) {
  const std::string text(Regex::kMaxText, 'a');
  for (const char* pattern : {"^(a+)+$x", "^(a|a)*b", "^(a|aa)+$b", "^(a*)*b", "^((((a*)*)*)*)*b",
                              "^(?=(?=(?=a*b)))a", "^(?:(?!(?:a|a)*b)a)*b"}) {
    const absl::StatusOr<Regex> regex = Regex::Compile(pattern);
    ASSERT_TRUE(regex.ok()) << regex.status();
    EXPECT_FALSE(regex->MatchesPrefix(text)) << pattern;
  }
  EXPECT_FALSE(Regex::Compile("(((a{50}){50}){50}){50}").ok());
  EXPECT_FALSE(Regex::Compile(std::string(400, '(')).ok());
  EXPECT_FALSE(Regex::Compile(std::string(Regex::kMaxPattern + 1, 'a')).ok());
  EXPECT_FALSE(Regex::Compile("a*")->MatchesPrefix(text + "a"));
}

}  // namespace
}  // namespace satchel
