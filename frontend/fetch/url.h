#pragma once

#include <string>
#include <string_view>

namespace satchel {

// "https://user:password@host/t/<token>/x?key=secret" as "https://*****@host/t/*****/x?key=*****":
// for everything that is shown or written. The token may be anywhere in the path, as in conda.
std::string WithoutCredentials(std::string_view url);
// The same for every URL in a text.
std::string WithoutCredentialsIn(std::string_view text);

// The URL without credentials: to write down, and to request with the credentials that an AuthStore
// has for it. Also without fragment and trailing slashes.
std::string StripCredentials(std::string_view url);
// A URL from others for a file with one URL per line: without credentials, and with characters that
// are invalid in a URL (blanks, control characters) percent-encoded.
std::string UrlToKeep(std::string_view url);
// The credentials in a URL.
struct UrlCredentials {
  std::string user;  // Percent-decoded, like the password.
  std::string password;
  std::string token;
  std::string token_place;  // The path before /t/<token>: "" right after the host.
  std::string query;        // For example of a signed URL; without the "?".
};
UrlCredentials CredentialsOf(std::string_view url);

// "https"; empty if there is none.
std::string_view UrlScheme(std::string_view url);
// "host" or "host:port", in lower case, without credentials.
std::string UrlHost(std::string_view url);

// The URL with /t/<token> in its place and the query, as servers expect them. Keeps what the URL
// already has.
std::string WithSecrets(std::string_view url, const UrlCredentials& credentials);

}  // namespace satchel
