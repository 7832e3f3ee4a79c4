#pragma once

#include <cstdint>

namespace satchel {

// SplitMix64 (Steele, Lea, Flood 2014; public domain). Not from std::, because its distributions
// differ between standard libraries, and a generated channel must be the same everywhere; for the
// same reason this uses no floating point.
class SplitMix final {
 public:
  explicit constexpr SplitMix(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  constexpr std::uint32_t Next32() { return static_cast<std::uint32_t>(Next() >> 32); }

  // In [0, n). The bias is below n / 2^32.
  constexpr std::uint32_t Below(std::uint32_t n) {
    return static_cast<std::uint32_t>((std::uint64_t{Next32()} * n) >> 32);
  }
  // In [low, high].
  constexpr std::int32_t Between(std::int32_t low, std::int32_t high) {
    return low + static_cast<std::int32_t>(Below(static_cast<std::uint32_t>(high - low + 1)));
  }
  constexpr bool Chance(std::uint32_t per_mille) { return Below(1000) < per_mille; }

 private:
  std::uint64_t state_;
};

// One well-mixed number from several: an independent stream for each thing that they identify.
template <typename... Parts>
constexpr std::uint64_t MixSeed(std::uint64_t seed, Parts... parts) {
  std::uint64_t mixed = seed;
  ((mixed = SplitMix(mixed ^ (static_cast<std::uint64_t>(parts) * 0xff51afd7ed558ccdU)).Next()),
   ...);
  return mixed;
}

}  // namespace satchel
