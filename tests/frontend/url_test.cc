#include "frontend/fetch/url.h"

#include "gtest/gtest.h"

#include "repodata/io/url.h"

namespace satchel {
namespace {

TEST(Url, CredentialsAreCutOut) {
  EXPECT_EQ(WithoutCredentials("https://ann:pw@host:8/c/x"), "https://*****@host:8/c/x");
  EXPECT_EQ(WithoutCredentials("https://host/t/abc-1/c"), "https://host/t/*****/c");
  EXPECT_EQ(WithoutCredentials("https://host/t/abc"), "https://host/t/*****");
  EXPECT_EQ(WithoutCredentials("https://host/a/t/abc/c"), "https://host/a/t/*****/c");
  EXPECT_EQ(WithoutCredentials("https://host/a@b/c"), "https://host/a@b/c");
  EXPECT_EQ(WithoutCredentials("https://host/t/"), "https://host/t/");
  EXPECT_EQ(WithoutCredentials("file:///t@x/t/y?z"), "file:///t@x/t/y?z");
  EXPECT_EQ(WithoutCredentials("https://h/c?token=abc&x&sig=d=e#f"),
            "https://h/c?token=*****&*****&sig=*****#f");
  EXPECT_EQ(WithoutCredentials("ann:pw@proxy:8080"), "*****@proxy:8080");
  EXPECT_EQ(WithoutCredentials("https://token@h"), "https://*****@h");
  EXPECT_EQ(WithoutCredentials("https://a:b@c:d@h/x"), "https://*****@h/x");
  EXPECT_EQ(WithoutCredentials("https://h/c[u=http://a:b@h/x]"), "https://h/c[u=http://*****@h/x]");
  EXPECT_EQ(WithoutCredentials("https://h/t/a/c/t/b/d"), "https://h/t/*****/d");
  EXPECT_EQ(WithoutCredentials("https://p@h:x/y@z"), "https://*****@z");
  EXPECT_EQ(WithoutCredentials("https://[::1]:8080/x@y"), "https://[::1]:8080/x@y");
  // A password with a slash makes no URL; it is a secret all the same.
  EXPECT_EQ(WithoutCredentials("https://ann:p/w@h/x"), "https://*****@h/x");
  EXPECT_EQ(WithoutCredentials("https://h:80/x@y"), "https://h:80/x@y");
  EXPECT_EQ(WithoutCredentials("https://ann:pw@h/x?m=a@b"), "https://*****@h/x?m=*****");
  EXPECT_EQ(StripCredentials("/srv/t/x/y?z/"), "/srv/t/x/y?z");
}

TEST(Url, CredentialsAreCutOutOfSentences) {
  struct Case {
    const char* text;
    const char* shown;
  };
  for (const Case& c : {
           Case{"no URL: a@b ?x /t/y", "no URL: a@b ?x /t/y"},
           Case{"at https://a:b@h/x, and http://h/t/s/c: HTTP 404",
                "at https://*****@h/x, and http://h/t/*****/c: HTTP 404"},
           Case{R"({"url": "https://a:b@h/x", "u": "c@d"})",
                R"({"url": "https://*****@h/x", "u": "c@d"})"},
           Case{R"("https://a:p\"w@h/x")", R"("https://*****@h/x")"},
           Case{"--channel=https://a:b@h/x", "--channel=https://*****@h/x"},
           Case{"['https://a:b@h/x']", "['https://*****@h/x']"},
           Case{"https://a:pä@h", "https://*****@h"},
           Case{"http://h?s=1 http://u@h", "http://h?s=***** http://*****@h"},
       }) {
    EXPECT_EQ(WithoutCredentialsIn(c.text), c.shown);
    EXPECT_EQ(WithoutCredentialsIn(c.shown), c.shown) << "twice is as once";
  }
}

TEST(Url, WhatIsKeptAndWhatIsAsked) {
  for (const char* url :
       {"https://host/c/x", "https://host/t/tk/c/x", "https://host/a/b/t/tk/c/x",
        "https://host/t/a/c/t/b/d", "https://h/t/a/t/b", "https://host/c/x?sig=a%20b&y",
        "https://host/a/t/tk/x?sig=1", "https://host:8/t/tk"}) {
    EXPECT_EQ(WithSecrets(StripCredentials(url), CredentialsOf(url)), url);
  }
  EXPECT_EQ(StripCredentials("https://a:b@host/a/t/tk/c/?x=1#y"), "https://host/a/c");
  EXPECT_EQ(CredentialsOf("https://a:p%40@host").password, "p@");
  EXPECT_EQ(UrlToKeep("https://a:b@h/x y\nhttps://evil/\x7f"),
            "https://h/x%20y%0Ahttps://evil/%7F");
}

TEST(Url, Parts) {
  EXPECT_EQ(UrlScheme("https://host/x"), "https");
  EXPECT_EQ(UrlScheme("/a/b"), "");
  EXPECT_EQ(UrlHost("https://ann@Host:81/x"), "host:81");
  EXPECT_EQ(UrlHost("https://host"), "host");
}

TEST(Url, TokenGoesBehindTheHost) {
  UrlCredentials k;
  k.token = "k";
  EXPECT_EQ(WithSecrets("https://host/c/linux-64/x", k), "https://host/t/k/c/linux-64/x");
  EXPECT_EQ(WithSecrets("https://host/t/own/c", k), "https://host/t/own/c");
  EXPECT_EQ(WithSecrets("https://host/c", {}), "https://host/c");
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
