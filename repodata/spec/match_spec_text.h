#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace satchel {

// The fields that a spec can constrain, in the order in which conda prints them.
enum class SpecField : std::uint8_t {
  kChannel,
  kSubdir,
  kName,
  kVersion,
  kBuild,
  kBuildNumber,
  kTrackFeatures,
  kFeatures,
  kUrl,
  kMd5,
  kSha256,
  kLicense,
  kLicenseFamily,
  kFn,
  kFlags,   // CEP 45.
  kExtras,  // CEP 44.
  kWhen,    // CEP 43.
};
inline constexpr std::size_t kNumSpecFields = 17;

// "build_number" and so on.
std::string_view SpecFieldName(SpecField field);

// The fields in a spec's text, still as text.
class SpecComponents final {
 public:
  std::optional<std::string>& operator[](SpecField field) {
    return values_[static_cast<std::size_t>(field)];
  }
  const std::optional<std::string>& operator[](SpecField field) const {
    return values_[static_cast<std::size_t>(field)];
  }

 private:
  std::array<std::optional<std::string>, kNumSpecFields> values_;
};

// Splits the text of a spec as conda's _parse_spec_str does; a list ("[a, b]") keeps its brackets.
// Errors: kInvalidArgument; the message says only why.
[[nodiscard]] absl::StatusOr<SpecComponents> ParseSpecText(std::string_view text);

// The form of nearly all specs in repodata, split without copying: "numpy", "numpy >=1.8,<2" or
// "numpy 1.8.* py27_0".
struct PlainSpec {
  std::string_view name;     // Lower case and valid.
  std::string_view version;  // Empty if there is none.
  std::string_view build;    // The same.
};
// Nothing for every other form; if it returns something, ParseSpecText returns the same.
std::optional<PlainSpec> CutPlainSpec(std::string_view text);

}  // namespace satchel
