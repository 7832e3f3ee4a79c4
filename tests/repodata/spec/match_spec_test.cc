#include "repodata/spec/match_spec.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace satchel {
namespace {

std::string Canonical(std::string_view text) {
  const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
  return spec.ok() ? spec->ToString() : std::string(spec.status().message());
}

TEST(MatchSpec, CanonicalForm) {
  constexpr std::string_view kCases[][2] = {
      {"numpy", "numpy"},
      {"NumPy 1.7*", "numpy=1.7"},
      {"numpy=1.8", "numpy=1.8"},
      {"numpy 1.8", "numpy==1.8"},
      {"numpy =1.8 py27_0", "numpy==1.8=py27_0"},
      {"numpy=1.8=py3*_2", "numpy==1.8[build=py3*_2]"},
      {"numpy>=1.8 , < 2 =py34_0", "numpy[version='>=1.8,<2',build=py34_0]"},
      {"numpy!=1.10 py38_0", "numpy[version='!=1.10',build=py38_0]"},
      {"numpy 1.* ^(a|b[12])-x$", "numpy=1[build='^(a|b[12])-x$']"},
      {"numpy=1=^(a|b)$", "numpy==1[build='^(a|b)$']"},
      {"numpy ^1.2$", "numpy[version='^1.2$']"},
      {"numpy[version='=2']", "numpy=2"},
      {"numpy[version='=2',build=0]", "numpy==2=0"},
      {"numpy 1.7 x[version=1.8, build=y]", "numpy==1.8=y"},
      {"numpy[version<2]", "numpy[version='<2']"},
      {"name[version=*,build_number=3]", "name[build_number=3]"},
      {"openssl>=1.1.1_,!=1.1.1c", "openssl[version='>=1.1.1_,!=1.1.1c']"},
      {"tensorflow[name=pytorch]", "tensorflow"},
      {"numpy[license='BSD 3' md5=AB]", "numpy[md5=AB,license='bsd 3']"},
      {"numpy[track_features=[mkl, blas]]", "numpy[track_features='blas mkl']"},
      {"mkl@", "*[track_features=mkl]"},
      {"", "*"},
      {"conda-forge/linux-64::foo>=1.0", "conda-forge/linux-64::foo[version='>=1.0']"},
      {"*/linux-64::foo", "foo[subdir=linux-64]"},
      {"conda-*::foo", "foo[channel=conda-*]"},
      {"foo[channel=conda-forge/osx-64, subdir=noarch]", "conda-forge/noarch::foo"},
      {"https://example.com/team::foo", "https://example.com/team::foo"},
      {"https://repo.anaconda.com/pkgs/main::foo", "https://repo.anaconda.com/pkgs/main::foo"},
      {"ns:foo", "foo"},
      {"dask[array] >=2023.5.1", "dask[version='>=2023.5.1']"},
      {"ray[default,data]", "ray"},
      {"foo[build=3](target=blarg,optional)", "foo[build=3]"},
      {"https://conda.anaconda.org/x/noarch/a-b-1.0-0.conda", "x/noarch::a-b==1.0=0"},
      {"https://conda.anaconda.org/x/a-1-0.tar.bz2",
       "*[url=https://conda.anaconda.org/x/a-1-0.tar.bz2]"},
      {"/d/a-1-0.tar.bz2", "*[url=file:///d/a-1-0.tar.bz2]"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Canonical(c[0]), c[1]) << c[0];
  }
}

// What ToString() writes means the same.
TEST(MatchSpec, CanonicalFormIsStable) {
  for (const std::string_view text :
       {"numpy=1.8", "numpy 1.8 py*", "numpy>=1.8,<2|3.*", "a/noarch::b=1=0", "*[md5=ab]",
        "b[build='^a|b$',build_number='>=2',license='a b']",
        "https://example.com/team/noarch::foo"}) {
    EXPECT_EQ(Canonical(Canonical(text)), Canonical(text));
  }
}

TEST(MatchSpec, Invalid) {
  for (const char* text : {" foo",
                           "=1.2",
                           "foo==",
                           "foo>=",
                           "foo= ",
                           "foo]",
                           "foo[version=",
                           "foo[bar=baz]",
                           "foo[build=]",
                           "foo[>=1.2]",
                           "foo[build=1,build=2]",
                           "foo[build=0,junk]",
                           "foo[version=1.2][build=x]",
                           "-foo",
                           "a--b",
                           "foo,bar",
                           "!xyz 1.3",
                           "foo 1..2",
                           "^(aaaa$",
                           "*/lin(ux-65::f/o>=>1y",
                           "foo (>=1,<2)|>3",
                           "foo if python>=3.6",
                           "foo\n1",
                           "https://x.org/noarch/a.conda",
                           "'foo'",
                           "foo 4.2.2<6.0.0"}) {
    EXPECT_EQ(MatchSpec::Parse(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  EXPECT_EQ(Canonical("foo[bar=baz]"), "invalid spec 'foo[bar=baz]': there is no key 'bar'");
}

// CEP 43 to 45; tests/conformance/v3_forms.tsv has more forms.
TEST(MatchSpec, ConditionsExtrasAndFlags) {
  EXPECT_EQ(Canonical("foo>=2[when=\"(a or b>=3) and __unix\"]"),
            "foo[version='>=2',when='(a or b>=3) and __unix']");
  EXPECT_EQ(Canonical("foo[when=\"a[version='>=3,<4'] and b\"]"), "foo[when='a>=3,<4 and b']");
  EXPECT_EQ(Canonical("foo[when='a[build=\"x*\"]']"), "foo[when='a[build=x*]']");
  EXPECT_EQ(Canonical("foo[extras=[ b, 'a' , b], flags=\"blas:*\"]"),
            "foo[flags=[blas:*],extras=[a,b]]");
  const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse("foo[when=__win]");
  ASSERT_TRUE(spec.ok() && spec->when() != nullptr);
  EXPECT_TRUE(spec->HasWhenOrExtras());
  EXPECT_FALSE(MatchSpec::Parse("foo[flags=x]")->HasWhenOrExtras());
  for (const char* text : {"foo[when=\"a[when=b]\"]", "foo[when=a[when=b]]", "foo[when=\"a b\"]",
                           "foo[when=\"not a\"]", "foo[when=\"a*\"]", "foo[when=\"()\"]",
                           "foo[when=\"a) and (b\"]", "foo[flags=X]", "foo[extras=[a,,b]]"}) {
    EXPECT_EQ(MatchSpec::Parse(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(MatchSpec, HostileConditions) {
  std::string nested = "a";
  std::string deep = "foo[when=\"";
  std::string within = "foo[when=";
  for (int i = 0; i < 10000; ++i) {
    nested += " and (a or b";
    deep += "(";
    within += "a[when=";
  }
  EXPECT_FALSE(MatchSpec::Parse("foo[when=\"" + nested + std::string(10000, ')') + "\"]").ok());
  EXPECT_FALSE(MatchSpec::Parse(deep + "\"]").ok());
  EXPECT_FALSE(MatchSpec::Parse(within + "b" + std::string(10001, ']')).ok());
}

// None of these may take long: what is read once stays linear in the text.
TEST(MatchSpec, HostileTexts) {
  std::string parentheses = "foo ";
  std::string options = "foo[";
  for (int i = 0; i < 100000; ++i) {
    parentheses += "()";
    options += "optional='x ";
  }
  EXPECT_EQ(Canonical(parentheses), "foo");
  EXPECT_FALSE(MatchSpec::Parse(options + "]").ok());
  EXPECT_FALSE(MatchSpec::Parse("foo" + std::string(100000, '[') + "]").ok());
  EXPECT_FALSE(MatchSpec::Parse(std::string(100000, ':')).ok());
  EXPECT_FALSE(MatchSpec::Parse("foo " + std::string(100000, '(')).ok());
  EXPECT_FALSE(MatchSpec::Parse("foo[" + std::string(100000, '\'') + "]").ok());
}

class MatchSpecMatches : public ::testing::Test {
 protected:
  MatchSpecMatches() {
    record_.name = "numpy";
    record_.version = version_.ref();
    record_.build = "py27_0";
    record_.build_number = 7;
    record_.channel = "conda-forge";
    record_.subdir = "linux-64";
    record_.fn = "numpy-1.7.1-py27_0.conda";
    record_.url = "https://conda.anaconda.org/conda-forge/linux-64/numpy-1.7.1-py27_0.conda";
    record_.md5 = "ab";
    record_.sha256 = "cd";
    record_.license = "LGPLv3+";
    record_.license_family = "LGPL";
    record_.track_features = "blas mkl";
  }

  bool Matches(std::string_view text) const {
    const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
    EXPECT_TRUE(spec.ok()) << spec.status();
    return spec.ok() && spec->Matches(record_);
  }

  Version version_ = *Version::Parse("1.7.1");
  RecordView record_;
};

TEST_F(MatchSpecMatches, Yes) {
  for (const char* text :
       {"numpy",
        "",
        "*",
        "num*",
        "^num.*$",
        "numpy 1.7*",
        "numpy=1.7",
        "numpy 1.7.1.0 py27_0",
        "numpy>=1.5,<2",
        "numpy * py2*",
        "numpy[build='^py[0-9]+_0$']",
        "numpy[build_number='>=7']",
        "conda-forge::numpy",
        "conda-forge/linux-64::numpy",
        "*/linux-64::numpy",
        "*[md5=ab]",
        "*[sha256=cd]",
        "*[license='*gpl*']",
        "*[license_family=lgpl]",
        "*[track_features='mkl blas']",
        "*[track_features='mkl blas mkl']",
        "*[fn=numpy-1.7.1-py27_0.conda]",
        "numpy[subdir=linux-64]",
        "https://conda.anaconda.org/conda-forge/linux-64/numpy-1.7.1-py27_0.conda"}) {
    EXPECT_TRUE(Matches(text)) << text;
  }
}

TEST_F(MatchSpecMatches, No) {
  for (const char* text :
       {"python", "py*", "numpy 1.7", "numpy==1.7", "numpy 1.7.1 py27", "numpy 1.7.1 PY27_0",
        "numpy[build_number=6]", "bioconda::numpy", "conda-forge/noarch::numpy", "*[md5=AB]",
        "*[license=MIT]", "*[track_features=mkl]", "*[features=mkl]", "mkl@", "*[fn=*.conda]",
        "numpy[subdir=linux-*]",
        "https://conda.anaconda.org/conda-forge/linux-64/numpy-1.7.1-py27_0.tar.bz2"}) {
    EXPECT_FALSE(Matches(text)) << text;
  }
}

// A quote ends before a comma, a space or the end only.
TEST_F(MatchSpecMatches, QuotesWithinQuotes) {
  record_.license = "it's x";
  EXPECT_TRUE(Matches("*[license='it's x']"));
  EXPECT_TRUE(Matches("*[license='it's x', md5=ab]"));
  EXPECT_FALSE(Matches("*[license='it']"));
  record_.license = "it";
  EXPECT_FALSE(Matches("*[license='it's x']"));
}

// A channel on the disk goes by a short name, and yet its URL means it; so do its packages' URLs.
TEST_F(MatchSpecMatches, UrlsOfALocalChannel) {
  record_.url = "";
  record_.channel_url = "file:///srv/conda-forge";
  for (const char* text :
       {"file:///srv/conda-forge::numpy", "/srv/conda-forge::numpy", "conda-forge::numpy",
        "file:///srv/conda-forge/linux-64/numpy-1.7.1-py27_0.conda",
        "/srv/conda-forge/linux-64/numpy-1.7.1-py27_0.conda",
        "numpy[url='file:///srv/conda-forge/linux-64/numpy-1.7.1-py27_0.conda']"}) {
    EXPECT_TRUE(Matches(text)) << text;
  }
  for (const char* text :
       {"file:///opt/conda-forge::numpy", "file:///srv/conda-forge/linux-64::numpy[subdir=noarch]",
        "file:///srv/conda-forge/linux-64/numpy-1.7.1-py27_1.conda"}) {
    EXPECT_FALSE(Matches(text)) << text;
  }
  record_.base_url = "https://cdn/x";
  EXPECT_TRUE(Matches("numpy[url=https://cdn/x/numpy-1.7.1-py27_0.conda]"));
  EXPECT_FALSE(Matches("numpy[url='file:///srv/conda-forge/linux-64/numpy-1.7.1-py27_0.conda']"));
}

TEST(MatchSpec, Fields) {
  const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse("conda-forge/noarch::NumPy 1.8.* py*");
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->name(), "numpy");
  EXPECT_FALSE(spec->name_is_glob());
  EXPECT_EQ(spec->version().text(), "1.8.*");
  EXPECT_EQ(spec->build(), "py*");
  EXPECT_EQ(spec->channel(), "conda-forge");
  EXPECT_EQ(spec->subdir(), "noarch");
  EXPECT_TRUE(MatchSpec::Parse("num*")->name_is_glob());
  EXPECT_EQ(MatchSpec::Parse("")->name(), "");
  EXPECT_TRUE(MatchSpec::Parse("numpy")->version().MatchesEverything());
}

TEST(MatchSpec, WhatMatters) {
  EXPECT_TRUE(MatchSpec::Parse("numpy 1.8 py*")->IsChannelFree());
  EXPECT_TRUE(MatchSpec::Parse("numpy[build_number=1]")->IsChannelFree());
  EXPECT_TRUE(MatchSpec::Parse("numpy[channel=*]")->IsChannelFree());
  EXPECT_FALSE(MatchSpec::Parse("numpy[md5=ab]")->IsChannelFree());
  EXPECT_FALSE(MatchSpec::Parse("a::numpy")->IsChannelFree());
  EXPECT_FALSE(MatchSpec::Parse("numpy >=1.8")->HasBuildPart());
  EXPECT_FALSE(MatchSpec::Parse("numpy >=1.8 *")->HasBuildPart());
  EXPECT_TRUE(MatchSpec::Parse("numpy >=1.8 py*")->HasBuildPart());
  EXPECT_TRUE(MatchSpec::Parse("numpy[build_number=1]")->HasBuildPart());
  EXPECT_TRUE(MatchSpec::Parse("a::numpy")->HasBuildPart());
}

}  // namespace
}  // namespace satchel
