#include "frontend/environment/location.h"

#include <filesystem>
#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/environment/registry.h"
#include "frontend/files.h"
#include "tests/frontend/temporary_directory.h"

namespace satchel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A user with a home of their own.
class Location : public ::testing::Test {
 protected:
  Location() { variables_["HOME"] = home(); }

  std::string home() const { return directory_.path() + "/home"; }
  std::string Make(const std::string& prefix) const {
    directory_.Write(prefix + "/conda-meta/history", "");
    return directory_.path() + "/" + prefix;
  }
  EnvironmentLookup lookup() const {
    return [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables_.find(name);
      return found == variables_.end() ? std::nullopt : std::optional(found->second);
    };
  }
  EnvironmentPaths paths(const std::vector<std::string>& configured = {}) const {
    return FindEnvironmentPaths(lookup(), configured);
  }
  absl::StatusOr<std::string> Locate(const std::string& name, const std::string& prefix = "") {
    return LocateEnvironment(paths(), {name, prefix}, lookup());
  }

  testing::TemporaryDirectory directory_;
  std::map<std::string, std::string> variables_;
};

TEST_F(Location, DefaultsAreBelowTheHome) {
  EXPECT_EQ(paths().root_prefix, home() + "/.satchel");
  EXPECT_THAT(paths().envs_dirs, ElementsAre(home() + "/.satchel/envs", home() + "/.conda/envs"));
}

TEST_F(Location, AnActiveCondaInstallationIsTheRootPrefix) {
  variables_["CONDA_EXE"] = directory_.path() + "/miniconda3/bin/conda";
  EXPECT_EQ(paths().root_prefix, home() + "/.satchel") << "nothing is there";
  const std::string installation = Make("miniconda3");
  EXPECT_EQ(paths().root_prefix, installation);
  variables_["MAMBA_ROOT_PREFIX"] = "/opt/mamba/";
  EXPECT_EQ(paths().root_prefix, "/opt/mamba");
  variables_["SATCHEL_ROOT_PREFIX"] = "~/elsewhere";
  EXPECT_TRUE(paths().root_prefix.ends_with("/elsewhere"));
}

TEST_F(Location, DirectoriesOfVariablesAndConfigurationComeFirst) {
  variables_["CONDA_ENVS_PATH"] = "/a:/b::/a/";
  EXPECT_THAT(paths({"/c", "/b"}).envs_dirs,
              ElementsAre("/a", "/b", "/c", home() + "/.satchel/envs", home() + "/.conda/envs"));
}

TEST_F(Location, NamesAreSearchedInOrder) {
  const std::string second = Make("home/.conda/envs/work");
  ASSERT_TRUE(Locate("work").ok()) << Locate("work").status();
  EXPECT_EQ(*Locate("work"), second);
  const std::string first = Make("home/.satchel/envs/work");
  EXPECT_EQ(*Locate("work"), first);
  EXPECT_EQ(EnvironmentName(paths(), first), "work");
  EXPECT_EQ(EnvironmentName(paths(), home() + "/.satchel"), "base");
  EXPECT_EQ(EnvironmentName(paths(), "/srv/x"), "");
}

TEST_F(Location, BaseIsTheRootPrefix) {
  EXPECT_TRUE(absl::IsNotFound(Locate("base").status()));
  const std::string root = Make("home/.satchel");
  EXPECT_EQ(*Locate("base"), root);
  EXPECT_EQ(*Locate("root"), root);
}

TEST_F(Location, WithoutAChoiceItIsTheActiveOne) {
  EXPECT_THAT(Locate("").status().ToString(), HasSubstr("give --name or --prefix"));
  const std::string root = Make("home/.satchel");
  EXPECT_EQ(*Locate(""), root);
  const std::string work = Make("home/.satchel/envs/work");
  variables_["CONDA_DEFAULT_ENV"] = "work";
  EXPECT_EQ(*Locate(""), work);
  variables_["CONDA_PREFIX"] = root + "/";
  EXPECT_EQ(*Locate(""), root);
  variables_["CONDA_PREFIX"] = "/none";
  EXPECT_THAT(Locate("").status().ToString(), HasSubstr("prefix '/none'"));
}

TEST_F(Location, ErrorsSayWhatToDo) {
  Make("home/.satchel/envs/analysis");
  directory_.Write("home/.satchel/envs/empty/file", "");
  EXPECT_THAT(Locate("analysys").status().ToString(), HasSubstr("did you mean 'analysis'?"));
  EXPECT_THAT(Locate("none").status().ToString(), HasSubstr("satchel env list"));
  EXPECT_THAT(Locate("empty").status().ToString(), HasSubstr("no conda-meta"));
  EXPECT_THAT(Locate("a/b").status().ToString(), HasSubstr("--prefix a/b"));
  EXPECT_TRUE(absl::IsInvalidArgument(Locate("a b").status()));
  EXPECT_THAT(Locate("a", "b").status().ToString(), HasSubstr("give one"));
  EXPECT_THAT(Locate("", "/none").status().ToString(), HasSubstr("no such directory"));
}

TEST_F(Location, APlaceForANewOne) {
  const auto place = [this](const std::string& name, const std::string& prefix = "") {
    return PlaceEnvironment(paths(), {name, prefix});
  };
  EXPECT_EQ(*place("new"), home() + "/.satchel/envs/new");
  EXPECT_EQ(*place("", directory_.path() + "/x/../y"), directory_.path() + "/y");
  for (const std::string name : {"base", "root"}) {
    EXPECT_THAT(place(name).status().ToString(), HasSubstr("'" + name + "'"));
  }
  EXPECT_TRUE(absl::IsInvalidArgument(place("", directory_.path() + "/a:b/c").status()));
  const std::string there = Make("home/.conda/envs/there");
  EXPECT_EQ(*place("there"), there);
  EXPECT_TRUE(absl::IsInvalidArgument(place("").status()));
  const std::string below_a_file = directory_.Write("file", "") + "/none";
  variables_["CONDA_ENVS_DIRS"] = below_a_file;
  EXPECT_EQ(*place("new"), home() + "/.satchel/envs/new") << "the first that can be written";
  variables_["HOME"] = below_a_file;
  EXPECT_TRUE(absl::IsPermissionDenied(place("new").status())) << place("new").status();
}

TEST_F(Location, NotInsideOfAnother) {
  const std::string root = Make("home/.satchel");
  const std::string work = Make("work");
  for (const std::string& prefix : {root, work}) {
    directory_.Write(prefix.substr(directory_.path().size() + 1) + "/conda-meta/history", "");
  }
  std::filesystem::create_directory_symlink(work, directory_.path() + "/link");
  const auto place = [this](const std::string& prefix) {
    return PlaceEnvironment(paths(), {"", prefix});
  };
  for (const std::string& prefix :
       {work + "/a", work + "/a/b/../c", directory_.path() + "/link/a"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(place(prefix).status())) << prefix;
  }
  EXPECT_TRUE(place(root + "/envs/new").ok());
  EXPECT_TRUE(place(work).ok());
  EXPECT_TRUE(*IsWithin(directory_.path() + "/link/none/yet", work));
  EXPECT_FALSE(*IsWithin(work, work + "2"));
  EXPECT_FALSE(*IsWithin(work + "2", work));
}

TEST_F(Location, TheListHasEachOnce) {
  const std::string root = Make("home/.satchel");
  const std::string work = Make("home/.satchel/envs/work");
  const std::string away = Make("away");
  const std::string file = RegistryFile(lookup());
  for (const std::string& prefix : {work, away, away, std::string("/none")}) {
    ASSERT_TRUE(RegisterEnvironment(file, prefix).ok());
  }
  EXPECT_THAT(*RegisteredEnvironments(file), ElementsAre(work, away, "/none"));
  EXPECT_THAT(ListEnvironments(paths(), lookup()), ElementsAre(root, away, work));
  ASSERT_TRUE(UnregisterEnvironment(file, work).ok());
  EXPECT_EQ(*ReadFile(file), away + "\n") << "what is no more goes too";
  // A last line that is cut off stays one, and so does a comment.
  ASSERT_TRUE(WriteFile(file, "# mine\n" + away).ok());
  ASSERT_TRUE(RegisterEnvironment(file, work).ok());
  EXPECT_EQ(*ReadFile(file), "# mine\n" + away + "\n" + work + "\n");
  ASSERT_TRUE(UnregisterEnvironment(file, work).ok());
  EXPECT_EQ(*ReadFile(file), "# mine\n" + away + "\n");
}

TEST_F(Location, ARegistryThatIsNotThere) {
  EXPECT_THAT(*RegisteredEnvironments("/none/environments.txt"), IsEmpty());
  EXPECT_TRUE(UnregisterEnvironment("/none/environments.txt", "/x").ok());
  const std::string file = directory_.Write("file", "");
  EXPECT_FALSE(RegisterEnvironment(file + "/environments.txt", "/x").ok());
}

}  // namespace
}  // namespace satchel
