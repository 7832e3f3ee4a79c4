#include "frontend/fetch/auth_store.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/fetch/url.h"
#include "frontend/files.h"
#include "frontend/json.h"
#include "repodata/spec/channel_name.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

absl::StatusOr<Json> ParseObject(const std::string& text, const std::string& path) {
  absl::StatusOr<Json> json = ParseJsonObject(text, path);
  if (!json.ok()) {
    return absl::InvalidArgumentError(
        path + ": not a file of credentials (a JSON object with an entry for each host)");
  }
  return json;
}

absl::Status BadEntry(const std::string& path, const std::string& host) {
  return absl::InvalidArgumentError(
      absl::StrFormat("%s: the entry of '%s' has an unknown form", path, host));
}

std::string StringAt(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() && found->is_string()
             ? found->get<std::string>()
             : std::string();
}

// A URL's host with the port, which may be that of its scheme: "example.com:443".
std::string WithPort(std::string_view url) {
  std::string host = UrlHost(url);
  const bool has_port = host.find(':', host.rfind(']') + 1) != std::string::npos;  // Not of [::1].
  return has_port ? host : host + (UrlScheme(url) == "http" ? ":80" : ":443");
}

// Without scheme and without slashes at the end; of a host the case does not matter.
std::string HostKey(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    url.remove_prefix(scheme + 3);
  }
  while (url.ends_with('/')) {
    url.remove_suffix(1);
  }
  const std::size_t path = std::min(url.find('/'), url.size());
  return ToLower(url.substr(0, path)) + std::string(url.substr(path));
}

// Each file that is there is read by `add`.
template <typename Add>
absl::Status ReadIfThere(const std::string& path, Add add) {
  std::error_code error;
  if (path.empty() || !fs::exists(path, error)) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return add(text, path);
}

}  // namespace

absl::StatusOr<AuthStore> AuthStore::Load(const Lookup& lookup, bool with_anaconda) {
  AuthStore store;
  const std::string home = lookup("HOME").value_or("");
  const auto below_home = [&home](const char* path) {
    return home.empty() ? std::string() : home + path;
  };
  const std::string data = lookup("XDG_DATA_HOME").value_or(below_home("/.local/share"));
  if (with_anaconda && !data.empty()) {
    const auto entries = EntriesIn(data + "/binstar");
    for (const auto& entry : entries.ok() ? *entries : std::vector<fs::directory_entry>()) {
      const std::string name = entry.path().filename().string();
      const absl::StatusOr<std::string> token = ReadFile(entry.path().string());
      if (name.ends_with(".token") && token.ok()) {
        store.AddAnacondaToken(PercentDecode(name.substr(0, name.size() - 6)),
                               std::string(StripSpace(*token)));
      }
    }
  }
  RETURN_IF_ERROR(ReadIfThere(below_home("/.mamba/auth/authentication.json"),
                              [&store](const std::string& text, const std::string& path) {
                                return store.AddMamba(text, path);
                              }));
  RETURN_IF_ERROR(
      ReadIfThere(lookup("RATTLER_AUTH_FILE").value_or(below_home("/.rattler/credentials.json")),
                  [&store](const std::string& text, const std::string& path) {
                    return store.AddRattler(text, path);
                  }));
  return store;
}

// The token of api.anaconda.org is for conda.anaconda.org too, where the channels are.
void AuthStore::AddAnacondaToken(const std::string& site, const std::string& token) {
  Credentials credentials;
  credentials.token = token;
  std::string host = HostKey(site);
  credentials_[host] = credentials;
  if (host.starts_with("api.")) {
    credentials_[host.replace(0, 3, "conda")] = credentials;
  }
}

absl::Status AuthStore::AddMamba(const std::string& text, const std::string& path) {
  ASSIGN_OR_RETURN(const Json json, ParseObject(text, path));
  for (const auto& [host, entry] : json.items()) {
    const std::string type = StringAt(entry, "type");
    Credentials credentials;
    if (type == "CondaToken") {
      credentials.token = StringAt(entry, "token");
    } else if (type == "BearerToken") {
      credentials.bearer = StringAt(entry, "token");
    } else if (type == "BasicHTTPAuthentication") {
      credentials.user = StringAt(entry, "user");
      absl::Base64Unescape(StringAt(entry, "password"), &credentials.password);
    } else {
      return BadEntry(path, host);
    }
    credentials_[HostKey(host)] = std::move(credentials);
  }
  return absl::OkStatus();
}

absl::Status AuthStore::AddRattler(const std::string& text, const std::string& path) {
  ASSIGN_OR_RETURN(const Json json, ParseObject(text, path));
  for (const auto& [host, entry] : json.items()) {
    Credentials credentials;
    if (!entry.is_object()) {
      return BadEntry(path, host);
    }
    credentials.token = StringAt(entry, "CondaToken");
    credentials.bearer = StringAt(entry, "BearerToken");
    if (const auto basic = entry.find("BasicHTTP"); basic != entry.end()) {
      credentials.user = StringAt(*basic, "username");
      credentials.password = StringAt(*basic, "password");
    }
    // Others (S3, OAuth) are for servers that are not spoken to here.
    credentials_[HostKey(host)] = std::move(credentials);
  }
  return absl::OkStatus();
}

void AuthStore::AddUrl(std::string_view url) {
  Credentials credentials = {CredentialsOf(url), ""};
  if (credentials.user.empty() && credentials.password.empty() && credentials.token.empty() &&
      credentials.query.empty()) {
    return;
  }
  // What is within a URL is for its port alone.
  const std::string place = StripCredentials(url);
  credentials_[WithPort(url) + HostKey(place).substr(UrlHost(url).size())] = std::move(credentials);
}

// The most particular first: host/a/b, host/a, host, *.example.com.
const Credentials* AuthStore::FindAt(const std::string& host, std::string_view path) const {
  std::string place = host + std::string(path);
  for (;;) {
    if (const auto found = credentials_.find(place); found != credentials_.end()) {
      return &found->second;
    }
    const std::size_t slash = place.rfind('/');
    if (slash == std::string::npos) {
      break;
    }
    place.resize(slash);
  }
  for (std::size_t dot = host.find('.'); dot != std::string::npos; dot = host.find('.', dot + 1)) {
    if (const auto found = credentials_.find("*" + host.substr(dot)); found != credentials_.end()) {
      return &found->second;
    }
  }
  return nullptr;
}

Credentials AuthStore::Find(std::string_view url) const {
  if (!url.starts_with("http")) {
    return {};
  }
  const std::size_t slash = url.find('/', url.find("://") + 3);
  const std::string_view path = slash == std::string_view::npos ? "" : url.substr(slash);
  const std::string host = WithPort(url);
  // What is for one port of a host, then what is for all of them.
  for (const std::string& place : {host, host.substr(0, host.rfind(':'))}) {
    if (const Credentials* const found = FindAt(place, path); found != nullptr) {
      return *found;
    }
  }
  return {};
}

}  // namespace satchel
