// Each fuzz target over its seeds, among them all that was ever found: without libFuzzer.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "frontend/files.h"

namespace satchel {
namespace {

struct FuzzTarget {
  const char* name;
  int (*run)(const std::uint8_t* data, std::size_t size);
};

}  // namespace
}  // namespace satchel

using satchel::FuzzTarget;
#include "fuzz_targets.inc"

namespace satchel {
namespace {

class FuzzSeedsTest : public ::testing::TestWithParam<FuzzTarget> {};

TEST_P(FuzzSeedsTest, HaveNoFinding) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(SATCHEL_FUZZ_SEEDS) +
                                                               "/" + GetParam().name)) {
    files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  EXPECT_GE(files.size(), 3U);
  for (const std::string& file : files) {
    SCOPED_TRACE(file);
    const absl::StatusOr<std::string> bytes = ReadFile(file);
    ASSERT_TRUE(bytes.ok()) << bytes.status();
    // Cut short, too: most findings are at an end.
    const std::size_t step = std::max<std::size_t>(1, bytes->size() / 16);
    for (std::size_t size = 0; size < bytes->size(); size += step) {
      const std::string part = bytes->substr(0, size);
      GetParam().run(reinterpret_cast<const std::uint8_t*>(part.data()), part.size());
    }
    GetParam().run(reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size());
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, FuzzSeedsTest, ::testing::ValuesIn(kTargets),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace satchel
