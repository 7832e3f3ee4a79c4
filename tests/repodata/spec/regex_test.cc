#include "repodata/spec/regex.h"

#include <string>

#include "gtest/gtest.h"

namespace satchel {
namespace {

struct Case {
  const char* pattern;
  std::string_view text;
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
      {"(a|b)\\1$", "bb", true},
      {"(a|b)\\1$", "ab", false},
      {"(?P<x>a)(?P=x)$", "aa", true},
      {"a(?<=a)b", "ab", true},
      {"a(?<!a)b", "ab", false},
      {"(?i:a)b$", "Ab", true},
      {"(?i:a)b$", "AB", false},
      {"(?i)ab$", "AB", true},
      {"a++a", "aa", false},
      {"(?>a|ab)c", "abc", false},
      {"a(?#x)*$", "aaa", true},
      {"\\141\\0$", std::string_view("a\0", 2), true},
      // What PCRE2 reads in another way.
      {"a\\v$", "a\v", true},
      {"a\\v$", "a\r", false},
      {"a\\Z", "a", true},
      {"[[:alpha:]]$", "a]", true},
      {"[[:alpha:]]$", "b]", false},
      {"a{,1}$", "", true},
      {"{$", "{", true},
      {"a{ 1}$", "a{ 1}", true},
      {"[a&&b]$", "&", true},
      {"a#b c$", "a#b c", true},
      {"\\B", "", false},
  };
  for (const Case& c : kCases) {
    const absl::StatusOr<Regex> regex = Regex::Compile(c.pattern);
    ASSERT_TRUE(regex.ok()) << regex.status();
    EXPECT_EQ(regex->MatchesPrefix(c.text), c.matches) << c.pattern << " on " << c.text;
  }
}

TEST(Regex, Invalid) {
  for (const char* pattern :
       {"(", ")", "(a", "[", "[a", "[b-a]", "*", "a**", "a{3,1}", "\\", "\\q", "\\x1", "^*", "|{2}",
        "(?P<>a)", "(?P<x>a)(?P<x>b)", "(?=", "[a", "^*", "\\b+", "a**", "a{2}{3}", "a???",
        "a{3,1}", "[\\d-z]", "[a-\\d]", "\\1", "(\\1)", "(?P=x)", "(?<=a*)b", "a(?i)b", "\\400",
        // Of PCRE2 alone.
        "(?|a|b)", "(?R)", "(?1)", "(*FAIL)", "(*LIMIT_MATCH=9)a", "(?<x>a)", "\\Qa\\E", "\\Ka",
        "\\ha", "\\Ra", "\\g{1}", "\\z", "\\x{41}", "\\ca", "\\o{1}", "(?&x)", "(?P>x)", "(?C)a",
        "(?'x'a)", "[\\A]", "(?U)a", "(?^i)a"}) {
    EXPECT_EQ(Regex::Compile(pattern).status().code(), absl::StatusCode::kInvalidArgument)
        << pattern;
  }
}

TEST(Regex, Unsupported) {
  for (const char* pattern : {"(a)(?(1)b|c)", "(?x)a", "(?x:a)", "\\u0041", "\\N{DIGIT ONE}"}) {
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
