#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "repodata/spec/string_matcher.h"

namespace satchel {

// conda's ChannelMatch. A name matches a channel of that name on any host, "defaults" also its
// members; a URL of a host other than the default one matches that URL only; a glob or regular
// expression looks at the canonical name.
class ChannelMatcher final {
 public:
  // Errors: those of Regex::Compile.
  [[nodiscard]] static absl::StatusOr<ChannelMatcher> Parse(std::string_view channel);

  // `channel` is what a record says it comes from: best its canonical name, but any form will do.
  bool Matches(std::string_view channel) const;
  // Whether this is a URL, and that of the channel at `url`: one on the local disk has a short
  // name, and yet may be called by its URL.
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
