// Secrets in every place where they can be given, and every command of the table: none is shown,
// and none is written to any file; and they do open what they are for.

#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/files.h"
#include "tests/cli/framework/every_command.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/support/fault_server.h"
#include "tests/support/package_builder.h"

namespace satchel::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Words = std::vector<std::string>;
using Variables = std::vector<std::pair<std::string, std::string>>;

std::string Base64(const std::string& text) {
  std::string encoded;
  absl::Base64Escape(text, &encoded);
  return encoded;
}

// A way to get at the channel that takes a secret. Each secret has CANARY in it.
struct Way {
  std::string name;
  Words options;
  Variables variables = {};
  bool works = true;  // Else the secret is a wrong one, or the place is.
};

class Canaries : public ::testing::Test {
 protected:
  Canaries() : server_([this](const FaultServer::Asked& asked) { return Answer(asked); }) {
    ChannelBuilder channel(directory_.path() + "/site/chan");
    channel.Add({.name = "q", .files = {{.path = "share/q", .content = "q"}}});
    channel.Add({.name = "p", .depends = {"q"}, .files = {{.path = "share/p", .content = "p"}}});
    channel.Write();
    for (const auto& entry : fs::recursive_directory_iterator(directory_.path() + "/site")) {
      if (entry.is_regular_file()) {
        packages_ += entry.path().extension() == ".json" ? "" : entry.path().filename().string();
      }
    }
    WriteInputs();
    AddWays();
  }

  // --- The server.

  FaultServer::Reply Answer(const FaultServer::Asked& asked) {
    std::string path = asked.path;
    std::string query;
    const auto take = [](std::string_view front, std::string* text) {
      if (!text->starts_with(front)) {
        return false;
      }
      text->erase(0, front.size());
      return true;
    };
    if (const std::size_t mark = path.find('?'); mark != std::string::npos) {
      query = path.substr(mark + 1);
      path.resize(mark);
    }
    const std::string shown = asked.Header("authorization");
    bool opened = false;
    if (take("http://proxied.example/", &path)) {
      opened = asked.Header("proxy-authorization") == "Basic " + Base64("pu:CANARYproxy1");
    } else if (take("http://other.example/", &path)) {
      opened = asked.Header("proxy-authorization") == "Basic " + Base64("pu:CANARYproxy2");
    } else if (take("/login/", &path)) {
      opened = shown == "Basic " + Base64("ann:CANARYlogin");
    } else if (take("/t/CANARYtoken/", &path) || take("/alias/t/CANARYtoken/", &path) ||
               take("/a/t/CANARYdeep/", &path)) {
      opened = true;
    } else if (take("/signed/", &path)) {
      opened = query == "sig=CANARYquery";
    } else if (take("/netrc/", &path)) {
      opened = shown == "Basic " + Base64("net:CANARYnetrc");
    } else if (take("/bearer/", &path)) {
      opened = shown == "Bearer CANARYbearer";
    } else {
      return {.status = 404};
    }
    const absl::StatusOr<std::string> body = ReadFile(directory_.path() + "/site/" + path);
    return !opened     ? FaultServer::Reply{.status = 401}
           : body.ok() ? FileReply(asked, *body)
                       : FaultServer::Reply{.status = 404};
  }
  // With credentials: "ann:CANARYlogin@".
  std::string Url(const std::string& credentials, const std::string& path) const {
    return "http://" + credentials + server_.Url(path).substr(std::string("http://").size());
  }

  // --- What has the secrets.

  void WriteInput(const std::string& name, const std::string& text) {
    const std::string path = directory_.Write(name, text);
    fs::permissions(path, static_cast<fs::perms>(0600));
    inputs_.insert(path);
  }
  // The URL of one of the two packages.
  std::string Package(const std::string& channel, const std::string& name) const {
    const bool old = packages_.find(".tar.bz2") != std::string::npos;
    return channel + "/linux-64/" + name + "-1.0-0." + (old ? "tar.bz2" : "conda");
  }
  void WriteInputs() {
    const std::string login = Url("ann:CANARYlogin@", "/login/chan");
    const std::string proxy = Url("pu:CANARYproxy2@", "");
    WriteInput("home/.condarc", "channels: ['" + login +
                                    "']\nchannel_alias: " + Url("", "/alias/t/CANARYtoken") +
                                    "\ncustom_channels:\n  deep: " + Url("", "/a/t/CANARYdeep") +
                                    "\nmirrored_channels:\n  twice: ['" + login + "']\n" +
                                    "proxy_servers:\n  https: pu:CANARYscheme@127.0.0.1:1\n" +
                                    "  http://other.example: '" + proxy + "'\n");
    fs::create_directories(directory_.path() + "/site/deep");
    fs::copy(directory_.path() + "/site/chan", directory_.path() + "/site/deep",
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    WriteInput("home/.netrc", "machine 127.0.0.1 login net password CANARYnetrc\n");
    WriteInput("home/.rattler/credentials.json",
               "{\"127.0.0.1:" + std::to_string(server_.port()) +
                   "/bearer\": {\"BearerToken\": \"CANARYbearer\"}}");
    const std::string token = Url("", "/t/CANARYtoken/chan");
    WriteInput("login.txt",
               "@EXPLICIT\n" + Package(login, "q") + "\n" + Package(login, "p") + "\n");
    WriteInput("signed.txt", "@EXPLICIT\n" + Package(Url("", "/signed/chan"), "q") +
                                 "?sig=CANARYquery\n" + Package(token, "p") + "\n");
    WriteInput("wrong.txt", "@EXPLICIT\n" + login + "/linux-64/none.conda\n");
    WriteInput("environment.yml",
               "name: e\nchannels: ['" + login + "']\ndependencies: [p]\nvariables: {A: b}\n");
    std::string lock = "version: 1\nmetadata: {}\npackage:\n";
    for (const char* name : {"q", "p"}) {
      lock += std::string("- name: ") + name + "\n  version: '1.0'\n  manager: conda\n" +
              "  platform: linux-64\n  url: " + Package(login, name) + "\n  hash: {}\n";
    }
    WriteInput("conda-lock.yml", lock);
    WriteInput("specs.txt", login + "::p\n");
  }
  void AddWays() {
    const auto file = [this](const std::string& name) { return directory_.path() + "/" + name; };
    const auto channel = [this](const std::string& credentials, const std::string& path) {
      return Words{"-c", Url(credentials, path), "--override-channels"};
    };
    ways_ = {
        {".condarc", {}},
        {"login", channel("ann:CANARYlogin@", "/login/chan")},
        {"token", channel("", "/t/CANARYtoken/chan")},
        {"token further on", channel("", "/a/t/CANARYdeep/chan")},
        {"query", channel("", "/signed/chan?sig=CANARYquery")},
        {"netrc", channel("", "/netrc/chan")},
        {"bearer", channel("", "/bearer/chan")},
        {"channel_alias", {"-c", "chan", "--override-channels"}},
        {"custom_channels", {"-c", "deep", "--override-channels"}},
        {"mirrored_channels", {"-c", "twice", "--override-channels"}},
        {"--channel-alias",
         {"-c", "chan", "--override-channels", "--channel-alias",
          Url("ann:CANARYlogin@", "/login")}},
        {"CONDA_CHANNEL_ALIAS",
         {"-c", "chan", "--override-channels"},
         {{"CONDA_CHANNEL_ALIAS", Url("ann:CANARYlogin@", "/login")}}},
        {"CONDA_CHANNELS", {}, {{"CONDA_CHANNELS", Url("ann:CANARYlogin@", "/login/chan")}}},
        {"http_proxy",
         {"-c", "http://proxied.example/chan", "--override-channels"},
         {{"http_proxy", Url("pu:CANARYproxy1@", "")}, {"no_proxy", "127.0.0.1"}}},
        {"proxy_servers", {"-c", "http://other.example/chan", "--override-channels"}},
        {"environment.yml", {"--file", file("environment.yml")}},
        {"specs", {"--file", file("specs.txt")}},
        {"@EXPLICIT", {"--file", file("login.txt")}},
        {"@EXPLICIT, signed", {"--file", file("signed.txt")}},
        {"conda-lock", {"--file", file("conda-lock.yml")}},
        {"wrong file", {"--file", file("wrong.txt")}, {}, false},
        {"wrong password", channel("ann:CANARYwrong@", "/login/chan"), {}, false},
        {"wrong token", channel("", "/t/CANARYwrong/chan"), {}, false},
        {"no server", {"-c", "http://ann:CANARYdead@127.0.0.1:1/c"}, {}, false},
        {"no URL", {"-c", "http://ann:CANARY/slash@127.0.0.1:1/c"}, {}, false},
        {"not allowed",
         {"-c", "chan"},
         {{"CONDA_DENYLIST_CHANNELS", Url("ann:CANARYlogin@", "/login/chan")},
          {"CONDA_CHANNEL_ALIAS", Url("ann:CANARYlogin@", "/login")}},
         false},
        {"wrong kind", {}, {{"CONDA_REMOTE_MAX_RETRIES", Url("ann:CANARYlogin@", "/")}}, false},
        {"wrong proxy",
         {"-c", "http://proxied.example/chan"},
         {{"http_proxy", "http://pu:CANARYproxy@127.0.0.1:1"}},
         false},
    };
  }

  // --- The program.

  Finished Run(const Words& words, const Variables& more = {}) {
    RunOptions options = AloneIn(directory_.path());
    options.variables.insert(options.variables.end(),
                             {{"no_proxy", ""}, {"NO_PROXY", ""}, {"http_proxy", ""}});
    options.variables.insert(options.variables.end(), more.begin(), more.end());
    Finished finished = RunUnbroken(words, options);
    ++num_runs_;
    Search(finished.output + finished.error, ::testing::PrintToString(words));
    return finished;
  }
  void Search(const std::string& text, const std::string& where) const {
    static const std::vector<std::string> needles = {
        "CANARY", Base64("ann:CANARYlogin"), Base64("net:CANARYnetrc"), Base64("pu:CANARYproxy1"),
        Base64("pu:CANARYproxy2")};
    for (const std::string& needle : needles) {
      if (const std::size_t at = text.find(needle); at != std::string::npos) {
        ADD_FAILURE() << where << ": ..." << text.substr(at - std::min<std::size_t>(at, 100), 160);
      }
    }
  }
  // All that is below the directory but what the test itself wrote, names included.
  std::size_t SearchFiles() const {
    std::size_t num_files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(directory_.path())) {
      Search(entry.path().string(), "the name of a file");
      if (entry.is_regular_file() && !inputs_.contains(entry.path().string())) {
        Search(ReadFile(entry.path().string()).value_or(""), entry.path().string());
        ++num_files;
      }
    }
    return num_files;
  }
  void Forget() {
    for (const char* name : {"/cache", "/root"}) {
      fs::remove_all(directory_.path() + name);
    }
  }

  TemporaryDirectory directory_;
  FaultServer server_;
  std::string packages_;
  std::set<std::string> inputs_;
  std::vector<Way> ways_;
  std::size_t num_runs_ = 0;
};

TEST_F(Canaries, SecretsOpenWhatTheyAreFor) {
  for (const Way& way : ways_) {
    if (!way.works) {
      continue;
    }
    SCOPED_TRACE(way.name);
    Forget();
    const bool has_file = !way.options.empty() && way.options[0] == "--file";
    Words words = Join({"create", "-n", "e", "--yes", "-v"}, way.options);
    if (!has_file) {
      words.emplace_back("p");
    }
    const Finished created = Run(words, way.variables);
    EXPECT_EQ(created.exit_code, 0) << created.error;
    EXPECT_TRUE(fs::exists(directory_.path() + "/root/envs/e/share/p"));
    // And once more, when all of it is in the caches.
    EXPECT_EQ(Run(words, way.variables).exit_code, 0);
    for (const Words& look :
         {Words{"list"}, Words{"list", "--explicit"}, Words{"list", "--json"}, Words{"history"},
          Words{"history", "--json"}, Words{"export"}, Words{"export", "--from-history"},
          Words{"export", "--format", "conda-lock"}, Words{"export", "--format", "json"},
          Words{"export", "--format", "explicit"}, Words{"doctor"}}) {
      EXPECT_EQ(Run(Join(look, {"-n", "e"})).exit_code, 0) << look[0];
    }
    EXPECT_GT(SearchFiles(), 10U);
  }
}

TEST_F(Canaries, NoCommandShowsOrKeepsASecret) {
  const std::string login = Url("ann:CANARYlogin@", "/login/chan");
  ASSERT_EQ(Run({"create", "-n", "e", "--yes", "p"}).exit_code, 0);
  std::size_t num_commands = 0;
  for (const Command& command : Commands()) {
    SCOPED_TRACE(command.name);
    ++num_commands;
    Words start = WordsOf(command);
    if (HasOption(command, "--name")) {
      start.insert(start.end(), {"-n", "e"});
    }
    if (HasOption(command, "--yes")) {
      start.emplace_back("--yes");
    }
    const std::vector<Words> outputs = OutputsOf(command);
    for (const Words& output : outputs) {
      const Words words = Join(start, output);
      // Whatever the command makes of them.
      Run(words);
      Run(Join(words, {login}));
      Run(Join(words, {login + "::p"}));
      Run(Join(words, {Package(login, "p")}));
      Run(Join(words, {"p[channel='" + login + "']"}));
      Run(Join(words, {"--no-such-option=" + login}));
    }
    // Each way with one of the kinds of output, all of which come up in turn.
    for (std::size_t i = 0; i < ways_.size(); ++i) {
      const Way& way = ways_[i];
      const Words words = Join(start, outputs[i % outputs.size()]);
      const bool has_file = !way.options.empty() && way.options[0] == "--file";
      const bool fits =
          way.options.empty() || HasOption(command, has_file ? "--file" : "--channel");
      // export writes its --file, which is no business of ours.
      if (fits && !(has_file && command.name == "export")) {
        Run(Join(Join(words, has_file ? Words() : Words{"p"}), way.options), way.variables);
      }
    }
    if (!fs::exists(directory_.path() + "/root/envs/e")) {
      ASSERT_EQ(Run({"create", "-n", "e", "--yes", "p"}).exit_code, 0);
    }
  }
  for (const char* how : {"--show", "--show-sources", "--get", "--validate", "--describe"}) {
    Run({"config", how});
    Run({"config", how, "--json"});
    Run({"config", how}, {{"CONDA_CHANNEL_ALIAS", Url("ann:CANARYlogin@", "/login")},
                          {"SATCHEL_PROXY_SERVERS", "ftp=pu:CANARYftp@127.0.0.1:1"},
                          {"CONDA_CUSTOM_CHANNELS", "x=" + Url("ann:CANARYlogin@", "/login")}});
  }
  const std::size_t num_files = SearchFiles();
  std::printf("canaries: %zu commands, %zu ways, %zu runs, %zu files searched\n", num_commands,
              ways_.size(), num_runs_, num_files);
  EXPECT_GT(num_commands, 30U);
}

// The file may hold the secret, and so is for its owner alone.
TEST_F(Canaries, ConfigWritesSecretsPrivately) {
  const std::string file = directory_.path() + "/home/new";
  inputs_.insert(file);
  const std::string login = Url("ann:CANARYlogin@", "/login/chan");
  EXPECT_EQ(Run({"config", "--file", file, "--append", "channels", login}).exit_code, 0);
  EXPECT_THAT(*ReadFile(file), HasSubstr(login));
  EXPECT_EQ(static_cast<int>(fs::status(file).permissions()), 0600);
  const std::string proxy = directory_.path() + "/home/proxy";
  inputs_.insert(proxy);
  EXPECT_EQ(
      Run({"config", "--file", proxy, "--set", "proxy_servers.http", "a:CANARY@h:1"}).exit_code, 0);
  EXPECT_EQ(static_cast<int>(fs::status(proxy).permissions()), 0600);
  EXPECT_EQ(Run({"config", "--file", file, "--set", "channel_alias", login}).exit_code, 0);
  EXPECT_EQ(static_cast<int>(fs::status(file).permissions()), 0600);
}

}  // namespace
}  // namespace satchel::testing
