#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace satchel::testing {

// A web server on a port of the loopback interface that answers as the test defines, correctly or
// not.
class FaultServer final {
 public:
  struct Asked {
    std::string path;
    std::map<std::string, std::string> headers;  // Names in lower case.

    std::string Header(const std::string& name) const;
  };
  struct Reply {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::optional<std::size_t> declared_length;  // Content-Length, if different from the body's.
    std::optional<std::size_t> reset_after;      // Resets the TCP connection after this many bytes
                                                 // of the body.
    int delay_ms = 0;                            // Before the first byte.
    std::optional<std::size_t> stall_after;      // Sends nothing more after this many bytes of the
                                                 // body.
    int trickle_ms = 0;                          // Between any two bytes of the body.
    // These bytes and the end of the connection, instead of an answer; may be empty.
    std::optional<std::string> raw = std::nullopt;
  };
  using Handler = std::function<Reply(const Asked& asked)>;

  // Many threads call `handler`, one call at a time.
  explicit FaultServer(Handler handler);
  ~FaultServer();
  FaultServer(const FaultServer&) = delete;
  FaultServer& operator=(const FaultServer&) = delete;

  std::string Url(std::string_view path) const;  // "http://127.0.0.1:PORT" and the path.
  int port() const { return port_; }
  std::vector<Asked> asked() const;  // So far, in the order of arrival.

 private:
  void Accept();
  void Serve(int fd);
  void Send(int fd, const Reply& reply);
  bool Sleep(int ms) const;  // False if the server ends.

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  bool stopped_ = false;
  std::vector<Asked> asked_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// The answer of a correct server with `body` at this URL: ranges, If-Range and If-None-Match
// against `etag` (empty: none).
FaultServer::Reply FileReply(const FaultServer::Asked& asked, const std::string& body,
                             const std::string& etag = "");

}  // namespace satchel::testing
