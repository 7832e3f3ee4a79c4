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

// Credentials by host, from the files of other programs:
//   - anaconda-client's tokens, <data>/binstar/<quoted URL>.token, for the channels of that site;
//   - mamba's ~/.mamba/auth/authentication.json;
//   - rattler's and pixi's RATTLER_AUTH_FILE, else ~/.rattler/credentials.json.
// If several know a host, the last of these wins. (libcurl handles netrc.)
class AuthStore final {
 public:
  // The value of an environment variable; none if it is not set.
  using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

  AuthStore() = default;
  // Reads all existing files. Errors: kInvalidArgument for a file that does not have its format, so
  // that a typing error does not look like a wrong password; those of reading.
  [[nodiscard]] static absl::StatusOr<AuthStore> Load(const Lookup& lookup, bool with_anaconda);

  // The credentials for the host of a URL; nothing if no file knows it.
  Credentials Find(std::string_view url) const;

  // `text` is the text of a file; `path` names it in messages.
  [[nodiscard]] absl::Status AddMamba(const std::string& text, const std::string& path);
  [[nodiscard]] absl::Status AddRattler(const std::string& text, const std::string& path);
  // Adds the credentials in the URL itself, for everything below it.
  void AddUrl(std::string_view url);
  void AddAnacondaToken(const std::string& site, const std::string& token);

 private:
  const Credentials* FindAt(const std::string& host, std::string_view path) const;

  // By host or host/path, without scheme; "*.example.com" means all hosts below. Without a port it
  // applies to all ports.
  std::map<std::string, Credentials> credentials_;
};

}  // namespace satchel
