#include "repodata/spec/channel_name.h"

#include <string>

#include "gtest/gtest.h"

namespace satchel {
namespace {

struct Case {
  const char* text;
  const char* canonical_name;
  const char* base_url;
  const char* subdir;
};

TEST(ChannelName, Parse) {
  constexpr Case kCases[] = {
      {"conda-forge", "conda-forge", "https://conda.anaconda.org/conda-forge", ""},
      {"conda-forge/linux-64", "conda-forge", "https://conda.anaconda.org/conda-forge", "linux-64"},
      {"conda-forge/label/dev", "conda-forge/label/dev",
       "https://conda.anaconda.org/conda-forge/label/dev", ""},
      {"https://conda.anaconda.org/conda-forge/noarch/", "conda-forge",
       "https://conda.anaconda.org/conda-forge", "noarch"},
      {"https://CONDA.anaconda.org/conda-forge", "conda-forge",
       "https://conda.anaconda.org/conda-forge", ""},
      {"https://conda.anaconda.org/t/tk-123-abc/conda-forge", "conda-forge",
       "https://conda.anaconda.org/conda-forge", ""},
      {"https://user:secret@example.com/a/b/win-64", "https://example.com/a/b",
       "https://example.com/a/b", "win-64"},
      {"https://example.com:8080/conda/team", "https://example.com:8080/conda/team",
       "https://example.com:8080/conda/team", ""},
      {"defaults", "defaults", "", ""},
      {"pkgs/main", "defaults", "https://repo.anaconda.com/pkgs/main", ""},
      {"pkgs/r/noarch", "defaults", "https://repo.anaconda.com/pkgs/r", "noarch"},
      {"https://repo.anaconda.com/pkgs/main/osx-arm64", "defaults",
       "https://repo.anaconda.com/pkgs/main", "osx-arm64"},
      {"pkgs/free", "pkgs/free", "https://conda.anaconda.org/pkgs/free", ""},
      {"file:///srv/channels/team/linux-64", "file:///srv/channels/team",
       "file:///srv/channels/team", "linux-64"},
      {"/srv/channels/team", "file:///srv/channels/team", "file:///srv/channels/team", ""},
      {"file:///team", "file:///team", "file:///team", ""},
      {"linux-64", "linux-64", "https://conda.anaconda.org/linux-64", ""},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.text);
    const ChannelParts parts = ParseChannel(c.text);
    EXPECT_EQ(parts.canonical_name, c.canonical_name);
    EXPECT_EQ(parts.base_url, c.base_url);
    EXPECT_EQ(parts.subdir, c.subdir);
    EXPECT_EQ(CanonicalChannelName(parts.canonical_name), c.canonical_name);
  }
}

TEST(ChannelName, PackageFile) {
  const ChannelParts parts =
      ParseChannel("https://conda.anaconda.org/conda-forge/linux-64/x264-1%21164.3095-h1_2.conda");
  EXPECT_EQ(parts.canonical_name, "conda-forge");
  EXPECT_EQ(parts.subdir, "linux-64");
  EXPECT_EQ(parts.fn, "x264-1!164.3095-h1_2.conda");
}

TEST(ChannelName, PercentDecode) {
  EXPECT_EQ(PercentDecode("a%20b%2"), "a b%2");
  EXPECT_EQ(PercentDecode("%zz%41"), "%zzA");
}

}  // namespace
}  // namespace satchel
