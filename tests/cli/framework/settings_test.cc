// config, info, clean, search and repoquery; and that each key of the configuration has its effect.

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/files.h"
#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/support/package_builder.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;
using Variables = std::vector<std::pair<std::string, std::string>>;

// A channel with app (which needs lib), python and pip (which needs python), openssl in two
// versions.
class SettingsTest : public ::testing::Test {
 protected:
  SettingsTest() : channel_(directory_.path() + "/channels/main") {
    for (const std::string version : {"1.0", "2.0"}) {
      channel_.Add({.name = "lib",
                    .version = version,
                    .files = {{.path = "lib/lib.txt", .content = version}}});
      channel_.Add({.name = "openssl",
                    .version = version,
                    .files = {{.path = "lib/ssl.txt", .content = version}}});
    }
    channel_.Add(
        {.name = "app", .depends = {"lib"}, .files = {{.path = "share/app", .content = "a"}}});
    channel_.Add({.name = "needs-ssl", .depends = {"openssl"}});
    channel_.Add(
        {.name = "python", .version = "3.12.0", .files = {{.path = "bin/python", .content = ""}}});
    channel_.Add({.name = "pip", .version = "24.0", .depends = {"python"}});
    channel_.Add({.name = "tool", .depends = {"python"}});
    channel_.Write();
    fs::create_directories(Home());
  }

  std::string Home() const { return directory_.path() + "/home"; }
  std::string Env() const { return directory_.path() + "/root/envs/e"; }
  std::string Pkgs() const { return directory_.path() + "/pkgs"; }
  void Condarc(const std::string& text) const { directory_.Write("home/.condarc", text); }
  std::string Condarc() const { return ReadFile(Home() + "/.condarc").value_or("(none)"); }

  Finished Run(const std::vector<std::string>& arguments, const Variables& more = {}) const {
    RunOptions options;
    options.variables = {{"HOME", Home()},
                         {"SATCHEL_NO_SYNC", "1"},
                         {"SATCHEL_CACHE_DIR", directory_.path() + "/cache"},
                         {"SATCHEL_ROOT_PREFIX", directory_.path() + "/root"},
                         {"CONDA_PKGS_DIRS", Pkgs()},
                         {"CONDA_SUBDIR", "linux-64"}};
    options.variables.insert(options.variables.end(), more.begin(), more.end());
    return RunProgram(arguments, options);
  }
  Finished InChannel(std::vector<std::string> arguments, const Variables& more = {}) const {
    return Run(Join(std::move(arguments), {"-c", channel_.directory()}), more);
  }
  // "name version" of a plan's packages.
  std::vector<std::string> Plan(const std::vector<std::string>& arguments,
                                const Variables& more = {}) const {
    const Finished run = InChannel(Join(arguments, {"--json"}), more);
    std::vector<std::string> packages;
    const Json json = Json::parse(run.output, nullptr, false);
    EXPECT_TRUE(json.is_object() && json["success"] == true) << run.output << run.error;
    if (json.is_object() && json.contains("actions")) {
      for (const Json& record : json["actions"]["LINK"]) {
        packages.push_back(record["name"].get<std::string>() + " " +
                           record["version"].get<std::string>());
      }
    }
    std::ranges::sort(packages);
    return packages;
  }

  TemporaryDirectory directory_;
  ChannelBuilder channel_;
};

TEST_F(SettingsTest, DisallowedPackages) {
  EXPECT_THAT(Plan({"solve", "app"}), ElementsAre("app 1.0", "lib 2.0"));
  Condarc("disallowed_packages: ['lib>=2']\n");
  EXPECT_THAT(Plan({"solve", "app"}), ElementsAre("app 1.0", "lib 1.0"));
  Condarc("disallowed_packages: [lib]\n");
  const Finished none = InChannel({"solve", "app"});
  EXPECT_EQ(none.exit_code, 1);
  // Neither by a list of files.
  const std::string file = directory_.Write(
      "lock.txt", "@EXPLICIT\nfile://" + channel_.directory() + "/linux-64/lib-2.0-0.conda\n");
  const Finished explicit_run = Run({"create", "-n", "e", "--file", file, "--yes"});
  EXPECT_EQ(explicit_run.exit_code, 2) << explicit_run.error;
  EXPECT_THAT(explicit_run.error, HasSubstr("disallowed_packages has 'lib'"));
  EXPECT_FALSE(fs::exists(Env()));
  Condarc("disallowed_packages: ['lib =']\n");
  EXPECT_THAT(InChannel({"solve", "app"}).error, HasSubstr("disallowed_packages: "));
}

TEST_F(SettingsTest, AddPipAsPythonDependency) {
  EXPECT_THAT(Plan({"solve", "tool"}), ElementsAre("python 3.12.0", "tool 1.0"));
  Condarc("add_pip_as_python_dependency: true\n");
  EXPECT_THAT(Plan({"solve", "tool"}), ElementsAre("pip 24.0", "python 3.12.0", "tool 1.0"));
  EXPECT_THAT(Plan({"solve", "app"}), ElementsAre("app 1.0", "lib 2.0"));
  ASSERT_EQ(InChannel({"create", "-n", "e", "tool", "--yes"}).exit_code, 0);
  // Nobody asked for pip by its name.
  EXPECT_THAT(*ReadFile(Env() + "/conda-meta/history"), HasSubstr("# update specs: ['tool']"));
}

TEST_F(SettingsTest, AggressiveUpdatePackages) {
  ASSERT_EQ(InChannel({"create", "-n", "e", "needs-ssl", "openssl=1", "lib=1", "--yes"}).exit_code,
            0);
  // openssl=1 was asked for, and is no more: the history would hold it.
  const std::string history = *ReadFile(Env() + "/conda-meta/history");
  directory_.Write(
      "root/envs/e/conda-meta/history",
      history.substr(0, history.find("# update specs")) + "# update specs: ['needs-ssl', 'lib']\n");
  EXPECT_THAT(Plan({"install", "-n", "e", "app", "--dry-run"}, {{"SATCHEL_OFFLINE", "false"}}),
              ElementsAre("app 1.0", "openssl 2.0"));
  EXPECT_THAT(Plan({"install", "-n", "e", "app", "--dry-run"}, {{"SATCHEL_OFFLINE", "true"}}),
              ElementsAre("app 1.0"));
  Condarc("aggressive_update_packages: []\n");
  EXPECT_THAT(Plan({"install", "-n", "e", "app", "--dry-run"}, {{"SATCHEL_OFFLINE", "false"}}),
              ElementsAre("app 1.0"));
  Condarc("aggressive_update_packages: [lib]\n");
  ASSERT_EQ(
      InChannel({"install", "-n", "e", "app", "--yes"}, {{"SATCHEL_OFFLINE", "false"}}).exit_code,
      0);
  EXPECT_EQ(*ReadFile(Env() + "/lib/lib.txt"), "2.0");
  EXPECT_THAT(*ReadFile(Env() + "/conda-meta/history"), HasSubstr("# update specs: ['app']"));
}

TEST_F(SettingsTest, CreateDefaultPackages) {
  Condarc("create_default_packages: [lib]\n");
  ASSERT_EQ(InChannel({"create", "-n", "e", "openssl", "--yes"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(Env() + "/lib/lib.txt"));
  EXPECT_THAT(Plan({"create", "-n", "f", "openssl", "--no-default-packages", "--dry-run"}),
              ElementsAre("openssl 2.0"));
}

TEST_F(SettingsTest, PinnedPackagesAndExcludeNewer) {
  Condarc("pinned_packages: ['lib=1']\n");
  EXPECT_THAT(Plan({"solve", "app"}), ElementsAre("app 1.0", "lib 1.0"));
  Condarc("exclude_newer: someday\n");
  EXPECT_THAT(InChannel({"solve", "app"}).error, HasSubstr("exclude_newer: "));
}

TEST_F(SettingsTest, ChannelsByNameAndWhichAreAllowed) {
  const std::string alias = "channel_alias: file://" + directory_.path() + "/channels\n";
  Condarc(alias + "channels: [main]\n");
  EXPECT_EQ(Run({"solve", "app"}).exit_code, 0);
  Condarc("custom_channels:\n  main: file://" + directory_.path() + "/channels\n");
  EXPECT_EQ(Run({"solve", "app", "-c", "main"}).exit_code, 0);
  Condarc(alias + "custom_multichannels:\n  all: [main]\n");
  EXPECT_EQ(Run({"solve", "app", "-c", "all"}).exit_code, 0);
  Condarc(alias + "default_channels: [main]\n");
  EXPECT_EQ(Run({"solve", "app", "-c", "defaults"}).exit_code, 0);
  Condarc("mirrored_channels:\n  main: ['file:///nowhere/main', 'file://" + channel_.directory() +
          "']\n");
  EXPECT_EQ(Run({"solve", "app", "-c", "main"}).exit_code, 0)
      << Run({"solve", "app", "-c", "main"}).error;
  for (const std::string list :
       {"denylist_channels: [main]\n", "allowlist_channels: [conda-forge]\n"}) {
    Condarc(alias + list);
    for (const std::string& typed :
         {std::string("main"), channel_.directory(), "file://" + channel_.directory()}) {
      SCOPED_TRACE(list + typed);
      const Finished run = Run({"solve", "app", "-c", typed});
      EXPECT_EQ(run.exit_code, 4);
      EXPECT_THAT(run.error,
                  AllOf(HasSubstr("not allowed"), HasSubstr(list.substr(0, list.find(':')))));
    }
  }
  Condarc(alias + "allowlist_channels: [main]\n");
  EXPECT_EQ(Run({"solve", "app", "-c", "main"}).exit_code, 0);
}

TEST_F(SettingsTest, LinkingPreferences) {
  const auto links = [&] {
    fs::remove_all(Env());
    const Finished run = InChannel({"create", "-n", "e", "lib"});
    EXPECT_EQ(run.exit_code, 0) << run.error;
    return fs::is_symlink(Env() + "/lib/lib.txt") ? 0U
                                                  : fs::hard_link_count(Env() + "/lib/lib.txt");
  };
  Condarc("always_yes: true\n");
  EXPECT_EQ(links(), 2U);
  Condarc("always_yes: true\nalways_copy: true\n");
  EXPECT_EQ(links(), 1U);
  Condarc("always_yes: true\nalways_softlink: true\n");
  EXPECT_EQ(links(), 0U);
}

TEST_F(SettingsTest, SymbolicLinksWhereHardOnesAreImpossible) {
  struct stat here = {};
  struct stat shared = {};
  std::string pkgs = "/dev/shm/satchel-test-XXXXXX";
  if (mkdtemp(pkgs.data()) == nullptr || stat(Home().c_str(), &here) != 0 ||
      stat(pkgs.c_str(), &shared) != 0 || here.st_dev == shared.st_dev) {
    GTEST_SKIP() << "/dev/shm is not a file system of its own";
  }
  for (const bool allowed : {false, true}) {
    Condarc(allowed ? "allow_softlinks: true\n" : "");
    fs::remove_all(Env());
    EXPECT_EQ(
        InChannel({"create", "-n", "e", "lib", "--yes"}, {{"CONDA_PKGS_DIRS", pkgs}}).exit_code, 0);
    EXPECT_EQ(fs::is_symlink(Env() + "/lib/lib.txt"), allowed);
  }
  fs::remove_all(pkgs);
}

TEST_F(SettingsTest, WhereThingsAre) {
  const std::string elsewhere = directory_.path() + "/elsewhere";
  Condarc("envs_dirs: ['" + elsewhere + "']\npkgs_dirs: [~/packages]\nsubdir: linux-64\n");
  const Finished run = InChannel({"create", "-n", "e", "lib", "--yes"}, {{"CONDA_PKGS_DIRS", ""}});
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_TRUE(fs::exists(elsewhere + "/e/lib/lib.txt"));
  EXPECT_TRUE(fs::exists(Home() + "/packages/lib-2.0-0/info/index.json"));
}

TEST_F(SettingsTest, ConfigShowsAndEdits) {
  EXPECT_EQ(Run({"config", "--append", "channels", "conda-forge"}).exit_code, 0);
  EXPECT_EQ(Run({"config", "--prepend", "channels", "main"}).exit_code, 0);
  Condarc("# mine\n" + Condarc());
  EXPECT_EQ(Run({"config", "--set", "channel_priority", "strict"}).exit_code, 0);
  EXPECT_EQ(Run({"config", "--set", "proxy_servers.https", "http://proxy:3128"}).exit_code, 0);
  EXPECT_THAT(Condarc(), HasSubstr("# mine\n"));
  EXPECT_EQ(Run({"config", "--show", "channels", "channel_priority"}).output,
            "channels:\n  - main\n  - conda-forge\nchannel_priority: strict\n");
  const Json json = Json::parse(Run({"config", "--show", "--json"}).output);
  EXPECT_EQ(json["channels"], Json({"main", "conda-forge"}));
  EXPECT_EQ(json["proxy_servers"]["https"], "http://proxy:3128");
  EXPECT_EQ(json["remote_max_retries"], 3);
  EXPECT_THAT(Run({"config", "--show-sources"}, {{"SATCHEL_ALWAYS_YES", "true"}}).output,
              AllOf(HasSubstr("==> " + Home() + "/.condarc <=="),
                    HasSubstr("==> SATCHEL_ALWAYS_YES <==\nalways_yes: true")));
  EXPECT_THAT(Run({"config", "--get", "channels"}).output,
              HasSubstr("--add channels 'main'   # highest priority"));
  EXPECT_EQ(Run({"config", "--remove", "channels", "main"}).exit_code, 0);
  EXPECT_EQ(Run({"config", "--remove-key", "proxy_servers"}).exit_code, 0);
  EXPECT_EQ(Run({"config", "--show", "channels"}).output, "channels:\n  - conda-forge\n");
  EXPECT_THAT(Run({"config", "--describe", "offline"}).output, HasSubstr("# offline: false"));
}

TEST_F(SettingsTest, ConfigRefusesWhatIsWrong) {
  const Finished bad = Run({"config", "--set", "offline", "perhaps"});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.error, HasSubstr("'offline'"));
  EXPECT_EQ(Condarc(), "(none)");
  EXPECT_THAT(Run({"config", "--set", "ofline", "true"}).error,
              HasSubstr("did you mean 'offline'?"));
  EXPECT_EQ(Run({"config", "--remove", "channels", "none"}).exit_code, 2);
  EXPECT_EQ(Run({"config"}).exit_code, 2);
  Condarc("ofline: true\nsolver: classic\n");
  const Finished odd = Run({"config", "--validate"});
  EXPECT_EQ(odd.exit_code, 0);
  EXPECT_THAT(odd.error, AllOf(HasSubstr(".condarc:1: "), HasSubstr("does not use 'solver'")));
  for (const std::string wrong :
       {"offline: perhaps\n", "channels: {a: b}\n", "remote_max_retries: many\n"}) {
    Condarc(wrong);
    const Finished run = Run({"config", "--validate"});
    EXPECT_EQ(run.exit_code, 2) << wrong;
    EXPECT_THAT(run.error, HasSubstr(".condarc:")) << wrong;
  }
}

// The files are the user's: often links into a directory of dotfiles, and private.
TEST_F(SettingsTest, EditsKeepModesAndLinks) {
  const std::string target = directory_.Write("home/dotfiles/rc", "channels: [a]\n");
  fs::permissions(target, static_cast<fs::perms>(0600));
  fs::create_symlink("dotfiles/rc", Home() + "/.condarc");
  EXPECT_EQ(Run({"config", "--append", "channels", "b"}).exit_code, 0);
  EXPECT_EQ(*ReadFile(target), "channels: [a, b]\n");
  EXPECT_EQ(static_cast<int>(fs::status(target).permissions()), 0600);
  EXPECT_TRUE(fs::is_symlink(Home() + "/.condarc"));
  // What a command writes where the user says.
  const std::string output = directory_.Write("home/dotfiles/out.yml", "");
  fs::permissions(output, static_cast<fs::perms>(0640));
  fs::create_symlink("dotfiles/out.yml", Home() + "/out.yml");
  Condarc("");
  EXPECT_EQ(InChannel({"solve", "app", "--export", Home() + "/out.yml"}).exit_code, 0);
  EXPECT_THAT(*ReadFile(output), HasSubstr("app=1.0=0"));
  EXPECT_EQ(static_cast<int>(fs::status(output).permissions()), 0640);
  EXPECT_TRUE(fs::is_symlink(Home() + "/out.yml"));
}

TEST_F(SettingsTest, Info) {
  Condarc("channels: [https://ann:secret@example.org/t/TOKEN/c]\n");
  const Finished text = Run({"info"}, {{"CONDA_PREFIX", Env()}});
  EXPECT_THAT(
      text.output,
      AllOf(HasSubstr("user agent : satchel/"), HasSubstr(Home() + "/.condarc"),
            HasSubstr("active environment : e (" + Env() + ")"),
            HasSubstr("package cache : " + Pkgs()), HasSubstr("https://example.org/c/linux-64"),
            HasSubstr("__unix"), Not(HasSubstr("secret")), Not(HasSubstr("TOKEN"))));
  const Json json = Json::parse(Run({"info", "--json"}).output);
  EXPECT_EQ(json["active_prefix"], Json());
  EXPECT_EQ(json["envs_dirs"][0], directory_.path() + "/root/envs");
  EXPECT_EQ(json["pkgs_dirs"], Json({Pkgs()}));
  EXPECT_EQ(json["offline"], true);
}

TEST_F(SettingsTest, Search) {
  EXPECT_THAT(InChannel({"search", "lib>=2"}).output,
              AllOf(HasSubstr("2.0"), Not(HasSubstr("1.0"))));
  EXPECT_THAT(InChannel({"search", "ssl"}).output, HasSubstr("openssl")) << "part of a name";
  EXPECT_THAT(InChannel({"search", "app", "--info"}).output, HasSubstr("dependencies:\n  - lib"));
  const Json json = Json::parse(InChannel({"search", "lib", "--json"}).output);
  EXPECT_EQ(json["lib"].size(), 2U);
  EXPECT_EQ(json["lib"][0]["channel"], "file://" + channel_.directory() + "/linux-64");
  EXPECT_TRUE(json["lib"][0]["platform"].is_null());
  const Finished none = InChannel({"search", "no-such"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.error, HasSubstr("no package of the channels matches 'no-such'"));
  const Json error = Json::parse(InChannel({"search", "no-such", "--json"}).output);
  EXPECT_EQ(error["success"], false);
  EXPECT_EQ(error["exception_name"], "PackagesNotFoundError");
  EXPECT_EQ(error["packages"], Json({"no-such"}));
  EXPECT_THAT(Run({"search", "lib"}).error, HasSubstr("name one with -c"));
}

TEST_F(SettingsTest, Repoquery) {
  EXPECT_THAT(InChannel({"repoquery", "depends", "pip"}).output,
              AllOf(HasSubstr("pip 24.0"), HasSubstr("└─ python 3.12.0")));
  EXPECT_THAT(InChannel({"repoquery", "whoneeds", "python"}).output,
              AllOf(HasSubstr("├─ pip 24.0"), HasSubstr("└─ tool 1.0")));
  EXPECT_THAT(InChannel({"repoquery", "depends", "app", "--tree"}).output, HasSubstr("└─ lib 2.0"));
  const Json json =
      Json::parse(InChannel({"repoquery", "depends", "app", "--tree", "--json"}).output);
  EXPECT_EQ(json["below"][0]["spec"], "lib");
  EXPECT_EQ(json["query"], Json({{"query", "app"}, {"type", "depends"}}));
  EXPECT_EQ(json["result"]["graph_roots"][0]["name"], "app");
  EXPECT_EQ(json["result"]["pkgs"].size(), 2U);
  EXPECT_EQ(json["result"]["status"], "OK");
  const Json found = Json::parse(InChannel({"repoquery", "search", "lib", "--json"}).output);
  EXPECT_EQ(found["result"]["pkgs"][0]["version"], "2.0") << "the newest first";
  EXPECT_FALSE(found["result"].contains("graph_roots"));
  EXPECT_THAT(InChannel({"repoquery", "search", "lib"}).output, HasSubstr("2.0"));
}

TEST_F(SettingsTest, TheRootPrefixBecomesAnEnvironmentWhenItIsNamed) {
  const std::string root = directory_.path() + "/root";
  for (const std::string verb : {"install", "create"}) {
    fs::remove_all(root);
    EXPECT_EQ(InChannel({verb, "-n", "base", "lib", "--dry-run", "--yes"}).exit_code == 0, false);
    EXPECT_FALSE(fs::exists(root + "/conda-meta")) << "nothing was asked for yet";
    EXPECT_EQ(Run({"activate", "base", "--shell", "posix"}).exit_code, 4) << "nothing is there";
    fs::create_directory(root);
    for (const std::string& word : {std::string("base"), root}) {
      EXPECT_THAT(Run({"activate", word, "--shell", "posix"}).output, HasSubstr(root)) << word;
    }
    const Finished made = InChannel({verb, "-n", "base", "lib", "--yes"});
    EXPECT_EQ(made.exit_code, 0) << made.error;
    EXPECT_TRUE(fs::exists(root + "/lib/lib.txt"));
  }
  EXPECT_NE(InChannel({"create", "-n", "base", "app", "--yes"}).exit_code, 0) << "it is there now";
  fs::remove_all(root);
  directory_.Write("root/notes.txt", "somebody's");
  EXPECT_NE(InChannel({"install", "-n", "base", "lib", "--yes"}).exit_code, 0);
  EXPECT_FALSE(fs::exists(root + "/conda-meta"));
}

TEST_F(SettingsTest, RepoqueryOfAnEnvironment) {
  ASSERT_EQ(InChannel({"create", "-n", "e", "app", "lib=1", "--yes"}).exit_code, 0);
  const Variables active = {{"CONDA_PREFIX", Env()}};
  for (const auto& [words, variables] : std::vector<std::pair<std::vector<std::string>, Variables>>{
           {{"-n", "e"}, {}}, {{"-p", Env()}, {}}, {{"--local"}, active}, {{}, active}}) {
    const Finished depends = Run(Join({"repoquery", "depends", "app"}, words), variables);
    EXPECT_THAT(depends.output, HasSubstr("└─ lib 1.0")) << depends.error;
    EXPECT_THAT(Run(Join({"repoquery", "whoneeds", "lib"}, words), variables).output,
                HasSubstr("└─ app 1.0"));
    const Finished none = Run(Join({"repoquery", "depends", "openssl"}, words), variables);
    EXPECT_EQ(none.exit_code, 1);
    EXPECT_THAT(none.error, HasSubstr("--remote"));
  }
  EXPECT_THAT(InChannel({"repoquery", "depends", "app"}, active).output, HasSubstr("└─ lib 2.0"))
      << "a channel was named";
  EXPECT_THAT(Run({"repoquery", "depends", "app", "--remote"}, active).error,
              HasSubstr("no channel to look in"));
  const Json search = Json::parse(Run({"repoquery", "search", "li*", "-n", "e", "--json"}).output);
  EXPECT_EQ(search["result"]["pkgs"].size(), 1U);
}

TEST_F(SettingsTest, Clean) {
  ASSERT_EQ(InChannel({"create", "-n", "e", "lib=1", "--yes"}).exit_code, 0);
  ASSERT_EQ(InChannel({"create", "-n", "f", "openssl=1", "--yes"}).exit_code, 0);
  fs::remove_all(directory_.path() + "/root/envs/f");
  const Json dry = Json::parse(Run({"clean", "--all", "--dry-run", "--json"}).output);
  EXPECT_EQ(dry["packages"]["files"], Json({Pkgs() + "/openssl-1.0-0"}));
  EXPECT_EQ(dry["tarballs"]["files"].size(), 2U);
  EXPECT_TRUE(fs::exists(Pkgs() + "/openssl-1.0-0"));
  EXPECT_EQ(Run({"clean", "--packages", "--tarballs"}).exit_code, 0);
  EXPECT_FALSE(fs::exists(Pkgs() + "/openssl-1.0-0"));
  EXPECT_FALSE(fs::exists(Pkgs() + "/lib-1.0-0.conda"));
  EXPECT_TRUE(fs::exists(Pkgs() + "/lib-1.0-0/info/index.json")) << "in use";
  EXPECT_EQ(*ReadFile(Env() + "/lib/lib.txt"), "1.0");
}

}  // namespace
}  // namespace satchel::testing
