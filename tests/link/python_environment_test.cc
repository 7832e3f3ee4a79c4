// A python that runs, with noarch packages on it.

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/files.h"
#include "tests/link/test_environment.h"
#include "tests/support/debian_python.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

namespace fs = std::filesystem;
using testing::BuiltPackage;
using testing::TestEnvironment;

std::string OutputOf(const std::string& command) {
  FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  std::string output;
  std::array<char, 4096> buffer;
  for (std::size_t size = 0; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    output.append(buffer.data(), size);
  }
  pclose(pipe);
  return output;
}

BuiltPackage Greeter(const std::string& version) {
  return {
      .name = "greeter",
      .version = version,
      .depends = {"python"},
      .files = {{.path = "site-packages/greeter/__init__.py", .content = ""},
                {.path = "site-packages/greeter/cli.py",
                 .content = "import sys\n"
                            "class App:\n"
                            "    @staticmethod\n"
                            "    def main():\n"
                            "        print('greeter " +
                            version + "', sys.argv[1:])\n        return 7\n"},
                {.path = "site-packages/greeter/template.py", .content = "this {{is}} no python"},
                {.path = "python-scripts/greet.sh", .content = "echo script", .mode = 0755}},
      .noarch = "python",
      .entry_points = {"greet = greeter.cli:App.main"}};
}

class PythonEnvironmentTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::optional<BuiltPackage> python = testing::DebianPython();
    if (!python.has_value()) {
      GTEST_SKIP() << "python3.11 of Debian is not installed";
    }
    python_ = env_.Build(*python);
  }

  std::string Site() const { return env_.prefix() + "/lib/python3.11/site-packages/greeter/"; }

  TestEnvironment env_;
  PackageRecord python_;
};

TEST_F(PythonEnvironmentTest, EntryPointsRunAndBytecodeIsUsed) {
  const PackageRecord greeter = env_.Build(Greeter("1.0"));
  const auto report = env_.Change({python_, greeter}, {});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_TRUE(report->warnings.empty()) << report->warnings.front();
  EXPECT_EQ(OutputOf("'" + env_.prefix() + "/bin/greet' a b; echo $?"),
            "greeter 1.0 ['a', 'b']\n7\n");
  EXPECT_EQ(OutputOf("'" + env_.prefix() + "/bin/greet.sh'"), "script\n");
  EXPECT_TRUE(fs::exists(Site() + "__pycache__/cli.cpython-311.pyc"));
  EXPECT_FALSE(fs::exists(Site() + "__pycache__/template.cpython-311.pyc"));
  // Python takes it as it is: -v tells which file it read.
  EXPECT_THAT(OutputOf("'" + env_.prefix() + "/bin/greet' 2>&1; '" + env_.prefix() +
                       "/bin/python' -v -c 'import greeter.cli'"),
              ::testing::HasSubstr("cli.cpython-311.pyc matches"));
  const auto meta = nlohmann::json::parse(
      *ReadFile(env_.prefix() + "/conda-meta/greeter-1.0-0.json"), nullptr, false);
  std::map<std::string, std::string> types;
  for (const auto& path : meta["paths_data"]["paths"]) {
    types[path["_path"]] = path["path_type"];
  }
  EXPECT_EQ(types["bin/greet"], "unix_python_entry_point");
  EXPECT_EQ(types["lib/python3.11/site-packages/greeter/__pycache__/cli.cpython-311.pyc"],
            "pyc_file");
  EXPECT_FALSE(
      types.contains("lib/python3.11/site-packages/greeter/__pycache__/template.cpython-311.pyc"));

  const PackageRecord newer = env_.Build(Greeter("2.0"));
  ASSERT_TRUE(env_.Change({newer}, {greeter}).ok());
  EXPECT_EQ(OutputOf("'" + env_.prefix() + "/bin/greet'"), "greeter 2.0 []\n");
  ASSERT_TRUE(env_.Change({}, {newer}).ok());
  EXPECT_FALSE(fs::exists(env_.prefix() + "/lib/python3.11/site-packages"));
  EXPECT_FALSE(fs::exists(env_.prefix() + "/bin/greet"));
}

TEST_F(PythonEnvironmentTest, RunsFromLongPathsAndPathsWithSpaces) {
  const PackageRecord greeter = env_.Build(Greeter("1.0"));
  for (const std::string& name : {std::string(150, 'l'), std::string("with some spaces")}) {
    env_.set_prefix(name);
    ASSERT_TRUE(env_.Change({python_, greeter}, {}).ok());
    EXPECT_EQ(OutputOf("'" + env_.prefix() + "/bin/greet' 'a b'"), "greeter 1.0 ['a b']\n");
  }
}

TEST_F(PythonEnvironmentTest, WithoutBytecodeIfSoWished) {
  TransactionOptions options;
  options.compile_bytecode = false;
  ASSERT_TRUE(env_.Change({python_, env_.Build(Greeter("1.0"))}, {}, options).ok());
  EXPECT_FALSE(fs::exists(Site() + "__pycache__"));
}

}  // namespace
}  // namespace satchel
