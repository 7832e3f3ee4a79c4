#include "frontend/link/layout/prefix_replacement.h"

#include "absl/strings/str_format.h"

#include "base/strings.h"

namespace satchel {
namespace {

constexpr std::size_t kLongestShebang = 127;  // Of Linux before 5.1; later ones take 255.

std::string ReplaceAll(std::string_view text, std::string_view from, std::string_view to) {
  std::string replaced;
  replaced.reserve(text.size() + text.size() / 16);
  std::size_t begin = 0;
  for (std::size_t at = text.find(from); at != std::string_view::npos;
       at = text.find(from, begin)) {
    replaced.append(text, begin, at - begin).append(to);
    begin = at + from.size();
  }
  return replaced.append(text, begin);
}

// The first line once its prefix is replaced. `line` has no newline and begins with "#!".
std::string ReplaceShebang(std::string_view line, std::string_view placeholder,
                           std::string_view prefix) {
  const std::string plain = ReplaceAll(line, placeholder, prefix);
  const std::string_view command = StripSpace(line.substr(2));
  const bool has_spaces = prefix.find(' ') != std::string_view::npos;
  // Another's interpreter is where it is.
  if (!command.starts_with(placeholder) || (plain.size() <= kLongestShebang && !has_spaces)) {
    return plain;
  }
  // The interpreter and its options as they were built, where the path had no spaces.
  const std::size_t space = command.find_first_of(" \t");
  const std::string_view path = command.substr(0, space);
  const std::string options =
      ReplaceAll(space == std::string_view::npos ? "" : command.substr(space), placeholder, prefix);
  const std::string name(path.substr(path.rfind('/') + 1));
  if (name.starts_with("python")) {
    std::string shebang = "#!/bin/sh\n'''exec' \"";
    shebang += ReplaceAll(path, placeholder, prefix) + "\"" + options + " \"$0\" \"$@\"\n' '''";
    return shebang;
  }
  return "#!/usr/bin/env " + name + options;  // Works where the environment is activated.
}

std::string ReplaceText(std::string_view content, std::string_view placeholder,
                        std::string_view prefix) {
  if (!content.starts_with("#!")) {
    return ReplaceAll(content, placeholder, prefix);
  }
  const std::size_t end = std::min(content.find('\n'), content.size());
  return ReplaceShebang(content.substr(0, end), placeholder, prefix) +
         ReplaceAll(content.substr(end), placeholder, prefix);
}

std::string ReplaceBinary(std::string_view content, std::string_view placeholder,
                          std::string_view prefix) {
  std::string replaced(content);
  std::size_t at = content.find(placeholder);
  while (at != std::string_view::npos) {
    const std::size_t end = std::min(content.find('\0', at), content.size());
    std::string text = ReplaceAll(content.substr(at, end - at), placeholder, prefix);
    text.resize(end - at, '\0');
    replaced.replace(at, text.size(), text);
    at = content.find(placeholder, end);
  }
  return replaced;
}

}  // namespace

absl::StatusOr<std::string> ReplacePrefix(std::string_view content, std::string_view placeholder,
                                          std::string_view prefix, FileMode mode) {
  if (placeholder.empty()) {
    return std::string(content);
  }
  if (mode == FileMode::kText) {
    return ReplaceText(content, placeholder, prefix);
  }
  if (prefix.size() > placeholder.size() && content.find(placeholder) != std::string_view::npos) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "the environment's path has %d characters, but this package has room for %d only; choose a "
        "shorter path",
        prefix.size(), placeholder.size()));
  }
  return ReplaceBinary(content, placeholder, prefix);
}

std::string PythonShebang(std::string_view interpreter) {
  const std::string plain = "#!" + std::string(interpreter);
  if (plain.size() <= kLongestShebang && plain.find(' ') == std::string::npos) {
    return plain + "\n";
  }
  return "#!/bin/sh\n'''exec' \"" + std::string(interpreter) + "\" \"$0\" \"$@\"\n' '''\n";
}

}  // namespace satchel
