#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace satchel {

// Sets of positions in a name's preference-ordered candidate list, as 64-bit words. Free functions
// over spans, because the words live in arenas and on the stack as often as in a vector.
using Word = std::uint64_t;
using Position = std::uint32_t;
inline constexpr Position kNoPosition = 0xffffffff;
inline constexpr std::size_t kWordBits = 64;

inline std::size_t WordsFor(std::size_t positions) {
  return (positions + kWordBits - 1) / kWordBits;
}
inline bool Contains(std::span<const Word> set, Position at) {
  return ((set[at / kWordBits] >> (at % kWordBits)) & 1) != 0;
}
inline void Insert(std::span<Word> set, Position at) {
  set[at / kWordBits] |= Word{1} << (at % kWordBits);
}
inline void Erase(std::span<Word> set, Position at) {
  set[at / kWordBits] &= ~(Word{1} << (at % kWordBits));
}
inline std::size_t Count(std::span<const Word> set) {
  std::size_t count = 0;
  for (const Word word : set) {
    count += static_cast<std::size_t>(std::popcount(word));
  }
  return count;
}
inline bool IsEmpty(std::span<const Word> set) {
  for (const Word word : set) {
    if (word != 0) {
      return false;
    }
  }
  return true;
}

// The smallest member of `set` that is at least `from`, or kNoPosition.
inline Position FirstFrom(std::span<const Word> set, Position from = 0) {
  for (std::size_t w = from / kWordBits; w < set.size(); ++w) {
    Word word = set[w];
    if (w == from / kWordBits) {
      word &= ~Word{0} << (from % kWordBits);
    }
    if (word != 0) {
      return static_cast<Position>(w * kWordBits +
                                   static_cast<std::size_t>(std::countr_zero(word)));
    }
  }
  return kNoPosition;
}
// The smallest common member of `a` and `b`, or kNoPosition. Requires equal sizes.
inline Position FirstCommon(std::span<const Word> a, std::span<const Word> b) {
  for (std::size_t w = 0; w < a.size(); ++w) {
    if (const Word word = a[w] & b[w]; word != 0) {
      return static_cast<Position>(w * kWordBits +
                                   static_cast<std::size_t>(std::countr_zero(word)));
    }
  }
  return kNoPosition;
}
// The greatest common member of `a` and `b`, or kNoPosition. Requires equal sizes.
inline Position LastCommon(std::span<const Word> a, std::span<const Word> b) {
  for (std::size_t w = a.size(); w-- > 0;) {
    if (const Word word = a[w] & b[w]; word != 0) {
      return static_cast<Position>(w * kWordBits + kWordBits - 1 -
                                   static_cast<std::size_t>(std::countl_zero(word)));
    }
  }
  return kNoPosition;
}

// For sets of equal sizes:
inline bool IsWithin(std::span<const Word> set, std::span<const Word> other) {
  for (std::size_t w = 0; w < set.size(); ++w) {
    if ((set[w] & ~other[w]) != 0) {
      return false;
    }
  }
  return true;
}
inline void Unite(std::span<Word> set, std::span<const Word> other) {
  for (std::size_t w = 0; w < set.size(); ++w) {
    set[w] |= other[w];
  }
}
inline void Intersect(std::span<Word> set, std::span<const Word> other) {
  for (std::size_t w = 0; w < set.size(); ++w) {
    set[w] &= other[w];
  }
}
inline void Subtract(std::span<Word> set, std::span<const Word> other) {
  for (std::size_t w = 0; w < set.size(); ++w) {
    set[w] &= ~other[w];
  }
}

// Calls `visit(Position)` for each member, ascending.
template <typename Visit>
void ForEach(std::span<const Word> set, Visit visit) {
  for (std::size_t w = 0; w < set.size(); ++w) {
    for (Word word = set[w]; word != 0; word &= word - 1) {
      visit(
          static_cast<Position>(w * kWordBits + static_cast<std::size_t>(std::countr_zero(word))));
    }
  }
}

// {first, ..., last - 1} from a list of `size` positions.
inline std::vector<Word> RangeSet(std::size_t size, Position first, Position last) {
  std::vector<Word> set(WordsFor(size), 0);
  if (first < last) {
    const std::size_t first_word = first / kWordBits;
    const std::size_t last_word = (last - 1) / kWordBits;
    for (std::size_t w = first_word; w <= last_word; ++w) {
      set[w] = ~Word{0};
    }
    set[first_word] &= ~Word{0} << (first % kWordBits);
    set[last_word] &= ~Word{0} >> (kWordBits - 1 - (last - 1) % kWordBits);
  }
  return set;
}

}  // namespace satchel
