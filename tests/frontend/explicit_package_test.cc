#include "frontend/request/explicit_package.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace satchel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ExplicitPackage, TakesUrlsApart) {
  const auto package = ParseExplicitPackage(
      "https://conda.anaconda.org/conda-forge/linux-64/python-dateutil-2.9.0.post0-pyh_2.conda"
      "#0123456789ABCDEF0123456789abcdef",
      "here");
  ASSERT_TRUE(package.ok()) << package.status();
  EXPECT_EQ(package->name, "python-dateutil");
  EXPECT_EQ(package->version, "2.9.0.post0");
  EXPECT_EQ(package->build, "pyh_2");
  EXPECT_EQ(package->subdir, "linux-64");
  EXPECT_EQ(package->channel, "https://conda.anaconda.org/conda-forge");
  EXPECT_EQ(package->fn, "python-dateutil-2.9.0.post0-pyh_2.conda");
  EXPECT_EQ(package->md5, "0123456789abcdef0123456789abcdef");
}

TEST(ExplicitPackage, PathsBecomeUrls) {
  const auto package = ParseExplicitPackage("/srv/a b/a-1-0.tar.bz2", "here");
  ASSERT_TRUE(package.ok()) << package.status();
  EXPECT_EQ(package->url, "file:///srv/a%20b/a-1-0.tar.bz2");
  EXPECT_EQ(package->subdir, "");
}

TEST(ExplicitPackage, Errors) {
  for (const char* line :
       {"numpy", "https://host/numpy.conda", "https://host/a-1.conda", "https://host/a-1-0.zip",
        "https://host/a-1-0.conda#123", "https://host/a-1-0.conda#sha256:zz"}) {
    EXPECT_FALSE(ParseExplicitPackage(line, "lock.txt:1").ok()) << line;
  }
}

class FindPackagesTest : public ::testing::Test {
 protected:
  FindPackagesTest() {
    Add("main", "1111");
    Add("conda-forge", "2222");
  }

  void Add(const std::string& name, const std::string& hash_part) {
    std::string md5;
    while (md5.size() < 32) {
      md5 += hash_part;
    }
    const std::string json = R"({"info": {"subdir": "linux-64"}, "packages.conda": {
        "a-1.0-h0_3.conda": {"name": "a", "version": "1.0", "build": "h0_3", "build_number": 3,
                             "depends": ["from-)" +
                             name + R"("], "md5": ")" + md5 + R"("}}})";
    IngestReport report;
    absl::StatusOr<Index> index = IngestRepodata(json, {"linux-64", name}, &report);
    ASSERT_TRUE(index.ok()) << index.status();
    LoadedSubdir subdir;
    subdir.location = {"linux-64", name};
    subdir.index = std::make_unique<const Index>(*std::move(index));
    LoadedChannel channel{name, "file:///srv/" + name, {}};
    channel.subdirs.push_back(std::move(subdir));
    channels_.channels.push_back(std::move(channel));
  }

  FoundPackages Find(const std::string& line) const {
    return FindPackages(channels_, {*ParseExplicitPackage(line, "lock.txt:1")});
  }

  LoadedChannels channels_;
};

TEST_F(FindPackagesTest, InTheChannelOfItsUrlFirst) {
  const FoundPackages found =
      Find("https://conda.anaconda.org/conda-forge/linux-64/a-1.0-h0_3.conda");
  EXPECT_THAT(found.records[0].depends, ElementsAre("from-conda-forge"));
  EXPECT_EQ(found.records[0].channel, "conda-forge");
  EXPECT_THAT(Find("file:///srv/conda-forge/linux-64/a-1.0-h0_3.conda").records[0].depends,
              ElementsAre("from-conda-forge"));
  EXPECT_THAT(Find("https://elsewhere/x/linux-64/a-1.0-h0_3.conda").records[0].depends,
              ElementsAre("from-main"));
}

TEST_F(FindPackagesTest, TheHashDecides) {
  const FoundPackages found =
      Find("https://elsewhere/x/linux-64/a-1.0-h0_3.conda#22222222222222222222222222222222");
  EXPECT_THAT(found.records[0].depends, ElementsAre("from-conda-forge"));
  EXPECT_TRUE(found.warnings.empty());
}

// What a channel says beside it is not what was asked for.
TEST_F(FindPackagesTest, TheRecordHasTheHashThatWasAskedFor) {
  const std::string md5(32, '2');
  const std::string sha256(64, 'c');
  const PackageRecord by_sha256 =
      Find("https://h/x/linux-64/a-1.0-h0_3.conda#sha256:" + sha256).records[0];
  EXPECT_EQ(by_sha256.sha256, sha256);
  const PackageRecord by_md5 = Find("https://h/x/linux-64/a-1.0-h0_3.conda#" + md5).records[0];
  EXPECT_EQ(by_md5.md5, md5);
  EXPECT_EQ(by_md5.sha256, "");
  EXPECT_NE(Find("https://h/x/linux-64/a-1.0-h0_3.conda").records[0].md5, "");
}

TEST_F(FindPackagesTest, WhatNoChannelHasIsKnownByItsFileOnly) {
  for (const char* line :
       {"https://h/c/linux-64/a-1.0-h0_3.conda#33333333333333333333333333333333",
        "https://h/c/osx-64/a-1.0-h0_3.conda", "https://h/c/noarch/b-1-py_7.conda"}) {
    const FoundPackages found = Find(line);
    EXPECT_THAT(found.warnings, ElementsAre(HasSubstr("lock.txt:1"))) << line;
    EXPECT_TRUE(found.records[0].depends.empty());
  }
  EXPECT_EQ(Find("https://h/c/noarch/b-1-py_7.conda").records[0].build_number, 7U);
}

}  // namespace
}  // namespace satchel
