// pixi.toml, and pyproject.toml for pixi and for conda-lock.

#include "frontend/manifest/manifest.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/manifest/marker.h"
#include "frontend/manifest/requirement.h"
#include "frontend/request/selector.h"

namespace satchel {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

absl::StatusOr<RequestFile> Read(const std::string& text, const std::string& platform = "linux-64",
                                 const std::string& environment = "",
                                 const std::vector<std::string>& categories = {}) {
  FileParts parts;
  parts.environment = environment;
  parts.categories = categories;
  const bool is_pixi =
      text.find("workspace") != std::string::npos || text.find("project") == std::string::npos;
  return ParseManifest(
      text, is_pixi && text.find("poetry") == std::string::npos ? "pixi.toml" : "pyproject.toml",
      platform, parts);
}

std::vector<std::string> Specs(const absl::StatusOr<RequestFile>& file) {
  std::vector<std::string> specs;
  if (!file.ok()) {
    return {std::string(file.status().message())};
  }
  for (const SpecText& spec : file->specs) {
    specs.push_back(spec.text);
  }
  return specs;
}

constexpr char kPixi[] = R"(
[workspace]
name = "work"
channels = ["conda-forge", {channel = "bioconda", priority = 1}]
platforms = ["linux-64", "osx-arm64"]
channel-priority = "disabled"
exclude-newer = "2026-01-01"

[dependencies]
python = "3.12.*"
numpy = { version = ">=2", build = "py312*", channel = "conda-forge" }
zlib = "*"

[target.linux.dependencies]
zlib = ">=1.3"

[target.linux-64.dependencies]
mkl = "*"

[target.osx.dependencies]
libcxx = "*"

[pypi-dependencies]
requests = { version = ">=2", extras = ["socks"] }
mine = { path = ".", editable = true }
tool = { git = "https://example.com/tool", rev = "abc" }
six = "*"

[system-requirements]
cuda = "12"
libc = { family = "glibc", version = "2.31" }
macos = "13.0"

[activation.env]
MODE = "work"

[feature.test.dependencies]
pytest = "*"

[feature.gpu]
platforms = ["linux-64"]
channels = ["nvidia"]

[feature.gpu.dependencies]
cuda-version = "12.*"

[feature.gpu.system-requirements]
cuda = "12.4"

[environments]
test = ["test"]
gpu = { features = ["gpu"], solve-group = "default" }
lint = { features = ["test"], no-default-feature = true }
)";

TEST(PixiManifestTest, DefaultEnvironment) {
  const auto file = Read(kPixi);
  EXPECT_THAT(Specs(file),
              ElementsAre("python 3.12.*",
                          "numpy[version=\">=2\",build=\"py312*\",channel=\"conda-forge\"]",
                          "zlib >=1.3", "mkl"));
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->name, "work");
  EXPECT_THAT(file->channels, ElementsAre("bioconda", "conda-forge"));
  EXPECT_THAT(file->platforms, ElementsAre("linux-64", "osx-arm64"));
  EXPECT_THAT(file->environments, ElementsAre("default", "test", "gpu", "lint"));
  EXPECT_THAT(file->pip, ElementsAre("requests[socks]>=2", "-e .",
                                     "tool @ git+https://example.com/tool@abc", "six"));
  EXPECT_THAT(file->virtual_packages, ElementsAre(Pair("__cuda", "12"), Pair("__glibc", "2.31")));
  EXPECT_THAT(file->variables, ElementsAre(Pair("MODE", "work")));
  EXPECT_EQ(file->exclude_newer, "2026-01-01");
  EXPECT_EQ(file->channel_priority, "disabled");
  EXPECT_TRUE(file->nodefaults);
  EXPECT_EQ(file->specs[0].where, "pixi.toml:10");
}

TEST(PixiManifestTest, TablesOfOtherPlatformsDoNotCount) {
  const auto file = Read(kPixi, "osx-arm64");
  EXPECT_THAT(Specs(file), AllOf(Contains("libcxx"), Contains("zlib"), Not(Contains("mkl"))));
  EXPECT_THAT(file->virtual_packages, ElementsAre(Pair("__cuda", "12"), Pair("__osx", "13.0")));
}

TEST(PixiManifestTest, Environments) {
  EXPECT_THAT(Specs(Read(kPixi, "linux-64", "test")),
              AllOf(Contains("python 3.12.*"), Contains("pytest")));
  const auto lint = Read(kPixi, "linux-64", "lint");
  EXPECT_THAT(Specs(lint), ElementsAre("pytest"));
  EXPECT_THAT(lint->channels, ElementsAre("bioconda", "conda-forge"));
  const auto gpu = Read(kPixi, "linux-64", "gpu");
  ASSERT_TRUE(gpu.ok());
  EXPECT_THAT(gpu->platforms, ElementsAre("linux-64"));
  EXPECT_THAT(gpu->channels, ElementsAre("bioconda", "nvidia", "conda-forge"));
  EXPECT_THAT(gpu->virtual_packages, Contains(Pair("__cuda", "12.4")));
  EXPECT_THAT(gpu->warnings, Contains(HasSubstr("solve-group")));
  EXPECT_THAT(Specs(Read(kPixi, "linux-64", "tset")),
              ElementsAre(AllOf(HasSubstr("no environment 'tset'"), HasSubstr("'test'?"))));
}

TEST(PixiManifestTest, AnEnvironmentWithTablesOfItsOwn) {
  const std::string text =
      "[workspace]\nchannels = ['c']\nplatforms = ['linux-64', 'win-64']\n"
      "[workspace.dependencies]\nshared = '>=2'\n[dependencies]\n"
      "shared = { workspace = true }\nlong = {\n  version = '1.*',\n}\n"
      "[environments.t]\nchannels = ['more']\nplatforms = ['win-64']\n"
      "[environments.t.dependencies]\nzlib = '*'\n";
  EXPECT_THAT(Specs(Read(text)), ElementsAre("shared >=2", "long[version=\"1.*\"]"));
  const auto own = Read(text, "win-64", "t");
  EXPECT_THAT(Specs(own), ElementsAre("shared >=2", "long[version=\"1.*\"]", "zlib"));
  EXPECT_THAT(own->channels, ElementsAre("more", "c"));
  EXPECT_THAT(own->platforms, ElementsAre("win-64"));
  EXPECT_THAT(Specs(Read("[workspace]\nchannels = []\n[dependencies]\na = {workspace = true}\n")),
              ElementsAre(HasSubstr("[workspace.dependencies] does not have 'a'")));
}

TEST(PixiManifestTest, GroupsAreFeatures) {
  const auto file = Read(R"(
[project]
name = "mine"
[dependency-groups]
lint = ["ruff"]
dev = ["pytest>=8", {include-group = "late"}, {include-group = "lint"}]
late = ["tox", {include-group = "dev"}]
[tool.pixi.workspace]
channels = ["c"]
platforms = ["linux-64"]
[tool.pixi.environments]
dev = ["dev"]
)",
                         "linux-64", "dev");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(file->pip, ElementsAre("pytest>=8", "tox", "ruff"));
}

TEST(PixiManifestTest, WhatIsWrong) {
  const std::string head = "[workspace]\nchannels = ['c']\nplatforms = ['linux-64']\n";
  for (const auto& [text, message] : std::vector<std::pair<std::string, std::string>>{
           {"[dependencies]\nmine = { path = './mine' }\n", "pixi.toml:5: 'mine' is to be taken"},
           {"[dependencies]\nmine = 3\n", "'mine' must be a version"},
           {"[dependencies]\nmine = { colour = 'red' }\n", "'colour' of 'mine' is unknown"},
           {"[target]\nlinux = 3\n", "'linux' must be a table"},
           {"[environments]\ndefault = ['nothing']\n", "there is no feature 'nothing'"},
           {"[system-requirements]\nmoon = '1'\n", "'moon' of 'system-requirements' is unknown"},
           {"[dependencies\n", "pixi.toml:4: "}}) {
    EXPECT_THAT(Specs(Read(head + text)), ElementsAre(HasSubstr(message))) << text;
  }
  EXPECT_THAT(Specs(Read("[workspace]\nchannels = 'conda-forge'\n")),
              ElementsAre(HasSubstr("pixi.toml:2: 'channels' must be a list")));
  EXPECT_THAT(Specs(Read(std::string(100000, '['))), ElementsAre(HasSubstr("pixi.toml:")));
}

TEST(PixiManifestTest, WithinAPythonProject) {
  const auto file = Read(R"(
[project]
name = "mine"
requires-python = ">=3.11"
dependencies = ["requests>=2"]
[tool.pixi.workspace]
channels = ["conda-forge"]
platforms = ["linux-64"]
[tool.pixi.dependencies]
numpy = ">=2"
)");
  EXPECT_THAT(Specs(file), ElementsAre("numpy >=2", "python >=3.11"));
  EXPECT_EQ(file->name, "mine");
  EXPECT_THAT(file->pip, ElementsAre("requests>=2"));
}

constexpr char kProject[] = R"toml(
[project]
name = "mine"
requires-python = ">=3.10,<3.13"
dependencies = [
  "numpy >=1.20,!=1.24.*",
  "torch~=2.1",
  "colorama ; sys_platform == 'win32'",
  "tomli ; python_version < '3.11'",
]
[project.optional-dependencies]
plot = ["matplotlib[extra] (>=3)"]
[dependency-groups]
dev = ["pytest", {include-group = "lint"}]
lint = ["ruff"]
[tool.conda-lock]
channels = ["conda-forge"]
platforms = ["linux-64", "win-64"]
[tool.conda-lock.dependencies]
numpy = "^2.1"
cuda = {version = ">=12", channel = "nvidia"}
odd = {version = "1.2", source = "pypi"}
)toml";

TEST(PythonProjectTest, AsCondaLockReadsIt) {
  const auto file = Read(kProject);
  EXPECT_THAT(Specs(file), ElementsAre("numpy >=2.1,<3", "nvidia::cuda >=12", "python >=3.10,<3.13",
                                       "pytorch ~=2.1", "tomli"));
  EXPECT_THAT(file->channels, ElementsAre("conda-forge"));
  EXPECT_THAT(file->platforms, ElementsAre("linux-64", "win-64"));
  EXPECT_THAT(file->pip, ElementsAre("odd==1.2"));
  EXPECT_THAT(file->warnings, ElementsAre(HasSubstr("python_version < '3.11'")));
  EXPECT_THAT(Specs(Read(kProject, "win-64")), Contains("colorama"));
}

TEST(PythonProjectTest, Categories) {
  const auto file = Read(kProject, "linux-64", "", {"dev", "plot"});
  EXPECT_THAT(Specs(file), AllOf(Contains("matplotlib >=3"), Contains("pytest"), Contains("ruff")));
  EXPECT_EQ(file->specs.back().category, "dev");
}

TEST(PythonProjectTest, Poetry) {
  const auto file = Read(R"(
[tool.poetry]
name = "old"
[tool.poetry.dependencies]
python = "^3.9"
requests = "~2.28"
numpy = {version = ">=1.20,<2 || ^2.1", optional = true}
pywin32 = {version = "^306", markers = "sys_platform == 'win32'"}
wmi = {version = "*", platform = "win32"}
[tool.poetry.dev-dependencies]
pytest = "*"
[tool.poetry.group.docs.dependencies]
sphinx = "7"
[tool.poetry.extras]
fast = ["numpy"]
)",
                         "linux-64", "", {"fast", "docs"});
  EXPECT_THAT(Specs(file), ElementsAre("python >=3.9,<4", "requests >=2.28,<2.29",
                                       "numpy >=1.20,<2|>=2.1,<3", "sphinx ==7"));
}

TEST(PythonProjectTest, NumbersNeedQuotes) {
  EXPECT_THAT(Specs(Read("[tool.poetry.dependencies]\npython = 3.10\n")),
              ElementsAre(HasSubstr("the version of 'python' needs quotes")));
}

TEST(PythonProjectTest, AsksForNothing) {
  EXPECT_THAT(Specs(Read("[project]\nname = 'mine'\n")),
              ElementsAre(HasSubstr("asks for nothing")));
  EXPECT_THAT(Specs(Read("[project]\ndependencies = ['mine @ https://e.org/a.whl']\n")),
              ElementsAre(HasSubstr("pyproject.toml:2: ")));
  // Groups that include each other end.
  EXPECT_THAT(Specs(Read("[project]\ndependencies = ['a']\n[dependency-groups]\n"
                         "a = [{include-group = 'b'}]\nb = [{include-group = 'a'}]\n",
                         "linux-64", "", {"a"})),
              ElementsAre(HasSubstr("expected a requirement, or an include-group")));
}

TEST(RequirementTest, PoetryVersions) {
  for (const auto& [typed, spec] :
       std::vector<std::pair<std::string, std::string>>{{"*", ""},
                                                        {"", ""},
                                                        {"^1.2.3", ">=1.2.3,<2"},
                                                        {"^0.2.3", ">=0.2.3,<0.3"},
                                                        {"^0.0.3", ">=0.0.3,<0.0.4"},
                                                        {"^0", ">=0,<1"},
                                                        {"~1.2.3", ">=1.2.3,<1.3"},
                                                        {"~1", ">=1,<2"},
                                                        {"1.2", "==1.2"},
                                                        {"1.2.*", "1.2.*"},
                                                        {">= 1.0, <2", ">=1.0,<2"}}) {
    const auto read = PoetryVersionSpec(typed);
    ASSERT_TRUE(read.ok()) << typed;
    EXPECT_EQ(*read, spec) << typed;
  }
  EXPECT_FALSE(PoetryVersionSpec("^").ok());
  EXPECT_FALSE(PoetryVersionSpec("^x").ok());
}

TEST(RequirementTest, WhatIsNone) {
  for (const std::string text : {"", ">=1", "numpy[", "numpy =", "numpy >1 2 3", "numpy ; ==",
                                 "numpy ; (os_name == 'nt'", "numpy ; os_name == 'nt"}) {
    EXPECT_FALSE(ReadRequirement(text, "linux-64").ok()) << text;
  }
  EXPECT_FALSE(EvaluateMarker(std::string(100000, '('), "linux-64").ok());
}

TEST(MarkerTest, Platforms) {
  const auto holds = [](const std::string& marker, const std::string& platform) {
    const auto value = EvaluateMarker(marker, platform);
    return value.ok() && !value->never;
  };
  EXPECT_TRUE(holds("sys_platform == 'darwin'", "osx-arm64"));
  EXPECT_FALSE(holds("sys_platform != 'darwin'", "osx-arm64"));
  EXPECT_TRUE(holds("platform_machine in 'x86_64 AMD64'", "linux-64"));
  EXPECT_FALSE(holds("platform_machine not in 'x86_64 AMD64'", "win-64"));
  EXPECT_TRUE(holds("os_name == 'nt' or (os_name == 'posix' and sys_platform == 'linux')",
                    "linux-aarch64"));
  EXPECT_FALSE(holds("python_version < '3' and os_name == 'nt'", "linux-64"));
  const auto undecided = EvaluateMarker("python_version < '3' or os_name == 'nt'", "linux-64");
  ASSERT_TRUE(undecided.ok());
  EXPECT_EQ(undecided->undecided, "python_version < '3'");
  EXPECT_EQ(EvaluateMarker("python_version < '3' or os_name == 'posix'", "linux-64")->undecided,
            "");
}

TEST(SelectorTest, Words) {
  EXPECT_TRUE(IsSelected("linux", "linux-64"));
  EXPECT_TRUE(IsSelected("unix", "osx-arm64"));
  EXPECT_TRUE(IsSelected("osx64", "osx-64"));
  EXPECT_TRUE(IsSelected("arm64", "osx-arm64"));
  EXPECT_TRUE(IsSelected("win or linux-aarch64", "linux-aarch64"));
  EXPECT_TRUE(IsSelected("not win", "linux-64"));
  EXPECT_FALSE(IsSelected("unix and not linux", "linux-64"));
  EXPECT_FALSE(IsSelected("win", "linux-64"));
  EXPECT_FALSE(IsSelected("moon", "linux-64"));
}

TEST(SelectorTest, OnlyWhereAskedFor) {
  const std::string text = "dependencies:\n  - a  # [linux]\n  - b  # [win]\n  - c  # [1]\n";
  FileParts parts;
  const auto plain = ParseEnvironmentYaml(text, "env.yml", "linux-64", parts);
  EXPECT_THAT(Specs(plain), ElementsAre("a", "b", "c"));
  parts.comment_selectors = true;
  const auto selected = ParseEnvironmentYaml(text, "env.yml", "linux-64", parts);
  EXPECT_THAT(Specs(selected), ElementsAre("a"));
  EXPECT_EQ(selected->specs[0].where, "env.yml:2");
}

TEST(SelectorTest, CategoryOfAFile) {
  const auto file = ParseEnvironmentYaml("category: dev\ndependencies: [pytest]\n", "env.yml",
                                         "linux-64", FileParts());
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->specs[0].category, "dev");
}

}  // namespace
}  // namespace satchel
