#include "base/suggest.h"

#include "gtest/gtest.h"

#include "frontend/config/platform.h"

namespace satchel {
namespace {

TEST(Nearest, FindsTypingErrorsOnly) {
  const std::vector<std::string_view> words = {"--channel", "--channel-alias", "--json"};
  EXPECT_EQ(Nearest("--chanel", words), "--channel");
  EXPECT_EQ(Nearest("--channel", words), "--channel");
  EXPECT_EQ(Nearest("--jsno", words), "--json");
  EXPECT_EQ(Nearest("nmupy", {"scipy", "numpy"}), "numpy");
  EXPECT_EQ(Nearest("r-git2r", {"r-withr"}), "");
  EXPECT_EQ(Nearest("--frobnicate", words), "");
  EXPECT_EQ(Nearest("x", {}), "");
}

TEST(Platform, UnknownOnesSuggest) {
  EXPECT_TRUE(CheckPlatform("linux-64").ok());
  EXPECT_FALSE(CheckPlatform("noarch").ok());
  const absl::Status status = CheckPlatform("linux64");
  EXPECT_NE(status.message().find("'linux-64'"), absl::string_view::npos) << status;
}

}  // namespace
}  // namespace satchel
