#include "frontend/request/history.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "frontend/environment/revisions.h"

namespace satchel {
namespace {

std::string Requested(std::string_view history) {
  std::string text;
  for (const auto& [name, spec] : RequestedSpecs(history)) {
    text += (text.empty() ? "" : " ") + spec.ToString();
  }
  return text;
}

TEST(History, LaterRequestsReplaceEarlierOnes) {
  EXPECT_EQ(Requested("==> 2024-01-01 00:00:00 <==\n"
                      "# cmd: /opt/conda/bin/conda create -n x python=3.8 numpy\n"
                      "# conda version: 24.1.0\n"
                      "+conda-forge/linux-64::numpy-1.8-0\n"
                      "# update specs: ['python=3.8', \"numpy[version='>=1.8']\"]\n"
                      "==> 2024-02-01 00:00:00 <==\n"
                      "# update specs: ['python=3.9']\n"),
            "numpy[version='>=1.8'] python=3.9");
}

TEST(History, RemovalsForget) {
  EXPECT_EQ(Requested("# update specs: [\"a\", \"b\"]\n# remove specs: ['a']\n"), "b");
  EXPECT_EQ(Requested("# install specs: ['a']\n# uninstall specs: ['a']\n"), "");
}

TEST(History, NeuteredSpecsReplace) {
  EXPECT_EQ(Requested("# update specs: ['a=1']\n# neutered specs: ['a']\n"), "a");
}

TEST(History, CommasOfOldVersions) {
  EXPECT_EQ(Requested("# install specs: param >=1.5.1,<2.0,jupyter >=1.0.0,<2.0,zlib"),
            "jupyter[version='>=1.0.0,<2.0'] param[version='>=1.5.1,<2.0'] zlib");
}

TEST(History, WhatCannotBeReadIsIgnored) {
  EXPECT_EQ(Requested("# update specs: ['mkl@', 'a >>1', '', 'b']\n# specs:\n#\nnonsense\n"), "b");
  EXPECT_EQ(Requested("# update specs:\n# update specs: ['unclosed"), "unclosed");
}

// The channel by name when the package comes, by URL when it goes.
TEST(History, ARevisionTakesAwayWhateverTheChannelIsCalled) {
  const std::vector<Revision> revisions = ParseRevisions(
      "==> 2024-01-01 00:00:00 <==\n+mine/linux-64::a-1-0\n+mine/linux-64::a-b-1-0\n"
      "==> 2024-01-02 00:00:00 <==\n-file:///srv/mine/linux-64::a-1-0\n"
      "+file:///srv/mine/linux-64::a-2-0\n");
  ASSERT_EQ(revisions.size(), 2U);
  EXPECT_THAT(revisions[1].packages,
              ::testing::ElementsAre("file:///srv/mine/linux-64::a-2-0", "mine/linux-64::a-b-1-0"));
  EXPECT_THAT(revisions[1].unlinked, ::testing::ElementsAre("mine/linux-64::a-1-0"));
}

}  // namespace
}  // namespace satchel
