#include "repodata/spec/extra_depends.h"

#include <algorithm>

#include "absl/strings/str_format.h"

namespace satchel {
namespace {

// No text of a spec or a name has these.
constexpr char kEndOfGroup = '\x1e';
constexpr char kEndOfText = '\x1f';

std::string WhyBad(std::string_view what, std::string_view text, std::string_view others) {
  const auto is_word = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           others.find(c) != std::string_view::npos;
  };
  const std::size_t colon = text.find(':');
  const std::string_view value = colon == text.npos ? text : text.substr(colon + 1);
  const std::string_view key = text.substr(0, colon == text.npos ? 0 : colon);
  const bool is_good = !value.empty() && (colon == text.npos || !key.empty()) &&
                       std::all_of(value.begin(), value.end(), is_word) &&
                       std::all_of(key.begin(), key.end(), is_word);
  return is_good ? std::string() : absl::StrFormat("'%s' is not %s", text, what);
}

}  // namespace

std::string ExtraDependsText(const ExtraDepends& groups) {
  std::string text;
  for (const auto& [name, specs] : groups) {
    text += name;
    for (const std::string& spec : specs) {
      text += kEndOfText;
      text += spec;
    }
    text += kEndOfGroup;
  }
  return text;
}

ExtraDepends ParseExtraDepends(std::string_view text) {
  ExtraDepends groups;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(kEndOfGroup), text.size());
    std::string_view group = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    std::size_t part = std::min(group.find(kEndOfText), group.size());
    groups.push_back({std::string(group.substr(0, part)), {}});
    while (part < group.size()) {
      group.remove_prefix(part + 1);
      part = std::min(group.find(kEndOfText), group.size());
      groups.back().second.emplace_back(group.substr(0, part));
    }
  }
  return groups;
}

std::string WhyBadGroupName(std::string_view name) {
  constexpr std::size_t kMaxBytes = 64;
  if (name.size() > kMaxBytes) {
    return absl::StrFormat("'%s' is longer than %d bytes", name, kMaxBytes);
  }
  return name.find(':') != std::string_view::npos
             ? absl::StrFormat("'%s' is not the name of a group", name)
             : WhyBad("the name of a group (lower-case letters, digits, _ . + -)", name, ".+-");
}

std::string WhyBadFlag(std::string_view flag) {
  return WhyBad("a flag (lower-case letters, digits and _, with one ':' at most)", flag, "");
}

std::string WhyBadFlagPattern(std::string_view pattern) {
  return WhyBad("a flag (lower-case letters, digits, _ and *, with one ':' at most)", pattern, "*");
}

}  // namespace satchel
