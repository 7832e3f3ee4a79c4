#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "frontend/fetch/url.h"

namespace satchel {

// Credentials for a server: in the URL, for basic authentication, or a bearer token.
struct Credentials : UrlCredentials {
  std::string bearer;  // "Authorization: Bearer ..."
};

// Options for talking to servers; made from the configuration.
struct NetworkOptions {
  bool offline = false;     // Only file:// URLs.
  bool verify_tls = true;   // False only if the user wants it.
  std::string ca_file;      // Trusted PEM certificates, a file or a directory; empty: the system's.
  std::string client_cert;  // PEM.
  std::string client_key;   // PEM; empty if client_cert has it too.
  // conda's proxy_servers: "https", "https://host", "all" -> proxy URL. Otherwise the variables
  // http_proxy, https_proxy, all_proxy and no_proxy apply.
  std::map<std::string, std::string> proxies;
  // Returns none for a URL that needs none; may be empty.
  std::function<Credentials(const std::string& url)> credentials;
  // Other URLs of the same file, the most preferred first; may be empty.
  std::function<std::vector<std::string>(const std::string& url)> mirrors;
  bool use_netrc = true;  // ~/.netrc, or the file that the variable NETRC names.

  double connect_timeout_s = 9.15;
  double read_timeout_s = 60;  // The longest time without a byte, or below 30 bytes per second.
  int max_retries = 3;         // In addition to the first attempt.
  double backoff_s = 1;        // Before the first retry, doubled for each one after it.
  double max_wait_s = 120;     // A server that asks for a longer wait (Retry-After) has failed.
  int max_connections = 10;    // To one host.
  std::string user_agent = "satchel";
};

}  // namespace satchel
