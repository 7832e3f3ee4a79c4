#include "tests/support/relay.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>
#include <string_view>

#include "tests/support/loopback.h"

namespace satchel::testing {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kPollMs = 5;

// The port in "CONNECT host:port HTTP/1.1" or "GET http://host:port/path HTTP/1.1".
int PortOf(std::string_view head) {
  const std::size_t scheme = head.find("://");
  const bool has_scheme = scheme != std::string_view::npos && scheme < head.find('\r');
  const std::size_t begin = has_scheme ? scheme + 3 : head.find(' ') + 1;
  const std::size_t colon = head.find(':', begin);
  return colon == std::string_view::npos ? 80 : std::atoi(head.data() + colon + 1);
}

}  // namespace

Relay::Relay(Options options) : options_(options) {
  listener_ = ListenOnLoopback(&port_);
  acceptor_ = std::thread([this] { Accept(); });
}

Relay::~Relay() {
  stopped_ = true;
  acceptor_.join();
  for (std::thread& thread : threads_) {
    thread.join();
  }
  close(listener_);
}

void Relay::Accept() {
  while (!stopped_) {
    pollfd waits = {listener_, POLLIN, 0};
    if (poll(&waits, 1, kPollMs) == 1) {
      if (const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC); client >= 0) {
        ++num_connections_;
        threads_.emplace_back([this, client] { Serve(client); });
      }
    }
  }
}

// Where a proxy's client wants to go; `head` becomes what the server has to be told first.
int Relay::OpenProxied(int client, std::string* head) {
  std::array<char, 4096> buffer;
  while (head->find("\r\n\r\n") == std::string::npos) {
    const ssize_t size = recv(client, buffer.data(), buffer.size(), 0);
    if (size <= 0) {
      return -1;
    }
    head->append(buffer.data(), static_cast<std::size_t>(size));
  }
  const int server = ConnectToLoopback(PortOf(*head));
  if (server >= 0 && head->starts_with("CONNECT ")) {
    ++num_tunnels_;
    head->clear();
    SendAll(client, "HTTP/1.1 200 Connection established\r\n\r\n");
  }
  return server;
}

void Relay::Serve(int client) {
  std::string head;
  const int server = options_.target_port != 0 ? ConnectToLoopback(options_.target_port)
                                               : OpenProxied(client, &head);
  if (server >= 0) {
    std::this_thread::sleep_for(2 * options_.delay);
    SendAll(server, head);
    std::thread back([this, server, client] { Forward(server, client); });
    Forward(client, server);
    back.join();
    close(server);
  }
  close(client);
}

void Relay::Forward(int from, int to) const {
  struct Piece {
    Clock::time_point due;
    std::string bytes;
  };
  std::deque<Piece> pieces;
  bool is_open = true;
  while ((is_open || !pieces.empty()) && !stopped_) {
    while (!pieces.empty() && pieces.front().due <= Clock::now()) {
      if (!SendAll(to, pieces.front().bytes)) {
        is_open = false;
      }
      pieces.pop_front();
    }
    int wait_ms = kPollMs;
    if (!pieces.empty()) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(pieces.front().due - Clock::now());
      wait_ms = std::clamp(static_cast<int>(left.count()), 0, kPollMs);
    }
    pollfd waits = {from, static_cast<short>(is_open ? POLLIN : 0), 0};
    if (poll(&waits, 1, wait_ms) == 1 && is_open) {
      std::string bytes(65536, '\0');
      const ssize_t size = recv(from, bytes.data(), bytes.size(), 0);
      is_open = size > 0;
      bytes.resize(is_open ? static_cast<std::size_t>(size) : 0);
      pieces.push_back({Clock::now() + options_.delay, std::move(bytes)});
    }
  }
  shutdown(to, SHUT_RDWR);
  shutdown(from, SHUT_RDWR);
}

}  // namespace satchel::testing
