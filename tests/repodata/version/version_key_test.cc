// The keys against the plain definition of conda's order, over every version of up to five
// components from a small alphabet, and the prefix match against conda's startswith.

#include "repodata/version/version_key.h"

#include <algorithm>
#include <compare>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

#include "repodata/version/version.h"
#include "repodata/version/version_lexer.h"
#include "repodata/version/version_prefix.h"

namespace satchel {
namespace {

// The definition: lists of segments of components. Strings are less than numbers, infinity is
// above.
struct Component {
  enum class Kind { kString, kNumber, kInfinity };

  Kind kind = Kind::kNumber;
  std::string text;  // Of a number the digits without leading zeros, so "" is 0.

  friend bool operator==(const Component&, const Component&) = default;
  friend bool operator<(const Component& a, const Component& b) {
    if (a.kind != b.kind) {
      return a.kind < b.kind;
    }
    if (a.kind == Kind::kNumber && a.text.size() != b.text.size()) {
      return a.text.size() < b.text.size();
    }
    return a.text < b.text;
  }
};
using Segment = std::vector<Component>;
using Part = std::vector<Segment>;

struct NaiveVersion {
  Part release;
  Part local;
};

// A sink for the lexer.
class NaiveSink {
 public:
  explicit NaiveSink(NaiveVersion* version) : version_(version), part_(&version->release) {
    part_->emplace_back();
  }
  void Number(std::string_view digits) {
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    Add(Component::Kind::kNumber, digits);
  }
  void Infinity() { Add(Component::Kind::kInfinity, ""); }
  void String(std::string_view text) { Add(Component::Kind::kString, text); }
  void EndSegment() { part_->emplace_back(); }
  void BeginLocal() {
    part_ = &version_->local;
    part_->emplace_back();
  }

 private:
  void Add(Component::Kind kind, std::string_view text) {
    Component& component = part_->back().emplace_back();
    component.kind = kind;
    component.text = text;
  }

  NaiveVersion* version_;
  Part* part_;
};

NaiveVersion Lex(std::string_view text) {
  NaiveVersion version;
  NaiveSink sink(&version);
  std::string normal;
  EXPECT_TRUE(internal::NormalizeVersion(text, &normal)) << text;
  EXPECT_EQ(internal::LexVersion(normal, &sink), nullptr) << text;
  return version;
}

const Component& At(const Segment& segment, std::size_t index) {
  static const Component zero;
  return index < segment.size() ? segment[index] : zero;
}

const Segment& At(const Part& part, std::size_t index) {
  static const Segment empty;
  return index < part.size() ? part[index] : empty;
}

int Compare(const Segment& a, const Segment& b) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if (!(At(a, i) == At(b, i))) {
      return At(a, i) < At(b, i) ? -1 : 1;
    }
  }
  return 0;
}

int Compare(const Part& a, const Part& b) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    if (const int order = Compare(At(a, i), At(b, i)); order != 0) {
      return order;
    }
  }
  return 0;
}

int Compare(const NaiveVersion& a, const NaiveVersion& b) {
  const int order = Compare(a.release, b.release);
  return order != 0 ? order : Compare(a.local, b.local);
}

bool StartsWith(const Part& part, const Part& prefix) {
  const std::size_t last = prefix.size() - 1;
  for (std::size_t i = 0; i < last; ++i) {
    if (Compare(At(part, i), prefix[i]) != 0) {
      return false;
    }
  }
  const Segment& segment = At(part, last);
  const Segment& wanted = prefix[last];
  for (std::size_t i = 0; i + 1 < wanted.size(); ++i) {
    if (!(At(segment, i) == wanted[i])) {
      return false;
    }
  }
  const Component& here = At(segment, wanted.size() - 1);
  const Component& last_wanted = wanted.back();
  if (last_wanted.kind != Component::Kind::kString) {
    return here == last_wanted;
  }
  return here.kind == Component::Kind::kString && here.text.starts_with(last_wanted.text);
}

bool StartsWith(const NaiveVersion& version, const NaiveVersion& prefix) {
  if (prefix.local.empty()) {
    return StartsWith(version.release, prefix.release);
  }
  return Compare(version.release, prefix.release) == 0 && StartsWith(version.local, prefix.local);
}

struct Sample {
  std::string text;
  NaiveVersion naive;
  Version version;
  VersionPrefix prefix;
};

// Does nothing with a text that is no version.
void AddSample(const std::string& text, std::vector<Sample>* samples) {
  absl::StatusOr<Version> version = Version::Parse(text);
  absl::StatusOr<VersionPrefix> prefix = VersionPrefix::Parse(text);
  ASSERT_EQ(version.ok(), prefix.ok()) << text;
  if (version.ok()) {
    samples->push_back({text, Lex(text), *std::move(version), *std::move(prefix)});
  }
}

int Sign(std::strong_ordering order) {
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

void CheckAllPairs(const std::vector<Sample>& samples) {
  for (const Sample& a : samples) {
    for (const Sample& b : samples) {
      ASSERT_EQ(Sign(a.version <=> b.version), Compare(a.naive, b.naive))
          << a.text << " and " << b.text << ": " << DumpKey(a.version.key()) << " and "
          << DumpKey(b.version.key());
      ASSERT_EQ(a.prefix.Matches(b.version.key()), StartsWith(b.naive, a.naive))
          << b.text << " starts with " << a.text << ": " << DumpKey(b.version.key());
    }
  }
}

// Every concatenation of up to `length` pieces.
std::vector<Sample> AllVersions(const std::vector<std::string>& pieces, int length) {
  std::vector<Sample> samples;
  std::vector<std::string> texts = {""};
  for (int i = 0; i < length; ++i) {
    std::vector<std::string> longer;
    for (const std::string& text : texts) {
      for (const std::string& piece : pieces) {
        longer.push_back(text + piece);
        AddSample(longer.back(), &samples);
      }
    }
    texts = std::move(longer);
  }
  return samples;
}

TEST(VersionKey, AllShortVersions) {
  CheckAllPairs(AllVersions({"0", "1", ".", "a", "post"}, 5));
}

TEST(VersionKey, AllShortVersionsWithLocalPart) {
  CheckAllPairs(AllVersions({"0", "1", ".", "a", "+", "dev", "_"}, 4));
}

TEST(VersionKey, AllShortVersionsWithEpochs) {
  CheckAllPairs(AllVersions({"0", "2", "!", ".", "*", "b"}, 4));
}

// Gaps beyond what one byte holds, and numbers beyond 64 bits.
TEST(VersionKey, LongRuns) {
  std::vector<Sample> samples;
  for (const int zeros : {0, 1, 2, 27, 28, 29, 30, 31, 32, 59, 60, 61, 62, 63, 64, 65, 125, 126}) {
    std::string run = "1";
    for (int i = 0; i < zeros; ++i) {
      run += ".0";
    }
    for (const char* end : {"", ".1", ".a", ".0a1", "a", "a0b0c", ".1.1", ".0post", "+1", "+a"}) {
      AddSample(run + end, &samples);
      AddSample("1+" + run + (end[0] == '+' ? "" : end), &samples);
    }
    AddSample("1" + std::string(static_cast<std::size_t>(zeros), '0'), &samples);
    AddSample("9" + std::string(static_cast<std::size_t>(zeros), '9') + "a", &samples);
    std::string letters = "1";
    for (int i = 0; i < zeros; ++i) {
      letters += "a0";
    }
    AddSample(letters, &samples);
    AddSample(letters + "b", &samples);
  }
  CheckAllPairs(samples);
}

TEST(VersionKey, RandomVersions) {
  std::mt19937 random(20260401);
  const std::vector<std::string> pieces = {"0", "00", "1",  "9",  "10",    "123456", ".",    ".",
                                           ".", "_",  "a",  "rc", "alpha", "dev",    "post", "*",
                                           "+", "!",  ".0", "-",  "A",     "2024"};
  std::vector<Sample> samples;
  while (samples.size() < 1500) {
    std::string text;
    for (std::size_t i = random() % 12 + 1; i > 0; --i) {
      text += pieces[random() % pieces.size()];
    }
    AddSample(text, &samples);
  }
  CheckAllPairs(samples);
}

TEST(VersionKey, KeysAreShort) {
  EXPECT_EQ(Version::Parse("1.26.4")->key().size(), 9U);
  EXPECT_EQ(Version::Parse("1.0.0")->key(), Version::Parse("1")->key());
  EXPECT_EQ(DumpKey(Version::Parse("1.0.2rc1+g12")->key()), ".1..2'rc'1|z'g'12|");
  EXPECT_EQ(DumpKey(Version::Parse("3!1.post2")->key()), "3.1.zinf2||");
}

}  // namespace
}  // namespace satchel
