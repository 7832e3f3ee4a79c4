#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace satchel {

// Hashes the short texts of repodata: eight bytes per multiplication, all inline.
//
// Why not Abseil's hash: for a std::string_view it falls back on the standard library's (10 % of an
// ingest), and its own, for an absl::string_view, costs a call and a switch per text (another 8 %).
// The seed is an address, so with a randomised layout a channel cannot force collisions.
struct TextHash {
  using is_transparent = void;

  std::size_t operator()(std::string_view text) const {
    static const char seed = 0;
    std::uint64_t hash = reinterpret_cast<std::uintptr_t>(&seed) + text.size() * kOdd1;
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left > 8; left -= 8, at += 8) {
      hash = Mix(hash ^ Load(at, 8));
    }
    return static_cast<std::size_t>(Mix(hash ^ Load(at, left)) ^ kOdd1);
  }

 private:
  static constexpr std::uint64_t kOdd1 = 0x9E3779B97F4A7C15;
  static constexpr std::uint64_t kOdd2 = 0xD6E8FEB86659FD93;

  static std::uint64_t Mix(std::uint64_t value) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(value ^ kOdd2) * kOdd1;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
  // Up to eight bytes; all of them count, some twice.
  static std::uint64_t Load(const char* at, std::size_t size) {
    if (size >= 8) {
      std::uint64_t word;
      std::memcpy(&word, at, 8);
      return word;
    }
    if (size >= 4) {
      std::uint32_t low;
      std::uint32_t high;
      std::memcpy(&low, at, 4);
      std::memcpy(&high, at + size - 4, 4);
      return (std::uint64_t{high} << 32) | low;
    }
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < size; ++i) {
      word = (word << 8) | static_cast<unsigned char>(at[i]);
    }
    return word;
  }
};

template <typename Value>
using TextMap = absl::flat_hash_map<std::string_view, Value, TextHash, std::equal_to<>>;
using TextSet = absl::flat_hash_set<std::string_view, TextHash, std::equal_to<>>;

}  // namespace satchel
