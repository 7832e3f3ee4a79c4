#include "frontend/fetch/channel_source.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/fetch/local_channel_source.h"
#include "frontend/files.h"
#include "tests/frontend/temporary_directory.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Repodata(const std::string& subdir, const std::string& name) {
  return R"({"info": {"subdir": ")" + subdir + R"("}, "packages.conda": {")" + name +
         R"(-1.0-h0_0.conda": {"name": ")" + name +
         R"(", "version": "1.0", "build": "h0_0", "build_number": 0, "depends": []}}})";
}

class ChannelSourceTest : public ::testing::Test {
 protected:
  // A channel with one package a subdir.
  void MakeChannel(const std::string& channel, const std::vector<std::string>& subdirs) {
    for (const std::string& subdir : subdirs) {
      directory_.Write(channel + "/" + subdir + "/repodata.json", Repodata(subdir, "in-" + subdir));
    }
  }

  std::string Path(const std::string& name) const { return directory_.path() + "/" + name; }

  static absl::StatusOr<LoadedChannels> Load(const std::vector<std::string>& typed,
                                             const std::string& alias = "",
                                             const std::string& platform = "linux-64") {
    const auto source = LocalChannelSource::Create(alias);
    if (!source.ok()) {
      return source.status();
    }
    return LoadChannels(*source, typed, platform);
  }

  static std::string ErrorOf(const std::vector<std::string>& typed, const std::string& alias = "") {
    return std::string(Load(typed, alias).status().ToString());
  }

  static std::vector<std::string> Names(const LoadedChannels& loaded) {
    std::vector<std::string> names;
    for (const LoadedChannel& channel : loaded.channels) {
      names.push_back(channel.name);
    }
    return names;
  }

  testing::TemporaryDirectory directory_;
};

TEST_F(ChannelSourceTest, ASubdirThatSaysItIsAnotherIsAnError) {
  directory_.Write("a/linux-64/repodata.json", Repodata("osx-64", "x"));
  EXPECT_THAT(ErrorOf({Path("a")}),
              HasSubstr("info.subdir says osx-64, but the file is in linux-64"));
}

TEST_F(ChannelSourceTest, ABaseUrlThatNoPackageCanComeFromIsAnError) {
  const auto with_base = [](const std::string& base_url) {
    return R"({"info": {"subdir": "noarch", "base_url": ")" + base_url + R"("}})";
  };
  for (const std::string& good : {std::string("../x"), std::string("https://cdn/x"),
                                  std::string("file:///srv/x"), std::string()}) {
    directory_.Write("a/noarch/repodata.json", with_base(good));
    EXPECT_TRUE(Load({Path("a")}).ok()) << good;
  }
  for (const std::string& bad : {std::string("ftp://x/y"), std::string("https://h/\\nx"),
                                 "http://127.0.0.1:1/" + std::string(9'000'000, 'x')}) {
    directory_.Write("a/noarch/repodata.json", with_base(bad));
    const std::string error = ErrorOf({Path("a")});
    EXPECT_THAT(error, HasSubstr("channel 'a', noarch: the base_url of its repodata"));
    EXPECT_LT(error.size(), 300U);
  }
}

TEST_F(ChannelSourceTest, ADirectoryWithPlatformAndNoarch) {
  MakeChannel("conda-forge", {"linux-64", "noarch", "osx-64"});
  for (const std::string& typed :
       {Path("conda-forge"), Path("conda-forge/"), "file://" + Path("conda-forge")}) {
    SCOPED_TRACE(typed);
    const auto loaded = Load({typed});
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_THAT(Names(*loaded), ElementsAre("conda-forge"));
    const LoadedChannel& channel = loaded->channels[0];
    EXPECT_EQ(channel.url, "file://" + Path("conda-forge"));
    ASSERT_EQ(channel.subdirs.size(), 2U);
    EXPECT_EQ(channel.subdirs[0].index->subdir(), "linux-64");
    EXPECT_EQ(channel.subdirs[1].index->subdir(), "noarch");
    EXPECT_THAT(loaded->warnings, IsEmpty());
    const std::vector<Channel> views = loaded->Views();
    ASSERT_EQ(views.size(), 1U);
    EXPECT_EQ(views[0].subdirs[0], channel.subdirs[0].index.get());
  }
}

TEST_F(ChannelSourceTest, AMissingSubdirIsAWarningIfTheOtherIsThere) {
  MakeChannel("a", {"linux-64"});
  MakeChannel("b", {"noarch"});
  MakeChannel("c", {"osx-64"});
  EXPECT_THAT(Load({Path("a")})->warnings, ElementsAre(HasSubstr("no noarch")));
  EXPECT_THAT(Load({Path("b")})->warnings, ElementsAre(HasSubstr("no linux-64")));
  EXPECT_THAT(ErrorOf({Path("c")}), HasSubstr("--platform could be osx-64"));
  EXPECT_TRUE(absl::IsNotFound(Load({Path("c")}).status()));
}

TEST_F(ChannelSourceTest, OneSubdirOrOneFile) {
  MakeChannel("conda-forge", {"linux-64", "noarch"});
  const auto subdir = Load({Path("conda-forge/linux-64")});
  ASSERT_TRUE(subdir.ok()) << subdir.status();
  EXPECT_EQ(subdir->channels[0].subdirs.size(), 1U);
  EXPECT_EQ(subdir->channels[0].name, "conda-forge");
  EXPECT_EQ(subdir->channels[0].url, "file://" + Path("conda-forge"));

  const auto file = Load({Path("conda-forge/noarch/repodata.json")});
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->channels[0].subdirs[0].index->subdir(), "noarch");
  EXPECT_EQ(file->channels[0].name, "conda-forge");

  const std::string loose = directory_.Write("mine/slice.json", Repodata("linux-64", "x"));
  EXPECT_THAT(Names(*Load({loose})), ElementsAre("mine"));

  MakeChannel("other", {"osx-64"});
  EXPECT_THAT(Load({Path("other/osx-64")})->warnings, ElementsAre(HasSubstr("not for linux-64")));
}

TEST_F(ChannelSourceTest, PlainJsonIsPreferred) {
  directory_.Write("c/noarch/repodata.json", Repodata("noarch", "plain"));
  directory_.Write("c/noarch/repodata.json.zst", "not zstd at all");
  const auto loaded = Load({Path("c")});
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_TRUE(loaded->channels[0].subdirs[0].index->FindName("plain").ok());
}

TEST_F(ChannelSourceTest, NamesNeedAnAlias) {
  MakeChannel("mirror/conda-forge", {"linux-64", "noarch"});
  MakeChannel("mirror/nvidia/label/cuda-12.0", {"linux-64", "noarch"});
  MakeChannel("mirror/pkgs/main", {"linux-64", "noarch"});
  MakeChannel("mirror/pkgs/r", {"linux-64", "noarch"});
  MakeChannel("mirror/team/tools", {"linux-64", "noarch"});
  for (const std::string& alias : {Path("mirror"), "file://" + Path("mirror")}) {
    const auto loaded = Load({"conda-forge", "nvidia/label/cuda-12.0", "defaults",
                              "https://prefix.dev/conda-forge/", "team/tools"},
                             alias);
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_THAT(Names(*loaded), ElementsAre("conda-forge", "nvidia/label/cuda-12.0", "pkgs/main",
                                            "pkgs/r", "team/tools"));
  }
  EXPECT_THAT(ErrorOf({"conda-forge"}), HasSubstr("--channel-alias"));
  EXPECT_TRUE(absl::IsUnimplemented(Load({"conda-forge"}).status()));
  EXPECT_TRUE(absl::IsUnimplemented(Load({"https://host.example/c"}, Path("mirror")).status()));
  EXPECT_TRUE(absl::IsNotFound(Load({"bioconda"}, Path("mirror")).status()));
  EXPECT_TRUE(absl::IsNotFound(Load({"conda-forge"}, Path("none")).status()));
  EXPECT_TRUE(absl::IsUnimplemented(Load({"x"}, "https://conda.anaconda.org").status()));
}

TEST_F(ChannelSourceTest, NamesOfPathsThatSayTooLittleAlone) {
  MakeChannel("x/pkgs/main", {"noarch"});
  MakeChannel("x/nvidia/label/cuda-12.0", {"noarch"});
  const auto loaded = Load({Path("x/pkgs/main"), Path("x/nvidia/label/cuda-12.0")});
  EXPECT_THAT(Names(*loaded), ElementsAre("pkgs/main", "nvidia/label/cuda-12.0"));
}

TEST_F(ChannelSourceTest, TheSameChannelTwiceIsOneAndTheSameNameTwiceIsTwo) {
  MakeChannel("a/conda-forge", {"noarch"});
  MakeChannel("b/conda-forge", {"noarch"});
  const auto loaded =
      Load({Path("a/conda-forge"), Path("b/conda-forge"), "file://" + Path("a/conda-forge")});
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_THAT(Names(*loaded),
              ElementsAre("file://" + Path("a/conda-forge"), "file://" + Path("b/conda-forge")));
}

TEST_F(ChannelSourceTest, ErrorsNameTheChannel) {
  directory_.Write("broken/noarch/repodata.json", "{\"info\": ");
  EXPECT_THAT(ErrorOf({Path("none")}), HasSubstr("/none"));
  EXPECT_THAT(ErrorOf({Path("broken")}), HasSubstr("/broken/noarch/repodata.json"));
  EXPECT_FALSE(Load({""}).ok());
}

TEST_F(ChannelSourceTest, ADirectoryOfTheWorkingDirectoryNeedsNoDot) {
  MakeChannel("here", {"noarch"});
  MakeChannel("mirror/there", {"noarch"});
  std::filesystem::create_directory(Path("empty"));
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(directory_.path());
  const auto loaded = Load({"here"});
  const auto with_alias = Load({"here", "there"}, Path("mirror"));
  const auto source = LocalChannelSource::Create("");
  for (const char* served : {"here", "./none", "/none", "file:///none", "here/noarch"}) {
    EXPECT_TRUE(source->Serves(served)) << served;
  }
  for (const char* name : {"none", "empty", "https://host/here", "conda-forge/label/x"}) {
    EXPECT_FALSE(source->Serves(name)) << name;
  }
  EXPECT_TRUE(LocalChannelSource::Create(Path("mirror"))->Serves("none"));
  std::filesystem::current_path(before);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_THAT(Names(*loaded), ElementsAre("here"));
  ASSERT_TRUE(with_alias.ok()) << with_alias.status();
  EXPECT_THAT(Names(*with_alias), ElementsAre("here", "there"));
}

// --- Channels that channels name (CEP 42) ---

class RelationsTest : public ChannelSourceTest {
 protected:
  // `relations` as JSON, as noarch says them.
  void Make(const std::string& channel, const std::string& relations) {
    const std::string info = R"({"info": {"subdir": "noarch", "channel_relations": )" + relations +
                             R"(}, "packages": {}})";
    directory_.Write(channel + "/noarch/repodata.json", info);
  }
  std::vector<std::string> Order(const std::vector<std::string>& typed) {
    std::vector<std::string> paths;
    for (const std::string& channel : typed) {
      paths.push_back(Path(channel));
    }
    const absl::StatusOr<LoadedChannels> loaded = Load(paths);
    return loaded.ok() ? Names(*loaded)
                       : std::vector<std::string>{std::string(loaded.status().ToString())};
  }
  std::string Error(const std::string& channel) { return ErrorOf({Path(channel)}); }
};

TEST_F(RelationsTest, ExamplesOfTheCep) {
  Make("conda-forge", "{}");
  Make("bioconda", R"({"base": "../conda-forge"})");
  Make("mine", R"({"base": "../bioconda"})");
  Make("hotfixes", "null");
  Make("both", R"({"base": "../conda-forge", "overrides": "../hotfixes", "later": 1})");
  Make("conda-forge/label/rc", R"({"overrides": "../.."})");
  EXPECT_THAT(Order({"bioconda"}), ElementsAre("conda-forge", "bioconda"));
  EXPECT_THAT(Order({"mine"}), ElementsAre("conda-forge", "bioconda", "mine"));
  EXPECT_THAT(Order({"both"}), ElementsAre("conda-forge", "both", "hotfixes"));
  EXPECT_THAT(Order({"conda-forge/label/rc"}), ElementsAre("conda-forge/label/rc", "conda-forge"));
  // What the user says stands.
  EXPECT_THAT(Order({"conda-forge", "bioconda"}), ElementsAre("conda-forge", "bioconda"));
  EXPECT_THAT(Order({"bioconda", "conda-forge"}), ElementsAre("bioconda", "conda-forge"));
  // Next to each other.
  EXPECT_THAT(Order({"hotfixes", "bioconda"}), ElementsAre("hotfixes", "conda-forge", "bioconda"));
  EXPECT_THAT(Order({"conda-forge/label/rc", "hotfixes"}),
              ElementsAre("conda-forge/label/rc", "conda-forge", "hotfixes"));
}

TEST_F(RelationsTest, TellsWhatItBringsIn) {
  Make("base", "{}");
  Make("a", R"({"base": "../base", "overrides": "../gone"})");
  const absl::StatusOr<LoadedChannels> loaded = Load({Path("a")});
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_THAT(Names(*loaded), ElementsAre("base", "a"));
  EXPECT_THAT(loaded->warnings,
              ::testing::IsSupersetOf({HasSubstr("/base is searched before a"),
                                       HasSubstr("/gone, which another channel names as related, "
                                                 "cannot be found")}));
}

TEST_F(RelationsTest, RefusesWhatMakesNoSense) {
  Make("a", R"({"base": "../b"})");
  Make("b", R"({"base": "../a"})");
  EXPECT_THAT(Error("a"), HasSubstr("form a cycle (a, b, a)"));
  Make("self", R"({"overrides": "../self"})");
  EXPECT_THAT(Error("self"), HasSubstr("form a cycle (self, self)"));
  Make("twice", R"({"base": "../c", "overrides": "../c"})");
  EXPECT_THAT(Error("twice"), HasSubstr("one channel as its base and as overridden"));
  for (const std::string bad : {"conda-forge", "https://elsewhere/x", "/etc", "./x", "../x/./y",
                                "../%2e%2e/x", "../../../../../../../../../../../../.."}) {
    Make("bad", R"({"base": ")" + bad + R"("})");
    EXPECT_THAT(Error("bad"), HasSubstr("its relation '" + bad + "'")) << bad;
  }
  Make("bad", R"({"base": 7})");
  EXPECT_THAT(Error("bad"), HasSubstr("channel_relations.base is not a string"));
}

TEST_F(RelationsTest, GoesNoFurtherThanItMay) {
  for (int i = 0; i < 12; ++i) {
    Make("c" + std::to_string(i), R"({"base": "../c)" + std::to_string(i + 1) + R"("})");
  }
  Make("c12", "{}");
  EXPECT_THAT(Order({"c2"}).size(), 11U);
  EXPECT_THAT(Error("c1"), HasSubstr("more than 10 steps"));
  const auto source = LocalChannelSource::Create("");
  const auto alone = LoadChannels(*source, {Path("c1")}, "linux-64", {}, {0});
  ASSERT_TRUE(alone.ok()) << alone.status();
  EXPECT_THAT(Names(*alone), ElementsAre("c1"));
}

// Random relations against the definition of the CEP: of all orders of what can be reached, those
// in which each edge holds. A relation that contradicts what was typed is no edge.
struct RandomRelations {
  static constexpr int kNone = -1;
  std::vector<int> base;
  std::vector<int> overridden;
  std::vector<int> typed;

  bool Contradicts(int before, int after) const {
    const auto first = std::ranges::find(typed, before);
    const auto second = std::ranges::find(typed, after);
    return first != typed.end() && second != typed.end() && second < first;
  }
  bool Holds(const std::vector<int>& order) const {
    const auto is_before = [&order](int before, int after) {
      return std::ranges::find(order, before) < std::ranges::find(order, after);
    };
    for (const int channel : order) {
      const int above = base[channel];
      const int below = overridden[channel];
      if ((above != kNone && !Contradicts(above, channel) && !is_before(above, channel)) ||
          (below != kNone && !Contradicts(channel, below) && !is_before(channel, below))) {
        return false;
      }
    }
    return std::ranges::is_sorted(typed, is_before);
  }
  std::vector<std::vector<int>> Orders() const {
    std::set<int> reached(typed.begin(), typed.end());
    for (std::size_t i = 0; i < base.size(); ++i) {
      for (const int channel : std::set<int>(reached)) {
        reached.insert(base[channel]);
        reached.insert(overridden[channel]);
        reached.erase(kNone);
      }
    }
    std::vector<std::vector<int>> orders;
    std::vector<int> order(reached.begin(), reached.end());
    do {
      if (Holds(order)) {
        orders.push_back(order);
      }
    } while (std::ranges::next_permutation(order).found);
    return orders;
  }
};

RandomRelations Random(std::mt19937& random, int num_channels) {
  const auto one_of = [&](int bound) {
    return static_cast<int>(random() % static_cast<unsigned>(bound));
  };
  RandomRelations relations;
  std::vector<int> shuffled;
  for (int i = 0; i < num_channels; ++i) {
    const int above = one_of(3) == 0 ? one_of(num_channels) : RandomRelations::kNone;
    const int below = one_of(3) == 0 ? one_of(num_channels) : RandomRelations::kNone;
    relations.base.push_back(above == i ? RandomRelations::kNone : above);
    relations.overridden.push_back(below == i || below == above ? RandomRelations::kNone : below);
    shuffled.insert(shuffled.begin() + one_of(i + 1), i);
  }
  relations.typed.assign(shuffled.begin(), shuffled.begin() + 1 + one_of(3));
  return relations;
}

TEST_F(RelationsTest, RandomOnesAreOrderedAsTheCepSays) {
  constexpr int kCases = 200;
  constexpr int kChannels = 5;
  std::mt19937 random(42);  // NOLINT: the same cases each time.
  int cycles = 0;
  int brought_in = 0;
  for (int i = 0; i < kCases; ++i) {
    const RandomRelations relations = Random(random, kChannels);
    const auto name = [i](int channel) { return absl::StrFormat("r%d-%d", i, channel); };
    for (int channel = 0; channel < kChannels; ++channel) {
      nlohmann::json json = nlohmann::json::object();
      for (const auto& [key, other] : {std::pair{"base", relations.base[channel]},
                                       std::pair{"overrides", relations.overridden[channel]}}) {
        if (other != RandomRelations::kNone) {
          json[key] = "../" + name(other);
        }
      }
      Make(name(channel), json.dump());
    }
    std::vector<std::string> typed;
    std::ranges::transform(relations.typed, std::back_inserter(typed), name);
    std::vector<std::vector<std::string>> expected;
    for (const std::vector<int>& order : relations.Orders()) {
      std::ranges::transform(order, std::back_inserter(expected.emplace_back()), name);
    }
    const std::vector<std::string> order = Order(typed);
    if (expected.empty()) {
      ++cycles;
      EXPECT_THAT(order, ElementsAre(HasSubstr("form a cycle"))) << "case " << i;
    } else {
      brought_in += order.size() > typed.size() ? 1 : 0;
      EXPECT_THAT(expected, ::testing::Contains(order)) << "case " << i;
    }
  }
  EXPECT_GT(cycles, kCases / 20);
  EXPECT_GT(brought_in, kCases / 4);
}

}  // namespace
}  // namespace satchel
