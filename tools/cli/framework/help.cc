#include "tools/cli/framework/help.h"

#include <algorithm>

#include "base/strings.h"

namespace satchel {
namespace {

constexpr std::size_t kMaxWidth = 92;  // Longer lines are hard to read.
constexpr std::size_t kIndent = 26;
constexpr std::size_t kMinText = 24;  // Beside the indentation, however narrow the terminal is.

// `text` in lines of at most `width`, all but the first indented by `indent`.
std::string Wrap(std::string_view text, std::size_t width, std::size_t indent) {
  width = std::max(std::min(width, kMaxWidth), indent + kMinText);
  std::string wrapped;
  std::size_t column = indent;
  for (const std::string_view word : Split(text, ' ')) {
    if (column > indent && column + 1 + word.size() > width) {
      wrapped.append("\n").append(indent, ' ');
      column = indent;
    } else if (column > indent) {
      wrapped += ' ';
      ++column;
    }
    wrapped += word;
    column += word.size();
  }
  return wrapped;
}

// Paragraphs, whose own line breaks do not count.
std::string WrapParagraphs(std::string_view text, std::size_t width) {
  std::string wrapped;
  std::string paragraph;
  for (const std::string_view line : Split(text, '\n')) {
    if (line.empty()) {
      wrapped += Wrap(paragraph, width, 0) + "\n\n";
      paragraph.clear();
    } else {
      paragraph.append(paragraph.empty() ? "" : " ").append(line);
    }
  }
  return wrapped + Wrap(paragraph, width, 0) + "\n";
}

// "-c, --channel CHANNEL".
std::string Usage(const Option& option) {
  std::string usage;
  for (const std::string& name : OptionNames(option)) {
    usage += (usage.empty() ? "" : ", ") + name;
  }
  if (!option.metavar.empty()) {
    usage.append(" ").append(option.metavar);
  }
  return usage;
}

std::string Describe(std::string left, std::string_view right, std::size_t width) {
  left.insert(0, 2, ' ');
  if (left.size() + 2 > kIndent) {
    left += '\n';
    left.append(kIndent, ' ');
  } else {
    left.append(kIndent - left.size(), ' ');
  }
  return left + Wrap(right, width, kIndent) + "\n";
}

std::string Synopsis(const Command& command) {
  std::string synopsis = "satchel";
  if (command.name.empty()) {
    return synopsis + " COMMAND [OPTIONS]";
  }
  synopsis.append(" ").append(command.name);
  if (!command.positional.empty()) {
    synopsis.append(" ").append(command.positional);
  }
  return synopsis + " [OPTIONS]";
}

std::string Roff(std::string_view text) {
  std::string escaped;
  bool at_line_start = true;
  for (const char c : text) {
    if (at_line_start && (c == '.' || c == '\'')) {
      escaped += "\\&";
    }
    if (c == '\\' || c == '-') {
      escaped += '\\';
    }
    escaped += c;
    at_line_start = c == '\n';
  }
  return escaped;
}

}  // namespace

std::string ProgramVersion() {
  return SATCHEL_VERSION;
}

std::string HelpText(const Command& command, std::size_t width) {
  std::string text =
      WrapParagraphs(command.summary, width) + "\nUsage: " + Synopsis(command) + "\n";
  if (command.name.empty()) {
    text += "\nCommands:\n";
    for (const Command& other : Commands()) {
      if (!other.name.empty()) {
        text += Describe(std::string(other.name), other.summary, width);
      }
    }
  } else if (!command.details.empty()) {
    text.append("\n").append(WrapParagraphs(command.details, width));
  }
  for (const OptionGroup& group : command.groups) {
    text.append("\n").append(group.title).append(":\n");
    for (const Option& option : group.options) {
      text += Describe(Usage(option), option.help, width);
    }
  }
  if (!command.examples.empty()) {
    text += "\nExamples:\n";
    for (const std::string_view line : Split(command.examples, '\n')) {
      text.append("  ").append(line).append("\n");
    }
  }
  if (command.name.empty()) {
    text.append("\n").append(WrapParagraphs(command.details, width));
  }
  return text;
}

std::string GroupHelpText(const std::string& group, std::size_t width) {
  std::string text = "Usage: satchel " + group + " COMMAND [OPTIONS]\n\nCommands:\n";
  for (const Command* const command : CommandsOf(group)) {
    text += Describe(std::string(command->name), command->summary, width);
  }
  return text + "\n" +
         WrapParagraphs("'satchel " + group + " COMMAND --help' lists a command's options.", width);
}

std::string ManualPage() {
  std::string page = ".TH SATCHEL 1 \"\" \"satchel " + ProgramVersion() +
                     "\"\n.SH NAME\nsatchel \\- " + Roff(Commands().front().summary) + "\n";
  for (const Command& command : Commands()) {
    std::string title(command.name.empty() ? "synopsis" : command.name);
    std::ranges::transform(title, title.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    page += ".SH " + title + "\n.B " + Roff(Synopsis(command)) + "\n.PP\n";
    page += Roff(command.name.empty() ? "" : command.summary) + "\n.PP\n" + Roff(command.details) +
            "\n";
    for (const OptionGroup& group : command.groups) {
      for (const Option& option : group.options) {
        page += ".TP\n.B " + Roff(Usage(option)) + "\n" + Roff(option.help) + "\n";
      }
    }
    if (!command.examples.empty()) {
      page += ".PP\nExamples:\n.PP\n.nf\n" + Roff(command.examples) + "\n.fi\n";
    }
  }
  return page;
}

}  // namespace satchel
