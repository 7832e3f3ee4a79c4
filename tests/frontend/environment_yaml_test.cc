#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/request/request_file.h"

namespace satchel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

absl::StatusOr<RequestFile> Parse(const std::string& text,
                                  const std::string& platform = "linux-64") {
  return ParseEnvironmentYaml(text, "env.yml", platform);
}

std::string ErrorOf(const std::string& text) {
  return std::string(Parse(text).status().ToString());
}

std::vector<std::string> Specs(const RequestFile& file) {
  std::vector<std::string> specs;
  for (const SpecText& spec : file.specs) {
    specs.push_back(spec.text);
  }
  return specs;
}

TEST(EnvironmentYaml, AllOfIt) {
  const auto file = Parse(
      "name: work  # of mine\n"
      "prefix: /opt/envs/work\n"
      "channels:\n"
      "  - conda-forge\n"
      "  - nodefaults\n"
      "  - https://prefix.dev/x\n"
      "dependencies:\n"
      "- python=3.10\n"
      "- \"numpy >=1.8,<2\"\n"
      "- conda-forge::scipy\n"
      "- 7zip\n"
      "variables:\n"
      "  A: text\n"
      "  B: 1\n"
      "platforms: [linux-64, osx-64]\n"
      "category: dev\n");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->name, "work");
  EXPECT_EQ(file->prefix, "/opt/envs/work");
  EXPECT_THAT(file->channels, ElementsAre("conda-forge", "https://prefix.dev/x"));
  EXPECT_TRUE(file->nodefaults);
  EXPECT_THAT(Specs(*file),
              ElementsAre("python=3.10", "numpy >=1.8,<2", "conda-forge::scipy", "7zip"));
  EXPECT_EQ(file->specs[1].where, "env.yml:9");
  EXPECT_EQ(file->variables[1].second, "1");
  EXPECT_TRUE(file->warnings.empty());
}

TEST(EnvironmentYaml, PipIsLeftToPip) {
  const auto file = Parse("dependencies:\n- pip\n- pip:\n  - a\n  - b\n- numpy\n");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(Specs(*file), ElementsAre("pip", "numpy"));
  EXPECT_THAT(file->pip, ElementsAre("a", "b"));
  EXPECT_FALSE(Parse("dependencies:\n- pip: numpy\n").ok());  // No list.
}

TEST(EnvironmentYaml, SelectorsOfMicromamba) {
  const std::string text =
      "dependencies:\n"
      "- sel(win): pywin32\n"
      "- sel(unix): [a, b]\n"
      "- sel(linux): c\n"
      "- sel(osx): d\n";
  EXPECT_THAT(Specs(*Parse(text, "linux-64")), ElementsAre("a", "b", "c"));
  EXPECT_THAT(Specs(*Parse(text, "osx-arm64")), ElementsAre("a", "b", "d"));
  EXPECT_THAT(Specs(*Parse(text, "win-64")), ElementsAre("pywin32"));
  EXPECT_THAT(ErrorOf("dependencies:\n- sel(beos): x\n"), HasSubstr("env.yml:2: "));
}

TEST(EnvironmentYaml, WhatIsIgnoredIsSaid) {
  const auto file = Parse("dependencies: []\nfoo: 1\nplatforms: [win-64]\n");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(file->warnings, ElementsAre(HasSubstr("env.yml:2: 'foo'"), HasSubstr("linux-64")));
}

TEST(EnvironmentYaml, EmptySectionsAreEmpty) {
  const auto file = Parse("name:\nchannels:\ndependencies:\nvariables:\n");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(file->specs.empty());
}

struct ErrorCase {
  const char* text;
  const char* expected;
};

constexpr ErrorCase kErrors[] = {
    {"", "env.yml"},
    {"- numpy\n", "env.yml:1: not an environment"},
    {"name: x\n", "no 'dependencies:'"},
    {"dependencies: numpy\n", "env.yml:1: 'dependencies' must be a list"},
    {"dependencies:\n- numpy\n-\n", "a dependency must be a spec"},
    {"dependencies:\n- [a]\n", "env.yml:2: a dependency must be a spec"},
    {"dependencies:\n- numpy: 1.8\n", "env.yml:2: unknown section 'numpy:'"},
    {"channels: conda-forge\ndependencies: []\n", "env.yml:1: 'channels' must be a list"},
    {"channels:\n- [x]\ndependencies: []\n", "env.yml:2: each of 'channels'"},
    {"name: [x]\ndependencies: []\n", "'name' must be a text"},
    {"variables: [x]\ndependencies: []\n", "'variables' must be a map"},
    {"dependencies: {a\n", "not YAML"},
    {"dependencies:\n  - a\n - b\n", "not YAML"},
    {"a: *b\n", "not YAML"},
};

TEST(EnvironmentYaml, ErrorsNameFileAndLine) {
  for (const ErrorCase& c : kErrors) {
    SCOPED_TRACE(c.text);
    EXPECT_THAT(ErrorOf(c.text), HasSubstr(c.expected));
  }
}

TEST(EnvironmentYaml, DeepNestingIsAnErrorNotACrash) {
  EXPECT_FALSE(Parse("dependencies: " + std::string(100'000, '[')).ok());
}

std::string CondaLock(const std::string& url, const std::string& hash) {
  return "version: 1\nmetadata: {}\npackage:\n- name: a\n  manager: conda\n  platform: linux-64\n"
         "  url: " +
         url + "\n  hash: " + hash + "\n";
}

TEST(CondaLock, HashesAreKeptOrRefused) {
  const std::string url = "https://h/c/linux-64/a-1-0.conda";
  const std::string sha256(64, 'A');
  const auto hashes = [&](const std::string& of_url, const std::string& hash) -> std::string {
    const auto file = ParseEnvironmentYaml(CondaLock(of_url, hash), "conda-lock.yml", "linux-64");
    return file.ok() ? file->packages[0].sha256 + "," + file->packages[0].md5
                     : std::string(file.status().message());
  };
  EXPECT_EQ(hashes(url, "{sha256: " + sha256 + "}"), std::string(64, 'a') + ",");
  EXPECT_EQ(hashes(url, "{md5: '" + std::string(32, '1') + "'}"), "," + std::string(32, '1'));
  // That of the URL counts where the file has none.
  EXPECT_EQ(hashes("'" + url + "#" + std::string(32, '1') + "'", "{}"), "," + std::string(32, '1'));
  for (const char* bad : {"{sha256: abc}", "{md5: zz}", "{sha256: 123}"}) {
    EXPECT_THAT(hashes(url, bad), ::testing::HasSubstr("conda-lock.yml:4")) << bad;
  }
}

}  // namespace
}  // namespace satchel
