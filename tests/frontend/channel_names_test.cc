#include "frontend/config/channel_names.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace satchel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Configuration Of(const std::string& condarc) {
  Configuration configuration;
  absl::StatusOr<CondarcContent> content = ParseCondarc(condarc, "condarc");
  EXPECT_TRUE(content.ok()) << content.status();
  for (ConfigSetting& setting : content->settings) {
    configuration.Add(std::move(setting));
  }
  return configuration;
}

// "name url [url...] [subdir]" of each channel.
std::vector<std::string> Resolve(const std::string& typed, const std::string& condarc = "") {
  const auto channels = ChannelNames(Of(condarc)).Resolve(typed);
  if (!channels.ok()) {
    return {std::string(channels.status().message())};
  }
  std::vector<std::string> texts;
  for (const ConfiguredChannel& channel : *channels) {
    std::string text = channel.name;
    for (const std::string& url : channel.urls) {
      text += " " + url;
    }
    texts.push_back(text + (channel.subdir.empty() ? "" : " " + channel.subdir));
  }
  return texts;
}

TEST(ChannelNames, Defaults) {
  EXPECT_THAT(Resolve("conda-forge"),
              ElementsAre("conda-forge https://conda.anaconda.org/conda-forge"));
  EXPECT_THAT(Resolve("conda-forge/linux-64"),
              ElementsAre("conda-forge https://conda.anaconda.org/conda-forge linux-64"));
  EXPECT_THAT(
      Resolve("conda-forge/label/dev"),
      ElementsAre("conda-forge/label/dev https://conda.anaconda.org/conda-forge/label/dev"));
  EXPECT_THAT(Resolve("pkgs/main"), ElementsAre("pkgs/main https://repo.anaconda.com/pkgs/main"));
  EXPECT_THAT(Resolve("defaults"), ElementsAre("pkgs/main https://repo.anaconda.com/pkgs/main",
                                               "pkgs/r https://repo.anaconda.com/pkgs/r"));
}

TEST(ChannelNames, UrlsGetTheirNameBack) {
  EXPECT_THAT(Resolve("https://conda.anaconda.org/conda-forge/noarch"),
              ElementsAre("conda-forge https://conda.anaconda.org/conda-forge noarch"));
  EXPECT_THAT(Resolve("https://ann:pw@host/t/abc/c/"),
              ElementsAre("https://host/c https://host/c"));
}

TEST(ChannelNames, AliasAndCustomChannels) {
  const std::string condarc =
      "channel_alias: https://mirror/conda/\n"
      "custom_channels:\n  lab: https://lab.example\n  file-one: file:///srv\n";
  EXPECT_THAT(Resolve("x", condarc), ElementsAre("x https://mirror/conda/x"));
  EXPECT_THAT(Resolve("lab", condarc), ElementsAre("lab https://lab.example/lab"));
  EXPECT_THAT(Resolve("lab/label/a", condarc),
              ElementsAre("lab/label/a https://lab.example/lab/label/a"));
  EXPECT_THAT(Resolve("https://lab.example/lab", condarc),
              ElementsAre("lab https://lab.example/lab"));
  EXPECT_THAT(Resolve("https://mirror/conda/y", condarc), ElementsAre("y https://mirror/conda/y"));
  EXPECT_THAT(Resolve("file-one", condarc), ElementsAre("file-one file:///srv/file-one"));
}

TEST(ChannelNames, ManyChannelsUnderOneName) {
  const std::string condarc =
      "custom_multichannels:\n  all: [ours, defaults]\n  ours: [a, b]\n  loop: [loop]\n"
      "default_channels: [https://internal/main]\n";
  EXPECT_THAT(Resolve("all", condarc),
              ElementsAre("a https://conda.anaconda.org/a", "b https://conda.anaconda.org/b",
                          "https://internal/main https://internal/main"));
  EXPECT_THAT(Resolve("loop", condarc), ElementsAre(HasSubstr("circular")));
}

TEST(ChannelNames, Mirrors) {
  EXPECT_THAT(
      Resolve("conda-forge", "mirrored_channels:\n  conda-forge: [https://a/cf, https://b/cf]\n"),
      ElementsAre("conda-forge https://a/cf https://b/cf"));
}

TEST(ChannelNames, AllowedAndDenied) {
  EXPECT_THAT(Resolve("x", "denylist_channels: [x]\n"), ElementsAre(HasSubstr("denylist")));
  EXPECT_THAT(Resolve("https://conda.anaconda.org/x", "denylist_channels: [x]\n"),
              ElementsAre(HasSubstr("not allowed")));
  EXPECT_THAT(Resolve("x", "allowlist_channels: [y]\n"), ElementsAre(HasSubstr("allowlist")));
  EXPECT_THAT(Resolve("y", "whitelist_channels: [y]\n"), ElementsAre(HasSubstr("y https://")));
}

}  // namespace
}  // namespace satchel
