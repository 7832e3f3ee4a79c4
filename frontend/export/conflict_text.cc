#include "frontend/export/conflict_text.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/printable.h"

namespace satchel {
namespace {

constexpr std::size_t kMinWidth = 24;  // For the words, however deep the tree.

// Columns of UTF-8 text: its bytes but those that continue a character.
std::size_t Columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string Painted(const std::string& text, const char* style, bool colour) {
  return colour ? Styled(text, style) : text;
}

// `text` broken between words into lines of at most `width` columns where words allow.
std::vector<std::string> Wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t end = std::min(text.find(' ', from), text.size());
    const std::string word = text.substr(from, end - from);
    if (!line.empty() && Columns(line) + 1 + Columns(word) > width) {
      lines.push_back(std::move(line));
      line = word;
    } else {
      line += (line.empty() ? "" : " ") + word;
    }
    from = end + 1;
  }
  lines.push_back(std::move(line));
  return lines;
}

class TreeText final {
 public:
  TreeText(const std::vector<Reason>& reasons, const ConflictTextOptions& options)
      : reasons_(reasons), options_(options) {}

  static std::string Sentence(const Reason& reason) {
    std::string sentence = reason.text;
    for (const std::string& because : reason.because) {
      sentence += ", " + because;
    }
    return sentence;
  }

  std::string Run() {
    for (std::size_t i = 0; i < reasons_.size(); ++i) {
      if (reasons_[i].parent == Reason::kRoot) {
        Add(i, "", "");
      }
    }
    return std::move(text_);
  }

 private:
  std::vector<std::size_t> ChildrenOf(std::size_t node) const {
    std::vector<std::size_t> children;
    for (std::size_t i = node + 1; i < reasons_.size(); ++i) {
      if (reasons_[i].parent == node && !reasons_[i].told_by_parent) {
        children.push_back(i);
      }
    }
    return children;
  }

  void Add(std::size_t node, const std::string& first_indent, const std::string& indent) {
    const Reason& reason = reasons_[node];
    const std::vector<std::size_t> children = ChildrenOf(node);
    const std::string sentence = Sentence(reason);
    const std::size_t used = Columns(indent) + 2;
    const std::size_t width =
        std::max(kMinWidth, options_.width > used ? options_.width - used : 0);
    const bool is_end = !reason.because.empty();
    const char* style = reason.parent == Reason::kRoot ? "1" : "31";
    bool is_first = true;
    for (const std::string& line : Wrapped(sentence, width)) {
      const bool painted = reason.parent == Reason::kRoot || is_end;
      text_ += "  " + (is_first ? first_indent : indent + (children.empty() ? "  " : "│ ")) +
               (painted ? Painted(line, style, options_.colour) : line) + "\n";
      is_first = false;
    }
    for (std::size_t i = 0; i < children.size(); ++i) {
      const bool is_last = i + 1 == children.size();
      Add(children[i], indent + (is_last ? "└─ " : "├─ "), indent + (is_last ? "   " : "│  "));
    }
  }

  const std::vector<Reason>& reasons_;
  const ConflictTextOptions& options_;
  std::string text_;
};

// The parts that are blamed, as they were typed.
std::vector<std::string> Blamed(const Conflict& conflict) {
  std::vector<std::string> blamed = conflict.blamed;
  for (const Reason& reason : conflict.reasons) {
    if (reason.part.has_value() && *reason.part < blamed.size()) {
      blamed[*reason.part] =
          reason.target_text + (reason.kind == ReasonKind::kPinned ? " (pin)" : "");
    }
  }
  return blamed;
}

std::string Headline(const Conflict& conflict) {
  const std::vector<std::string> blamed = Blamed(conflict);
  if (!conflict.blamed_minimal) {
    return absl::StrJoin(blamed, ", ") +
           " conflict; the search stopped before it was clear which of them";
  }
  return blamed.size() == 1 ? blamed[0] + " cannot be met:"
                            : absl::StrJoin(blamed, ", ") + " conflict:";
}

std::string FlawText(const std::string& flaw) {
  return absl::StrFormat("(incomplete: the explanation failed, please report it: %s)", flaw);
}

void AddWrapped(const std::string& line, const std::string& first_indent, std::size_t width,
                std::string* text) {
  const std::string indent(Columns(first_indent), ' ');
  const std::size_t room = std::max(kMinWidth, width > indent.size() ? width - indent.size() : 0);
  bool is_first = true;
  for (const std::string& piece : Wrapped(line, room)) {
    *text += (is_first ? first_indent : indent) + piece + "\n";
    is_first = false;
  }
}

}  // namespace

std::string ToText(const Conflict& conflict, const ConflictTextOptions& options) {
  std::string text;
  if (conflict.minimal && conflict.reasons.size() == 1) {  // A sentence is enough.
    AddWrapped(TreeText::Sentence(conflict.reasons[0]), "", options.width, &text);
    return text;
  }
  AddWrapped(Headline(conflict), "", options.width, &text);
  text += TreeText(conflict.reasons, options).Run();
  if (!conflict.flaw.empty()) {
    AddWrapped(FlawText(conflict.flaw), "  ", options.width, &text);
  }
  if (conflict.minimal || conflict.reasons.empty()) {
    return text;
  }
  text += "  (no short explanation was found";
  if (conflict.num_packages > 0) {
    text += absl::StrFormat(" among %d packages", conflict.num_packages);
  }
  return text + ")\n";
}

std::string ToText(const std::vector<Reason>& reasons, const ConflictTextOptions& options) {
  return TreeText(reasons, options).Run();
}

std::string MainVersions(const Plan& plan) {
  std::vector<std::string> versions;
  for (const PlanPackage& package : plan.packages) {
    if (package.requested) {
      versions.push_back(package.record.name + " " + package.record.version);
    }
  }
  std::sort(versions.begin(), versions.end());
  return absl::StrFormat("%s (%d package%s)", absl::StrJoin(versions, ", "), plan.packages.size(),
                         plan.packages.size() == 1 ? "" : "s");
}

std::string ToText(const FixList& list, const ConflictTextOptions& options) {
  if (list.fixes.empty() && !list.flaw.empty()) {
    return FlawText(list.flaw) + "\n";
  }
  if (list.fixes.empty()) {
    return list.complete ? "No change of this request makes it possible with these channels.\n"
                         : "No fix was found within the time given.\n";
  }
  std::string text =
      list.fixes.size() == 1 ? "Possible fix:\n" : "Possible fixes, smallest change first:\n";
  for (std::size_t i = 0; i < list.fixes.size(); ++i) {
    const Fix& fix = list.fixes[i];
    std::vector<std::string> changes;
    for (const Change& change : fix.changes) {
      changes.push_back(change.text);
    }
    std::string told;
    AddWrapped(absl::StrJoin(changes, "; "), absl::StrFormat("  %d. ", i + 1), options.width,
               &told);
    text += Painted(told.substr(0, told.size() - 1), "32", options.colour) + "\n";
    if (!fix.file.empty()) {
      text += "     in " + fix.file + ", and then\n";
    }
    if (!fix.command.empty()) {
      text += "     " + fix.command + "\n";  // Not broken: it is to be copied.
    }
    AddWrapped(MainVersions(fix.plan), "     gives ", options.width, &text);
  }
  return list.flaw.empty() ? text : text + "  " + FlawText(list.flaw) + "\n";
}

}  // namespace satchel
