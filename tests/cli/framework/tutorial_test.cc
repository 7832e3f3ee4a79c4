// What a Miniconda tutorial says, word for word, with satchel in the place of conda.

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/files.h"
#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/support/debian_python.h"
#include "tests/support/package_builder.h"

namespace satchel::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// python runs, hello is a command of a noarch package; cudatoolkit is in both channels.
void MakeChannels(const std::string& directory, BuiltPackage python) {
  ChannelBuilder forge(directory + "/conda-forge");
  forge.Add(python);
  python.version = "3.11.9";
  forge.Add(python);
  forge.Add({.name = "hello",
             .version = "1.0",
             .depends = {"python >=3.8"},
             .files = {{.path = "site-packages/hello.py",
                        .content = "def main():\n    print('hello, world')\n"}},
             .noarch = "python",
             .entry_points = {"hello = hello:main"}});
  forge.Add({.name = "cudatoolkit", .version = "11.8.0"});
  forge.Write();
  ChannelBuilder nvidia(directory + "/nvidia");
  nvidia.Add({.name = "cudatoolkit", .version = "12.4.0"});
  nvidia.Add({.name = "cuda-python",
              .version = "11.8",
              .depends = {"python", "cudatoolkit 11.8.*"},
              .files = {{.path = "share/cuda", .content = "x"}}});
  nvidia.Write();
}

constexpr char kTutorial[] = R"sh(
set -e
satchel config --set channel_alias "$CHANNELS"
satchel config --add channels nvidia
satchel config --add channels conda-forge
satchel config --set channel_priority strict

echo "== create"
satchel create --yes --name science python=3.11.2 hello
satchel env list
eval "$(satchel hook bash)"
satchel activate science
echo "in $CONDA_DEFAULT_ENV: $(python --version), $(hello)"
python -c 'import sys; assert sys.prefix == __import__("os").environ["CONDA_PREFIX"], sys.prefix'

echo "== install"
satchel install --yes -c conda-forge -c nvidia cudatoolkit=11.8 cuda-python
satchel list

echo "== export"
satchel env export --no-builds > environment.yml
cat environment.yml
satchel deactivate
echo "active: '${CONDA_DEFAULT_ENV-}'"

echo "== again"
satchel env remove --yes --name science
satchel env list
satchel env create --file environment.yml
satchel run --name science hello
satchel run -n science python -c 'raise SystemExit(3)' || echo "exit code $?"
satchel compare environment.yml --name science

echo "== update"
satchel update --yes --name science --all
satchel update --yes --name science python
satchel run --name science python --version
satchel remove --yes --name science cuda-python
satchel env remove --yes --name science
satchel clean --all --yes
satchel env list
)sh";

// From one heading to the next.
std::string Section(const std::string& output, const std::string& heading) {
  const std::size_t begin = output.find("== " + heading + "\n");
  return begin == std::string::npos ? ""
                                    : output.substr(begin, output.find("\n== ", begin) - begin);
}

TEST(Tutorial, EachCommandWorksAsWritten) {
  std::optional<BuiltPackage> python = DebianPython();
  if (!python.has_value()) {
    GTEST_SKIP() << "Debian's python3.11 is not installed";
  }
  const TemporaryDirectory home;
  MakeChannels(home.path() + "/channels", *std::move(python));
  const std::string program = SATCHEL_PROGRAM;
  RunOptions options;
  options.program = "bash";
  options.variables = {{"HOME", home.path()},
                       {"CHANNELS", "file://" + home.path() + "/channels"},
                       {"SATCHEL_NO_SYNC", "1"},
                       {"CONDA_SUBDIR", "linux-64"},
                       {"PATH", program.substr(0, program.rfind('/')) + ":/usr/bin:/bin"}};
  const Finished run = RunProgram({"-c", "cd; " + std::string(kTutorial)}, options);
  ASSERT_EQ(run.exit_code, 0) << run.output << run.error;
  const std::string create = Section(run.output, "create");
  EXPECT_THAT(create, HasSubstr("satchel activate science"));
  EXPECT_THAT(create, HasSubstr("in science: Python 3.11.2, hello, world"));
  const std::string install = Section(run.output, "install");
  EXPECT_THAT(install, HasSubstr("cuda-python"));
  EXPECT_THAT(install, HasSubstr("11.8.0"));
  EXPECT_THAT(install, Not(HasSubstr("12.4.0")));  // Strict: conda-forge has the name.
  const std::string exported = Section(run.output, "export");
  EXPECT_THAT(exported, HasSubstr("name: science\n"));
  EXPECT_THAT(exported, HasSubstr("  - python=3.11.2\n"));
  EXPECT_THAT(exported, HasSubstr("active: ''"));
  const std::string again = Section(run.output, "again");
  EXPECT_THAT(again, HasSubstr("\nhello, world\n"));
  EXPECT_THAT(again, HasSubstr("exit code 3"));
  EXPECT_THAT(again, HasSubstr("Success."));
  EXPECT_THAT(Section(run.output, "update"), HasSubstr("3.11.9"));
  EXPECT_FALSE(std::filesystem::exists(home.path() + "/.satchel/envs/science"));
}

}  // namespace
}  // namespace satchel::testing
