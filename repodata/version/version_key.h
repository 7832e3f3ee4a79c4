#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace satchel {

// The byte form of a version's components, which version_key.cc describes. Building blocks only:
// use Version and VersionSpec.

// The position of the next nonzero component, counted from the one before it (or from the start):
// `segments` segment ends, then `zeros` zero components in the segment reached.
struct KeyGap {
  std::uint32_t segments = 0;
  std::uint32_t zeros = 0;
};

// Appends components to a key. Zeros and empty segments are written only when something follows
// them, so trailing ones leave no trace and equal versions get equal bytes.
class KeyWriter final {
 public:
  explicit KeyWriter(std::string* key) : key_(key) {}
  KeyWriter(const KeyWriter&) = delete;
  KeyWriter& operator=(const KeyWriter&) = delete;

  // Requires: `digits` is one or more ASCII digits; drops leading zeros.
  void Number(std::string_view digits);
  void Infinity();                     // "post".
  void String(std::string_view text);  // Without the bytes 0 and digits.
  void EndSegment() {
    ++gap_.segments;
    gap_.zeros = 0;
  }
  // Ends the version part or the local part.
  void End();

  // For a prefix, whose last component is written differently.
  KeyGap gap() const { return gap_; }
  // The string without its terminator, so that the key of any continuation starts with these bytes.
  void OpenString(std::string_view text);

 private:
  void NumberTag(std::uint8_t length_code);
  void StringTag();

  std::string* key_;
  KeyGap gap_;
};

// Reads the gap at `position` of a well-formed key. False if the part ends there.
bool ReadKeyGap(std::string_view key, std::size_t position, KeyGap* gap);

// The key as text, "N1.2 'rc' 1" in spirit, for tests and debugging.
std::string DumpKey(std::string_view key);

}  // namespace satchel
