#include "frontend/config/configuration.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/frontend/temporary_directory.h"

namespace satchel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using testing::TemporaryDirectory;

class ConfigurationTest : public ::testing::Test {
 protected:
  // Of the variables only those of the test, so that the machine's own do not count.
  ConfigPlaces Places() const {
    ConfigPlaces places;
    places.variable = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables_.find(name);
      return found == variables_.end() ? std::nullopt : std::optional(found->second);
    };
    return places;
  }
  Configuration Load() const {
    absl::StatusOr<Configuration> loaded = Configuration::Load(Places());
    EXPECT_TRUE(loaded.ok()) << loaded.status();
    return loaded.ok() ? *std::move(loaded) : Configuration();
  }
  std::string Error() const {
    return std::string(Configuration::Load(Places()).status().message());
  }

  TemporaryDirectory directory_;
  std::map<std::string, std::string> variables_ = {
      {"HOME", directory_.path() + "/home"},
      {"CONDA_ROOT", directory_.path() + "/root"},
      {"CONDA_PREFIX", directory_.path() + "/prefix"},
      {"XDG_CONFIG_HOME", directory_.path() + "/xdg"},
  };
};

TEST_F(ConfigurationTest, AnEmptyElementIsNothing) {
  directory_.Write("home/.condarc", "channels:\n  - a\n  -\n  - b #!top\n  - ~\n");
  directory_.Write("root/.condarc", "channels: [c]\n");
  EXPECT_THAT(Load().List("channels"), ElementsAre("b", "a", "c"));
  directory_.Write("home/.condarc", "channels:\n  - a\n  - [b]\n");
  EXPECT_THAT(Error(), HasSubstr("/.condarc:3: 'channels' must be"));
  directory_.Write("home/.condarc", "channels:\n  - a\n  - ''\n");
  EXPECT_THAT(Error(), HasSubstr("/.condarc:3: 'channels' must be"));
}

TEST_F(ConfigurationTest, OnAKeyOnlyFinalCounts) {
  directory_.Write("root/.condarc", "channels: #!top\n  - a\n");
  directory_.Write("home/.condarc", "channels:\n  - b\n");
  EXPECT_THAT(Load().List("channels"), ElementsAre("b", "a"));
  directory_.Write("root/.condarc", "channels: #!final\n  - a\n");
  EXPECT_THAT(Load().List("channels"), ElementsAre("a"));
}

TEST_F(ConfigurationTest, AFileInTwoPlacesIsReadOnce) {
  directory_.Write("root/.condarc", "channels:\n  - a\n");
  variables_["CONDA_PREFIX"] = variables_["CONDA_ROOT"];
  EXPECT_EQ(std::ranges::count(CondarcFiles(Places()), directory_.path() + "/root/.condarc"), 1);
}

TEST_F(ConfigurationTest, Defaults) {
  const Configuration configuration;
  EXPECT_EQ(configuration.Text("channel_alias"), "https://conda.anaconda.org");
  EXPECT_EQ(configuration.Text("channel_priority"), "flexible");
  EXPECT_EQ(configuration.Integer("remote_max_retries"), 3);
  EXPECT_EQ(configuration.Number("remote_connect_timeout_secs"), 9.15);
  EXPECT_TRUE(configuration.Bool("repodata_use_zst"));
  EXPECT_FALSE(configuration.Bool("offline"));
  EXPECT_THAT(configuration.List("channels"), IsEmpty());
  EXPECT_THAT(configuration.List("default_channels"), SizeIs(2));
  EXPECT_THAT(configuration.Map("custom_channels"), SizeIs(3));
  EXPECT_FALSE(configuration.IsSet("channels"));
}

TEST_F(ConfigurationTest, EveryDefaultIsOfItsKind) {
  std::string_view last;
  for (const ConfigKey& key : ConfigKeys()) {
    SCOPED_TRACE(key.name);
    EXPECT_LT(last, key.name);
    last = key.name;
    EXPECT_TRUE(key.default_value.empty() ||
                ParseConfigValue(key, key.default_value, "default").ok());
    EXPECT_EQ(FindConfigKey(key.name), &key);
  }
  EXPECT_EQ(FindConfigKey("verify_ssl"), FindConfigKey("ssl_verify"));
  EXPECT_EQ(FindConfigKey(""), nullptr);
}

TEST_F(ConfigurationTest, TheSearchPathIsCondas) {
  const std::string elsewhere = directory_.Write("elsewhere/mine.yml", "{}");
  variables_["CONDARC"] = elsewhere;
  directory_.Write("elsewhere/not-read", "{}");
  std::vector<std::string> written;
  for (const char* name :
       {"root/.condarc", "root/condarc", "root/condarc.d/a.yml", "root/condarc.d/b.yaml",
        "xdg/conda/.condarc", "home/.config/conda/.condarc", "home/.conda/.condarc",
        "home/.conda/condarc.d/x.yml", "home/.condarc", "prefix/.condarc"}) {
    written.push_back(directory_.Write(name, "offline: true"));
  }
  directory_.Write("root/condarc.d/readme.txt", "not: read");
  written.push_back(elsewhere);
  std::vector<std::string> files = CondarcFiles(Places());
  std::erase_if(files, [](const std::string& file) {
    return file.starts_with("/etc/") || file.starts_with("/var/");
  });
  EXPECT_EQ(files, written);
  ConfigPlaces places = Places();
  places.prefix = directory_.path() + "/other";
  directory_.Write("other/.condarc", "{}");
  EXPECT_THAT(CondarcFiles(places), ::testing::Contains(directory_.path() + "/other/.condarc"));
  places.without_files = true;
  EXPECT_THAT(CondarcFiles(places), IsEmpty());
}

TEST_F(ConfigurationTest, TheStrongerSourceComesFirst) {
  directory_.Write("home/.condarc", "channels: [user, both]\nchannel_priority: strict\n");
  directory_.Write("root/.condarc",
                   "channels:\n  - both\n  - system\nchannel_priority: disabled\n");
  Configuration configuration = Load();
  EXPECT_THAT(configuration.List("channels"), ElementsAre("user", "both", "system"));
  EXPECT_EQ(configuration.Text("channel_priority"), "strict");
  variables_["CONDA_CHANNELS"] = "variable, user";
  variables_["SATCHEL_CHANNEL_PRIORITY"] = "flexible";
  variables_["CONDA_CHANNEL_PRIORITY"] = "disabled";
  configuration = Load();
  EXPECT_THAT(configuration.List("channels"), ElementsAre("variable", "user", "both", "system"));
  EXPECT_EQ(configuration.Text("channel_priority"), "flexible");
  ASSERT_TRUE(configuration.SetFromCommandLine("channel_priority", "disabled").ok());
  EXPECT_EQ(configuration.Text("channel_priority"), "disabled");
}

TEST_F(ConfigurationTest, FinalTopAndBottom) {
  directory_.Write("root/.condarc",
                   "channels:\n  - low #!bottom\n  - high  #!top\n  - mid\n"
                   "offline: true #!final\n"
                   "pinned_packages:  #!final\n  - a\n"
                   "proxy_servers:\n  http: http://a #!final\n  https: http://b\n");
  directory_.Write("home/.condarc",
                   "channels: [own, low]\noffline: false\npinned_packages: [b]\n"
                   "proxy_servers: {http: http://x, https: http://y}\n");
  const Configuration configuration = Load();
  EXPECT_THAT(configuration.List("channels"), ElementsAre("high", "own", "mid", "low"));
  EXPECT_TRUE(configuration.Bool("offline"));
  EXPECT_THAT(configuration.List("pinned_packages"), ElementsAre("a"));
  EXPECT_THAT(
      configuration.Map("proxy_servers"),
      ElementsAre(Pair("http", ElementsAre("http://a")), Pair("https", ElementsAre("http://y"))));
}

TEST_F(ConfigurationTest, MapsAreMergedKeyByKey) {
  directory_.Write("root/.condarc", "custom_multichannels:\n  ours: [a, b]\n");
  directory_.Write("home/.condarc", "custom_multichannels:\n  ours: [c]\n  mine: [d]\n");
  EXPECT_THAT(
      Load().Map("custom_multichannels"),
      ElementsAre(Pair("mine", ElementsAre("d")), Pair("ours", ElementsAre("c", "a", "b"))));
  variables_["CONDA_CUSTOM_CHANNELS"] = "x=https://x";
  EXPECT_THAT(Load().Map("custom_channels"), SizeIs(4));  // Beside the defaults.
}

TEST_F(ConfigurationTest, VariablesOfLists) {
  variables_["CONDA_PINNED_PACKAGES"] = "python=3.11&numpy <2,>1";
  variables_["CONDA_ENVS_DIRS"] = "/a:/b";
  EXPECT_THAT(Load().List("pinned_packages"), ElementsAre("python=3.11", "numpy <2,>1"));
  EXPECT_THAT(Load().List("envs_dirs"), ElementsAre("/a", "/b"));
}

TEST_F(ConfigurationTest, AliasesAndOldWords) {
  directory_.Write("home/.condarc",
                   "verify_ssl: no\nchannel_priority: false\nlocal_repodata_ttl: true\n");
  EXPECT_EQ(Load().Text("ssl_verify"), "false");
  EXPECT_EQ(Load().Text("channel_priority"), "disabled");
  EXPECT_EQ(Load().Integer("local_repodata_ttl"), 1);
}

TEST_F(ConfigurationTest, UnknownKeysWarnAndOthersKeysDoNot) {
  directory_.Write("home/.condarc",
                   "auto_activate_base: false\nchanels: [x]\nplugins:\n  a: 1\noffline: yes\n");
  const Configuration configuration = Load();
  EXPECT_TRUE(configuration.Bool("offline"));
  ASSERT_THAT(configuration.warnings(), SizeIs(1));
  EXPECT_THAT(
      configuration.warnings()[0],
      HasSubstr("home/.condarc:2: unknown key 'chanels' is ignored; did you mean 'channel"));
}

struct BadFile {
  const char* content;
  const char* message;  // After the file's name.
};

constexpr BadFile kBadFiles[] = {
    {"offline: maybe\n", ":1: 'offline' must be true or false, not 'maybe'"},
    {"\nchannels: {a: b}\n", ":2: 'channels' must be a list: one '- TEXT' a line"},
    {"channels:\n  - [a]\n", "'channels' must be a list of texts"},
    {"channel_alias: [a]\n", ":1: 'channel_alias' must be one value, not a list"},
    {"channel_priority: strikt\n", "not 'strikt' (did you mean 'strict'?)"},
    {"remote_max_retries: 3.5\n", "'remote_max_retries' must be a whole number, not '3.5'"},
    {"remote_read_timeout_secs: -1\n", "must be a number, not '-1'"},
    {"proxy_servers: [a]\n", "'proxy_servers' must be a map"},
    {"custom_multichannels:\n  a: b\n", "'custom_multichannels' must be a map of lists"},
    {"offline: true\noffline: false\n", ":2: 'offline' occurs twice, first in line 1"},
    {"- a\n", ":1: not a configuration"},
    {"a: b: c\n", ":1: not YAML"},
};

TEST_F(ConfigurationTest, WrongTypesAreErrorsWithFileAndLine) {
  for (const BadFile& bad : kBadFiles) {
    SCOPED_TRACE(bad.content);
    const std::string path = directory_.Write("home/.condarc", bad.content);
    EXPECT_THAT(Error(), HasSubstr(path));
    EXPECT_THAT(Error(), HasSubstr(bad.message));
  }
}

TEST_F(ConfigurationTest, AWrongVariableIsNamed) {
  variables_["CONDA_OFFLINE"] = "perhaps";
  EXPECT_THAT(Error(), HasSubstr("CONDA_OFFLINE: 'offline' must be true or false"));
}

TEST_F(ConfigurationTest, EmptyFilesAndNullsSayNothing) {
  for (const char* content : {"", "# nothing\n", "channels:\n", "offline: null\n"}) {
    directory_.Write("home/.condarc", content);
    EXPECT_THAT(Load().settings(), IsEmpty()) << content;
  }
}

TEST_F(ConfigurationTest, WrittenValuesReadTheSame) {
  const ConfigKey& key = *FindConfigKey("channels");
  const absl::StatusOr<YamlNode> read = ParseYaml(
      "channels:" + ConfigValueYaml(key, {"", {"a", "yes", "1.5", "x: y", "#z"}, {}}), "x");
  ASSERT_TRUE(read.ok()) << read.status();
  std::vector<std::string> texts;
  for (const YamlNode& element : read->fields()[0].second.elements()) {
    texts.push_back(element.Scalar());
    EXPECT_EQ(element.is_quoted(), element.Scalar() != "a") << element.Scalar();
  }
  EXPECT_THAT(texts, ElementsAre("a", "yes", "1.5", "x: y", "#z"));
}

}  // namespace
}  // namespace satchel
