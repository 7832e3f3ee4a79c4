#pragma once

#include <string>
#include <string_view>

namespace satchel {

// Text of others (names, versions, messages of servers, files) is not to command the terminal that
// it is shown on, nor to look like another text. What could is shown by its code instead: control
// characters (of ASCII but for line breaks and tabs, and U+0080 to U+009F), what reverses the
// direction of writing, what is invisible, and line separators, all as "\u001b"; bytes that are no
// UTF-8 as U+FFFD.
//
// These escapes are JSON's own: JSON text means the same before and after.
std::string Printable(std::string_view text);

// The same on one line: line breaks and tabs become blanks.
std::string PrintableLine(std::string_view text);

// `text`, made printable, in a style of the terminal: "1", "31", "32" or "33". This is the only way
// to a control sequence on standard output: PrintableStyled() lets what it makes through, and
// nothing else.
std::string Styled(std::string_view text, std::string_view style);
std::string PrintableStyled(std::string_view text);

}  // namespace satchel
