// The index cache as a user meets it: the commands index, clean and info, and solve through it.

#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

namespace fs = std::filesystem;

using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class IndexCommandTest : public ::testing::Test {
 protected:
  RunOptions Options() const {
    RunOptions options;
    options.variables = {{"SATCHEL_CACHE_DIR", cache_}};
    return options;
  }
  Finished Run(const std::vector<std::string>& arguments) const {
    return RunProgram(arguments, Options());
  }
  Finished Solve(const std::vector<std::string>& more = {}) const {
    return Run(Join(Join({"solve", "python", "numpy", "--explicit"}, more), DemoChannels()));
  }
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(cache_ + "/index", error)) {
      files.push_back(entry.path());
    }
    return files;
  }
  Finished Index(const std::vector<std::string>& more = {}) const {
    return Run(Join(Join({"index"}, {"conda-forge", "lab"}),
                    Join(more, {"--channel-alias", SATCHEL_DEMO, "--platform", "linux-64"})));
  }

  TemporaryDirectory directory_;
  std::string cache_ = directory_.path() + "/cache";
};

// What loading spends its time on: reading the first time, mapping the second.
TEST_F(IndexCommandTest, TimesItsSteps) {
  const auto times = [this] {
    const Finished run = Run(Join({"solve", "numpy", "--json"}, DemoChannels()));
    return Json::parse(run.output)["satchel"]["timings_ms"];
  };
  const Json first = times();
  const Json second = times();
  for (const Json& all : {first, second}) {
    const double steps =
        all["fetch"].get<double>() + all["open"].get<double>() + all["ingest"].get<double>();
    EXPECT_LE(steps, all["load"].get<double>());
    EXPECT_GT(all["open"], 0);
  }
  EXPECT_GT(first["ingest"], second["ingest"]);
}

TEST_F(IndexCommandTest, MakesIndexesOnceAndAnewIfForced) {
  const Json made = Json::parse(Index({"--json"}).output);
  EXPECT_TRUE(made["success"]);
  ASSERT_FALSE(made["indexes"].empty());
  EXPECT_EQ(Files().size(), made["indexes"].size());
  for (const Json& index : made["indexes"]) {
    EXPECT_FALSE(index["was_current"]);
    EXPECT_TRUE(fs::exists(index["file"].get<std::string>()));
    EXPECT_GT(index["records"], 0);
  }
  const Json again = Json::parse(Index({"--json"}).output);
  for (const Json& index : again["indexes"]) {
    EXPECT_TRUE(index["was_current"]);
  }
  const Finished text = Index();
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_THAT(text.output, HasSubstr("conda-forge/linux-64: "));
  EXPECT_THAT(text.output, HasSubstr("current"));
  EXPECT_THAT(Index({"--force"}).output, Not(HasSubstr("current")));
}

TEST_F(IndexCommandTest, NeedsChannelsThatAreThere) {
  EXPECT_EQ(Run({"index"}).exit_code, 2);
  EXPECT_EQ(Run({"index", directory_.path() + "/none"}).exit_code, 4);
}

TEST_F(IndexCommandTest, SolveKeepsIndexesAndAnswersTheSame) {
  const Finished first = Solve();
  ASSERT_EQ(first.exit_code, 0) << first.error;
  EXPECT_FALSE(Files().empty());
  const Finished second = Solve();
  EXPECT_EQ(second.output, first.output);
  EXPECT_EQ(second.error, first.error);
}

TEST_F(IndexCommandTest, CanBeSwitchedOff) {
  const Finished off = Solve({"--no-index-cache"});
  EXPECT_EQ(off.exit_code, 0);
  RunOptions options = Options();
  options.variables.emplace_back("SATCHEL_NO_INDEX_CACHE", "1");
  RunProgram(Join({"solve", "python"}, DemoChannels()), options);
  EXPECT_THAT(RunProgram({"info"}, options).output, HasSubstr("index cache : off"));
  EXPECT_THAT(Files(), IsEmpty());
  EXPECT_EQ(Solve().output, off.output);
}

TEST_F(IndexCommandTest, CleanRemovesAndSaysWhat) {
  Index();
  const std::size_t num_files = Files().size();
  const Json dry = Json::parse(Run({"clean", "--index-cache", "--dry-run", "--json"}).output);
  EXPECT_TRUE(dry["success"]);
  EXPECT_TRUE(dry["dry_run"]);
  EXPECT_EQ(dry["index_cache"]["files"].size(), num_files);
  EXPECT_GT(dry["index_cache"]["total_size"], 0);
  EXPECT_EQ(Files().size(), num_files);
  EXPECT_EQ(Json::parse(Run({"info", "--json"}).output)["index_cache"]["files"], num_files);
  EXPECT_THAT(Run({"info"}).output, HasSubstr(std::to_string(num_files) + " indexes"));
  EXPECT_THAT(Run({"clean", "--all"}).output, HasSubstr("removed"));
  EXPECT_THAT(Files(), IsEmpty());
  EXPECT_EQ(Run({"clean", "--all", "-y", "-q"}).exit_code, 0) << "nothing there is fine";
  EXPECT_EQ(Run({"clean"}).exit_code, 2);
}

TEST_F(IndexCommandTest, ADamagedIndexIsReplacedWithAWarning) {
  const Finished good = Solve();
  for (const std::string& path : Files()) {
    // The image's last pages: read late, so that the solve is well on its way.
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    const auto size = static_cast<std::streamoff>(fs::file_size(path));
    for (std::streamoff at = 8192; at < size; at += 64) {
      file.seekp(at);
      file.put('\x55');
    }
  }
  const Finished repaired = Solve();
  EXPECT_EQ(repaired.exit_code, 0);
  EXPECT_EQ(repaired.output, good.output);
  EXPECT_THAT(repaired.error, HasSubstr("warning"));
  const Finished again = Solve();
  EXPECT_EQ(again.output, good.output);
  EXPECT_EQ(again.error, good.error);
}

TEST_F(IndexCommandTest, WithoutACacheDirectoryEverythingStillWorks) {
  const Finished good = Solve();
  std::ofstream(directory_.path() + "/file") << "no directory";
  cache_ = directory_.path() + "/file";
  const Finished warned = Solve();
  EXPECT_EQ(warned.exit_code, 0);
  EXPECT_EQ(warned.output, good.output);
  EXPECT_THAT(warned.error, HasSubstr("SATCHEL_CACHE_DIR"));
  EXPECT_EQ(warned.error.find("SATCHEL_CACHE_DIR"), warned.error.rfind("SATCHEL_CACHE_DIR"))
      << "once: " << warned.error;
}

}  // namespace
}  // namespace satchel::testing
