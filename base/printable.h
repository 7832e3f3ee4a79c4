#pragma once

#include <string>
#include <string_view>

namespace satchel {

// Text from others (names, versions, messages of servers, files) must neither control the terminal
// that shows it nor look like other text. So this replaces dangerous characters by their code:
// control characters (ASCII except line breaks and tabs, and U+0080 to U+009F), characters that
// reverse the direction of writing, invisible ones, and line separators as "\u001b"; invalid UTF-8
// as U+FFFD.
//
// These are JSON's own escapes, so JSON text keeps its meaning.
std::string Printable(std::string_view text);

// The same on one line: line breaks and tabs become spaces.
std::string PrintableLine(std::string_view text);

// `text`, made printable, in a terminal style: "1", "31", "32" or "33". This is the only way to
// print a control sequence on standard output: PrintableStyled() passes only the sequences that
// this makes.
std::string Styled(std::string_view text, std::string_view style);
std::string PrintableStyled(std::string_view text);

}  // namespace satchel
