#include "tests/support/fault_server.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "base/strings.h"
#include "tests/support/loopback.h"

namespace satchel::testing {
namespace {

// Closing then sends a reset rather than an end.
void ResetOnClose(int fd) {
  const linger now = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

FaultServer::Asked ParseRequest(std::string_view text) {
  FaultServer::Asked asked;
  bool is_first = true;
  for (std::string_view line : Split(text, '\n')) {
    line = StripSpace(line);
    if (is_first) {
      const std::vector<std::string_view> words = Split(line, ' ');
      asked.path = words.size() > 1 ? words[1] : "";
      is_first = false;
    } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
      asked.headers[ToLower(line.substr(0, colon))] = StripSpace(line.substr(colon + 1));
    }
  }
  return asked;
}

}  // namespace

std::string FaultServer::Asked::Header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

FaultServer::FaultServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = ListenOnLoopback(&port_);
  acceptor_ = std::thread([this] { Accept(); });
}

FaultServer::~FaultServer() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  acceptor_.join();
  for (std::thread& thread : threads_) {
    thread.join();
  }
  close(listener_);
}

std::string FaultServer::Url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

std::vector<FaultServer::Asked> FaultServer::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

bool FaultServer::Sleep(int ms) const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) {
        return false;
      }
    }
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= std::chrono::steady_clock::duration::zero()) {
      return true;
    }
    std::this_thread::sleep_for(
        std::min<std::chrono::steady_clock::duration>(left, std::chrono::milliseconds(5)));
  }
}

void FaultServer::Accept() {
  while (Sleep(0)) {
    pollfd waits = {listener_, POLLIN, 0};
    if (poll(&waits, 1, 5) == 1) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd >= 0) {
        threads_.emplace_back([this, fd] { Serve(fd); });
      }
    }
  }
}

void FaultServer::Serve(int fd) {
  std::string text;
  char buffer[4096];
  while (text.find("\r\n\r\n") == std::string::npos) {
    pollfd waits = {fd, POLLIN, 0};
    if (!Sleep(0) || poll(&waits, 1, 20) < 0) {
      close(fd);
      return;
    }
    if (waits.revents == 0) {
      continue;
    }
    const ssize_t size = recv(fd, buffer, sizeof buffer, 0);
    if (size <= 0) {
      close(fd);
      return;
    }
    text.append(buffer, static_cast<std::size_t>(size));
  }
  Reply reply;
  {
    const std::lock_guard lock(mutex_);
    asked_.push_back(ParseRequest(text));
    reply = handler_(asked_.back());
  }
  Send(fd, reply);
  close(fd);
}

void FaultServer::Send(int fd, const Reply& reply) {
  if (!Sleep(reply.delay_ms)) {
    return;
  }
  if (reply.raw.has_value()) {
    SendAll(fd, *reply.raw);
    return;
  }
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " Said\r\nConnection: close\r\n";
  for (const auto& [name, value] : reply.headers) {
    head += name + ": " + value + "\r\n";
  }
  if (reply.status != 304) {
    const std::size_t length = reply.declared_length.value_or(reply.body.size());
    head += "Content-Length: " + std::to_string(length) + "\r\n";
  }
  if (!SendAll(fd, head + "\r\n")) {
    return;
  }
  std::string_view body = reply.body;
  if (reply.reset_after.has_value()) {
    SendAll(fd, body.substr(0, *reply.reset_after));
    Sleep(20);  // A reset overtakes what the peer has not read yet.
    ResetOnClose(fd);
  } else if (reply.stall_after.has_value()) {
    SendAll(fd, body.substr(0, *reply.stall_after));
    Sleep(60'000);
  } else if (reply.trickle_ms > 0) {
    for (const char& c : body) {
      if (!SendAll(fd, {&c, 1}) || !Sleep(reply.trickle_ms)) {
        return;
      }
    }
  } else {
    SendAll(fd, body);
  }
}

FaultServer::Reply FileReply(const FaultServer::Asked& asked, const std::string& body,
                             const std::string& etag) {
  FaultServer::Reply reply;
  if (!etag.empty()) {
    reply.headers.emplace_back("ETag", etag);
    if (asked.Header("if-none-match") == etag) {
      reply.status = 304;
      return reply;
    }
  }
  const std::string range = asked.Header("range");
  const std::string condition = asked.Header("if-range");
  reply.body = body;
  if (!range.starts_with("bytes=") || (!condition.empty() && condition != etag)) {
    return reply;
  }
  const auto start = static_cast<std::size_t>(std::atoll(range.c_str() + 6));
  if (start >= body.size()) {
    reply.status = 416;
    reply.body.clear();
    return reply;
  }
  reply.status = 206;
  reply.headers.emplace_back("Content-Range", "bytes " + std::to_string(start) + "-" +
                                                  std::to_string(body.size() - 1) + "/" +
                                                  std::to_string(body.size()));
  reply.body = body.substr(start);
  return reply;
}

}  // namespace satchel::testing
