// Sets of positions against std::set, at sizes around the boundaries of words.

#include "encoding/position_set.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <vector>

#include "gtest/gtest.h"

#include "tests/oracle/dice.h"

namespace satchel {
namespace {

using Positions = std::set<Position>;

constexpr std::size_t kSizes[] = {1, 2, 63, 64, 65, 127, 128, 129, 200};

std::vector<Word> ToWords(const Positions& positions, std::size_t size) {
  std::vector<Word> words(WordsFor(size), 0);
  for (const Position at : positions) {
    Insert(words, at);
  }
  return words;
}

Positions ToPositions(std::span<const Word> words) {
  Positions positions;
  ForEach(words, [&](Position at) { positions.insert(at); });
  return positions;
}

Positions RandomPositions(oracle::Dice& dice, std::size_t size) {
  const unsigned percent = static_cast<unsigned>(dice.Below(101));
  Positions positions;
  for (Position at = 0; at < size; ++at) {
    if (dice.Chance(percent)) {
      positions.insert(at);
    }
  }
  return positions;
}

TEST(PositionSet, HoldsWhatWasInserted) {
  oracle::Dice dice(1);
  for (const std::size_t size : kSizes) {
    for (int i = 0; i < 50; ++i) {
      Positions expected = RandomPositions(dice, size);
      std::vector<Word> words = ToWords(expected, size);
      EXPECT_EQ(ToPositions(words), expected);
      EXPECT_EQ(Count(words), expected.size());
      EXPECT_EQ(IsEmpty(words), expected.empty());
      for (Position at = 0; at < size; ++at) {
        EXPECT_EQ(Contains(words, at), expected.contains(at)) << at << " of " << size;
      }
      const auto gone = static_cast<Position>(dice.Below(size));
      Erase(words, gone);
      expected.erase(gone);
      EXPECT_EQ(ToPositions(words), expected);
    }
  }
}

TEST(PositionSet, FindsTheFirstFromAnywhere) {
  oracle::Dice dice(2);
  for (const std::size_t size : kSizes) {
    for (int i = 0; i < 20; ++i) {
      const Positions positions = RandomPositions(dice, size);
      const std::vector<Word> words = ToWords(positions, size);
      for (Position from = 0; from < size; ++from) {
        const auto expected = positions.lower_bound(from);
        EXPECT_EQ(FirstFrom(words, from), expected == positions.end() ? kNoPosition : *expected)
            << from << " of " << size;
      }
      // One past the end is what a caller that walks over a set asks last.
      EXPECT_EQ(FirstFrom(words, static_cast<Position>(words.size() * kWordBits)), kNoPosition);
    }
  }
}

TEST(PositionSet, CombinesTwoSets) {
  oracle::Dice dice(3);
  for (const std::size_t size : kSizes) {
    for (int i = 0; i < 50; ++i) {
      const Positions a = RandomPositions(dice, size);
      const Positions b = RandomPositions(dice, size);
      const std::vector<Word> words_a = ToWords(a, size);
      const std::vector<Word> words_b = ToWords(b, size);
      Positions both;
      std::ranges::set_intersection(a, b, std::inserter(both, both.end()));
      Positions either;
      std::ranges::set_union(a, b, std::inserter(either, either.end()));
      Positions only_a;
      std::ranges::set_difference(a, b, std::inserter(only_a, only_a.end()));

      EXPECT_EQ(FirstCommon(words_a, words_b), both.empty() ? kNoPosition : *both.begin());
      EXPECT_EQ(LastCommon(words_a, words_b), both.empty() ? kNoPosition : *both.rbegin());
      EXPECT_EQ(IsWithin(words_a, words_b), only_a.empty());
      std::vector<Word> words = words_a;
      Intersect(words, words_b);
      EXPECT_EQ(ToPositions(words), both);
      words = words_a;
      Unite(words, words_b);
      EXPECT_EQ(ToPositions(words), either);
      words = words_a;
      Subtract(words, words_b);
      EXPECT_EQ(ToPositions(words), only_a);
    }
  }
}

TEST(PositionSet, RangesHaveTheirPositionsAndNoOthers) {
  for (const std::size_t size : kSizes) {
    for (Position first = 0; first <= size; ++first) {
      for (Position last = first; last <= size; ++last) {
        const std::vector<Word> words = RangeSet(size, first, last);
        ASSERT_EQ(words.size(), WordsFor(size));
        ASSERT_EQ(Count(words), last - first);
        if (first < last) {
          ASSERT_EQ(FirstFrom(words), first);
          ASSERT_TRUE(Contains(words, last - 1));
        }
      }
    }
  }
}

}  // namespace
}  // namespace satchel
