#include "frontend/fetch/network_config.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/fetch/auth_store.h"
#include "frontend/fetch/url.h"

namespace satchel {
namespace {

void AddCredentialsOfUrls(const Configuration& configuration, AuthStore* store) {
  store->AddUrl(configuration.Text("channel_alias"));
  for (const char* key : {"channels", "default_channels"}) {
    for (const std::string& url : configuration.List(key)) {
      store->AddUrl(url);
    }
  }
  for (const char* key : {"custom_channels", "custom_multichannels", "mirrored_channels"}) {
    for (const auto& [name, urls] : configuration.Map(key)) {
      for (const std::string& url : urls) {
        store->AddUrl(url);
      }
    }
  }
}

// Where else a file is, when a channel of mirrored_channels has it.
std::vector<std::string> MirrorsOf(const std::vector<std::vector<std::string>>& groups,
                                   const std::string& url) {
  std::vector<std::string> mirrors;
  for (const std::vector<std::string>& group : groups) {
    const auto own = std::ranges::find_if(
        group, [&url](const std::string& base) { return url.starts_with(base + "/"); });
    for (const std::string& base : group) {
      if (own != group.end() && base != *own) {
        mirrors.push_back(base + url.substr(own->size()));
      }
    }
  }
  return mirrors;
}

}  // namespace

absl::StatusOr<NetworkOptions> MakeNetworkOptions(
    const Configuration& configuration,
    const std::function<std::optional<std::string>(const std::string& name)>& variable,
    const std::vector<std::string>& urls) {
  NetworkOptions options;
  options.offline = configuration.Bool("offline");
  const std::string verify = configuration.Text("ssl_verify");
  options.verify_tls = verify != "false";
  if (verify == "true") {
    for (const char* name : {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
      if (const auto file = variable(name); file.has_value() && !file->empty()) {
        options.ca_file = *file;
        break;
      }
    }
  } else if (verify != "false" && verify != "<system>" && verify != "truststore") {
    options.ca_file = verify;
  }
  options.client_cert = configuration.Text("client_ssl_cert");
  options.client_key = configuration.Text("client_ssl_cert_key");
  for (const auto& [name, urls] : configuration.Map("proxy_servers")) {
    const std::string word = ToLower(urls.empty() ? "" : urls[0]);
    const bool is_none = word.empty() || word == "none" || word == "null";  // As conda reads them.
    options.proxies[name] = is_none ? "" : urls[0];
  }
  options.use_netrc = configuration.Bool("netrc");
  options.connect_timeout_s = configuration.Number("remote_connect_timeout_secs");
  options.read_timeout_s = configuration.Number("remote_read_timeout_secs");
  options.max_retries = static_cast<int>(configuration.Integer("remote_max_retries"));
  options.backoff_s = configuration.Number("remote_backoff_factor");
  if (const auto threads = configuration.Integer("fetch_threads"); threads > 0) {
    options.max_connections = static_cast<int>(threads);
  }
  ASSIGN_OR_RETURN(AuthStore loaded,
                   AuthStore::Load(variable, configuration.Bool("add_anaconda_token")));
  AddCredentialsOfUrls(configuration, &loaded);
  for (const std::string& url : urls) {
    loaded.AddUrl(url);
  }
  options.credentials = [store = std::make_shared<const AuthStore>(std::move(loaded))](
                            const std::string& url) { return store->Find(url); };
  std::vector<std::vector<std::string>> groups;
  for (const auto& [name, urls] : configuration.Map("mirrored_channels")) {
    std::vector<std::string>& group = groups.emplace_back();
    for (const std::string& url : urls) {
      group.push_back(StripCredentials(url));
    }
  }
  options.mirrors = [groups = std::move(groups)](const std::string& url) {
    return MirrorsOf(groups, url);
  };
  return options;
}

}  // namespace satchel
