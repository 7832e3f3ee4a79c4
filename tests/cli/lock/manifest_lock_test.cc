// satchel lock of manifests: environments, categories, selectors, one version on all platforms.

#include <sys/stat.h>

#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/files.h"
#include "frontend/lock/lock_diff.h"
#include "tests/cli/lock/lock_fixture.h"

namespace satchel::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using ManifestLockTest = LockFixture;

constexpr char kPixi[] = R"(
[workspace]
channels = ["CHANNEL"]
platforms = ["linux-64", "osx-arm64"]
[dependencies]
app = "*"
[pypi-dependencies]
six = "*"
[feature.more.dependencies]
tool = "*"
[feature.more]
platforms = ["linux-64"]
[environments]
more = ["more"]
)";

TEST_F(ManifestLockTest, AllEnvironmentsOfAPixiToml) {
  WriteWithChannel("pixi.toml", kPixi);
  const Finished finished = Run({"lock", "-f", At("pixi.toml"), "-o", At("pixi.lock")});
  EXPECT_EQ(finished.exit_code, 0) << finished.error;
  EXPECT_THAT(finished.output,
              AllOf(HasSubstr("linux-64 (2 packages)"), HasSubstr("more/linux-64 (3 packages)")));
  EXPECT_THAT(finished.error, HasSubstr("1 pip requirement is not locked"));
  EXPECT_THAT(Locked("osx-arm64", "pixi.lock"), ElementsAre("app-1.0", "lib-1.0"));
  const absl::StatusOr<LockFile> lock = ReadLockFile(At("pixi.lock"));
  ASSERT_TRUE(lock.ok()) << lock.status();
  ASSERT_NE(lock->Find("linux-64", "more"), nullptr);
  EXPECT_EQ(lock->Find("linux-64", "more")->packages.size(), 3U);
  EXPECT_EQ(lock->Find("osx-arm64", "more"), nullptr);
  // Again: nothing moves, and the common case needs no solve.
  EXPECT_THAT(Run({"lock", "-f", At("pixi.toml"), "-o", At("pixi.lock")}).output,
              HasSubstr("is unchanged"));
  // One of them, to create an environment from.
  const Finished plan = Run({"solve", "--override-channels", "-c", At("chan"), "-f",
                             At("pixi.lock"), "--environment", "more", "--platform", "linux-64"});
  EXPECT_THAT(plan.output, HasSubstr("tool")) << plan.error;
}

TEST_F(ManifestLockTest, VersionSevenGoesRound) {
  WriteWithChannel("pixi.toml", kPixi);
  const Finished finished =
      Run({"lock", "-f", At("pixi.toml"), "-o", At("pixi.lock"), "--format", "pixi-7"});
  EXPECT_EQ(finished.exit_code, 0) << finished.error;
  EXPECT_THAT(Text("pixi.lock"), AllOf(HasSubstr("version: 7\n"), HasSubstr("- name: linux-64\n")));
  const std::string before = Text("pixi.lock");
  PublishNewer();
  EXPECT_EQ(Run({"lock", "-f", At("pixi.toml"), "-o", At("pixi.lock"), "--update-all"}).exit_code,
            0);
  EXPECT_THAT(Text("pixi.lock"), AllOf(HasSubstr("version: 7\n"), HasSubstr("app-2.0")));
  EXPECT_EQ(Run({"lock", "--convert", At("pixi.lock"), "-o", At("six.lock"), "--format", "pixi-6"})
                .exit_code,
            0);
  EXPECT_THAT(Text("six.lock"), AllOf(HasSubstr("version: 6\n"), Not(HasSubstr("platforms:"))));
}

// A name of its own for a platform, PyPI's packages, and what cannot be installed.
TEST_F(ManifestLockTest, WhatElseAPixiLockHas) {
  const std::string url = "https://example.com/chan/linux-64/app-1.0-0.conda";
  const std::string head =
      "version: 7\nplatforms:\n- name: with-cuda\n  subdir: linux-64\n"
      "environments:\n  default:\n    channels:\n"
      "    - url: https://example.com/chan/\n    packages:\n      with-cuda:\n";
  directory_.Write("pixi.lock", head + "      - conda: " + url +
                                    "\n      - pypi: https://e.org/six-1.16.0-py3-none-any.whl\n"
                                    "      - pypi: ./\npackages:\n- conda: " +
                                    url + "\n  sha256: " + std::string(64, 'a') +
                                    "\n- pypi: https://e.org/six-1.16.0-py3-none-any.whl\n"
                                    "  name: six\n  version: 1.16.0\n  sha256: " +
                                    std::string(64, 'b') + "\n- pypi: ./\n  name: mine\n");
  const absl::StatusOr<LockFile> lock = ReadLockFile(At("pixi.lock"));
  ASSERT_TRUE(lock.ok()) << lock.status();
  EXPECT_THAT(Locked("linux-64", "pixi.lock"), ElementsAre("app-1.0"));
  const std::vector<LockedPypi>& pypi = lock->platforms[0].pypi;
  ASSERT_EQ(pypi.size(), 2U);
  EXPECT_EQ(pypi[0].sha256, std::string(64, 'b'));
  EXPECT_EQ(pypi[1].name, "mine");
  // They go round, too.
  EXPECT_EQ(Run({"lock", "--convert", At("pixi.lock"), "-o", At("again-pixi.lock")}).exit_code, 0);
  EXPECT_THAT(Text("again-pixi.lock"),
              AllOf(HasSubstr("- name: with-cuda\n  subdir: linux-64\n"), HasSubstr("with-cuda:\n"),
                    HasSubstr("- pypi: ./\n  name: \"mine\"\n")));
  EXPECT_EQ(
      Run({"lock", "--convert", At("again-pixi.lock"), "-o", At("third-pixi.lock")}).exit_code, 0);
  EXPECT_EQ(Text("third-pixi.lock"), Text("again-pixi.lock"));
  directory_.Write("pixi.lock", head + "      - conda_source: 'mine[1] @ .'\npackages: []\n");
  EXPECT_THAT(std::string(ReadLockFile(At("pixi.lock")).status().message()),
              HasSubstr("must be built from source"));
  directory_.Write("pixi.lock", "version: 8\nenvironments: {}\npackages: []\n");
  EXPECT_FALSE(ReadLockFile(At("pixi.lock")).ok());
}

TEST_F(ManifestLockTest, CategoriesAreThoseThatNeedAPackage) {
  directory_.Write("environment.yml", "dependencies: [app]\n");
  directory_.Write("dev.yml", "category: dev\ndependencies: [tool, lib]\n");
  const Finished finished = LockBoth({"-f", At("environment.yml"), "-f", At("dev.yml")});
  EXPECT_EQ(finished.exit_code, 0) << finished.error;
  const absl::StatusOr<LockFile> lock = ReadLockFile(At("conda-lock.yml"));
  ASSERT_TRUE(lock.ok());
  const auto& categories = lock->Find("linux-64")->categories;
  EXPECT_THAT(categories.at("app"), ElementsAre("main"));
  EXPECT_THAT(categories.at("lib"), ElementsAre("dev", "main"));
  EXPECT_THAT(categories.at("tool"), ElementsAre("dev"));
  // Who installs it takes main, and what else is named.
  const auto installed = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {
        "solve",      "-c",       At("chan"),           "-f", At("conda-lock.yml"),
        "--platform", "linux-64", "--override-channels"};
    words.insert(words.end(), more.begin(), more.end());
    return Run(words).output;
  };
  EXPECT_THAT(installed({}), AllOf(HasSubstr("app"), HasSubstr("lib"), Not(HasSubstr("tool"))));
  EXPECT_THAT(installed({"--category", "dev"}), HasSubstr("tool"));
  // Converted, all of it is still there.
  EXPECT_EQ(Run({"lock", "--convert", At("conda-lock.yml"), "-o", At("again.yml")}).exit_code, 0);
  EXPECT_EQ(Text("again.yml").substr(Text("again.yml").find("package:")),
            Text().substr(Text().find("package:")));
}

// Stands for pip: reports one wheel, and notes the words it was called with.
constexpr char kPip[] = R"(#!/bin/sh
echo "$@" >> "NOTES"
for word in "$@"; do
  [ "$last" = -r ] && cat "$word" >> "NOTES"
  [ "$last" = -c ] && sed 's/^/constraint /' "$word" >> "NOTES"
  [ "$last" = --report ] && report=$word
  last=$word
done
cat > "$report" <<END
{"install": [
  {"metadata": {"name": "Six", "version": "1.16.0"},
   "download_info": {"url": "https://e.org/six-1.16.0-py3-none-any.whl",
                     "archive_info": {"hashes": {"sha256": "HASH"}}}},
  {"metadata": {"name": "lib", "version": "1.0"},
   "download_info": {"url": "https://e.org/lib-1.0-py3-none-any.whl"}}]}
END
)";

TEST_F(ManifestLockTest, PipLocksItsOwn) {
  Publish("linux-64", {{"python", "3.12.1"}, {"lib", "1.0"}, {"_odd", "1"}, {"date", "2025b"}});
  const std::string hash(64, 'c');
  directory_.Write("pip", absl::StrReplaceAll(kPip, {{"NOTES", At("notes")}, {"HASH", hash}}));
  ASSERT_EQ(chmod(At("pip").c_str(), 0755), 0);
  directory_.Write("environment.yml",
                   "dependencies: [python, lib, _odd, date, {pip: [six>=1, -e .]}]\n");
  const std::vector<std::string> words = {"-f",       At("environment.yml"), "--platform",
                                          "linux-64", "--pip-with",          At("pip")};
  const Finished finished = Lock(words);
  EXPECT_EQ(finished.exit_code, 0) << finished.error;
  const std::string notes = Text("notes");
  EXPECT_THAT(notes, AllOf(HasSubstr("--python-version 3.12 "), HasSubstr("six>=1\n"),
                           HasSubstr("--platform manylinux2014_x86_64 "),
                           HasSubstr("constraint lib==1.0\n"), Not(HasSubstr("-e .")),
                           Not(HasSubstr("_odd")), Not(HasSubstr("2025b"))));
  // What conda has is not pip's; what cannot be locked is kept and counted.
  EXPECT_THAT(finished.error, HasSubstr("1 pip requirement is not locked"));
  const absl::StatusOr<LockFile> lock = ReadLockFile(At("conda-lock.yml"));
  ASSERT_TRUE(lock.ok());
  const LockedPlatform& locked = *lock->Find("linux-64");
  ASSERT_EQ(locked.pypi.size(), 1U);
  EXPECT_EQ(locked.pypi[0].name, "six");
  EXPECT_EQ(locked.pypi[0].version, "1.16.0");
  EXPECT_EQ(locked.pypi[0].sha256, hash);
  EXPECT_THAT(locked.pip, ElementsAre("-e ."));
  // The same again needs neither a solve nor pip.
  EXPECT_THAT(Lock(words).output, HasSubstr("is unchanged"));
  EXPECT_EQ(Text("notes"), notes);
}

TEST_F(ManifestLockTest, APipThatFailsLosesNothing) {
  Publish("linux-64", {{"python", "3.12.1"}});
  directory_.Write("pip", "#!/bin/sh\necho 'no such wheel' >&2; exit 1\n");
  ASSERT_EQ(chmod(At("pip").c_str(), 0755), 0);
  directory_.Write("environment.yml", "dependencies: [python, {pip: [six>=1]}]\n");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--pip-with", At("pip")},
                                                {"--no-pip"},
                                                {"--pip-with", At("none")}}) {
    std::vector<std::string> all = {"-f", At("environment.yml"), "--platform", "linux-64",
                                    "--update-all"};
    all.insert(all.end(), words.begin(), words.end());
    const Finished finished = Lock(all);
    EXPECT_EQ(finished.exit_code, 0) << finished.error;
    EXPECT_THAT(finished.error,
                HasSubstr("linux-64: 1 pip requirement is not locked: pip resolves"));
    EXPECT_THAT(ReadLockFile(At("conda-lock.yml"))->Find("linux-64")->pip, ElementsAre("six>=1"));
  }
}

TEST_F(ManifestLockTest, CheckSeesWhatIsOfPip) {
  directory_.Write("environment.yml", "dependencies: [app]\n");
  const std::vector<std::string> words = {"-f", At("environment.yml"), "--platform", "linux-64",
                                          "--no-pip"};
  Lock(words);
  std::vector<std::string> check = words;
  check.emplace_back("--check");
  EXPECT_EQ(Lock(check).exit_code, 0);
  directory_.Write("environment.yml", "dependencies: [app, {pip: [six]}]\n");
  const Finished finished = Lock(check);
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.output, HasSubstr("six (pip)"));
}

TEST_F(ManifestLockTest, SelectorsInComments) {
  directory_.Write("environment.yml",
                   "dependencies:\n  - app\n  - tool  # [osx]\n  - data  # [linux]\n");
  EXPECT_EQ(LockBoth({"-f", At("environment.yml")}).exit_code, 0);
  EXPECT_THAT(Locked("linux-64"), ElementsAre("app-1.0", "data-3.0", "lib-1.0"));
  EXPECT_THAT(Locked("osx-arm64"), ElementsAre("app-1.0", "lib-1.0", "tool-1.0"));
}

TEST_F(ManifestLockTest, OneVersionOnAllPlatforms) {
  Publish(
      "linux-64",
      {{"app", "1.0", {"lib"}}, {"lib", "1.0"}, {"lib", "2.0"}, {"lib", "3.0"}, {"tool", "3.0"}});
  Publish("osx-arm64", {{"app", "1.0", {"lib"}}, {"lib", "1.0"}, {"lib", "2.0"}, {"tool", "1.0"}});
  EXPECT_EQ(LockBoth({"app", "tool"}).exit_code, 0);
  EXPECT_THAT(Locked("linux-64"), ElementsAre("app-1.0", "lib-3.0", "tool-3.0"));
  const Finished finished = LockBoth({"app", "tool", "--update-all", "--same-versions"});
  EXPECT_EQ(finished.exit_code, 0) << finished.error;
  EXPECT_THAT(Locked("linux-64"), ElementsAre("app-1.0", "lib-2.0", "tool-3.0"));
  EXPECT_THAT(Locked("osx-arm64"), ElementsAre("app-1.0", "lib-2.0", "tool-1.0"));
  EXPECT_THAT(finished.error,
              HasSubstr("tool: the platforms have no version in common (3.0, 1.0)"));
}

TEST_F(ManifestLockTest, SaysWhyAPackageMoved) {
  LockBoth({"app", "tool"});
  ASSERT_TRUE(EditFile(At("old.yml"), Text()).ok());
  PublishNewer();
  EXPECT_EQ(LockBoth({"app>=2", "--update", "app"}).exit_code, 0);
  const Finished diff = Run({"lock", "--diff", At("old.yml"), At("conda-lock.yml")});
  EXPECT_THAT(diff.output, HasSubstr("upgraded    lib 1.0 0 -> 2.0 0  app 2.0 needs lib >=2\n"));
  EXPECT_THAT(Run({"lock", "--diff", At("conda-lock.yml"), At("old.yml"), "--json"}).output,
              HasSubstr("\"reason\""));
}

TEST_F(ManifestLockTest, ManifestsThatAreWrongWriteNothing) {
  directory_.Write("pixi.toml", "[workspace]\nchannels = 3\n");
  const Finished finished = Run({"lock", "-f", At("pixi.toml"), "-o", At("pixi.lock")});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.error, HasSubstr("pixi.toml:2: 'channels' must be a list"));
  EXPECT_EQ(Text("pixi.lock"), "");
  // A conda-lock.yml has no place for several environments.
  WriteWithChannel("pixi.toml", kPixi);
  EXPECT_EQ(LockBoth({"-f", At("pixi.toml"), "--environment", "more"}).exit_code, 0);
  EXPECT_THAT(Locked("linux-64"), ElementsAre("app-1.0", "lib-1.0", "tool-1.0"));
}

}  // namespace
}  // namespace satchel::testing
