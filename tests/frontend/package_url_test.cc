#include "frontend/export/package_url.h"

#include "gtest/gtest.h"

namespace satchel {
namespace {

// One channel at https://host/c with one subdir whose repodata says `base_url`.
LoadedChannels ChannelWithBase(const std::string& base_url) {
  const std::string json = R"({"info": {"subdir": "linux-64", "base_url": ")" + base_url +
                           R"("}, "packages.conda": {}, "repodata_version": 2})";
  IngestReport report;
  absl::StatusOr<Index> index = IngestRepodata(json, {"linux-64", "test"}, &report);
  EXPECT_TRUE(index.ok()) << index.status();
  LoadedSubdir subdir;
  subdir.location = {"linux-64", "test"};
  subdir.index = std::make_unique<const Index>(*std::move(index));
  LoadedChannel channel{"c", "https://host/c", {}};
  channel.subdirs.push_back(std::move(subdir));
  LoadedChannels channels;
  channels.channels.push_back(std::move(channel));
  return channels;
}

PackageRecord Record() {
  PackageRecord record;
  record.name = "a";
  record.version = "1";
  record.build = "0";
  record.channel = "c";
  record.subdir = "linux-64";
  record.fn = "a-1-0.conda";
  return record;
}

struct BaseCase {
  const char* base_url;
  const char* expected;
};

constexpr BaseCase kBases[] = {
    {"", "https://host/c/linux-64/a-1-0.conda"},
    {"https://cdn/x/linux-64/", "https://cdn/x/linux-64/a-1-0.conda"},
    {"https://cdn/x", "https://cdn/x/a-1-0.conda"},
    {"/root/linux-64", "https://host/root/linux-64/a-1-0.conda"},
    {"../files/./linux-64/", "https://host/c/files/linux-64/a-1-0.conda"},
    {"sub", "https://host/c/linux-64/sub/a-1-0.conda"},
    {"../../../../..", "https://host/a-1-0.conda"},
};

TEST(PackageUrl, BaseUrlMovesDownloads) {
  for (const BaseCase& c : kBases) {
    EXPECT_EQ(PackageUrl(ChannelWithBase(c.base_url), Record()), c.expected) << c.base_url;
  }
}

TEST(PackageUrl, ARecordsOwnUrlWins) {
  PackageRecord record = Record();
  record.url = "https://other/a-1-0.conda";
  EXPECT_EQ(PackageUrl(ChannelWithBase(""), record), "https://other/a-1-0.conda");
}

TEST(PackageUrl, UnknownChannelsHaveNone) {
  PackageRecord record = Record();
  record.channel = "d";
  EXPECT_EQ(PackageUrl(ChannelWithBase(""), record), "");
}

TEST(DistName, IsTheFileWithoutItsEnding) {
  PackageRecord record = Record();
  EXPECT_EQ(DistName(record), "a-1-0");
  record.fn = "a-1-0.tar.bz2";
  EXPECT_EQ(DistName(record), "a-1-0");
  record.fn = "";
  EXPECT_EQ(DistName(record), "a-1-0");
}

}  // namespace
}  // namespace satchel
