// One quoting function per shell.

#include <algorithm>

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

#include "base/strings.h"
#include "frontend/environment/shell.h"

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

// `text` between quotes, with a backslash before what would end it, and control characters as
// `escape` makes them.
std::string WithBackslashes(std::string_view text, char quote,
                            const absl::FormatSpec<unsigned>& escape) {
  std::string quoted(1, quote);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      quoted += absl::StrFormat(escape, static_cast<unsigned>(byte));
      continue;
    }
    if (c == quote || c == '\\') {
      quoted += '\\';
    }
    quoted += c;
  }
  return quoted + quote;
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
      return WithBackslashes(text, '\'', "\\x%02x");  // A string of Python.
    case Shell::kNu:
      return WithBackslashes(text, '"', "\\u{%x}");
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
