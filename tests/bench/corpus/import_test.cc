#include "bench/corpus/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/frontend/temporary_directory.h"

namespace satchel {
namespace {

using ::satchel::testing::TemporaryDirectory;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kA[] = "https://conda.anaconda.org/conda-forge/linux-64/a-1.0-h1_0.conda";
constexpr char kB[] = "https://conda.anaconda.org/conda-forge/noarch/b-c-2-0.tar.bz2";

class ImportTest : public ::testing::Test {
 protected:
  absl::StatusOr<Problem> Import(const std::string& name, const std::string& text) {
    return ImportProblem(directory_.Write(name, text), Problem());
  }
  TemporaryDirectory directory_;
};

TEST_F(ImportTest, TakesTheSpecsOfEnvironmentFiles) {
  const auto problem = Import("my.yml", "name: x\ndependencies: [numpy, 'python>=3.11']\n");
  ASSERT_TRUE(problem.ok()) << problem.status();
  EXPECT_EQ(problem->id, "my");
  EXPECT_THAT(problem->specs, ElementsAre("numpy", "python>=3.11"));
}

TEST_F(ImportTest, TakesExactPackagesOfLocks) {
  const std::string a(kA);
  const std::string b(kB);
  const auto matcher = ElementsAre("a ==1.0 h1_0", "b-c ==2 0");
  const auto list =
      Import("e.txt", "@EXPLICIT\n" + a + "#0123456789abcdef0123456789abcdef\n" + b + "\n");
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_THAT(list->specs, matcher);

  const auto pixi = Import("pixi.lock",
                           "version: 6\nenvironments:\n  default:\n    packages:\n      linux-64:\n"
                           "      - conda: " +
                               a + "\n      - conda: " + b +
                               "\n      - pypi: https://example.org/x.whl\n"
                               "      osx-64:\n      - conda: https://x/osx-64/z-1-0.conda\n");
  ASSERT_TRUE(pixi.ok()) << pixi.status();
  EXPECT_THAT(pixi->specs, matcher);

  const auto entry = [](const std::string& url, const std::string& manager,
                        const std::string& platform) {
    return "- {name: x, manager: " + manager + ", platform: " + platform + ", url: '" + url +
           "'}\n";
  };
  const auto lock = Import(
      "conda-lock.yml", "version: 1\npackage:\n" + entry(a, "conda", "linux-64") +
                            entry(b, "conda", "linux-64") + entry("https://x", "pip", "linux-64") +
                            entry("https://x", "conda", "osx-64"));
  ASSERT_TRUE(lock.ok()) << lock.status();
  EXPECT_THAT(lock->specs, matcher);
}

TEST_F(ImportTest, SaysWhatIsMissing) {
  EXPECT_THAT(std::string(Import("conda-lock.yml", "package: []\n").status().message()),
              HasSubstr("it locks no packages for linux-64"));
  EXPECT_FALSE(Import("empty.txt", "").ok());
  EXPECT_FALSE(ImportProblem(directory_.path() + "/none.yml", Problem()).ok());
}

TEST_F(ImportTest, TakesAnEnvironmentAsItIs) {
  directory_.Write("env/conda-meta/history",
                   "==> 2024-01-01 00:00:00 <==\n# cmd: conda create\n# update specs: ['a']\n+x\n");
  directory_.Write(
      "env/conda-meta/a-1.0-h1_0.json",
      "{\"name\": \"a\", \"version\": \"1.0\", \"build\": \"h1_0\", \"build_number\": 0, "
      "\"depends\": [], \"subdir\": \"linux-64\", \"fn\": \"a-1.0-h1_0.conda\", "
      "\"channel\": \"conda-forge\", \"url\": \"" +
          std::string(kA) + "\"}");
  const auto problem = ImportProblem(directory_.path() + "/env", Problem());
  ASSERT_TRUE(problem.ok()) << problem.status();
  EXPECT_THAT(problem->specs, ElementsAre("a"));
  EXPECT_THAT(problem->installed, ElementsAre(kA));
}

}  // namespace
}  // namespace satchel
