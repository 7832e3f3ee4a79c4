#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

struct pcre2_real_code_8;

namespace satchel {

// A regular expression in the dialect of Python's `re`, for the few specs that contain one
// ("^1\.(2|3).*$"), matched by PCRE2. The expression may come from a stranger's repodata, so its
// cost is bounded. Works on bytes. ARCHITECTURE.md lists the differences from Python.
class Regex final {
 public:
  // Enough for any version, build or licence. Longer texts match nothing.
  static constexpr std::size_t kMaxPattern = 500;
  static constexpr std::size_t kMaxText = 500;

  // Errors: kInvalidArgument if Python rejects the pattern too, kUnimplemented if it uses an
  // unsupported feature, kResourceExhausted if it is too large.
  [[nodiscard]] static absl::StatusOr<Regex> Compile(std::string_view pattern);

  // Whether some prefix of `text` matches (Python's re.match; use $ to reach the end). Cost: some
  // milliseconds for the worst pattern, which then does not match.
  bool MatchesPrefix(std::string_view text) const;

 private:
  explicit Regex(std::shared_ptr<const pcre2_real_code_8> code) : code_(std::move(code)) {}

  std::shared_ptr<const pcre2_real_code_8> code_;  // Never changes; copies share it.
};

}  // namespace satchel
