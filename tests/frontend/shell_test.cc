// Quoting by the rules of each shell's language; tests/cli/framework/quoting_test.cc asks the
// shells themselves.

#include "frontend/environment/shell.h"

#include <optional>

#include "gtest/gtest.h"

namespace satchel {
namespace {

// What each shell reads from a word between single quotes, by its manual; none if the word ends
// before the text does.
std::optional<std::string> Read(Shell shell, std::string_view word) {
  const auto starts_with_quote = [&](std::string_view text) -> std::size_t {
    if (text.starts_with('\'')) {
      return 1;
    }
    // PowerShell's tokenizer: all of these are single quotes.
    for (const std::string_view quote : {"\u2018", "\u2019", "\u201a", "\u201b"}) {
      if (shell == Shell::kPowershell && text.starts_with(quote)) {
        return quote.size();
      }
    }
    return 0;
  };
  std::string read;
  word.remove_prefix(1);
  while (!word.empty()) {
    if (const std::size_t quote = starts_with_quote(word); quote > 0) {
      word.remove_prefix(quote);
      if (word.empty()) {
        return read;
      }
      if (shell == Shell::kPowershell) {
        const std::size_t second = starts_with_quote(word);
        if (second == 0) {
          return std::nullopt;
        }
        read += word.substr(0, second);
        word.remove_prefix(second);
        continue;
      }
      if (!word.starts_with("\\''")) {  // Out, a quote, and in again.
        return std::nullopt;
      }
      read += '\'';
      word.remove_prefix(3);
    } else if (shell == Shell::kFish && (word.starts_with("\\\\") || word.starts_with("\\'"))) {
      read += word[1];
      word.remove_prefix(2);
    } else {
      read += word[0];
      word.remove_prefix(1);
    }
  }
  return std::nullopt;
}

TEST(Shell, AWordIsReadBack) {
  std::vector<std::string> texts = {
      "",           "'; x '", "\u2019; x \u2018", "a\u201ab\u201bc", "\\", "\\'", "''", "'\\''",
      "$(x)`y`%z!", "-x",     "\n\t\x1b\x7f",     "\u00fc\u6f22"};
  for (char c = 1; c > 0 && c < 0x7f; ++c) {
    texts.push_back(std::string(1, c));
    texts.push_back("a" + std::string(2, c) + "b");
  }
  for (const Shell shell :
       {Shell::kPosix, Shell::kBash, Shell::kZsh, Shell::kFish, Shell::kPowershell}) {
    for (const std::string& text : texts) {
      const std::string word = QuoteFor(shell, text);
      EXPECT_EQ(Read(shell, word), std::optional(text)) << word;
    }
  }
}

TEST(Shell, WhatIsTypedIsQuotedWhereItHasToBe) {
  EXPECT_EQ(AsTyped("py3.12"), "py3.12");
  EXPECT_EQ(AsTyped("/a/b-c_d.e=f:g,h+i@j%k"), "/a/b-c_d.e=f:g,h+i@j%k");
  EXPECT_EQ(AsTyped(""), "''");
  EXPECT_EQ(AsTyped("a b"), "'a b'");
  EXPECT_EQ(AsTyped("it's"), "'it'\\''s'");
  EXPECT_EQ(AsTyped("w$(x)"), "'w$(x)'");
}

}  // namespace
}  // namespace satchel
