// One quoting function per shell.

#include <algorithm>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

#include "base/strings.h"
#include "frontend/environment/shell.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

// `text` between single quotes, in which `from` is written as `to`.
std::string SingleQuoted(std::string_view text, std::string_view special,
                         const std::string& prefix_quote, const std::string& prefix_other) {
  std::string quoted = "'";
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) {
      quoted += c == '\'' ? prefix_quote : prefix_other;
    }
    quoted += c;
  }
  return quoted + "'";
}

// PowerShell takes typographic quotes (U+2018 to U+201B) for ', too; each stands for itself where
// it is doubled.
std::string PowershellQuoted(std::string_view text) {
  return "'" +
         absl::StrReplaceAll(ToAbsl(text), {{"'", "''"},
                                            {"\u2018", "\u2018\u2018"},
                                            {"\u2019", "\u2019\u2019"},
                                            {"\u201a", "\u201a\u201a"},
                                            {"\u201b", "\u201b\u201b"}}) +
         "'";
}

// History expansion and line breaks need a backslash even between single quotes.
std::string CshQuoted(std::string_view text) {
  return "'" + absl::StrReplaceAll(ToAbsl(text), {{"'", "'\\''"}, {"!", "\\!"}, {"\n", "\\\n"}}) +
         "'";
}

// A string of Python.
std::string XonshQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += absl::StrFormat("\\x%02x", static_cast<unsigned>(byte));
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

// A string of JSON is one of nu, but for \/ and \u, of which none is made here without need.
std::string NuQuoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += absl::StrFormat("\\u{%x}", static_cast<unsigned>(byte));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string CmdQuoted(std::string_view text) {
  return "\"" +
         absl::StrReplaceAll(ToAbsl(text), {{"%", "%%"}, {"\"", "'"}, {"\r", " "}, {"\n", " "}}) +
         "\"";
}

}  // namespace

std::string QuoteFor(Shell shell, std::string_view text) {
  switch (shell) {
    case Shell::kFish:
      return SingleQuoted(text, "'\\", "\\", "\\");
    case Shell::kPowershell:
      return PowershellQuoted(text);
    case Shell::kCsh:
      return CshQuoted(text);
    case Shell::kXonsh:
      return XonshQuoted(text);
    case Shell::kNu:
      return NuQuoted(text);
    case Shell::kCmd:
      return CmdQuoted(text);
    case Shell::kPosix:
    case Shell::kBash:
    case Shell::kZsh:
      break;
  }
  return SingleQuoted(text, "'", "'\\'", "");
}

std::string AsTyped(const std::string& word) {
  constexpr std::string_view kPlain = "-_./=:,+@%";
  const bool plain = !word.empty() && std::ranges::all_of(word, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kPlain.find(c) != std::string_view::npos;
  });
  return plain ? word : QuoteFor(Shell::kPosix, word);
}

}  // namespace satchel
