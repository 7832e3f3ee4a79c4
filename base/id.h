#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

namespace satchel {

// A 32-bit index into one particular table. `Tag` makes ids of different tables different types, so
// a NameId cannot index the table of records. Ids are dense from 0 and never reused, so an array
// indexed by id is the natural map from it.
template <typename Tag>
class Id {
 public:
  static constexpr std::uint32_t kNoneValue = std::numeric_limits<std::uint32_t>::max();

  constexpr Id() = default;  // None().
  constexpr explicit Id(std::uint32_t value) : value_(value) {}
  constexpr explicit Id(std::size_t value) : value_(static_cast<std::uint32_t>(value)) {}
  static constexpr Id None() { return Id(); }

  constexpr bool ok() const { return value_ != kNoneValue; }
  constexpr std::uint32_t value() const { return value_; }
  constexpr std::size_t index() const { return value_; }

  friend constexpr auto operator<=>(Id, Id) = default;
  template <typename H>
  friend H AbslHashValue(H state, Id id) {
    return H::combine(std::move(state), id.value_);
  }

 private:
  std::uint32_t value_ = kNoneValue;
};

}  // namespace satchel
