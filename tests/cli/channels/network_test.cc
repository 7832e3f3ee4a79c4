// Channels on a real web server, as a user would use them.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/files.h"
#include "tests/cli/framework/run_program.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/support/data.h"
#include "tests/support/nginx_server.h"
#include "tests/support/package_builder.h"
#include "tests/support/relay.h"
#include "tests/support/sharded_channel.h"

#include <nlohmann/json.hpp>

namespace satchel::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using Variables = std::vector<std::pair<std::string, std::string>>;

class NetworkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!NginxServer::IsInstalled()) {
      GTEST_SKIP() << "no nginx here; tools/install-deps.sh --for-tests installs it";
    }
    ChannelBuilder channel(Site() + "/channel");
    channel.Add({.name = "lib", .files = {{.path = "lib/lib.txt", .content = "lib"}}});
    // Not to be compressed away: the time it takes is wanted.
    std::string noise;
    for (unsigned state = 1; noise.size() < 400'000; state = state * 1664525U + 1013904223U) {
      noise += static_cast<char>(state >> 24U);
    }
    channel.Add(
        {.name = "app", .depends = {"lib"}, .files = {{.path = "share/app", .content = noise}}});
    channel.Write();
    fs::create_directories(directory_.path() + "/home");
    fs::create_directories(directory_.path() + "/nginx");
    server_ = std::make_unique<NginxServer>(directory_.path() + "/nginx", Site());
  }

  std::string Site() const { return directory_.path() + "/site"; }
  std::string Home() const { return directory_.path() + "/home"; }
  std::string Cache() const { return directory_.path() + "/cache"; }
  std::string Env() const { return directory_.path() + "/root/envs/e"; }

  void WriteHome(const std::string& name, const std::string& content, int mode = 0600) const {
    const std::string path = directory_.Write("home/" + name, content);
    fs::permissions(path, static_cast<fs::perms>(mode));
  }

  Finished Run(std::vector<std::string> arguments, const Variables& more = {},
               int interrupt_after_ms = 0, int kill_after_us = 0) const {
    RunOptions options;
    options.interrupt_after_ms = interrupt_after_ms;
    options.kill_after_us = kill_after_us;
    options.variables = {{"HOME", Home()},
                         {"SATCHEL_OFFLINE", "false"},
                         {"SATCHEL_CACHE_DIR", Cache()},
                         {"SATCHEL_NO_SYNC", "1"},
                         {"SATCHEL_ROOT_PREFIX", directory_.path() + "/root"},
                         {"SATCHEL_REMOTE_BACKOFF_FACTOR", "0.01"},
                         {"CONDA_PKGS_DIRS", directory_.path() + "/pkgs"},
                         {"CONDA_SUBDIR", "linux-64"},
                         // What whoever runs the tests has.
                         {"no_proxy", ""},
                         {"REQUESTS_CA_BUNDLE", ""},
                         {"CURL_CA_BUNDLE", ""},
                         {"SSL_CERT_FILE", ""}};
    options.variables.insert(options.variables.end(), more.begin(), more.end());
    return RunProgram(arguments, options);
  }
  Finished Solve(const std::string& channel, const Variables& more = {}) const {
    return Run({"solve", "app", "-c", channel, "-v"}, more);
  }
  // From nothing to an environment that is there.
  void ExpectCreates(const std::string& channel, const std::vector<std::string>& options = {},
                     const Variables& more = {}) const {
    SCOPED_TRACE(channel);
    for (const char* name : {"/cache", "/pkgs", "/root"}) {
      fs::remove_all(directory_.path() + name);
    }
    const Finished run =
        Run(Join({"create", "-n", "e", "app", "-c", channel, "--yes"}, options), more);
    EXPECT_EQ(run.exit_code, 0) << run.error;
    EXPECT_TRUE(fs::exists(Env() + "/share/app"));
    EXPECT_TRUE(fs::exists(Env() + "/lib/lib.txt"));
  }
  // Exit code 4 and one error, which says why.
  static void ExpectError(const Finished& run, const std::string& why) {
    EXPECT_EQ(run.exit_code, 4) << run.error;
    EXPECT_THAT(run.error, HasSubstr(why));
    EXPECT_EQ(run.error.find("satchel: error: "), run.error.rfind("satchel: error: ")) << run.error;
  }
  // Each file of a directory with its content, but for the records of when and how it was made.
  static std::map<std::string, std::string> Snapshot(const std::string& directory) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
      if (entry.is_regular_file() && entry.path().parent_path().filename() != "conda-meta") {
        files[entry.path().string()] = ReadFile(entry.path().string()).value_or("(unreadable)");
      }
    }
    return files;
  }
  const NginxServer& server() const { return *server_; }

  void MakeZst() const {
    for (const char* subdir : {"channel/linux-64", "channel/noarch"}) {
      directory_.Write(std::string("site/") + subdir + "/repodata.json.zst",
                       CompressZstd(*ReadFile(Site() + "/" + subdir + "/repodata.json")));
    }
  }
  void MakeShards() const {
    WriteShards(Site() + "/channel/linux-64");
    WriteShards(Site() + "/channel/noarch");
  }

  TemporaryDirectory directory_;
  std::unique_ptr<NginxServer> server_;
};

TEST_F(NetworkTest, PlainZstAndShards) {
  ExpectCreates(server().Http("/channel"));
  EXPECT_THAT(server().Log(), HasSubstr("GET /channel/linux-64/repodata.json HTTP/1.1 200"));
  MakeZst();
  ExpectCreates(server().Http("/channel"));
  EXPECT_THAT(server().Log(), HasSubstr("GET /channel/linux-64/repodata.json.zst HTTP/1.1 200"));
  MakeShards();
  ExpectCreates(server().Http("/channel"));
  EXPECT_THAT(server().Log(),
              AllOf(HasSubstr("GET /channel/linux-64/shards/"), HasSubstr(" satchel/")));
  // The same once more: the server only says that nothing has changed.
  const Finished again = Solve(server().Http("/channel"));
  EXPECT_EQ(again.exit_code, 0) << again.error;
  EXPECT_THAT(again.error, HasSubstr("fetched 0.00 MB"));
  EXPECT_THAT(server().Log(), HasSubstr("repodata_shards.msgpack.zst HTTP/1.1 304"));
}

// Eight levels of four packages each: what is waited for is the number of levels, and the indexes.
TEST_F(NetworkTest, RoundTripsAreBoundedByTheDepth) {
  constexpr int kDepth = 8;
  constexpr int kWidth = 4;
  ChannelBuilder deep(Site() + "/deep");
  const auto name = [](int level, int number) { return absl::StrFormat("p%d-%d", level, number); };
  for (int level = 0; level < kDepth; ++level) {
    for (int number = 0; number < kWidth; ++number) {
      BuiltPackage package = {.name = name(level, number)};
      for (int below = 0; below < kWidth && level + 1 < kDepth; ++below) {
        package.depends.push_back(name(level + 1, below));
      }
      deep.Add(package);
    }
  }
  deep.Write();
  WriteShards(Site() + "/deep/linux-64");
  WriteShards(Site() + "/deep/noarch");
  const Relay far({.target_port = server().http_port(), .delay = std::chrono::milliseconds(10)});
  const Finished run =
      Run({"solve", "p0-0", "-v", "-c", absl::StrFormat("http://localhost:%d/deep", far.port())});
  EXPECT_EQ(run.exit_code, 0) << run.error;
  EXPECT_THAT(run.error, HasSubstr(absl::StrFormat("in %d requests, at most %d one after the other",
                                                   2 + 1 + (kDepth - 1) * kWidth, 1 + kDepth)));
  EXPECT_LE(far.num_connections(), 10);
}

TEST_F(NetworkTest, TlsWithAnAuthorityOfOnesOwn) {
  MakeShards();
  const std::string channel = server().Https("/channel");
  ExpectError(Solve(channel), "ssl_verify");
  ExpectCreates(channel, {}, {{"SATCHEL_SSL_VERIFY", server().ca_file()}});
  EXPECT_THAT(server().Log(), HasSubstr("HTTP/2.0 200"));
  EXPECT_THAT(server().Log(), Not(HasSubstr("HTTP/1.1")));
  for (const char* variable : {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
    ExpectCreates(channel, {}, {{variable, server().ca_file()}});
  }
  WriteHome(".condarc", "ssl_verify: " + server().ca_file() + "\n");
  ExpectCreates(channel);
}

TEST_F(NetworkTest, InsecureSaysSo) {
  const std::string channel = server().Https("/channel");
  ExpectCreates(channel, {"--insecure"});
  const Finished insecure = Run({"solve", "app", "-c", channel, "--insecure"});
  EXPECT_EQ(insecure.exit_code, 0);
  EXPECT_THAT(insecure.error, HasSubstr("certificates are not checked"));
  WriteHome(".condarc", "ssl_verify: false\n");
  EXPECT_THAT(Solve(channel).error, HasSubstr("certificates are not checked"));
}

TEST_F(NetworkTest, AnExpiredCertificate) {
  ExpectError(Solve(server().Expired("/channel"), {{"SATCHEL_SSL_VERIFY", server().ca_file()}}),
              "certificate has expired");
}

TEST_F(NetworkTest, AFileOfAuthoritiesThatIsNotThere) {
  ExpectError(Solve(server().Https("/channel"), {{"SATCHEL_SSL_VERIFY", "/no/such/ca.pem"}}),
              "/no/such/ca.pem");
}

TEST_F(NetworkTest, ClientCertificates) {
  const std::string channel = server().Mutual("/channel");
  const std::string verify = "ssl_verify: " + server().ca_file() + "\n";
  WriteHome(".condarc", verify);
  ExpectError(Solve(channel), "HTTP 400");
  WriteHome(".condarc", verify + "client_ssl_cert: " + server().client_certificate() +
                            "\nclient_ssl_cert_key: " + server().client_key() + "\n");
  ExpectCreates(channel);
  WriteHome("both.pem", ReadFile(server().client_certificate()).value() +
                            ReadFile(server().client_key()).value());
  WriteHome(".condarc", verify + "client_ssl_cert: ~/both.pem\n");
  ExpectCreates(channel);
  WriteHome(".condarc", verify + "client_ssl_cert: ~/none.pem\n");
  ExpectError(Solve(channel), "none.pem");
}

TEST_F(NetworkTest, Tokens) {
  ExpectError(Solve(server().Http("/token/channel")), "HTTP 403");
  const std::string with_token = server().Http("/t/SECRET/token/channel");
  ExpectCreates(with_token);
  const Finished solved = Run({"solve", "app", "-c", with_token, "--json"});
  EXPECT_THAT(solved.output + solved.error, Not(HasSubstr("SECRET")));
  for (const char* where : {"/cache", "/pkgs", "/root"}) {  // Nor is it written anywhere.
    for (const auto& entry : fs::recursive_directory_iterator(directory_.path() + where)) {
      if (entry.is_regular_file()) {
        EXPECT_THAT(*ReadFile(entry.path().string()), Not(HasSubstr("SECRET"))) << entry.path();
      }
    }
  }
  ExpectError(Solve(server().Http("/t/WRONG/token/channel")), "HTTP 404");
  // conda's own store of tokens, and rattler's.
  WriteHome(".local/share/binstar/http%3A%2F%2Flocalhost%3A" +
                std::to_string(server().http_port()) + ".token",
            "SECRET");
  ExpectCreates(server().Http("/token/channel"));
  fs::remove_all(Home() + "/.local");
  WriteHome(".rattler/credentials.json", "{\"localhost:" + std::to_string(server().http_port()) +
                                             "\": {\"CondaToken\": \"SECRET\"}}");
  ExpectCreates(server().Http("/token/channel"));
}

TEST_F(NetworkTest, BasicAuthentication) {
  const std::string channel = server().Http("/basic/channel");
  ExpectError(Solve(channel), "HTTP 401");
  std::string in_url = channel;
  in_url.insert(in_url.find("localhost"), "ann:p%40ss%20w@");
  ExpectCreates(in_url);
  WriteHome(".condarc", "channels: ['" + in_url + "']\n");
  const Finished solved = Run({"solve", "app"});
  EXPECT_EQ(solved.exit_code, 0) << solved.error;
  EXPECT_THAT(solved.output + solved.error, Not(HasSubstr("p%40ss")));
  WriteHome(".condarc", "");
  WriteHome(".netrc", "machine localhost login ann password \"p@ss w\"\n");
  ExpectCreates(channel);
  ExpectError(Solve(channel, {{"SATCHEL_NETRC", "false"}, {"SATCHEL_LOCAL_REPODATA_TTL", "0"}}),
              "HTTP 401");
  fs::rename(Home() + "/.netrc", Home() + "/elsewhere");
  ExpectCreates(channel, {}, {{"NETRC", Home() + "/elsewhere"}});
  const std::string host = "localhost:" + std::to_string(server().http_port());
  WriteHome(".rattler/credentials.json",
            "{\"" + host + R"(": {"BasicHTTP": {"username": "ann", "password": "p@ss w"}}})");
  ExpectCreates(channel);
  fs::remove(Home() + "/.rattler/credentials.json");
  WriteHome(
      ".mamba/auth/authentication.json",
      "{\"" + host +
          R"(": {"type": "BasicHTTPAuthentication", "user": "ann", "password": "cEBzcyB3"}})");
  ExpectCreates(channel);
}

TEST_F(NetworkTest, BearerTokens) {
  const std::string channel = server().Http("/bearer/channel");
  ExpectError(Solve(channel), "HTTP 401");
  const std::string host = "localhost:" + std::to_string(server().http_port());
  WriteHome("auth.json", "{\"" + host + R"(": {"BearerToken": "be-arer"}})");
  ExpectCreates(channel, {}, {{"RATTLER_AUTH_FILE", Home() + "/auth.json"}});
}

TEST_F(NetworkTest, ACacheThatCannotBeWritten) {
  for (const char* use_shards : {"false", "true"}) {
    const Finished solved =
        Solve(server().Http("/channel"),
              {{"SATCHEL_CACHE_DIR", "/proc/none"}, {"SATCHEL_REPODATA_USE_SHARDS", use_shards}});
    EXPECT_EQ(solved.exit_code, 0) << solved.error;
    EXPECT_THAT(solved.error, HasSubstr("warning: /proc/none/repodata cannot be written"));
    MakeShards();
  }
  EXPECT_EQ(Solve("http://").exit_code, 2);
}

TEST_F(NetworkTest, Redirects) {
  MakeShards();
  ExpectCreates(server().Http("/moved/channel"));
  ExpectError(Solve(server().Http("/round/channel")), "redirect");
}

TEST_F(NetworkTest, MirrorsHaveThePackagesToo) {
  // The first has the repodata and not the packages.
  fs::create_directories(Site() + "/first/linux-64");
  fs::copy(Site() + "/channel/linux-64/repodata.json", Site() + "/first/linux-64");
  WriteHome(".condarc", "mirrored_channels:\n  first: ['" + server().Http("/first") + "', '" +
                            server().Http("/channel") + "']\n");
  ExpectCreates("first");
  EXPECT_THAT(server().Log(), AllOf(HasSubstr("/first/linux-64/app-1.0-0.conda HTTP/1.1 404"),
                                    HasSubstr("/channel/linux-64/app-1.0-0.conda HTTP/1.1 200")));
}

TEST_F(NetworkTest, Proxies) {
  const Relay proxy({});
  const std::string url = "http://127.0.0.1:" + std::to_string(proxy.port());
  WriteHome(".condarc", "proxy_servers:\n  http: " + url + "\n  https: " + url + "\n");
  ExpectCreates(server().Http("/channel"));
  EXPECT_GT(proxy.num_connections(), 0);
  EXPECT_EQ(proxy.num_tunnels(), 0);
  ExpectCreates(server().Https("/channel"), {}, {{"SSL_CERT_FILE", server().ca_file()}});
  EXPECT_GT(proxy.num_tunnels(), 0);
  WriteHome(".condarc", "");
  const int before = proxy.num_connections();
  ExpectCreates(server().Http("/channel"), {}, {{"http_proxy", url}});
  EXPECT_GT(proxy.num_connections(), before);
  ExpectError(Solve(server().Http("/channel"),
                    {{"http_proxy", "http://127.0.0.1:1"}, {"SATCHEL_LOCAL_REPODATA_TTL", "0"}}),
              "127.0.0.1");
}

TEST_F(NetworkTest, KeysOfTheConfiguration) {
  MakeZst();
  MakeShards();
  const std::string channel = server().Http("/channel");
  WriteHome(".condarc", "repodata_use_shards: false\n");
  EXPECT_EQ(Solve(channel).exit_code, 0);
  EXPECT_EQ(server().NumLogged("shards"), 0U);
  EXPECT_EQ(server().NumLogged("repodata.json.zst HTTP/1.1 200"), 2U);
  WriteHome(".condarc", "repodata_use_shards: false\nrepodata_use_zst: false\n");
  EXPECT_EQ(Solve(channel).exit_code, 0);
  EXPECT_EQ(server().NumLogged("repodata.json HTTP/1.1 200"), 2U);
  // Nothing is asked for an hour, or without the network; always at 0.
  WriteHome(".condarc", "local_repodata_ttl: 3600\n");
  EXPECT_EQ(Solve(channel).exit_code, 0);
  const std::size_t before = server().NumLogged("GET");
  EXPECT_EQ(Solve(channel).exit_code, 0);
  WriteHome(".condarc", "local_repodata_ttl: 0\n");
  EXPECT_EQ(Solve(channel, {{"SATCHEL_OFFLINE", "true"}}).exit_code, 0);
  EXPECT_EQ(server().NumLogged("GET"), before);
  EXPECT_EQ(Solve(channel).exit_code, 0);
  EXPECT_EQ(server().NumLogged("GET"), before + 2);
  // Retries.
  WriteHome(".condarc", "remote_max_retries: 0\n");
  ExpectError(Solve(server().Http("/busy/a")), "HTTP 503");
  EXPECT_EQ(server().NumLogged("/busy/a/linux-64"), 3U) << "one of each form";
  WriteHome(".condarc", "remote_max_retries: 2\n");
  ExpectError(Solve(server().Http("/busy/b")), "HTTP 503");
  EXPECT_EQ(server().NumLogged("/busy/b/linux-64"), 9U);
}

// The same plan from each form that a server may have, as from the files.
TEST_F(NetworkTest, AGeneratedChannel) {
  ASSERT_EQ(Run({"corpus", "generate", "--records", "20000", "-o", Site() + "/made"}).exit_code, 0);
  const auto plan = [&](const std::string& channel) {
    fs::remove_all(Cache());
    const Finished run = Run({"solve", "python=3.12", "-c", channel, "--json"});
    const nlohmann::json json = nlohmann::json::parse(run.output, nullptr, false);
    std::vector<std::string> packages;
    for (const auto& record : json.is_object() ? json["actions"]["LINK"] : nlohmann::json()) {
      packages.push_back(record["dist_name"]);
    }
    return packages;
  };
  const std::vector<std::string> expected = plan(Site() + "/made");
  EXPECT_GT(expected.size(), 5U);
  EXPECT_EQ(plan(server().Http("/made")), expected);
  for (const char* subdir : {"made/linux-64", "made/noarch"}) {
    directory_.Write(std::string("site/") + subdir + "/repodata.json.zst",
                     CompressZstd(*ReadFile(Site() + "/" + subdir + "/repodata.json")));
    WriteShards(Site() + "/" + subdir);
  }
  EXPECT_EQ(plan(server().Http("/made")), expected);
  EXPECT_GT(server().NumLogged("/made/noarch/shards/"), 0U);
  const Variables no_shards = {{"SATCHEL_REPODATA_USE_SHARDS", "false"}};
  fs::remove_all(Cache());
  EXPECT_EQ(Run({"solve", "python=3.12", "-c", server().Http("/made")}, no_shards).exit_code, 0);
  EXPECT_EQ(server().NumLogged("/made/noarch/repodata.json.zst HTTP/1.1 200"), 1U);
}

TEST_F(NetworkTest, AnInterruptedPackageIsGoneOnWith) {
  const std::string channel = server().Http("/slow/channel");
  const std::vector<std::string> create = {"create", "-n", "e", "app", "-c", channel, "--yes"};
  const Finished stopped = Run(create, {}, /*interrupt_after_ms=*/1200);
  EXPECT_EQ(stopped.exit_code, 130) << stopped.error;
  EXPECT_FALSE(fs::exists(Env()));
  const Finished finished = Run(create);
  EXPECT_EQ(finished.exit_code, 0) << finished.error;
  EXPECT_TRUE(fs::exists(Env() + "/share/app"));
  EXPECT_THAT(server().Log(), HasSubstr("app-1.0-0.conda HTTP/1.1 206"));
}

TEST_F(NetworkTest, AnInterruptWhileRepodataIsFetched) {
  const std::string path = Site() + "/channel/linux-64/repodata.json";
  const std::string padded = *ReadFile(path) + std::string(3'000'000, ' ');
  directory_.Write("site/channel/linux-64/repodata.json", padded);
  const auto start = std::chrono::steady_clock::now();
  const Finished stopped =
      Run({"solve", "app", "-c", server().Http("/slow/channel")}, {}, /*interrupt_after_ms=*/700);
  EXPECT_EQ(stopped.exit_code, 130);
  EXPECT_EQ(stopped.error, "satchel: error: interrupted\n");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));  // Not the 15 s.
  // What has come lies beside, under another name.
  for (const auto& entry : fs::directory_iterator(Cache() + "/repodata")) {
    if (entry.path().extension() == ".json") {
      EXPECT_TRUE(nlohmann::json::accept(*ReadFile(entry.path().string()))) << entry.path();
    }
  }
  directory_.Write("site/channel/linux-64/repodata.json", padded.substr(0, padded.size() - 1'000));
  ExpectCreates(server().Http("/channel"));
}

// Each run is killed somewhere between its start and its end; the next one, on what that left in
// the caches, must come to the same environment.
TEST_F(NetworkTest, KilledAnywhere) {
  const char* wanted = std::getenv("SATCHEL_KILLS");
  const int kills = wanted == nullptr ? 25 : std::atoi(wanted);
  MakeZst();
  std::minstd_rand dice(1);
  for (int i = 0; i < kills; ++i) {
    const bool sharded = i % 2 == 1;
    if (i == 1) {
      MakeShards();
    }
    const std::vector<std::string> create = {
        "create", "-n", "e", "app", "--yes", "-c", server().Http("/channel")};
    const Variables form = {{"SATCHEL_REPODATA_USE_SHARDS", sharded ? "true" : "false"}};
    for (const char* name : {"/cache", "/pkgs", "/root"}) {
      fs::remove_all(directory_.path() + name);
    }
    const auto start = std::chrono::steady_clock::now();
    ASSERT_EQ(Run(create, form).exit_code, 0);
    const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - start);
    const auto expected = Snapshot(directory_.path() + "/root/envs/e");
    for (const char* name : {"/cache", "/pkgs", "/root"}) {
      fs::remove_all(directory_.path() + name);
    }
    std::uniform_int_distribution<int> moment(1, static_cast<int>(whole.count()));
    const int moment_us = moment(dice);
    SCOPED_TRACE(absl::StrFormat("killed after %d of %d us, %s", moment_us, whole.count(),
                                 sharded ? "sharded" : "whole"));
    Run(create, form, 0, moment_us);
    fs::remove_all(Env());
    const Finished next = Run(create, form);
    ASSERT_EQ(next.exit_code, 0) << next.error;
    EXPECT_THAT(next.error, Not(HasSubstr("satchel:")));
    EXPECT_EQ(Snapshot(Env()), expected);
  }
}

// The real channels, if they are here.
TEST_F(NetworkTest, RealChannels) {
  const char* corpora = std::getenv("SATCHEL_CORPORA");
  if (corpora == nullptr) {
    SKIP_WITHOUT_DATA("SATCHEL_CORPORA names no directory of real channels");
  }
  const std::string local = std::string(corpora) + "/conda-forge";
  const auto plan = [&](const std::string& channel) {
    const Finished run = Run({"solve", "python=3.12", "numpy", "-c", channel, "--explicit"});
    EXPECT_EQ(run.exit_code, 0) << run.error;
    std::vector<std::string> names;
    for (std::size_t at = 0; (at = run.output.find("/linux-64/", at)) != std::string::npos; ++at) {
      names.push_back(run.output.substr(at, run.output.find('\n', at) - at));
    }
    return names;
  };
  for (const char* subdir : {"linux-64", "noarch"}) {
    fs::create_directories(Site() + "/real/" + subdir);
    fs::copy(local + "/" + subdir + "/repodata.json", Site() + "/real/" + subdir);
  }
  const std::vector<std::string> expected = plan(local);
  EXPECT_GT(expected.size(), 15U);
  EXPECT_EQ(plan(server().Http("/real")), expected);
  for (const char* subdir : {"linux-64", "noarch"}) {
    WriteShards(Site() + "/real/" + subdir);
  }
  fs::remove_all(Cache());
  EXPECT_EQ(plan(server().Http("/real")), expected);
}

}  // namespace
}  // namespace satchel::testing
