#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <utility>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/fetch/network_channel_source.h"
#include "frontend/fetch/shard.h"
#include "frontend/files.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/support/fault_server.h"
#include "tests/support/sharded_channel.h"

namespace satchel {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::FaultServer;
using testing::FileReply;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::TemporaryDirectory;
using Reply = FaultServer::Reply;
using Asked = FaultServer::Asked;

std::string Record(const std::string& name, const std::string& version,
                   const std::string& depends) {
  return absl::StrFormat(
      R"("%s-%s-0.conda": {"name": "%s", "version": "%s", "build": "0", "build_number": 0,
         "depends": [%s], "sha256": "%s", "md5": "0123456789abcdef0123456789abcdef", "size": 7})",
      name, version, name, version, depends, std::string(64, 'a'));
}

// app needs lib, which needs base of noarch; old versions of lib need legacy; other is alone.
std::string LinuxRepodata(const std::string& app_version = "1.0") {
  return R"({"info": {"subdir": "linux-64"}, "packages": {}, "packages.conda": {)" +
         Record("app", app_version, R"("lib >=1", "__glibc")") + "," +
         Record("lib", "2.0", R"("base")") + "," + Record("lib", "1.0", R"("legacy =1")") + "," +
         Record("legacy", "1.0", "") + "," + Record("other", "1.0", "") + "}}";
}
std::string NoarchRepodata() {
  return R"({"info": {"subdir": "noarch"}, "packages": {}, "packages.conda": {)" +
         Record("base", "3.0", "") + "," + Record("unrelated", "1.0", "") + "}}";
}

class NetworkChannelTest : public ::testing::Test {
 protected:
  NetworkChannelTest() {
    site_.Write("c/linux-64/repodata.json", LinuxRepodata());
    site_.Write("c/noarch/repodata.json", NoarchRepodata());
  }

  void MakeShards() const {
    testing::WriteShards(site_.path() + "/c/linux-64");
    testing::WriteShards(site_.path() + "/c/noarch");
  }
  void MakeZst() const {
    for (const char* subdir : {"c/linux-64", "c/noarch"}) {
      const std::string path = site_.path() + "/" + subdir + "/repodata.json";
      site_.Write(std::string(subdir) + "/repodata.json.zst",
                  testing::CompressZstd(ReadFile(path).value_or("")));
    }
  }

  // Serves the files of the site, with a hash of their content as their ETag.
  Reply Serve(const Asked& asked) const {
    const absl::StatusOr<std::string> content = ReadFile(site_.path() + asked.path);
    if (!content.ok()) {
      Reply reply;
      reply.status = 404;
      return reply;
    }
    Reply reply =
        FileReply(asked, *content, absl::StrFormat("\"%d\"", std::hash<std::string>()(*content)));
    if (!cache_control_.empty()) {
      reply.headers.emplace_back("Cache-Control", cache_control_);
    }
    return reply;
  }

  struct Answer {
    absl::Status status;
    std::vector<std::string> channels;  // Their URLs.
    std::vector<std::string> names;     // Of all records, sorted.
    FetchReport fetch;
    std::vector<std::string> warnings;
  };

  Answer Load(const std::vector<std::string>& names, const std::string& url,
              const std::string& condarc = "", bool with_dependencies = true) const {
    Configuration configuration;
    absl::StatusOr<CondarcContent> content = ParseCondarc(condarc, "condarc");
    EXPECT_TRUE(content.ok()) << content.status();
    for (ConfigSetting& setting : content->settings) {
      configuration.Add(std::move(setting));
    }
    NetworkOptions network;
    network.backoff_s = 0.01;
    network.read_timeout_s = 1;
    network.use_netrc = false;
    network.offline = configuration.Bool("offline");
    NetworkSourceOptions options;
    options.cache_directory = cache_directory_;
    options.repodata.ttl_s = configuration.Integer("local_repodata_ttl");
    options.use_shards = configuration.Bool("repodata_use_shards");
    options.use_zst = configuration.Bool("repodata_use_zst");
    const NetworkChannelSource source(*LocalChannelSource::Create(""), ChannelNames(configuration),
                                      network, options);
    WantedNames wanted;
    wanted.everything = names.empty();
    wanted.names = names;
    wanted.with_dependencies = with_dependencies;
    Answer answer;
    absl::StatusOr<LoadedChannels> loaded = LoadChannels(source, {url}, "linux-64", wanted);
    answer.status = loaded.status();
    if (loaded.ok()) {
      for (const LoadedChannel& channel : loaded->channels) {
        answer.channels.push_back(channel.url);
        for (const LoadedSubdir& subdir : channel.subdirs) {
          for (std::size_t i = 0; i < subdir.index->num_names(); ++i) {
            answer.names.emplace_back(subdir.index->Name(NameId(i)));
          }
        }
      }
      std::ranges::sort(answer.names);
      answer.fetch = loaded->fetch;
      answer.warnings = loaded->warnings;
    }
    return answer;
  }

  static std::vector<std::string> Paths(const FaultServer& server) {
    std::vector<std::string> paths;
    for (const Asked& asked : server.asked()) {
      paths.push_back(asked.path);
    }
    return paths;
  }

  TemporaryDirectory site_;
  TemporaryDirectory cache_;
  std::string cache_directory_ = cache_.path();
  std::string cache_control_;
};

TEST_F(NetworkChannelTest, ShardsOfTheReachableNamesOnly) {
  MakeShards();
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  const Answer answer = Load({"app"}, server.Url("/c"));
  ASSERT_TRUE(answer.status.ok()) << answer.status;
  EXPECT_THAT(answer.names, ElementsAre("app", "base", "legacy", "lib"));
  EXPECT_EQ(answer.fetch.num_requests, 6U);  // Two indexes and four shards.
  EXPECT_EQ(answer.fetch.num_rounds, 4U);    // The indexes; app; lib; base and legacy.
}

// What v3 depends on under a condition or in a group is fetched too, and so is a channel that the
// index names.
TEST_F(NetworkChannelTest, ShardsOfRevision3) {
  const auto record = [](const std::string& name, const std::string& more) {
    return "\"" + name + "-1-0\": {\"name\": \"" + name +
           "\", \"version\": \"1\", \"build\": \"0\", \"subdir\": \"noarch\"" + more + "}";
  };
  site_.Write("c/noarch/repodata.json",
              R"({"info": {"subdir": "noarch", "channel_relations": {"base": "../b"}},
                  "v3": {"conda": {)" +
                  record("app", R"(, "depends": ["lib[when=\"base>=1\"]", "base[extras=[x]]"])") +
                  ", " + record("lib", "") + ", " + record("unused", "") + ", " +
                  record("base", R"(, "extra_depends": {"x": ["extra"]}, "flags": ["f"])") + "}, " +
                  R"("whl": {)" + record("extra", "") + "}}}");
  site_.Write("b/noarch/repodata.json",
              R"({"info": {"subdir": "noarch"}, "v3": {"conda": {)" + record("lib", "") + "}}}");
  for (const char* channel : {"c", "b"}) {
    testing::WriteShards(site_.path() + "/" + channel + "/noarch");
    site_.Write(std::string(channel) + "/linux-64/repodata.json", R"({"packages": {}})");
  }
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  const Answer answer = Load({"app"}, server.Url("/c"));
  ASSERT_TRUE(answer.status.ok()) << answer.status;
  EXPECT_THAT(answer.channels, ElementsAre(server.Url("/b"), server.Url("/c")));
  EXPECT_THAT(answer.names, ElementsAre("app", "base", "extra", "lib", "lib"));
}

TEST_F(NetworkChannelTest, KeptShardsAreNotAskedForAgain) {
  MakeShards();
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  ASSERT_TRUE(Load({"lib"}, server.Url("/c")).status.ok());
  const Answer more = Load({"app"}, server.Url("/c"));
  EXPECT_THAT(more.names, ElementsAre("app", "base", "legacy", "lib"));
  EXPECT_EQ(more.fetch.num_requests, 3U);  // The indexes, unchanged, and app.
  EXPECT_EQ(more.fetch.num_rounds, 2U);
  EXPECT_EQ(Load({"app"}, server.Url("/c")).fetch.received_bytes, 0U);
}

TEST_F(NetworkChannelTest, ShardsThatNobodyUsesGo) {
  MakeShards();
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  const auto two_months_ago =
      std::filesystem::file_time_type::clock::now() - std::chrono::hours(24 * 61);
  const std::string unused = cache_.Write("shards/ab/abcd.msgpack.zst", "old");
  ASSERT_TRUE(Load({"lib"}, server.Url("/c")).status.ok());
  EXPECT_TRUE(std::filesystem::exists(unused));
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(cache_.path() + "/shards")) {
    std::filesystem::last_write_time(entry, two_months_ago);
  }
  const Answer more = Load({"app"}, server.Url("/c"));  // Uses those of lib, and fetches one.
  EXPECT_THAT(more.names, ElementsAre("app", "base", "legacy", "lib"));
  EXPECT_EQ(more.fetch.num_requests, 3U);
  EXPECT_FALSE(std::filesystem::exists(unused));
  std::filesystem::remove_all(cache_.path() + "/assembled");
  EXPECT_EQ(Load({"app"}, server.Url("/c")).fetch.num_requests, 2U) << "none of the others went";
}

TEST_F(NetworkChannelTest, ShardsOfLastMonthStay) {
  MakeShards();
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  const std::string old = cache_.Write("shards/ab/abcd.msgpack.zst", "old");
  const auto now = std::filesystem::file_time_type::clock::now();
  std::filesystem::last_write_time(old, now - std::chrono::hours(24 * 30));
  ASSERT_TRUE(Load({"lib"}, server.Url("/c")).status.ok());
  EXPECT_TRUE(std::filesystem::exists(old));
}

TEST_F(NetworkChannelTest, ADamagedShardIsFetchedAgain) {
  MakeShards();
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  ASSERT_TRUE(Load({"app"}, server.Url("/c")).status.ok());
  std::filesystem::remove_all(cache_.path() + "/assembled");
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(cache_.path() + "/shards")) {
    if (entry.is_regular_file()) {
      std::ofstream(entry.path(), std::ios::app) << "x";
    }
  }
  const Answer again = Load({"app"}, server.Url("/c"));
  ASSERT_TRUE(again.status.ok()) << again.status;
  EXPECT_THAT(again.names, ElementsAre("app", "base", "legacy", "lib"));
  EXPECT_EQ(again.fetch.num_requests, 6U);
}

TEST_F(NetworkChannelTest, WholeFilesWhereEverythingIsWanted) {
  MakeShards();
  MakeZst();
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  const Answer answer = Load({}, server.Url("/c"));
  EXPECT_THAT(answer.names, ElementsAre("app", "base", "legacy", "lib", "other", "unrelated"));
  EXPECT_THAT(Paths(server), Each(HasSubstr("repodata.json.zst")));
}

TEST_F(NetworkChannelTest, FallsBackToZstAndToPlain) {
  for (const bool has_zst : {true, false}) {
    SCOPED_TRACE(has_zst);
    if (has_zst) {
      MakeZst();
    } else {
      std::filesystem::remove(site_.path() + "/c/linux-64/repodata.json.zst");
      std::filesystem::remove(site_.path() + "/c/noarch/repodata.json.zst");
    }
    const FaultServer server([&](const Asked& asked) { return Serve(asked); });
    const Answer answer = Load({"app"}, server.Url("/c"));
    ASSERT_TRUE(answer.status.ok()) << answer.status;
    EXPECT_THAT(answer.names, Contains("other"));
    EXPECT_EQ(answer.fetch.num_rounds, has_zst ? 2U : 3U);
    // What the server does not have is not asked for at once again.
    EXPECT_EQ(Load({"app"}, server.Url("/c")).fetch.num_rounds, 1U);
  }
}

// Not even a channel's own repodata may say that its packages, or its shards, are files of this
// machine.
TEST_F(NetworkChannelTest, AServerLeadsToNoFile) {
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  for (const char* base_url : {"file:///etc", "FILE://localhost/etc", "ftp://x/y"}) {
    SCOPED_TRACE(base_url);
    const std::string info = absl::StrFormat(R"({"info": {"base_url": "%s", )", base_url);
    site_.Write("c/linux-64/repodata.json",
                info + LinuxRepodata().substr(std::string(R"({"info": {)").size()));
    Answer answer = Load({}, server.Url("/c"), "local_repodata_ttl: 0");
    EXPECT_TRUE(absl::IsInvalidArgument(answer.status)) << answer.status;
    EXPECT_THAT(std::string(answer.status.message()), HasSubstr(base_url));
    // {"version": 1, "info": {"shards_base_url": ...}, "shards": {}}, in msgpack.
    std::string index = "\x83\xa7version\x01\xa4info\x81\xafshards_base_url";
    index += static_cast<char>(0xa0 + std::string(base_url).size());
    index += base_url + std::string("\xa6shards\x80");
    site_.Write("c/linux-64/repodata_shards.msgpack.zst", testing::CompressZstd(index));
    answer = Load({"app"}, server.Url("/c"), "local_repodata_ttl: 0");
    EXPECT_TRUE(absl::IsInvalidArgument(answer.status)) << answer.status;
    // The shards are refused, and what is asked instead leads to a file, too.
    EXPECT_THAT(std::string(answer.status.message()), HasSubstr("base_url"));
    std::filesystem::remove(site_.path() + "/c/linux-64/repodata_shards.msgpack.zst");
  }
}

TEST_F(NetworkChannelTest, AsksOnConditionAndNoticesChanges) {
  MakeZst();
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  ASSERT_TRUE(Load({}, server.Url("/c")).status.ok());
  const Answer unchanged = Load({}, server.Url("/c"));
  EXPECT_EQ(unchanged.fetch.received_bytes, 0U);
  EXPECT_EQ(unchanged.fetch.num_requests, 2U);
  site_.Write("c/noarch/repodata.json",
              R"({"packages": {}, "packages.conda": {)" + Record("fresh", "1", "") + "}}");
  MakeZst();
  EXPECT_THAT(Load({}, server.Url("/c")).names, Contains("fresh"));
}

TEST_F(NetworkChannelTest, TimeToLive) {
  MakeZst();
  cache_control_ = "public, max-age=3600";
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  ASSERT_TRUE(Load({}, server.Url("/c")).status.ok());
  EXPECT_EQ(Load({}, server.Url("/c")).fetch.num_requests, 0U);
  EXPECT_EQ(Load({}, server.Url("/c"), "local_repodata_ttl: 0").fetch.num_requests, 2U);
  EXPECT_EQ(Load({}, server.Url("/c"), "local_repodata_ttl: 60").fetch.num_requests, 0U);
}

TEST_F(NetworkChannelTest, OfflineUsesWhatIsThere) {
  MakeShards();
  std::string url;
  {
    const FaultServer server([&](const Asked& asked) { return Serve(asked); });
    url = server.Url("/c");
    const Answer nothing = Load({"app"}, url, "offline: true");
    EXPECT_TRUE(absl::IsNotFound(nothing.status)) << nothing.status;
    EXPECT_THAT(std::string(nothing.status.message()), HasSubstr("offline"));
    ASSERT_TRUE(Load({"lib"}, url).status.ok());
  }
  EXPECT_THAT(Load({"lib"}, url, "offline: true").names, ElementsAre("base", "legacy", "lib"));
  const Answer more = Load({"app"}, url, "offline: true");
  EXPECT_THAT(std::string(more.status.message()), HasSubstr("shards are not in the cache"));
  // Without --offline a dead server is an error, which says what could be done.
  EXPECT_THAT(std::string(Load({"lib"}, url).status.message()), HasSubstr("--offline"));
}

TEST_F(NetworkChannelTest, AnIndexOlderThanTheShardsIsFetchedAgain) {
  MakeShards();
  cache_control_ = "max-age=3600";
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  ASSERT_TRUE(Load({"other"}, server.Url("/c")).status.ok());
  std::filesystem::remove_all(site_.path() + "/c/linux-64/shards");
  site_.Write("c/linux-64/repodata.json", LinuxRepodata("1.1"));
  MakeShards();
  std::filesystem::remove_all(cache_.path() + "/shards");
  const Answer answer = Load({"app"}, server.Url("/c"));
  ASSERT_TRUE(answer.status.ok()) << answer.status;
  EXPECT_THAT(answer.names, ElementsAre("app", "base", "legacy", "lib"));
}

TEST_F(NetworkChannelTest, AMissingSubdirWarnsAndAMissingChannelIsAnError) {
  std::filesystem::remove_all(site_.path() + "/c/noarch");
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  const Answer answer = Load({"app"}, server.Url("/c"));
  EXPECT_TRUE(answer.status.ok()) << answer.status;
  EXPECT_THAT(answer.warnings, ElementsAre(HasSubstr("has no noarch")));
  const Answer none = Load({"app"}, server.Url("/no-such"));
  EXPECT_TRUE(absl::IsNotFound(none.status));
  EXPECT_THAT(std::string(none.status.message()), HasSubstr("has no repodata of linux-64"));
}

TEST_F(NetworkChannelTest, MirrorsStandIn) {
  MakeShards();
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  const std::string condarc =
      absl::StrFormat("mirrored_channels:\n  mine: [http://127.0.0.1:1/c, %s]\n", server.Url("/c"));
  const Answer answer = Load({"app"}, "mine", condarc);
  ASSERT_TRUE(answer.status.ok()) << answer.status;
  EXPECT_THAT(answer.names, ElementsAre("app", "base", "legacy", "lib"));
}

// What a server, or something before it, may answer to a request for a file that it has not.
const std::vector<std::pair<std::string, std::function<void(Reply*)>>> kRefusals = {
    {"400", [](Reply* reply) { reply->status = 400; }},
    {"401", [](Reply* reply) { reply->status = 401; }},
    {"403", [](Reply* reply) { reply->status = 403; }},
    {"404", [](Reply* reply) { reply->status = 404; }},
    {"405", [](Reply* reply) { reply->status = 405; }},
    {"410", [](Reply* reply) { reply->status = 410; }},
    {"429", [](Reply* reply) { reply->status = 429; }},
    {"451", [](Reply* reply) { reply->status = 451; }},
    {"500", [](Reply* reply) { reply->status = 500; }},
    {"501", [](Reply* reply) { reply->status = 501; }},
    {"503", [](Reply* reply) { reply->status = 503; }},
    {"204", [](Reply* reply) { reply->status = 204; }},
    {"a web page", [](Reply* reply) { reply->body = "<html>Welcome! Please log in.</html>"; }},
    {"a text", [](Reply* reply) { reply->body = "no such file"; }},
    {"an empty file", [](Reply* reply) { reply->body.clear(); }},
    {"half a file", [](Reply* reply) { reply->body.resize(reply->body.size() / 2); }},
    {"another zst",
     [](Reply* reply) { reply->body = testing::CompressZstd("something else altogether"); }},
    {"no answer", [](Reply* reply) { reply->raw = ""; }},
    {"no HTTP", [](Reply* reply) { reply->raw = "220 mail.example.com ESMTP\r\n"; }},
    {"fewer bytes than it announces",
     [](Reply* reply) { reply->declared_length = reply->body.size() + 1; }},
};

Reply Refused(Reply reply, const std::function<void(Reply*)>& refuse) {
  reply.headers.clear();
  refuse(&reply);
  if (reply.status != 200) {
    reply.body = "no";
  }
  return reply;
}

TEST_F(NetworkChannelTest, TheOptionalFormsNeedNotBeThereHoweverTheServerSaysSo) {
  MakeShards();
  MakeZst();
  for (const char* form : {"repodata_shards", ".zst", "/shards/"}) {
    for (const auto& [name, refuse] : kRefusals) {
      SCOPED_TRACE(std::string(form) + ": " + name);
      std::filesystem::remove_all(cache_.path());
      const FaultServer server([&, &refuse = refuse](const Asked& asked) {
        Reply reply = Serve(asked);
        return asked.path.find(form) == std::string::npos ? reply : Refused(reply, refuse);
      });
      const Answer answer = Load({"app"}, server.Url("/c"));
      ASSERT_TRUE(answer.status.ok()) << answer.status;
      EXPECT_THAT(answer.names, ElementsAre("app", "base", "legacy", "lib", "other", "unrelated"));
      EXPECT_TRUE(Load({"app"}, server.Url("/c")).status.ok());
    }
  }
}

TEST_F(NetworkChannelTest, RepodataJsonHasToBeThereAndItsUrlIsNamed) {
  for (const auto& [name, refuse] : kRefusals) {
    if (name == "an empty file") {
      continue;  // Is an empty repodata.
    }
    SCOPED_TRACE(name);
    const FaultServer server(
        [&, &refuse = refuse](const Asked& asked) { return Refused(Serve(asked), refuse); });
    const Answer answer = Load({"app"}, server.Url("/c"));
    EXPECT_FALSE(answer.status.ok());
    EXPECT_FALSE(absl::IsInvalidArgument(answer.status)) << "the user's input is not to blame";
    const std::string said(answer.status.message());
    EXPECT_THAT(said, HasSubstr(server.Url("/c/")));
    EXPECT_THAT(said, HasSubstr("/repodata.json"));
    EXPECT_THAT(said, Not(HasSubstr(cache_.path())));
    if (name == "a web page") {
      EXPECT_THAT(said, HasSubstr("log in"));
    } else if (name == "401" || name == "403") {
      EXPECT_THAT(said, HasSubstr("credentials are missing or wrong"));
    } else if (name.size() == 3) {
      EXPECT_THAT(said, HasSubstr("HTTP " + name));
    }
  }
}

TEST_F(NetworkChannelTest, BusyAtFirstAndThenNotThere) {
  for (const char* form : {"repodata_shards", "repodata.json.zst"}) {
    std::map<std::string, int> asked_for;
    const FaultServer server([&](const Asked& asked) {
      Reply reply = Serve(asked);
      if (asked.path.find(form) != std::string::npos && ++asked_for[asked.path] == 1) {
        reply.status = 503;
      }
      return reply;
    });
    const Answer answer = Load({"app"}, server.Url("/c"));
    EXPECT_TRUE(answer.status.ok()) << answer.status;
    EXPECT_EQ(asked_for.begin()->second, 2);
  }
}

TEST_F(NetworkChannelTest, ADeadMirrorBesideOneWithoutTheOptionalForms) {
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  const std::string condarc =
      absl::StrFormat("mirrored_channels:\n  mine: [%s, http://127.0.0.1:1/c]\n", server.Url("/c"));
  const Answer answer = Load({"app"}, "mine", condarc);
  EXPECT_TRUE(answer.status.ok()) << answer.status;
}

TEST_F(NetworkChannelTest, ACacheThatCannotBeWrittenIsAWarning) {
  MakeShards();
  MakeZst();
  cache_.Write("file", "");
  for (const std::string& directory : {cache_.path() + "/file/cache", std::string()}) {
    for (const std::vector<std::string>& names : {std::vector<std::string>{}, {"app"}}) {
      cache_directory_ = directory;
      const FaultServer server([&](const Asked& asked) { return Serve(asked); });
      const Answer answer = Load(names, server.Url("/c"));
      EXPECT_TRUE(answer.status.ok()) << answer.status;
      EXPECT_THAT(answer.names, Contains("base"));
      EXPECT_THAT(answer.warnings, ElementsAre(HasSubstr("SATCHEL_CACHE_DIR")));
    }
  }
}

TEST_F(NetworkChannelTest, OnlyTheNamesWithoutWhatTheyNeed) {
  MakeShards();
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  const Answer answer = Load({"app"}, server.Url("/c"), "", /*with_dependencies=*/false);
  EXPECT_THAT(answer.names, ElementsAre("app"));
  EXPECT_EQ(answer.fetch.num_requests, 3U);
}

// One subdir in shards, the other whole: what the whole one needs is looked for in the shards, if
// it is wanted.
TEST_F(NetworkChannelTest, ShardsBesideAWholeSubdir) {
  testing::WriteShards(site_.path() + "/c/linux-64");
  site_.Write("c/noarch/repodata.json", R"({"packages": {}, "packages.conda": {)" +
                                            Record("base", "3.0", "") + "," +
                                            Record("pure", "1.0", R"("lib")") + "}}");
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  EXPECT_THAT(Load({"pure"}, server.Url("/c")).names, ElementsAre("base", "legacy", "lib", "pure"));
  EXPECT_THAT(Load({"pure"}, server.Url("/c"), "", /*with_dependencies=*/false).names,
              ElementsAre("base", "pure"));
}

// The state that lies beside each copy.
class RepodataStateTest : public NetworkChannelTest {
 protected:
  RepodataStateTest() { cache_control_ = "max-age=3600"; }

  std::vector<std::string> StateFiles() const {
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::directory_iterator(cache_.path() + "/repodata")) {
      if (entry.path().string().ends_with(".state.json")) {
        paths.push_back(entry.path().string());
      }
    }
    return paths;
  }
  std::size_t Requests(const FaultServer& server) const {
    return Load({}, server.Url("/c"), "repodata_use_zst: false").fetch.num_requests;
  }
};

TEST_F(RepodataStateTest, OneOfTheFutureProvesNothing) {
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  EXPECT_EQ(Requests(server), 2U);
  EXPECT_EQ(Requests(server), 0U);
  for (const std::string& path : StateFiles()) {
    std::string text = ReadFile(path).value();
    const std::size_t at = text.find("\"checked\": 1") + 11;
    text[at] = '9';
    ASSERT_TRUE(WriteFile(path, text).ok());
  }
  EXPECT_EQ(Requests(server), 2U);
}

TEST_F(RepodataStateTest, OneOfAnotherCopyProvesNothing) {
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  EXPECT_EQ(Requests(server), 2U);
  for (const std::string& path : StateFiles()) {
    const std::string copy = path.substr(0, path.size() - std::string(".state.json").size());
    ASSERT_TRUE(WriteFile(copy, R"({"packages": {}, "packages.conda": {}})").ok());
  }
  const std::size_t before = server.asked().size();
  EXPECT_THAT(Load({}, server.Url("/c"), "repodata_use_zst: false").names, Contains("app"));
  for (std::size_t i = before; i < server.asked().size(); ++i) {
    EXPECT_EQ(server.asked()[i].Header("if-none-match"), "") << "it would be told 'not modified'";
  }
}

TEST_F(RepodataStateTest, NotModifiedWithoutHeadersLeavesWhatWasKnown) {
  cache_control_ = "max-age=0";
  const FaultServer server([&](const Asked& asked) {
    Reply reply = Serve(asked);
    if (reply.status == 304) {
      reply.headers.clear();
    }
    return reply;
  });
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Requests(server), 2U);
  }
  const std::vector<Asked> asked = server.asked();
  ASSERT_EQ(asked.size(), 6U);
  EXPECT_NE(asked[4].Header("if-none-match"), "");
  EXPECT_NE(asked[5].Header("if-none-match"), "");
}

TEST_F(RepodataStateTest, ThatRepodataJsonIsMissingIsNotRemembered) {
  const std::string path = site_.path() + "/c/noarch/repodata.json";
  std::filesystem::rename(path, path + ".away");
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  EXPECT_THAT(Load({}, server.Url("/c")).names, Not(Contains("base")));
  std::filesystem::rename(path + ".away", path);
  EXPECT_THAT(Load({}, server.Url("/c")).names, Contains("base"));
}

TEST_F(RepodataStateTest, WhatMayNotBeStoredIsAskedForAgain) {
  cache_control_ = "no-store, max-age=3600";
  const FaultServer server([&](const Asked& asked) { return Serve(asked); });
  EXPECT_EQ(Requests(server), 2U);
  EXPECT_EQ(Requests(server), 2U);
}

TEST_F(NetworkChannelTest, ABadCopyIsNotTrustedTheNextTime) {
  MakeZst();
  cache_control_ = "max-age=3600";
  bool is_bad = true;
  for (const std::vector<std::string>& names : {std::vector<std::string>{}, {"app"}}) {
    SCOPED_TRACE(names.size());
    is_bad = true;
    const FaultServer server([&](const Asked& asked) {
      Reply reply = Serve(asked);
      if (is_bad) {
        reply.body.resize(reply.body.size() / 2);  // With the right ETag, and the wrong length.
      }
      return reply;
    });
    EXPECT_FALSE(Load(names, server.Url("/c")).status.ok());
    is_bad = false;
    const Answer good = Load(names, server.Url("/c"));
    EXPECT_TRUE(good.status.ok()) << good.status;
    EXPECT_THAT(good.names, Contains("base"));
    MakeShards();
  }
}

TEST_F(NetworkChannelTest, FileUrls) {
  EXPECT_THAT(Load({"app"}, "file://" + site_.path() + "/c").names, Contains("unrelated"));
  EXPECT_THAT(Load({"app"}, "mine",
                   "custom_channels:\n  c: file://" + site_.path() +
                       "\ncustom_multichannels:\n  mine: [c]\n")
                  .names,
              Contains("app"));
}

TEST(Shard, NamesOfDependencies) {
  EXPECT_EQ(DependencyName("numpy >=1.20,<2"), "numpy");
  EXPECT_EQ(DependencyName("conda-forge::NumPy=1"), "numpy");
  EXPECT_EQ(DependencyName("blas * *mkl"), "blas");
  EXPECT_EQ(DependencyName("pkg[version='>=1']"), "pkg");
  EXPECT_EQ(DependencyName("__glibc >=2.17"), "");
  EXPECT_EQ(DependencyName(""), "");
}

TEST(Shard, DamagedOnesAreErrors) {
  EXPECT_TRUE(absl::IsDataLoss(ReadShard("not zstd", "x").status()));
  EXPECT_TRUE(absl::IsDataLoss(ReadShard(testing::CompressZstd("\xc1"), "x").status()));
  EXPECT_TRUE(absl::IsDataLoss(ReadShardIndex(testing::CompressZstd("\x81"), "x").status()));
  // {"shards": {"a": "short"}}
  EXPECT_TRUE(absl::IsDataLoss(ReadShardIndex(testing::CompressZstd("\x81\xa6shards\x81\xa1"
                                                                    "a\xa5short"),
                                              "x")
                                   .status()));
  // {"version": 2}
  EXPECT_TRUE(absl::IsUnimplemented(
      ReadShardIndex(testing::CompressZstd("\x81\xa7version\x02"), "x").status()));
}

TEST(RepodataCache, MaxAge) {
  EXPECT_EQ(MaxAgeSeconds("public, max-age=1200"), 1200);
  EXPECT_EQ(MaxAgeSeconds("Max-Age=5"), 5);
  EXPECT_EQ(MaxAgeSeconds("no-cache, max-age=1200"), 0);
  EXPECT_EQ(MaxAgeSeconds("max-age=1200, no-store"), 0);
  EXPECT_EQ(MaxAgeSeconds(""), 0);
}

}  // namespace
}  // namespace satchel
