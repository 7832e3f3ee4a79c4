#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace satchel::testing {

// The web server nginx on ports of the loopback interface, serving a directory in many ways:
//
//   /...              the files, with ranges, ETag and Last-Modified
//   /t/SECRET/...     the same; /token/... is where they are for who has that token
//   /basic/...        for the user ann with the password "p@ss w"
//   /bearer/...       for who shows the bearer token "be-arer"
//   /moved/...        redirects to /...
//   /round/...        redirects to itself
//   /busy/...         is never ready (503)
//   /slow/...         at 200 kB a second
//
// over HTTP, and over HTTPS (with HTTP/2) with a certificate of `ca_file()`. It also serves the
// plain files with an expired certificate, and to clients that present the certificate of
// `client_certificate()`.
class NginxServer final {
 public:
  // Whether it and openssl can run here; tests skip themselves if not.
  static bool IsInstalled();

  // Puts its own files below `work`, an existing directory.
  NginxServer(std::string work, const std::string& root);
  ~NginxServer();
  NginxServer(const NginxServer&) = delete;
  NginxServer& operator=(const NginxServer&) = delete;

  // "http://localhost:PORT" and the path; and so on.
  std::string Http(const std::string& path) const { return Url("http", http_port_, path); }
  std::string Https(const std::string& path) const { return Url("https", https_port_, path); }
  std::string Expired(const std::string& path) const { return Url("https", expired_port_, path); }
  std::string Mutual(const std::string& path) const { return Url("https", mutual_port_, path); }
  int http_port() const { return http_port_; }

  std::string ca_file() const { return work_ + "/ca.pem"; }
  std::string client_certificate() const { return work_ + "/client.pem"; }
  std::string client_key() const { return work_ + "/client.key"; }

  // One line per request: method, path, protocol, status, bytes of the body, user agent.
  std::string Log() const;
  // How many of its lines contain the text.
  std::size_t NumLogged(std::string_view text) const;

 private:
  static std::string Url(const char* scheme, int port, const std::string& path) {
    return std::string(scheme) + "://localhost:" + std::to_string(port) + path;
  }
  void MakeCertificates() const;
  void WriteConfiguration(const std::string& root) const;
  [[nodiscard]] bool Start();  // False if it ended because another process has one of the ports.

  std::string work_;
  int http_port_ = 0;
  int https_port_ = 0;
  int expired_port_ = 0;
  int mutual_port_ = 0;
  pid_t process_ = -1;
  mutable int num_marks_ = 0;
};

}  // namespace satchel::testing
