// What changes of environments mean where conda decides.

#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/cli/environment/change_fixture.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Beside app and lib: three pythons of two minor versions; ext 1.0 for either, ext 2.0 for the
// newer.
class Semantics : public ChangeTest {
 protected:
  Semantics() {
    for (const std::string version : {"3.10.1", "3.10.2", "3.11.0"}) {
      channel_.Add({.name = "python",
                    .version = version,
                    .files = {{.path = "bin/python", .content = version}}});
    }
    channel_.Add({.name = "ext", .build = "py310_0", .depends = {"python 3.10.*"}});
    channel_.Add({.name = "ext", .build = "py311_0", .depends = {"python 3.11.*"}});
    channel_.Add(
        {.name = "ext", .version = "2.0", .build = "py311_0", .depends = {"python 3.11.*"}});
    channel_.Write();
  }

  // "name version build" of each package, by name.
  Words Packages() const {
    Words packages;
    for (const Json& package : Json::parse(Run({"list", "-n", "work", "--json"}).output)) {
      packages.push_back(package["name"].get<std::string>() + " " +
                         package["version"].get<std::string>() + " " +
                         package["build_string"].get<std::string>());
    }
    return packages;
  }
  Finished Done(const Words& words) {
    Finished run = Change(words);
    EXPECT_EQ(run.exit_code, 0) << run.output << run.error;
    return run;
  }
};

TEST_F(Semantics, RemovingTheLastRequestedPackagePrunesWhatOnlyItNeeded) {
  Done({"create", "-n", "work", "app"});
  Done({"remove", "-n", "work", "app"});
  EXPECT_THAT(Packages(), ElementsAre());
  // What another one needs, or what was requested itself, stays.
  Done({"install", "-n", "work", "app", "lib", "other"});
  Done({"remove", "-n", "work", "app"});
  EXPECT_THAT(Packages(), ElementsAre("lib 2.0 0", "other 1.0 0"));
}

TEST_F(Semantics, UpdatingAllForgetsVersionsButNotPins) {
  Done({"create", "-n", "work", "app=1.0", "lib=1.0"});
  Done({"update", "-n", "work", "--all"});
  EXPECT_THAT(Packages(), ElementsAre("app 2.0 0", "lib 2.0 0"));
  Done({"install", "-n", "work", "app=1.0", "lib=1.0"});
  directory_.Write("root/envs/work/conda-meta/pinned", "lib 1.*\n");
  Done({"update", "-n", "work", "--all"});
  EXPECT_THAT(Packages(), ElementsAre("app 1.0 0", "lib 1.0 0"));
}

TEST_F(Semantics, UpdatingAllKeepsTheMinorVersionOfPython) {
  Done({"create", "-n", "work", "python=3.10.1", "ext"});
  Done({"update", "-n", "work", "--all"});
  EXPECT_THAT(Packages(), ElementsAre("ext 1.0 py310_0", "python 3.10.2 0"));
  // Unless nothing else works, which is said; or it is named.
  directory_.Write("root/envs/work/conda-meta/pinned", "ext 2.*\n");
  const Finished run = Done({"update", "-n", "work", "--all"});
  EXPECT_THAT(run.output + run.error, HasSubstr("python 3.10.2 becomes 3.11.0"));
  EXPECT_THAT(Packages(), ElementsAre("ext 2.0 py311_0", "python 3.11.0 0"));
  std::filesystem::remove(Env() + "/conda-meta/pinned");
  Done({"install", "-n", "work", "python=3.10"});
  Done({"install", "-n", "work", "--all", "python"});
  EXPECT_THAT(Packages(), ElementsAre("ext 2.0 py311_0", "python 3.11.0 0"));
}

TEST_F(Semantics, AnInstallMovesPythonOnlyIfNothingElseWorks) {
  Done({"create", "-n", "work", "python=3.10.1"});
  Done({"install", "-n", "work", "ext"});
  EXPECT_THAT(Packages(), ElementsAre("ext 1.0 py310_0", "python 3.10.1 0"));
  Done({"update", "-n", "work", "ext"});
  EXPECT_THAT(Packages(), ElementsAre("ext 1.0 py310_0", "python 3.10.1 0"));
  const Finished run = Done({"install", "-n", "work", "ext=2"});
  EXPECT_THAT(run.output + run.error, HasSubstr("python 3.10.1 becomes 3.11.0"));
}

TEST_F(Semantics, WithoutDependenciesTheBuildIsForThePythonThatIsThere) {
  Done({"create", "-n", "work", "python=3.10.1"});
  Done({"install", "-n", "work", "--no-deps", "ext"});
  EXPECT_THAT(Packages(), ElementsAre("ext 1.0 py310_0", "python 3.10.1 0"));
}

TEST_F(Semantics, OnlyDependenciesKeepsWhatAnotherNamedOneNeeds) {
  Done({"create", "-n", "work", "--only-deps", "app", "lib=1.0", "other"});
  EXPECT_THAT(Packages(), ElementsAre("lib 1.0 0"));
}

}  // namespace
}  // namespace satchel::testing
