#include "repodata/version/version_key.h"

#include <algorithm>

#include "base/check.h"

// A version is, to conda, a list of segments of components (numbers, strings, infinity for "post"),
// compared component by component; a missing component is the number 0 and strings are less than
// numbers. (conda/models/version.py; CEP 33 tells the same with other words.) A key is a byte
// string whose memcmp order is that order:
//
//   key       = part part                   the version with its epoch as segment 0, then the local
//   part part      = (gap component)* kEnd
//
// Only components other than 0 are written. The gap before each says how many zeros were passed: it
// is the pair (segment ends, zero components after the last of them). Of two versions that are
// equal so far, the one whose next component comes first meets a 0 of the other there, so a string
// makes it less and a number makes it greater, and the further away the next component is, the less
// it does either. Writing S for a string and N for a number, the order to keep is
//
//   S(0,0) < S(0,1) < ... < S(1,1) < S(1,2) < ... < S(2,1) < ... < end
//      end < ... < N(2,0) < ... < N(1,1) < N(1,0) < ... < N(0,2) < N(0,1) < N(0,0)
//
// which the tags below follow byte by byte. Long gaps are chains: "one more zero" (kStringZero,
// kNumberZero) before the rest of the gap, and the greatest number of segment ends before what is
// left of them. The frequent gaps, "1.2" = N(1,0), "1a" = S(0,0) and "1.a" = S(1,1), take one byte,
// and a number's tag holds its number of digits. (A string never follows a segment end directly:
// conda puts a 0 before it.)
//
// Numbers are their decimal digits without leading zeros, shorter first; longer than five digits,
// the count follows the tag in four bytes. Strings end with a 0 byte. "1.26.4" takes 9 bytes.
//
// The tests in tests/repodata/version/version_key_test.cc compare this with the plain definition
// over every short version of a small alphabet.

namespace satchel {
namespace {

constexpr std::uint8_t kStringDirect = 0x10;  // S(0,0)
constexpr std::uint8_t kStringZero = 0x12;    // One more zero.
constexpr std::uint8_t kStringOneOne = 0x21;  // S(1,1)
constexpr std::uint8_t kStringEnds = 0x21;  // + segment ends (0x22 up); after 1, two zeros or more.
constexpr std::uint32_t kMaxStringEnds = 0x1e;  // Up to 0x3f.
constexpr std::uint8_t kEnd = 0x80;
constexpr std::uint8_t kNumberEnds = 0xe0;      // - segment ends; with 1, a zero follows.
constexpr std::uint32_t kMaxNumberEnds = 0x3f;  // Down to 0xa1.
constexpr std::uint8_t kNumberOneZero = 0xe0;   // N(1,0), + length code.
constexpr std::uint8_t kNumberZero = 0xec;      // One more zero.
constexpr std::uint8_t kNumberDirect = 0xf0;    // N(0,0), + length code.

constexpr std::uint8_t kLongNumber = 6;  // Length codes 1 to 5 are numbers of digits.
constexpr std::uint8_t kInfinity = 7;
constexpr std::size_t kLongLengthBytes = 4;

static_assert(kStringEnds + kMaxStringEnds < kEnd && kEnd < kNumberEnds - kMaxNumberEnds);
static_assert(kNumberOneZero + kInfinity < kNumberZero && kNumberZero < kNumberDirect);

std::uint8_t ByteAt(std::string_view key, std::size_t position) {
  SATCHEL_CHECK(position < key.size());
  return static_cast<std::uint8_t>(key[position]);
}

}  // namespace

void KeyWriter::NumberTag(std::uint8_t length_code) {
  while (gap_.segments > 0) {
    if (gap_.segments == 1 && gap_.zeros == 0) {
      key_->push_back(static_cast<char>(kNumberOneZero + length_code));
      gap_ = KeyGap();
      return;
    }
    const std::uint32_t ends = std::min(gap_.segments, kMaxNumberEnds);
    key_->push_back(static_cast<char>(kNumberEnds - ends));
    gap_.segments -= ends;
  }
  key_->append(gap_.zeros, static_cast<char>(kNumberZero));
  key_->push_back(static_cast<char>(kNumberDirect + length_code));
  gap_ = KeyGap();
}

void KeyWriter::StringTag() {
  while (gap_.segments > 0) {
    if (gap_.segments == 1 && gap_.zeros == 1) {
      key_->push_back(static_cast<char>(kStringOneOne));
      gap_ = KeyGap();
      return;
    }
    const std::uint32_t ends = std::min(gap_.segments, kMaxStringEnds);
    key_->push_back(static_cast<char>(kStringEnds + ends));
    gap_.segments -= ends;
  }
  key_->append(gap_.zeros, static_cast<char>(kStringZero));
  key_->push_back(static_cast<char>(kStringDirect));
  gap_ = KeyGap();
}

void KeyWriter::Number(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string_view::npos) {
    ++gap_.zeros;
    return;
  }
  digits.remove_prefix(first);
  if (digits.size() < kLongNumber) {
    NumberTag(static_cast<std::uint8_t>(digits.size()));
  } else {
    NumberTag(kLongNumber);
    const auto length = static_cast<std::uint32_t>(digits.size());
    for (std::uint32_t shift = 8 * kLongLengthBytes; shift > 0;) {
      shift -= 8;
      key_->push_back(static_cast<char>((length >> shift) & 0xff));
    }
  }
  key_->append(digits);
}

void KeyWriter::Infinity() {
  NumberTag(kInfinity);
}

void KeyWriter::OpenString(std::string_view text) {
  StringTag();
  key_->append(text);
}

void KeyWriter::String(std::string_view text) {
  OpenString(text);
  key_->push_back('\0');
}

void KeyWriter::End() {
  key_->push_back(static_cast<char>(kEnd));
  gap_ = KeyGap();
}

bool ReadKeyGap(std::string_view key, std::size_t position, KeyGap* gap) {
  *gap = KeyGap();
  for (;; ++position) {
    const std::uint8_t tag = ByteAt(key, position);
    if (tag == kEnd) {
      return false;
    }
    if (tag == kStringZero || tag == kNumberZero) {
      ++gap->zeros;
    } else if (tag == kStringOneOne) {
      gap->segments += 1;
      gap->zeros += 1;
      return true;
    } else if (tag == kStringDirect || tag > kNumberDirect) {
      return true;
    } else if (tag > kNumberOneZero) {
      gap->segments += 1;
      return true;
    } else if (tag < kEnd) {
      gap->segments += tag - kStringEnds;
    } else {
      gap->segments += kNumberEnds - tag;
    }
  }
}

namespace {

// Appends the component whose tag byte is at `position`; returns where the next gap begins.
std::size_t DumpComponent(std::string_view key, std::size_t position, std::string* out) {
  const std::uint8_t tag = ByteAt(key, position++);
  if (tag == kStringDirect || tag == kStringOneOne) {
    const std::size_t end = key.find('\0', position);
    SATCHEL_CHECK(end != std::string_view::npos);
    out->append(1, '\'').append(key.substr(position, end - position)).append(1, '\'');
    return end + 1;
  }
  const std::uint8_t code = tag & 0x0f;
  if (code == kInfinity) {
    out->append("inf");
    return position;
  }
  std::size_t length = code;
  if (code == kLongNumber) {
    length = 0;
    for (std::size_t i = 0; i < kLongLengthBytes; ++i) {
      length = (length << 8) | ByteAt(key, position++);
    }
  }
  out->append(key.substr(position, length));
  return position + length;
}

}  // namespace

std::string DumpKey(std::string_view key) {
  std::string out;
  std::size_t position = 0;
  while (position < key.size()) {
    KeyGap gap;
    if (!ReadKeyGap(key, position, &gap)) {
      out += '|';
      ++position;
      continue;
    }
    out.append(gap.segments, '.').append(gap.zeros, 'z');
    const auto is_component = [](std::uint8_t tag) {
      return tag == kStringDirect || tag == kStringOneOne || tag > kNumberDirect ||
             (tag > kNumberOneZero && tag < kNumberZero);
    };
    while (!is_component(ByteAt(key, position))) {
      ++position;
    }
    position = DumpComponent(key, position, &out);
  }
  return out;
}

}  // namespace satchel
