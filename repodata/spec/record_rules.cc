#include "repodata/spec/record_rules.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_format.h"

namespace satchel {
namespace {

constexpr std::size_t kMaxNameBytes = 64;
constexpr std::int64_t kLastSecondOf9999 = 253402300799;

bool IsLowerAlnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool IsSeparator(char c) {
  return c == '-' || c == '_' || c == '.';
}

}  // namespace

std::string WhyTooLong(std::string_view what, std::string_view text, std::size_t max_bytes) {
  return text.size() <= max_bytes
             ? std::string()
             : absl::StrFormat("%s has %d bytes, more than %d", what, text.size(), max_bytes);
}

std::string WhyBadPackageName(std::string_view name) {
  if (name.size() > kMaxNameBytes) {
    return absl::StrFormat("name is longer than %d bytes", kMaxNameBytes);
  }
  if (name.empty() || !(IsLowerAlnum(name[0]) || name[0] == '_')) {
    return absl::StrFormat("name '%s' does not begin with a lower-case letter, a digit or _", name);
  }
  for (std::size_t i = 1; i < name.size(); ++i) {
    if (IsLowerAlnum(name[i])) {
      continue;
    }
    if (!IsSeparator(name[i])) {
      const bool is_upper = name[i] >= 'A' && name[i] <= 'Z';
      return absl::StrFormat(
          "name '%s' %s", name,
          is_upper ? "is not lower case" : "has a character that is not allowed");
    }
  }
  return {};
}

std::string_view NameOfFile(std::string_view fn) {
  const std::size_t build = fn.rfind('-');
  const std::size_t version = build == 0 || build == fn.npos ? fn.npos : fn.rfind('-', build - 1);
  return version == fn.npos ? std::string_view() : fn.substr(0, version);
}

std::string WhyBadFilePart(std::string_view what, std::string_view text) {
  // Without a branch, so that the compiler looks at sixteen at once: it runs over every file name.
  unsigned is_bad = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    is_bad |= static_cast<unsigned>(byte < 0x20) | static_cast<unsigned>(byte == 0x7F) |
              static_cast<unsigned>(byte == '/') | static_cast<unsigned>(byte == '\\');
  }
  if (is_bad != 0 || text.empty() || text == "." || text == "..") {
    return absl::StrFormat("%s '%s' cannot be part of a path", what, text);
  }
  return {};
}

std::string WhyBadDependency(std::string_view text) {
  if (std::string why = WhyTooLong("it", text, kMaxTextBytes); !why.empty()) {
    return why;
  }
  if (text.find_first_of("\x1e\x1f") != std::string_view::npos) {
    return "holds a control character";
  }
  const std::size_t at = text.find(';');
  const std::size_t word = text.find_first_not_of(' ', at == std::string_view::npos ? at : at + 1);
  if (word != std::string_view::npos && text.substr(word, 3) == "if ") {
    return "conditional dependencies are written [when=\"...\"], not '; if'";
  }
  return text.find_first_not_of(" \t") == std::string_view::npos ? "is empty" : "";
}

std::int64_t TimestampMs(std::int64_t value) {
  if (value <= 0) {
    return 0;
  }
  return value > kLastSecondOf9999 ? value : value * 1000;
}

bool IsSubdir(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) {
    return text == "noarch";
  }
  const std::string_view os = text.substr(0, dash);
  const std::string_view arch = text.substr(dash + 1);
  return text.size() <= kMaxNameBytes && !os.empty() && !arch.empty() &&
         std::all_of(os.begin(), os.end(), IsLowerAlnum) &&
         std::all_of(arch.begin(), arch.end(), IsLowerAlnum);
}

std::size_t AppendFeatures(std::string_view text, std::string& joined) {
  constexpr std::string_view kSeparators = " ,\t\r\n";
  std::size_t count = 0;
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(kSeparators), text.size()));
    if (text.empty()) {
      return count;
    }
    const std::string_view feature = text.substr(0, text.find_first_of(kSeparators));
    if (!joined.empty()) {
      joined += ' ';
    }
    joined += feature;
    ++count;
    text.remove_prefix(feature.size());
  }
}

}  // namespace satchel
