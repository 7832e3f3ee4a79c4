// The short ways that most specs take give what the general ways give.

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

#include "repodata/spec/match_spec_text.h"
#include "repodata/version/version_spec.h"

namespace satchel {
namespace {

class Drawer final {
 public:
  std::string Text(const std::vector<std::string>& pieces, std::size_t most) {
    std::string text;
    for (std::size_t left = dice_() % most + 1; left > 0; --left) {
      text += pieces[dice_() % pieces.size()];
    }
    return text;
  }

 private:
  std::mt19937 dice_{7};  // NOLINT: the same texts each time.
};

TEST(PlainSpec, SaysWhatTheGeneralFormSays) {
  const std::vector<std::string> pieces = {
      "numpy", "a-b",    "__glibc", "_x",  " ",  " ", " ",  "=",  "==", ">=", "<", "!=",
      "~=",    ",",      "|",       "1.8", "2*", "*", ".*", "1!", "+l", "-",  "A", "py27_0",
      "h1_2",  ".conda", ":",       "[",   "]",  "(", ")",  "^",  "$",  "#",  "@", "2.0.0a0"};
  Drawer drawer;
  std::size_t num_plain = 0;
  for (int i = 0; i < 300'000; ++i) {
    const std::string text = (i % 2 == 0 ? "numpy " : "") + drawer.Text(pieces, 8);
    const std::optional<PlainSpec> plain = CutPlainSpec(text);
    if (!plain.has_value()) {
      continue;
    }
    ++num_plain;
    const absl::StatusOr<SpecComponents> general = ParseSpecText(text);
    ASSERT_TRUE(general.ok()) << "'" << text << "': " << general.status();
    for (std::size_t field = 0; field < kNumSpecFields; ++field) {
      const auto which = static_cast<SpecField>(field);
      const std::string_view expected = which == SpecField::kName      ? plain->name
                                        : which == SpecField::kVersion ? plain->version
                                        : which == SpecField::kBuild   ? plain->build
                                                                       : "";
      ASSERT_EQ((*general)[which].value_or(""), expected) << "'" << text << "'";
    }
  }
  EXPECT_GT(num_plain, 5'000U);
}

// In parentheses, which conda does not print, it is read as a tree.
TEST(FlatVersionSpec, SaysWhatTheTreeSays) {
  const std::vector<std::string> pieces = {",",     ",",    "|",   " ",     "1.8", ">=1.7",  "<2",
                                           "!=1.9", "=1.8", "1.*", "~=1.7", "*",   "2.0.0a0"};
  const std::vector<std::string> versions = {"1.7", "1.7.1", "1.8", "1.9", "2.0a0", "2", "3"};
  Drawer drawer;
  std::size_t num_valid = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::string text = drawer.Text(pieces, 7);
    const absl::StatusOr<VersionSpec> flat = VersionSpec::Parse(text);
    const absl::StatusOr<VersionSpec> tree = VersionSpec::Parse("(" + text + ")");
    ASSERT_EQ(flat.ok(), tree.ok()) << "'" << text << "'";
    if (!flat.ok()) {
      continue;
    }
    ++num_valid;
    ASSERT_EQ(flat->text(), tree->text()) << "'" << text << "'";
    for (const std::string& version : versions) {
      const Version parsed = *Version::Parse(version);
      ASSERT_EQ(flat->Matches(parsed.ref()), tree->Matches(parsed.ref()))
          << "'" << text << "' " << version;
    }
  }
  EXPECT_GT(num_valid, 5'000U);
}

}  // namespace
}  // namespace satchel
