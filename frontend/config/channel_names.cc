#include "frontend/config/channel_names.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "frontend/fetch/url.h"
#include "repodata/io/url.h"
#include "repodata/spec/channel_name.h"

namespace satchel {
namespace {

constexpr int kMaxNesting = 10;

std::string WithoutLastSlashes(std::string text) {
  while (text.size() > 1 && text.ends_with('/')) {
    text.pop_back();
  }
  return text;
}

// ".../linux-64" as its channel and "linux-64".
std::string TakeSubdir(std::string* channel) {
  const std::size_t slash = channel->rfind('/');
  if (slash == std::string::npos || !IsKnownSubdir(channel->substr(slash + 1))) {
    return {};
  }
  std::string subdir = channel->substr(slash + 1);
  channel->resize(slash);
  return subdir;
}

}  // namespace

ChannelNames::ChannelNames(const Configuration& configuration, std::string_view alias)
    : alias_(WithoutLastSlashes(alias.empty() ? configuration.Text("channel_alias")
                                              : std::string(alias))),
      custom_channels_(configuration.Map("custom_channels")),
      multichannels_(configuration.Map("custom_multichannels")),
      mirrors_(configuration.Map("mirrored_channels")),
      allowed_(configuration.List("allowlist_channels")),
      denied_(configuration.List("denylist_channels")) {
  multichannels_.try_emplace("defaults", configuration.List("default_channels"));
}

absl::StatusOr<std::vector<ConfiguredChannel>> ChannelNames::Resolve(
    const std::string& typed) const {
  std::vector<ConfiguredChannel> channels;
  RETURN_IF_ERROR(ResolveInto(typed, 0, &channels));
  return channels;
}

absl::Status ChannelNames::ResolveInto(const std::string& typed, int depth,
                                       std::vector<ConfiguredChannel>* channels) const {
  if (depth > kMaxNesting) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "channel '%s': custom_multichannels are circular", WithoutCredentials(typed)));
  }
  if (const auto many = multichannels_.find(typed); many != multichannels_.end()) {
    for (const std::string& part : many->second) {
      RETURN_IF_ERROR(ResolveInto(part, depth + 1, channels));
    }
    return absl::OkStatus();
  }
  if (HasScheme(typed) && UrlScheme(typed) != "file" && UrlHost(typed).empty()) {
    return absl::InvalidArgumentError(absl::StrFormat("channel '%s': a URL without a host", typed));
  }
  ConfiguredChannel channel = Single(typed);
  RETURN_IF_ERROR(CheckAllowed(channel.name, channel.urls[0]));
  channels->push_back(std::move(channel));
  return absl::OkStatus();
}

ConfiguredChannel ChannelNames::Single(const std::string& typed) const {
  ConfiguredChannel channel;
  std::string place = WithoutLastSlashes(typed);
  channel.subdir = TakeSubdir(&place);
  if (HasScheme(place)) {
    channel.name = NameOfUrl(place);
    channel.urls = {place};
  } else {
    channel.name = place;
    // Of "a/b/c" also what custom_channels says of "a/b", then of "a".
    std::string base = alias_;
    for (std::string prefix = place;;) {
      if (const auto custom = custom_channels_.find(prefix);
          custom != custom_channels_.end() && !custom->second.empty()) {
        base = custom->second[0];
        break;
      }
      const std::size_t slash = prefix.rfind('/');
      if (slash == std::string::npos) {
        break;
      }
      prefix.resize(slash);
    }
    channel.urls = {JoinUrl(base, place)};
  }
  if (const auto mirrors = mirrors_.find(channel.name);
      mirrors != mirrors_.end() && !mirrors->second.empty()) {
    channel.urls = mirrors->second;
  }
  for (std::string& url : channel.urls) {
    url = StripCredentials(HasScheme(url) ? url : PathToUrl(url));
  }
  return channel;
}

std::string ChannelNames::NameOfUrl(const std::string& url) const {
  const std::string place = StripCredentials(url);
  const auto below = [&place](const std::string& base) {
    const std::string start = StripCredentials(base) + "/";
    return place.starts_with(start) ? place.substr(start.size()) : std::string();
  };
  for (const auto& [name, base] : custom_channels_) {
    const std::string rest = base.empty() ? "" : below(base[0]);
    if (rest == name || rest.starts_with(name + "/")) {
      return rest;
    }
  }
  const std::string rest = below(alias_);
  return rest.empty() ? place : rest;
}

absl::Status ChannelNames::CheckAllowed(const std::string& name, const std::string& url) const {
  const auto has = [&](const std::vector<std::string>& list) {
    return std::ranges::any_of(list, [&](const std::string& element) {
      const ConfiguredChannel listed = Single(element);
      return listed.name == name || listed.urls[0] == url;
    });
  };
  if (has(denied_)) {
    return absl::PermissionDeniedError(
        absl::StrFormat("channel '%s' is not allowed: it is in denylist_channels", name));
  }
  std::vector<std::string> allowed;
  for (const std::string& element : allowed_) {
    const auto many = multichannels_.find(element);
    if (many == multichannels_.end()) {
      allowed.push_back(element);
    } else {
      allowed.insert(allowed.end(), many->second.begin(), many->second.end());
    }
  }
  if (!allowed.empty() && !has(allowed)) {
    return absl::PermissionDeniedError(
        absl::StrFormat("channel '%s' is not allowed: it is not in allowlist_channels", name));
  }
  return absl::OkStatus();
}

}  // namespace satchel
