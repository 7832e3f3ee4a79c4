#include "frontend/fetch/auth_store.h"

#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/frontend/temporary_directory.h"

namespace satchel {
namespace {

TEST(AuthStore, ReadsTheFilesOfOthers) {
  const testing::TemporaryDirectory directory;
  directory.Write(".local/share/binstar/https%3A%2F%2Fapi.anaconda.org.token", "an-ac\n");
  directory.Write(".mamba/auth/authentication.json",
                  R"({"mamba.example": {"type": "BasicHTTPAuthentication", "user": "ann",
                      "password": "c2VjcmV0"},
                      "token.example/private": {"type": "CondaToken", "token": "tk"}})");
  directory.Write(".rattler/credentials.json",
                  R"({"*.prefix.example": {"BearerToken": "be"},
                      "basic.example": {"BasicHTTP": {"username": "bob", "password": "pw"}}})");
  const auto lookup = [&](const std::string& name) -> std::optional<std::string> {
    return name == "HOME" ? std::optional(directory.path()) : std::nullopt;
  };
  const auto store = AuthStore::Load(lookup, /*with_anaconda=*/true);
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ(store->Find("https://conda.anaconda.org/x/linux-64/a").token, "an-ac");
  EXPECT_EQ(store->Find("https://mamba.example/c/x").password, "secret");
  EXPECT_EQ(store->Find("https://token.example/private/c").token, "tk");
  EXPECT_EQ(store->Find("https://token.example/public/c").token, "");
  EXPECT_EQ(store->Find("https://a.prefix.example/c").bearer, "be");
  EXPECT_EQ(store->Find("https://prefix.example/c").bearer, "");
  EXPECT_EQ(store->Find("https://basic.example/c").user, "bob");
  EXPECT_EQ(store->Find("https://basic.example.evil.example/c").user, "");
  EXPECT_EQ(
      AuthStore::Load(lookup, /*with_anaconda=*/false)->Find("https://conda.anaconda.org/x").token,
      "");
}

TEST(AuthStore, AMalformedFileIsAnError) {
  AuthStore store;
  EXPECT_TRUE(absl::IsInvalidArgument(store.AddMamba("{", "auth.json")));
  EXPECT_TRUE(absl::IsInvalidArgument(store.AddMamba(R"({"h": {"type": "No"}})", "auth.json")));
  EXPECT_TRUE(absl::IsInvalidArgument(store.AddRattler(R"({"h": 3})", "credentials.json")));
}

TEST(AuthStore, AHostWithoutAPortStandsForAllOfThem) {
  AuthStore store;
  ASSERT_TRUE(store
                  .AddRattler(R"({"host.example": {"BearerToken": "any"},
                                  "host.example:8080": {"BearerToken": "one"},
                                  "tls.example:443": {"BearerToken": "tls"},
                                  "*.wild.example": {"BearerToken": "wild"},
                                  "UPPER.example/Path": {"BearerToken": "upper"},
                                  "[::1]": {"BearerToken": "six"}})",
                              "credentials.json")
                  .ok());
  const std::pair<const char*, const char*> cases[] = {
      {"https://host.example/c", "any"},
      {"http://host.example:9000/c", "any"},
      {"http://host.example:8080/c", "one"},
      {"https://tls.example/c", "tls"},
      {"https://tls.example:443/c", "tls"},
      {"http://tls.example/c", ""},
      {"https://tls.example:8443/c", ""},
      {"https://a.wild.example/c", "wild"},
      {"https://a.wild.example:8443/c", "wild"},
      {"https://upper.example:1/Path/c", "upper"},
      {"https://upper.example/path/c", ""},
      {"http://[::1]:8080/c", "six"},
      {"http://[::1]/c", "six"},
      {"https://host.example.evil/c", ""},
  };
  for (const auto& [url, bearer] : cases) {
    EXPECT_EQ(store.Find(url).bearer, bearer) << url;
  }
}

TEST(AuthStore, CredentialsOfAUrlAreForItsPortAlone) {
  AuthStore store;
  store.AddUrl("https://ann:pw@host/c");
  store.AddUrl("http://bob:pw@host:8080/c");
  EXPECT_EQ(store.Find("https://host/c/x").user, "ann");
  EXPECT_EQ(store.Find("https://host:443/c/x").user, "ann");
  EXPECT_EQ(store.Find("http://host:8080/c/x").user, "bob");
  EXPECT_EQ(store.Find("http://host:8081/c/x").user, "");
  EXPECT_EQ(store.Find("http://host/c/x").user, "");
}

TEST(AuthStore, CredentialsOfUrlsAreForWhatIsBelow) {
  AuthStore store;
  store.AddUrl("https://ann:p%40w@host/c");
  store.AddUrl("https://host/t/tk/d");
  EXPECT_EQ(store.Find("https://host/c/linux-64/x").password, "p@w");
  EXPECT_EQ(store.Find("https://host/d/noarch/x").token, "tk");
  EXPECT_EQ(store.Find("https://host/e").user, "");
  store.AddUrl("https://b:q@Host2/C");
  EXPECT_EQ(store.Find("https://host2/C/x").user, "b") << "hosts have no case";
  store.AddUrl("https://host3/a/t/tk/c");
  EXPECT_EQ(store.Find("https://host3/a/c/x").token_place, "/a");
  store.AddUrl("https://host4/c/p.conda?sig=1");
  EXPECT_EQ(store.Find("https://host4/c/p.conda").query, "sig=1");
  EXPECT_EQ(store.Find("https://host4/c/q.conda").query, "");
}

}  // namespace
}  // namespace satchel
