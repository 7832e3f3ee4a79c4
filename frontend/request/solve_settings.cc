#include "frontend/request/solve_settings.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/config/channel_names.h"
#include "frontend/config/time_limit.h"
#include "frontend/fetch/url.h"
#include "frontend/files.h"
#include "frontend/json.h"
#include "repodata/io/url.h"
#include "repodata/spec/channel_name.h"
#include "repodata/spec/glob.h"

namespace satchel {
namespace {

struct Limit {
  std::optional<std::int64_t> newest_ms;  // None: any age.
  bool is_age = false;
};

std::int64_t Now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// None if the text says nothing: it is empty, or true, as in conda.
absl::StatusOr<std::optional<Limit>> LimitOf(const std::string& text, const std::string& where,
                                             std::int64_t now_ms) {
  if (StripSpace(text).empty() || IsTrueWord(text)) {
    return std::nullopt;
  }
  if (IsFalseWord(text)) {
    return Limit();
  }
  const absl::StatusOr<std::int64_t> newest_ms = ParseTimeLimit(text, now_ms);
  if (!newest_ms.ok()) {
    return absl::InvalidArgumentError(where + ": " + std::string(newest_ms.status().message()));
  }
  return Limit{*newest_ms, IsAge(text)};
}

// Whether `channel` of channel_settings means this one: by a name, a multichannel's name, a URL, or
// a URL with *.
bool Selects(const std::string& selector, const ChannelNames& names, const Channel& channel) {
  const std::string url = StripCredentials(channel.url);
  if (selector.find_first_of("*?[") != std::string::npos) {
    return GlobMatches(selector, url) || GlobMatches(selector, url + "/");
  }
  if (!HasScheme(selector) && selector.starts_with("/")) {
    return StripCredentials(PathToUrl(AbsolutePath(selector))) == url;
  }
  const auto resolved = names.Resolve(selector);
  return selector == channel.name || selector == channel.url ||
         (resolved.ok() && std::ranges::any_of(*resolved, [&](const ConfiguredChannel& configured) {
            return configured.name == channel.name || configured.urls[0] == url;
          }));
}

}  // namespace

ChannelPriority ChannelPriorityOf(const Configuration& configuration) {
  return PriorityOfWord(configuration.Text("channel_priority"))
      .value_or(ChannelPriority::kFlexible);
}

absl::StatusOr<ChannelPriority> PriorityOfWord(std::string_view word) {
  if (word == "strict") {
    return ChannelPriority::kStrict;
  }
  if (word == "flexible") {
    return ChannelPriority::kFlexible;
  }
  if (word == "disabled") {
    return ChannelPriority::kDisabled;
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("channel priority '%s': expected strict, flexible or disabled", word));
}

absl::StatusOr<std::int64_t> AgeLimitOfWord(std::string_view word) {
  return ParseTimeLimit(word, Now());
}

absl::Status SetAgeLimits(const Configuration& configuration, Request* request) {
  const std::int64_t now_ms = Now();
  ASSIGN_OR_RETURN(const std::optional<Limit> of_all,
                   LimitOf(configuration.Text("exclude_newer"), "exclude_newer", now_ms));
  if (of_all.has_value()) {
    request->exclude_newer_ms = of_all->newest_ms;
    request->now_ms = of_all->is_age ? now_ms : request->now_ms;
  }
  for (const auto& [name, texts] : configuration.Map("exclude_newer_package")) {
    ASSIGN_OR_RETURN(
        const std::optional<Limit> limit,
        LimitOf(texts.empty() ? "" : texts[0], "exclude_newer_package: " + name, now_ms));
    if (limit.has_value()) {
      request->age_limits.push_back({name, std::nullopt, limit->newest_ms});
      request->now_ms = limit->is_age ? now_ms : request->now_ms;
    }
  }
  return absl::OkStatus();
}

absl::Status SetChannelAgeLimits(const Configuration& configuration, Request* request) {
  std::erase_if(request->age_limits,
                [](const AgeLimit& limit) { return limit.channel.has_value(); });
  const ChannelNames names(configuration);
  const std::int64_t now_ms = Now();
  for (const std::string& text : configuration.List("channel_settings")) {
    const auto settings = nlohmann::json::parse(text);
    const std::string selector = TextField(settings, "channel");
    const char* const key = settings.contains("exclude_newer") ? "exclude_newer" : "exclude-newer";
    const auto value = settings.value(key, nlohmann::json());
    ASSIGN_OR_RETURN(const std::optional<Limit> limit,
                     LimitOf(value.is_boolean() ? value.dump() : TextField(settings, key),
                             "channel_settings: " + selector, now_ms));
    if (selector.empty() || !limit.has_value()) {
      continue;
    }
    // Of several that fit, conda takes the last of the list.
    for (std::size_t i = 0; i < request->channels.size(); ++i) {
      if (Selects(selector, names, request->channels[i])) {
        request->age_limits.push_back({"", i, limit->newest_ms});
        request->now_ms = limit->is_age ? now_ms : request->now_ms;
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace satchel
