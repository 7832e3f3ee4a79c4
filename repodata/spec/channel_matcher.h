#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "repodata/spec/string_matcher.h"

namespace satchel {

// conda's ChannelMatch. A name matches a channel of that name on any host, and "defaults" also its
// members; a URL on a host other than the default one matches only that URL; a glob or regular
// expression applies to the canonical name.
class ChannelMatcher final {
 public:
  // Errors: those of Regex::Compile.
  [[nodiscard]] static absl::StatusOr<ChannelMatcher> Parse(std::string_view channel);

  // `channel` is the channel as a record states it: preferably the canonical name, but any form
  // works.
  bool Matches(std::string_view channel) const;
  // Whether the pattern is a URL, and that of the channel at `url`: a channel on the local disk has
  // a short name, but a spec may also refer to it by its URL.
  bool MatchesUrl(std::string_view url) const;

  // The canonical name, or the pattern.
  const std::string& text() const { return text_; }
  bool is_pattern() const { return pattern_.kind() != StringMatcher::Kind::kExact; }
  bool matches_everything() const { return text_ == "*"; }

 private:
  std::string text_;
  std::string name_;
  bool is_url_ = false;
  StringMatcher pattern_;
};

}  // namespace satchel
