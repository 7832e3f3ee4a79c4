#include "frontend/link/journal/journal_text.h"

#include <charconv>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/strings.h"
#include "frontend/link/paths/relative_path.h"

namespace satchel {
namespace {

constexpr std::string_view kFirstLine = "satchel journal 2";

void Add(char kind, std::string_view text, std::string* journal) {
  *journal += kind;
  journal->append(text).push_back('\0');
}

std::string Numbers(const InodeIdentity& identity) {
  return absl::StrFormat("%d:%d:%d:", identity.device, identity.inode, identity.modified_ns);
}

// Takes a number and the ':' behind it from the front.
template <typename T>
bool Take(std::string_view* text, T* number) {
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), *number);
  if (error != std::errc() || end == text->data() + text->size() || *end != ':') {
    return false;
  }
  text->remove_prefix(static_cast<std::size_t>(end - text->data()) + 1);
  return true;
}

bool TakeIdentity(std::string_view* text, InodeIdentity* identity) {
  return Take(text, &identity->device) && Take(text, &identity->inode) &&
         Take(text, &identity->modified_ns);
}

class Parser final {
 public:
  // False if the entry is not as it must be.
  bool Read(char kind, std::string_view text) {
    JournalPlan& plan = journal_.plan;
    switch (kind) {
      case '-':
        return AddPath(text, &plan.moved_away);
      case 'e':
        return AddPath(text, &plan.emptied);
      case '+':
        return AddMade(text, /*by_name=*/false, &plan.made);
      case '~':
        return AddMade(text, /*by_name=*/true, &plan.made);
      case '/':
        return AddMade(text, /*by_name=*/false, &plan.new_directories);
      case 'a':
        return AddAround(text);
      case '.':
        journal_.gone.assign(plan.moved_away.size(), false);
        return std::exchange(complete_, true) == false;
      default:
        return complete_ && ReadAddition(kind, text);
    }
  }

  bool complete() const { return complete_; }
  JournalText Take() && { return std::move(journal_); }

 private:
  bool ReadAddition(char kind, std::string_view text) {
    std::size_t index = 0;
    if (kind == 'w') {
      ScriptTime time;
      if (!satchel::Take(&text, &time.begin_ns) || !satchel::Take(&text, &time.end_ns)) {
        return false;
      }
      journal_.scripts.push_back(time);
      return true;
    }
    if (!satchel::Take(&text, &index)) {
      return false;
    }
    if (kind == 'g' && index < journal_.gone.size()) {
      journal_.gone[index] = true;
      return true;
    }
    std::vector<MadePath>& paths = kind == 'd' ? journal_.plan.new_directories : journal_.plan.made;
    return (kind == 'd' || kind == 'm') && index < paths.size() &&
           TakeIdentity(&text, &paths[index].identity);
  }

  static bool AddPath(std::string_view text, std::vector<std::string>* paths) {
    std::optional<std::string> path = NormalRelativePath(text);
    if (path.has_value()) {
      paths->push_back(*std::move(path));
    }
    return path.has_value();
  }

  static bool AddMade(std::string_view text, bool by_name, std::vector<MadePath>* paths) {
    MadePath made;
    made.by_name = by_name;
    if (!TakeIdentity(&text, &made.identity)) {
      return false;
    }
    std::optional<std::string> path = NormalRelativePath(text);
    made.path = path.value_or("");
    paths->push_back(std::move(made));
    return path.has_value();
  }

  bool AddAround(std::string_view text) {
    MadePath made;
    const bool valid = TakeIdentity(&text, &made.identity) && text.starts_with('/');
    made.path = text;
    journal_.plan.around.push_back(std::move(made));
    return valid;
  }

  JournalText journal_;
  bool complete_ = false;
};

}  // namespace

std::string PlanText(const JournalPlan& plan) {
  std::string text(kFirstLine);
  text.push_back('\0');
  for (const MadePath& made : plan.around) {
    Add('a', Numbers(made.identity) + made.path, &text);
  }
  for (const std::string& path : plan.moved_away) {
    Add('-', path, &text);
  }
  for (const MadePath& made : plan.made) {
    Add(made.by_name ? '~' : '+', Numbers(made.identity) + made.path, &text);
  }
  for (const MadePath& made : plan.new_directories) {
    Add('/', Numbers(made.identity) + made.path, &text);
  }
  for (const std::string& path : plan.emptied) {
    Add('e', path, &text);
  }
  Add('.', "", &text);
  return text;
}

std::string MadeText(std::size_t index, const InodeIdentity& identity) {
  std::string text;
  Add('m', absl::StrFormat("%d:", index) + Numbers(identity), &text);
  return text;
}

std::string DirectoryText(std::size_t index, const InodeIdentity& identity) {
  std::string text;
  Add('d', absl::StrFormat("%d:", index) + Numbers(identity), &text);
  return text;
}

std::string GoneText(std::size_t index) {
  std::string text;
  Add('g', absl::StrFormat("%d:", index), &text);
  return text;
}

std::string ScriptText(const ScriptTime& time) {
  std::string text;
  Add('w', absl::StrFormat("%d:%d:", time.begin_ns, time.end_ns), &text);
  return text;
}

absl::StatusOr<JournalText> ParseJournal(std::string_view text, const std::string& label) {
  Parser parser;
  std::vector<std::string_view> entries = Split(text, '\0');
  entries.pop_back();  // What follows the last zero.
  bool valid = !entries.empty() && entries[0] == kFirstLine;
  for (std::size_t i = 1; valid && i < entries.size(); ++i) {
    valid = !entries[i].empty() && parser.Read(entries[i][0], entries[i].substr(1));
  }
  if (!valid || !parser.complete()) {
    return absl::DataLossError(label +
                               ": the journal of an interrupted change is damaged, or of another "
                               "version of satchel; look at what lies beside it, then remove it");
  }
  return std::move(parser).Take();
}

}  // namespace satchel
