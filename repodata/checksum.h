#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace satchel {

// XXH64 with seed 0 (https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md): against bit rot and
// truncation, not against an attacker. Little-endian reads, so the value is the same everywhere.
// Cost: about 0.1 ns a byte.
std::uint64_t Checksum(std::span<const std::byte> bytes);

}  // namespace satchel
