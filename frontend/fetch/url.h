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

}  // namespace satchel
