#include "frontend/fetch/url.h"

#include "gtest/gtest.h"

#include "repodata/url.h"

namespace satchel {
namespace {

TEST(Url, CredentialsAreCutOut) {
  EXPECT_EQ(WithoutCredentials("https://ann:pw@host:8/c/x"), "https://*****@host:8/c/x");
  EXPECT_EQ(WithoutCredentials("https://host/t/abc-1/c"), "https://host/t/*****/c");
  EXPECT_EQ(WithoutCredentials("https://host/t/abc"), "https://host/t/*****");
  EXPECT_EQ(WithoutCredentials("https://host/a@b/t/x"), "https://host/a@b/t/x");
  EXPECT_EQ(WithoutCredentials("file:///t@x/y"), "file:///t@x/y");
}

TEST(Url, Parts) {
  EXPECT_EQ(UrlScheme("https://host/x"), "https");
  EXPECT_EQ(UrlScheme("/a/b"), "");
  EXPECT_EQ(UrlHost("https://ann@Host:81/x"), "host:81");
  EXPECT_EQ(UrlHost("https://host"), "host");
}

TEST(Url, TokenGoesBehindTheHost) {
  EXPECT_EQ(WithToken("https://host/c/linux-64/x", "k"), "https://host/t/k/c/linux-64/x");
  EXPECT_EQ(WithToken("https://host/t/own/c", "k"), "https://host/t/own/c");
  EXPECT_EQ(WithToken("https://host/c", ""), "https://host/c");
}

TEST(Url, Resolve) {
  EXPECT_EQ(ResolveUrl("https://h/c/linux-64", "https://other/x"), "https://other/x");
  EXPECT_EQ(ResolveUrl("https://h/c/linux-64", "/x"), "https://h/x");
  EXPECT_EQ(ResolveUrl("https://h/c/linux-64/", "./shards/"), "https://h/c/linux-64/shards");
  EXPECT_EQ(ResolveUrl("https://h/c/linux-64", "../y"), "https://h/c/y");
  EXPECT_EQ(ResolveUrl("https://h/c/linux-64", ""), "https://h/c/linux-64");
  EXPECT_EQ(ResolveUrl("https://h/c", "../../../y"), "https://h/y");
  EXPECT_EQ(ResolveUrl("https://h", "/x"), "https://h/x");
}

}  // namespace
}  // namespace satchel
