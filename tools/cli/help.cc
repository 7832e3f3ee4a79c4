#include "tools/cli/help.h"

#include <algorithm>

#include "base/strings.h"

namespace satchel {
namespace {

constexpr std::size_t kWidth = 92;
constexpr std::size_t kIndent = 26;

// `text` in lines of at most kWidth, all but the first indented by kIndent.
std::string Wrap(std::string_view text) {
  std::string wrapped;
  std::size_t column = kIndent;
  for (const std::string_view word : Split(text, ' ')) {
    if (column > kIndent && column + 1 + word.size() > kWidth) {
      wrapped.append("\n").append(kIndent, ' ');
      column = kIndent;
    } else if (column > kIndent) {
      wrapped += ' ';
      ++column;
    }
    wrapped += word;
    column += word.size();
  }
  return wrapped;
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

std::string Describe(std::string left, std::string_view right) {
  left.insert(0, 2, ' ');
  if (left.size() + 2 > kIndent) {
    left += '\n';
    left.append(kIndent, ' ');
  } else {
    left.append(kIndent - left.size(), ' ');
  }
  return left + Wrap(right) + "\n";
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

std::string HelpText(const Command& command) {
  std::string text = std::string(command.summary) + "\n\nUsage: " + Synopsis(command) + "\n";
  if (command.name.empty()) {
    text += "\nCommands:\n";
    for (const Command& other : Commands()) {
      if (!other.name.empty()) {
        text += Describe(std::string(other.name), other.summary);
      }
    }
  } else if (!command.details.empty()) {
    text.append("\n").append(command.details).append("\n");
  }
  for (const OptionGroup& group : command.groups) {
    text.append("\n").append(group.title).append(":\n");
    for (const Option& option : group.options) {
      text += Describe(Usage(option), option.help);
    }
  }
  if (!command.examples.empty()) {
    text += "\nExamples:\n";
    for (const std::string_view line : Split(command.examples, '\n')) {
      text.append("  ").append(line).append("\n");
    }
  }
  if (command.name.empty()) {
    text.append("\n").append(command.details).append("\n");
  }
  return text;
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
