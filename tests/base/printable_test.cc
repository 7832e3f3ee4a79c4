#include "base/printable.h"

#include "gtest/gtest.h"

namespace satchel {
namespace {

TEST(Printable, EveryAsciiCharacter) {
  for (int code = 0; code < 0x80; ++code) {
    const std::string text(1, static_cast<char>(code));
    const bool is_shown = (code >= 0x20 && code < 0x7f) || code == '\n' || code == '\t';
    constexpr char kHex[] = "0123456789abcdef";
    const std::string escape = std::string("\\u00") + kHex[code / 16] + kHex[code % 16];
    EXPECT_EQ(Printable(text), is_shown ? text : escape) << code;
    EXPECT_EQ(Printable("a" + text + "b"), "a" + (is_shown ? text : escape) + "b") << code;
    // Wherever in a long text it stands.
    for (const std::size_t place : {0, 63, 64, 65, 127, 200}) {
      std::string around(200, 'x');
      std::string expected = around;
      around.insert(place, text);
      expected.insert(place, is_shown ? text : escape);
      EXPECT_EQ(Printable(around), expected) << code << " at " << place;
    }
  }
}

TEST(Printable, Unicode) {
  struct Case {
    const char* text;
    const char* shown;
  };
  for (const Case& c : {
           Case{"Grüße, 漢字 😀", "Grüße, 漢字 😀"},
           Case{"\xc2\x80\xc2\x9b\xc2\x9f", "\\u0080\\u009b\\u009f"},  // C1: a CSI of one byte.
           Case{"\xc2\xa0", "\xc2\xa0"},
           Case{"a\u202e\u2066b\u200f", "a\\u202e\\u2066b\\u200f"},  // Turned round.
           Case{"a\u200bb\ufeff\u00ad", "a\\u200bb\\ufeff\\u00ad"},  // Not to be seen.
           Case{"\u2028\u2029", "\\u2028\\u2029"},
           Case{"\u200c\u200d", "\u200c\u200d"},
           // No UTF-8: alone, cut off, too long, a surrogate, beyond the last character.
           Case{"\x80", "\ufffd"},
           Case{"\xc3", "\ufffd"},
           Case{"\xc3(", "\ufffd("},
           Case{"\xe2\x82", "\ufffd\ufffd"},
           Case{"\xc0\xaf", "\ufffd\ufffd"},
           Case{"\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
           Case{"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
           Case{"\xff\x1b", "\ufffd\\u001b"},
       }) {
    EXPECT_EQ(Printable(c.text), c.shown);
    EXPECT_EQ(Printable(c.shown), c.shown) << "twice is as once";
  }
}

TEST(Printable, OnOneLine) {
  EXPECT_EQ(PrintableLine("a\nb\r\n\tc\x1b"), "a b   c\\u001b");
}

TEST(Printable, OnlyOwnStylesPass) {
  EXPECT_EQ(Styled("a\x1b[2Jb", "31"), "\x1b[31ma\\u001b[2Jb\x1b[0m");
  EXPECT_EQ(PrintableStyled(Styled("a", "31")), "\x1b[31ma\x1b[0m");
  EXPECT_EQ(Printable(Styled("a", "31")), "\\u001b[31ma\\u001b[0m");
  for (const char* foreign :
       {"\x1b[8m", "\x1b[2J", "\x1b]0;title\x07", "\x1b[", "\x1b", "\x1b[31"}) {
    EXPECT_EQ(PrintableStyled(foreign).find('\x1b'), std::string::npos) << foreign + 1;
  }
}

}  // namespace
}  // namespace satchel
