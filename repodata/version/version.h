#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace satchel {

// A conda version in comparable form (CEP 33; conda's VersionOrder takes precedence where they
// differ).
//
// `key` is an order-preserving byte string: the memcmp order of two keys is conda's order of the
// versions, and two keys are equal exactly if the versions are ("1.1" and "1.1.0"). It is also a
// lossless form of the parsed components (up to trailing zeros), so a prefix match needs nothing
// else. version_key.cc describes the encoding. The index stores it: changing the encoding changes
// the index format.
struct VersionRef {
  std::string_view text;  // As written in the record.
  std::string_view key;
};

class Version final {
 public:
  // Errors: kInvalidArgument, "invalid version 'x': why".
  // Cost: linear in the text.
  [[nodiscard]] static absl::StatusOr<Version> Parse(std::string_view text);

  const std::string& text() const { return text_; }
  const std::string& key() const { return key_; }
  VersionRef ref() const { return {text_, key_}; }

  friend bool operator==(const Version& a, const Version& b) { return a.key_ == b.key_; }
  friend std::strong_ordering operator<=>(const Version& a, const Version& b) {
    return a.key_.compare(b.key_) <=> 0;
  }

 private:
  std::string text_;
  std::string key_;
};

}  // namespace satchel
