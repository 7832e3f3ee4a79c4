#include "repodata/spec/channel_matcher.h"

#include "base/status_macros.h"
#include "repodata/spec/channel_name.h"

namespace satchel {

absl::StatusOr<ChannelMatcher> ChannelMatcher::Parse(std::string_view channel) {
  ChannelMatcher matcher;
  matcher.text_ = channel;
  const bool is_regex = channel.starts_with('^') && channel.ends_with('$');
  if (is_regex || channel.find('*') != std::string_view::npos) {
    std::string pattern(channel);
    if (!is_regex) {
      // conda leaves every other character its meaning in a regular expression.
      pattern = "^(?:";
      for (const char c : channel) {
        pattern += c == '*' ? std::string(".*") : std::string(1, c);
      }
      pattern += ")$";
    }
    ASSIGN_OR_RETURN(matcher.pattern_, StringMatcher::Parse(pattern));
    return matcher;
  }
  const ChannelParts parts = ParseChannel(channel);
  matcher.is_url_ = HasScheme(channel) && parts.is_foreign;
  matcher.text_ = matcher.is_url_ ? parts.base_url : parts.canonical_name;
  matcher.name_ = ParseChannel(matcher.text_).name;
  return matcher;
}

bool ChannelMatcher::Matches(std::string_view channel) const {
  if (is_pattern()) {
    return pattern_.Matches(CanonicalChannelName(channel));
  }
  if (channel == text_) {
    return true;
  }
  const ChannelParts parts = ParseChannel(channel);
  if (is_url_) {
    return parts.base_url == text_;
  }
  return name_ == parts.name || name_ == parts.canonical_name;
}

bool ChannelMatcher::MatchesUrl(std::string_view url) const {
  return is_url_ && !url.empty() && ChannelBaseUrl(url) == text_;
}

}  // namespace satchel
