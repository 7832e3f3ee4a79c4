// Random damage to kept indexes, each followed by a solve in this process: the plan is the right
// one, and nothing crashes. $SATCHEL_DAMAGE_CASES says how many; 10,000 take some minutes.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "gtest/gtest.h"

#include "frontend/export/package_url.h"
#include "frontend/fetch/index_directory.h"
#include "solver/solve.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/support/campaign.h"
#include "tests/support/data.h"
#include "tools/cli/solve/prepare.h"

namespace satchel {
namespace {

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class IndexDamageTest : public ::testing::Test {
 protected:
  IndexDamageTest() { setenv("SATCHEL_CACHE_DIR", directory_.path().c_str(), 1); }

  // The URLs of the plan, sorted; what went wrong if there is none.
  std::vector<std::string> Plan() {
    std::vector<std::string> urls;
    const auto prepared =
        PrepareAndAnswer(arguments_, specs_, {}, [&](PreparedRequest& request) -> absl::Status {
          urls.clear();
          absl::StatusOr<SolveOutcome> outcome = Solve(request.request, SolveOptions());
          if (!outcome.ok()) {
            return outcome.status();
          }
          auto* const plan = std::get_if<satchel::Plan>(&*outcome);
          if (plan == nullptr) {
            return absl::NotFoundError("no plan");
          }
          FillUrls(request.channels, plan);
          for (const PlanPackage& package : plan->packages) {
            urls.push_back(package.record.url + "#" + package.record.sha256);
          }
          return absl::OkStatus();
        });
    if (!prepared.ok()) {
      return {prepared.status().ToString()};
    }
    num_repairs_ += (*prepared)->warnings.empty() ? 0 : 1;
    std::ranges::sort(urls);
    return urls;
  }

  // Flips one bit of a random index, solves, and puts the file back.
  void Campaign(std::uint64_t num_cases) {
    const std::vector<std::string> expected = Plan();
    ASSERT_GT(expected.size(), 5U) << expected[0];
    std::map<std::string, std::string> files;
    for (const IndexDirectoryEntry& entry : ListIndexDirectory(directory_.path() + "/index")) {
      files[entry.path] = ReadAll(entry.path);
    }
    ASSERT_FALSE(files.empty());
    std::mt19937_64 random(1);  // NOLINT: the same in each run.
    for (std::uint64_t i = 0; i < num_cases; ++i) {
      const auto& [path, bytes] = *std::next(files.begin(), random() % files.size());
      const std::uint64_t bit = random() % (bytes.size() * 8);
      SCOPED_TRACE(path + " bit " + std::to_string(bit));
      const char changed = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
      Poke(path, bit / 8, changed);
      ASSERT_EQ(Plan(), expected);
      // Repaired, or not looked at: the next one must find what it did.
      if (ReadAll(path) != bytes) {
        std::ofstream(path, std::ios::binary) << bytes;
      }
    }
    RecordProperty("repairs", static_cast<int>(num_repairs_));
  }

  static void Poke(const std::string& path, std::uint64_t at, char byte) {
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_EQ(pwrite(fd, &byte, 1, static_cast<off_t>(at)), 1);
    close(fd);
  }

  testing::TemporaryDirectory directory_;
  Arguments arguments_;
  std::vector<std::string> specs_;
  std::uint64_t num_repairs_ = 0;
};

TEST_F(IndexDamageTest, OfTheDemo) {
  arguments_.channels = {"conda-forge", "lab"};
  arguments_.channel_alias = SATCHEL_DEMO;
  arguments_.platform = "linux-64";
  specs_ = {"python", "numpy", "pandas"};
  Campaign(testing::CampaignCases());
  EXPECT_GT(num_repairs_, testing::CampaignCases() / 20) << "most of a small index is read";
}

TEST_F(IndexDamageTest, OfARealChannel) {
  const char* const corpora = std::getenv("SATCHEL_CORPORA");
  if (corpora == nullptr || !std::filesystem::exists(std::string(corpora) + "/conda-forge")) {
    SKIP_WITHOUT_DATA("no conda-forge in $SATCHEL_CORPORA");
  }
  arguments_.channels = {std::string(corpora) + "/conda-forge"};
  arguments_.platform = "linux-64";
  specs_ = {"python=3.12", "numpy"};
  Campaign(testing::CampaignCases() / 4);
}

}  // namespace
}  // namespace satchel
