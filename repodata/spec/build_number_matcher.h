#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "repodata/spec/regex.h"
#include "repodata/version/version_prefix.h"

namespace satchel {

// conda's BuildNumberMatch: a number, "*", an operator before a number (">=2"), or "^...$".
class BuildNumberMatcher final {
 public:
  // Errors: kInvalidArgument and those of Regex::Compile.
  [[nodiscard]] static absl::StatusOr<BuildNumberMatcher> Parse(std::string_view text);

  bool Matches(std::uint64_t build_number) const;

  // As conda prints it: "3" for " 03".
  const std::string& text() const { return text_; }

 private:
  enum class Op : std::uint8_t {
    kNever,
    kAlways,
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kStartsWith,
    kRegex,
  };

  absl::Status SetRelation(std::string_view op, std::string_view version);

  std::string text_;
  Op op_ = Op::kNever;
  std::string key_;  // Compared like versions: "1.5" is not a number, but conda accepts it.
  std::optional<VersionPrefix> prefix_;
  std::optional<Regex> regex_;
};

}  // namespace satchel
