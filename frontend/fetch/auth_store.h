#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/fetch/network_options.h"

namespace satchel {

// Credentials by host, from the files that other programs keep:
//   - anaconda-client's tokens, <data>/binstar/<quoted URL>.token, for the channels of that site;
//   - mamba's ~/.mamba/auth/authentication.json;
//   - rattler's and pixi's RATTLER_AUTH_FILE, else ~/.rattler/credentials.json.
// Where several know a host, the last of these wins. (netrc is libcurl's business.)
class AuthStore final {
 public:
  // The value of an environment variable; none if it is not set.
  using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

  AuthStore() = default;
  // Reads all files that there are. Errors: kInvalidArgument for a file that is not of its form, so
  // that a typing error does not look like a wrong password; those of reading.
  [[nodiscard]] static absl::StatusOr<AuthStore> Load(const Lookup& lookup, bool with_anaconda);

  // What a host of the URL should be shown; nothing if no file knows it.
  Credentials Find(std::string_view url) const;

  // `text` is a file's; `path` names it in messages.
  [[nodiscard]] absl::Status AddMamba(const std::string& text, const std::string& path);
  [[nodiscard]] absl::Status AddRattler(const std::string& text, const std::string& path);
  // What the URL itself has of credentials, for all that is below it.
  void AddUrl(std::string_view url);
  void AddAnacondaToken(const std::string& site, const std::string& token);

 private:
  const Credentials* FindAt(const std::string& host, std::string_view path) const;

  // By host or host/path, without scheme; "*.example.com" is for all hosts below. Without a port it
  // is for all ports.
  std::map<std::string, Credentials> credentials_;
};

}  // namespace satchel
