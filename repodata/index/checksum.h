#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace satchel {

// Protects against bit rot and truncation, not against an attacker. The same on every machine.

// XXH3, 64 bits. Cost: about 0.05 ns per byte.
std::uint64_t Checksum(std::span<const std::byte> bytes);

// The hash of a whole file: equal exactly if the bytes are (for all practical purposes).
struct ContentHash {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  friend bool operator==(const ContentHash&, const ContentHash&) = default;
};

// XXH3, 128 bits, over bytes that arrive in pieces.
class ContentHasher final {
 public:
  ContentHasher();
  ~ContentHasher();
  ContentHasher(const ContentHasher&) = delete;
  ContentHasher& operator=(const ContentHasher&) = delete;

  void Append(std::string_view bytes);
  ContentHash Finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace satchel
