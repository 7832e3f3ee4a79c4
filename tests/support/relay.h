#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace satchel::testing {

// Stands between a client and a server on the loopback interface: forwards to one port; or, as an
// HTTP proxy, to wherever a client asks (CONNECT, or a request with a whole URL). It can make the
// way as long as one wants: every byte arrives `delay` later, and a connection takes as long as the
// packets that go to and fro for it would.
class Relay final {
 public:
  struct Options {
    int target_port = 0;  // 0: be a proxy.
    std::chrono::milliseconds delay{0};
  };

  explicit Relay(Options options);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  int port() const { return port_; }
  int num_connections() const { return num_connections_; }
  int num_tunnels() const { return num_tunnels_; }  // By CONNECT.

 private:
  void Accept();
  void Serve(int client);
  int OpenProxied(int client, std::string* head);
  void Forward(int from, int to) const;

  Options options_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopped_ = false;
  std::atomic<int> num_connections_ = 0;
  std::atomic<int> num_tunnels_ = 0;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace satchel::testing
