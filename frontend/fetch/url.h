#pragma once

#include <string>
#include <string_view>

namespace satchel {

// "https://user:password@host/t/<token>/x" as "https://*****@host/t/*****/x": for all that is shown
// or written.
std::string WithoutCredentials(std::string_view url);

// The URL without them: what to ask for and what to write down. Also without slashes at its end.
std::string StripCredentials(std::string_view url);
// What it has of them, percent-decoded.
struct UrlCredentials {
  std::string user;
  std::string password;
  std::string token;
};
UrlCredentials CredentialsOf(std::string_view url);

// "https"; empty if there is none.
std::string_view UrlScheme(std::string_view url);
// "host" or "host:port", in lower case, without credentials.
std::string UrlHost(std::string_view url);

// The URL with /t/<token> after its host. One that has a token already stays as it is.
std::string WithToken(std::string_view url, std::string_view token);

// `reference` as seen from `directory`, a URL: absolute, from the server's root, or relative.
std::string ResolveUrl(std::string directory, std::string_view reference);

// Both with one '/' between.
std::string JoinUrl(std::string_view base, std::string_view rest);

}  // namespace satchel
