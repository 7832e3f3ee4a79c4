#include "repodata/spec/record_rules.h"

#include <string>

#include "gtest/gtest.h"

#include "repodata/io/url.h"

namespace satchel {
namespace {

TEST(RecordRulesTest, NamesHaveAtMost64Bytes) {
  EXPECT_EQ(WhyBadPackageName(std::string(64, 'a')), "");
  EXPECT_NE(WhyBadPackageName(std::string(65, 'a')), "");
}

TEST(RecordRulesTest, FileNamesHaveNoControlCharacters) {
  EXPECT_EQ(WhyBadFilePart("x", "a b~=!é-1.conda"), "");
  for (const char* bad : {"", ".", "..", "a/b", "a\\b", "a\x1f", "a\x7f", "\n"}) {
    EXPECT_NE(WhyBadFilePart("x", bad), "") << bad;
  }
  EXPECT_NE(WhyBadFilePart("x", std::string(1, '\0')), "");
}

TEST(RecordRulesTest, LimitsAreInclusive) {
  EXPECT_EQ(WhyTooLong("x", "abc", 3), "");
  EXPECT_EQ(WhyTooLong("license", "abcd", 3), "license has 4 bytes, more than 3");
}

TEST(BaseUrlTest, OfAServerLeadsToServersOnly) {
  const std::string web = "https://host/channel/linux-64";
  const std::string file = "file:///srv/channel/linux-64";
  for (const char* good : {"", "../x", "/x", "https://cdn/x", "HTTP://cdn/x", "http:relative",
                           "//host/x", "./a/../b", "file:/etc"}) {
    EXPECT_EQ(WhyBadBaseUrl("b", web, good), "") << good;
    EXPECT_EQ(WhyBadBaseUrl("b", file, good), "") << good;
  }
  for (const char* bad : {"file:///etc", "FILE://host/x", "ftp://x", "s3://x/y", "://x", "x://",
                          "http://", "https:///", "../?a=file:///etc"}) {
    EXPECT_NE(WhyBadBaseUrl("b", web, bad), "") << bad;
  }
  EXPECT_EQ(WhyBadBaseUrl("b", file, "file:///etc"), "");
  EXPECT_NE(WhyBadBaseUrl("b", file, "ftp://x"), "");
  for (const char* bad : {"https://a b/", "https://a\r\nX: y", "a\tb"}) {
    EXPECT_NE(WhyBadBaseUrl("b", web, bad), "") << bad;
    EXPECT_NE(WhyBadBaseUrl("b", file, bad), "") << bad;
  }
  const std::string why = WhyBadBaseUrl("base_url", web, "http://h/" + std::string(9'000'000, 'x'));
  EXPECT_NE(why.find("base_url has 9000009 bytes"), std::string::npos) << why.substr(0, 200);
}

}  // namespace
}  // namespace satchel
