// Other tools on our environments and caches, and we on theirs. SATCHEL_RATTLER_PYTHON names a
// python that has py-rattler, SATCHEL_CONDA_PYTHON one that has conda.

#include <sys/stat.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "base/digest.h"
#include "frontend/fetch/downloader.h"
#include "frontend/files.h"
#include "frontend/link/cache/package_cache.h"
#include "frontend/link/package/extract.h"
#include "frontend/request/prefix.h"
#include "tests/link/test_environment.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::TestEnvironment;

json Ask(const std::string& python, const std::vector<std::string>& arguments) {
  std::string command = python + " " + SATCHEL_PEERS_SCRIPT;
  for (const std::string& argument : arguments) {
    command += " '" + argument + "'";
  }
  FILE* const pipe = popen(command.c_str(), "r");
  std::string output;
  std::array<char, 4096> buffer;
  for (std::size_t size = 0; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    output.append(buffer.data(), size);
  }
  EXPECT_EQ(pclose(pipe), 0) << command;
  return json::parse(output, nullptr, /*allow_exceptions=*/false);
}

std::string PythonOf(const char* variable) {
  const char* const python = std::getenv(variable);
  return python == nullptr ? "" : python;
}

testing::BuiltPackage Tool() {
  return {.name = "tool",
          .files = {{.path = "bin/tool", .content = "#!/bin/sh\n", .mode = 0755},
                    {.path = "etc/tool", .content = "in /old/place", .placeholder = "/old/place"},
                    {.path = "lib/a.so", .link = "b.so"},
                    {.path = "lib/b.so", .content = "b"}}};
}

TEST(PeersTest, RattlerReadsOurRecords) {
  const std::string python = PythonOf("SATCHEL_RATTLER_PYTHON");
  if (python.empty()) {
    GTEST_SKIP() << "SATCHEL_RATTLER_PYTHON is not set";
  }
  TestEnvironment env;
  ASSERT_TRUE(env.Change({env.Build(Tool())}, {}).ok());
  const json records = Ask(python, {"rattler-record", env.prefix()});
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records["tool"]["version"], "1.0");
  EXPECT_EQ(records["tool"]["files"].size(), 4U);
}

TEST(PeersTest, CondaReadsOurEnvironments) {
  const std::string python = PythonOf("SATCHEL_CONDA_PYTHON");
  if (python.empty()) {
    GTEST_SKIP() << "SATCHEL_CONDA_PYTHON is not set";
  }
  TestEnvironment env;
  ASSERT_TRUE(env.Change({env.Build(Tool())}, {}).ok());
  const json answer = Ask(python, {"conda-prefix", env.prefix()});
  EXPECT_EQ(answer["records"]["tool"]["files"].size(), 4U);
  EXPECT_EQ(answer["revisions"], 1);
}

TEST(PeersTest, WeUpdateWhatRattlerInstalled) {
  const std::string python = PythonOf("SATCHEL_RATTLER_PYTHON");
  if (python.empty()) {
    GTEST_SKIP() << "SATCHEL_RATTLER_PYTHON is not set";
  }
  TestEnvironment env;
  const PackageRecord tool = env.Build(Tool());
  env.WriteChannel();
  const std::string theirs = env.path() + "/rattler";
  ASSERT_EQ(Ask(python, {"rattler-install", env.prefix(), theirs, env.path() + "/channel"}), 1);
  const auto prefix = ReadPrefix(env.prefix());
  ASSERT_TRUE(prefix.ok());
  ASSERT_EQ(prefix->installed.size(), 1U);
  // Its cache serves us without fetching: no archive is beside, and the server is gone.
  fs::remove_all(env.path() + "/channel");
  EXPECT_TRUE(PackageCache({theirs}).Find(tool).has_value());
  ASSERT_TRUE(env.Change({}, {prefix->installed[0].record}).ok());
  EXPECT_FALSE(fs::exists(env.prefix() + "/bin"));
}

TEST(PeersTest, RattlerInstallsFromOurCache) {
  const std::string python = PythonOf("SATCHEL_RATTLER_PYTHON");
  if (python.empty()) {
    GTEST_SKIP() << "SATCHEL_RATTLER_PYTHON is not set";
  }
  TestEnvironment env;
  ASSERT_TRUE(env.Change({env.Build(Tool())}, {}).ok());
  env.WriteChannel();
  const std::string other = env.path() + "/other";
  ASSERT_EQ(Ask(python, {"rattler-install", other, env.cache(), env.path() + "/channel"}), 1);
  struct stat ours = {};
  struct stat theirs = {};
  ASSERT_EQ(stat((env.prefix() + "/bin/tool").c_str(), &ours), 0);
  ASSERT_EQ(stat((other + "/bin/tool").c_str(), &theirs), 0);
  EXPECT_EQ(ours.st_ino, theirs.st_ino);  // Both are the cache's file.
  EXPECT_EQ(*ReadFile(other + "/etc/tool"), "in " + other);
}

// One real package of each name, none that needs a python to be installed.
std::vector<PackageRecord> MakeRealChannel(const std::string& corpora,
                                           const std::string& directory) {
  testing::ChannelBuilder channel(directory);
  std::vector<PackageRecord> records;
  std::set<std::string> names;
  for (const std::string subdir : {"linux-64", "noarch"}) {
    fs::create_directories(directory + "/" + subdir);
    std::set<fs::path> files;  // In order.
    for (const auto& entry : fs::directory_iterator(corpora + "/packages/real/" + subdir)) {
      files.insert(entry.path());
    }
    for (const fs::path& file : files) {
      const testing::TemporaryDirectory unpacked;
      EXPECT_TRUE(ExtractPackage(file.string(), unpacked.path()).ok()) << file;
      const std::string text = ReadFile(unpacked.path() + "/info/index.json").value_or("");
      const json index = json::parse(text, nullptr, /*allow_exceptions=*/false);
      if (!index.is_object() || (index.contains("noarch") && index["noarch"] != "generic") ||
          !names.insert(index["name"]).second) {
        continue;
      }
      PackageRecord record;
      record.name = index["name"];
      record.version = index["version"];
      record.build = index["build"];
      record.subdir = subdir;
      record.fn = record.name + "-" + record.version + "-" + record.build +
                  (file.extension() == ".conda" ? ".conda" : ".tar.bz2");
      const std::string path = directory + "/" + subdir + "/" + record.fn;
      fs::copy_file(file, path);
      record.url = "file://" + path;
      record.sha256 = *FileDigest(Digest::Kind::kSha256, path);
      record.size_bytes = fs::file_size(path);
      channel.AddFile(path, text, subdir);
      records.push_back(std::move(record));
    }
  }
  channel.Write();
  return records;
}

// What either has in its cache the other takes without fetching: the channel has no packages any
// more when it is asked for them.
TEST(PeersTest, RealPackagesInTheCacheOfTheOther) {
  const std::string python = PythonOf("SATCHEL_RATTLER_PYTHON");
  const std::string corpora = PythonOf("SATCHEL_CORPORA");
  if (python.empty() || corpora.empty()) {
    GTEST_SKIP() << "SATCHEL_RATTLER_PYTHON or SATCHEL_CORPORA is not set";
  }
  const testing::TemporaryDirectory directory;
  const std::string channel = directory.path() + "/channel";
  const std::vector<PackageRecord> records = MakeRealChannel(corpora, channel);
  ASSERT_GT(records.size(), 50U);
  const std::string ours = directory.path() + "/ours";
  const std::string theirs = directory.path() + "/theirs";
  Downloader downloader({});
  ASSERT_TRUE(PackageCache({ours}).Provide(records, &downloader, {}).ok());
  const int count = static_cast<int>(records.size());
  ASSERT_EQ(Ask(python, {"rattler-install", directory.path() + "/a", theirs, channel}), count);
  for (const PackageRecord& record : records) {
    fs::remove(record.url.substr(7));
    EXPECT_TRUE(PackageCache({theirs}).Find(record).has_value()) << record.fn;
  }
  EXPECT_EQ(Ask(python, {"rattler-install", directory.path() + "/b", ours, channel}), count);
}

}  // namespace
}  // namespace satchel
