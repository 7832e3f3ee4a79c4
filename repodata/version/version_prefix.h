#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "repodata/version/version_key.h"

namespace satchel {

// conda's VersionOrder.startswith: the components of a version equal those of the prefix, except
// that the last one, if a string, may continue ("1.5.*", "=1.5", "1.5rc*").
class VersionPrefix final {
 public:
  // Errors: those of Version::Parse.
  [[nodiscard]] static absl::StatusOr<VersionPrefix> Parse(std::string_view text);

  // Requires: `key` is the key of a Version. Cost: one byte comparison.
  bool Matches(std::string_view key) const;

 private:
  // With a last component other than 0 (or a string), the matching keys are those that begin with
  // `bytes_`. A last 0 leaves no bytes: the next component must come after the position `zero_`.
  std::string bytes_;
  bool ends_with_zero_ = false;
  KeyGap zero_;
};

}  // namespace satchel
