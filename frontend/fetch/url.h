#pragma once

#include <string>
#include <string_view>

namespace satchel {

// "https://user:password@host/t/<token>/x?key=secret" as
// "https://*****@host/t/*****/x?key=*****": for all that is shown or written. The token may stand
// anywhere in the path, as for conda.
std::string WithoutCredentials(std::string_view url);
// The same of every URL in a text.
std::string WithoutCredentialsIn(std::string_view text);

// The URL without them: what to write down, and to ask for with what an AuthStore has for it. Also
// without fragment and without slashes at its end.
std::string StripCredentials(std::string_view url);
// A URL of others for a file of URLs, one a line: without credentials, and with what cannot stand
// in a URL (blanks, control characters) percent-encoded.
std::string UrlToKeep(std::string_view url);
// What it has of them.
struct UrlCredentials {
  std::string user;  // Percent-decoded, as the password.
  std::string password;
  std::string token;
  std::string token_place;  // The path before /t/<token>: "" right after the host.
  std::string query;        // Of a signed URL, say; without the "?".
};
UrlCredentials CredentialsOf(std::string_view url);

// "https"; empty if there is none.
std::string_view UrlScheme(std::string_view url);
// "host" or "host:port", in lower case, without credentials.
std::string UrlHost(std::string_view url);

// The URL with /t/<token> at its place and the query, as servers want them. What a URL has of its
// own stays.
std::string WithSecrets(std::string_view url, const UrlCredentials& credentials);

}  // namespace satchel
