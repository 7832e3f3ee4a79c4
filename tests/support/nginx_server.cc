#include "tests/support/nginx_server.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <tuple>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

#include "base/check.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "tests/support/loopback.h"

namespace satchel::testing {
namespace {

constexpr const char* kNginx = "/usr/sbin/nginx";

constexpr const char* kConfiguration = R"(
worker_processes 1;
pid WORK/nginx.pid;
error_log WORK/error.log;
USER
events { worker_connections 256; }
http {
  log_format brief '$request_method $request_uri $server_protocol $status $body_bytes_sent $http_user_agent';
  access_log WORK/access.log brief;
  client_body_temp_path WORK/body;
  proxy_temp_path WORK/proxy;
  fastcgi_temp_path WORK/fastcgi;
  uwsgi_temp_path WORK/uwsgi;
  scgi_temp_path WORK/scgi;
  keepalive_timeout 20;
  root ROOT;
  ssl_certificate WORK/server.pem;
  ssl_certificate_key WORK/server.key;

  server {
    listen 127.0.0.1:HTTP;
    listen 127.0.0.1:HTTPS ssl http2;
    location /t/SECRET/token/ { alias ROOT/; }
    location /token/ { return 403; }
    location /basic/ { alias ROOT/; auth_basic channel; auth_basic_user_file WORK/users; }
    location /bearer/ {
      if ($http_authorization != "Bearer be-arer") { return 401; }
      alias ROOT/;
    }
    location /moved/ { rewrite ^/moved(/.*)$ $1 redirect; }
    location /round/ { rewrite ^(.*)$ $1 redirect; }
    location /busy/ { return 503; }
    location /slow/ { alias ROOT/; limit_rate 200k; }
  }
  server {
    listen 127.0.0.1:EXPIRED ssl;
    ssl_certificate WORK/expired.pem;
  }
  server {
    listen 127.0.0.1:MUTUAL ssl;
    ssl_client_certificate WORK/ca.pem;
    ssl_verify_client on;
  }
}
)";

// Distinct ones that nobody uses now.
std::array<int, 4> FreePorts() {
  std::array<int, 4> sockets = {};
  std::array<int, 4> ports = {};
  for (std::size_t i = 0; i < ports.size(); ++i) {
    sockets[i] = ListenOnLoopback(&ports[i]);
  }
  for (const int fd : sockets) {
    close(fd);
  }
  return ports;
}

void Shell(const std::string& command) {
  SATCHEL_CHECK(std::system(command.c_str()) == 0);
}

}  // namespace

bool NginxServer::IsInstalled() {
  return access(kNginx, X_OK) == 0 && std::system("openssl version >/dev/null 2>&1") == 0;
}

NginxServer::NginxServer(std::string work, const std::string& root) : work_(std::move(work)) {
  MakeCertificates();
  int tries = 0;
  do {  // Another process may be quicker to take a port.
    SATCHEL_CHECK(++tries < 10);
    std::tie(http_port_, https_port_, expired_port_, mutual_port_) = std::tuple_cat(FreePorts());
    WriteConfiguration(root);
  } while (!Start());
}

NginxServer::~NginxServer() {
  kill(process_, SIGTERM);
  waitpid(process_, nullptr, 0);
}

void NginxServer::MakeCertificates() const {
  const std::string script = absl::StrReplaceAll(R"sh(exec >/dev/null 2>&1 && cd 'WORK' &&
    key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes' &&
    openssl req -x509 $key -keyout ca.key -out ca.pem -days 2 -subj '/CN=Authority of a test' &&
    openssl req $key -keyout server.key -out server.csr -subj /CN=localhost \
      -addext subjectAltName=DNS:localhost,IP:127.0.0.1 &&
    openssl req $key -keyout client.key -out client.csr -subj /CN=ann &&
    sign() { openssl x509 -req -CA ca.pem -CAkey ca.key -copy_extensions copy "$@"; } &&
    sign -in server.csr -out server.pem -days 2 &&
    sign -in server.csr -out expired.pem -days -1 &&
    sign -in client.csr -out client.pem -days 2 &&
    echo "ann:$(openssl passwd -apr1 'p@ss w')" > users)sh",
                                                 {{"WORK", work_}});
  Shell(script);
}

void NginxServer::WriteConfiguration(const std::string& root) const {
  // As root its workers would be another user, who cannot read a test's files.
  const std::string user = geteuid() == 0 ? "user root;" : "";
  std::ofstream(work_ + "/nginx.conf")
      << absl::StrReplaceAll(kConfiguration, {{"WORK", work_},
                                              {"ROOT", root},
                                              {"USER", user},
                                              {"HTTPS", std::to_string(https_port_)},
                                              {"HTTP;", std::to_string(http_port_) + ";"},
                                              {"EXPIRED", std::to_string(expired_port_)},
                                              {"MUTUAL", std::to_string(mutual_port_)}});
}

bool NginxServer::Start() {
  process_ = fork();
  SATCHEL_CHECK(process_ >= 0);
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);  // Not longer than the test, even if that crashes.
    const int log = open((work_ + "/start.log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    const std::string configuration = work_ + "/nginx.conf";
    const std::string errors = work_ + "/error.log";
    execl(kNginx, kNginx, "-p", work_.c_str(), "-e", errors.c_str(), "-c", configuration.c_str(),
          "-g", "daemon off;", nullptr);
    _exit(127);
  }
  // The last thing before it serves, when it has all its ports.
  for (int tries = 0; ReadFile(work_ + "/nginx.pid").value_or("").empty(); ++tries) {
    SATCHEL_CHECK(tries < 3000);
    if (waitpid(process_, nullptr, WNOHANG) != 0) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

// nginx writes a request down after it has answered. When one more is written down, so are those
// before it.
std::string NginxServer::Log() const {
  const std::string mark = absl::StrFormat("HEAD /mark-%d ", ++num_marks_);
  const int fd = ConnectToLoopback(http_port_);
  SATCHEL_CHECK(SendAll(fd, mark + "HTTP/1.0\r\n\r\n"));
  std::string log;
  for (int tries = 0; log.find(mark) == std::string::npos && tries < 1000; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    log = ReadFile(work_ + "/access.log").value_or("");
  }
  close(fd);
  return log;
}

std::size_t NginxServer::NumLogged(std::string_view text) const {
  std::size_t count = 0;
  const std::string log = Log();
  for (const std::string_view line : Split(log, '\n')) {
    count += line.find(text) == std::string_view::npos ? 0 : 1;
  }
  return count;
}

}  // namespace satchel::testing
