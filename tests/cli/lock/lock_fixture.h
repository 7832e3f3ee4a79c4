#pragma once

#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"

#include "frontend/files.h"
#include "frontend/lock/lock_file.h"
#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"

namespace satchel::testing {

// A channel for two platforms, and what `satchel lock` makes of it.
struct Made {
  std::string name;
  std::string version;
  std::vector<std::string> depends = {};
};

class LockFixture : public ::testing::Test {
 protected:
  LockFixture() {
    Publish("linux-64", {{"app", "1.0", {"lib >=1"}}, {"lib", "1.0"}, {"tool", "1.0"}});
    Publish("osx-arm64", {{"app", "1.0", {"lib >=1"}}, {"lib", "1.0"}, {"tool", "1.0"}});
    Publish("noarch", {{"data", "3.0"}});
  }

  // Replaces what the channel has for a platform.
  void Publish(const std::string& subdir, const std::vector<Made>& packages) const {
    std::vector<std::string> records;
    for (const Made& package : packages) {
      const std::string quoted =
          package.depends.empty() ? "" : "\"" + absl::StrJoin(package.depends, "\", \"") + "\"";
      records.push_back(absl::StrFormat(
          R"("%s-%s-0.conda": {"name": "%s", "version": "%s", "build": "0", "build_number": 0,
              "depends": [%s], "md5": "%032d", "sha256": "%s", "size": 7, "license": "MIT"})",
          package.name, package.version, package.name, package.version, quoted, 5,
          std::string(63, 'a') + package.version[0]));
    }
    directory_.Write("chan/" + subdir + "/repodata.json",
                     R"({"info": {"subdir": ")" + subdir + R"("}, "packages": {}, )" +
                         R"("packages.conda": {)" + absl::StrJoin(records, ",") + "}}");
  }

  std::string At(const std::string& name) const { return directory_.path() + "/" + name; }

  Finished Lock(const std::vector<std::string>& words) const {
    std::vector<std::string> all = {"lock", "-o", At("conda-lock.yml")};
    all.insert(all.end(), words.begin(), words.end());
    all.insert(all.end(), {"-c", At("chan"), "--no-rc"});
    return RunProgram(all);
  }
  Finished LockBoth(std::vector<std::string> words = {"app", "tool", "data"}) const {
    words.insert(words.end(), {"--platform", "linux-64", "--platform", "osx-arm64"});
    return Lock(words);
  }

  static Finished Run(std::vector<std::string> words) {
    words.push_back("--no-rc");
    return RunProgram(words);
  }

  // `text` with the channel's place for CHANNEL.
  void WriteWithChannel(const std::string& name, const std::string& text) const {
    directory_.Write(name, absl::StrReplaceAll(text, {{"CHANNEL", At("chan")}}));
  }

  std::string Text(const std::string& name = "conda-lock.yml") const {
    return ReadFile(At(name)).value_or("");
  }

  // "app-1.0" and so on.
  std::vector<std::string> Locked(const std::string& platform,
                                  const std::string& name = "conda-lock.yml") const {
    const absl::StatusOr<LockFile> lock = ReadLockFile(At(name));
    std::vector<std::string> packages;
    if (!lock.ok() || lock->Find(platform) == nullptr) {
      return {std::string(lock.status().message())};
    }
    for (const PackageRecord& record : lock->Find(platform)->packages) {
      packages.push_back(record.name + "-" + record.version);
    }
    return packages;
  }

  // Newer versions of all.
  void PublishNewer() const {
    for (const std::string subdir : {"linux-64", "osx-arm64"}) {
      Publish(subdir, {{"app", "1.0", {"lib >=1"}},
                       {"app", "2.0", {"lib >=2"}},
                       {"lib", "1.0"},
                       {"lib", "2.0"},
                       {"tool", "1.0"},
                       {"tool", "2.0"}});
    }
  }

  TemporaryDirectory directory_;
};

}  // namespace satchel::testing
