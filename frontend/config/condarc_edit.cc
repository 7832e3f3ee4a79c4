// Edits are made on lines, guided by where the YAML parser saw each value, because no YAML library
// at hand keeps comments.

#include "frontend/config/condarc_edit.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "base/suggest.h"
#include "frontend/config/configuration.h"

namespace satchel {
namespace {

using Kind = CondarcEdit::Kind;
using Fields = std::vector<YamlNode::Field>;

absl::Status NotByLines(const std::string& path, int line) {
  return absl::UnimplementedError(absl::StrFormat(
      "%s:%d: cannot be changed without touching other lines; edit the file by hand", path, line));
}

class Editor final {
 public:
  Editor(const std::string& text, const std::string& path, const CondarcEdit& edit)
      : path_(path), edit_(edit) {
    for (const std::string_view line : Split(text, '\n')) {
      lines_.emplace_back(line);
    }
    if (lines_.back().empty()) {
      lines_.pop_back();  // Behind the last line break.
    }
  }

  absl::StatusOr<std::string> Edit(const YamlNode& root) && {
    RETURN_IF_ERROR(FindKey());
    if (root.is_flow()) {
      const bool is_alone = root.fields().empty() && StripSpace(Line(root.line())) == "{}";
      if (!is_alone) {
        return NotByLines(path_, root.line());
      }
      RETURN_IF_ERROR(Erase(root.line(), root.line()));
    }
    RETURN_IF_ERROR(EditFields(root));
    return lines_.empty() ? std::string() : absl::StrJoin(lines_, "\n") + "\n";
  }

  const ConfigKey& key() const { return *key_; }

 private:
  // Splits "proxy_servers.https"; checks that the edit fits the key.
  absl::Status FindKey() {
    const std::size_t dot = edit_.key.find('.');
    const std::string name = edit_.key.substr(0, dot);
    entry_ = dot == std::string::npos ? "" : edit_.key.substr(dot + 1);
    key_ = FindConfigKey(name);
    if (key_ == nullptr) {
      std::vector<std::string_view> known;
      for (const ConfigKey& each : ConfigKeys()) {
        known.push_back(each.name);
      }
      const std::string nearest(Nearest(name, known));
      return absl::InvalidArgumentError(
          absl::StrFormat("unknown key '%s'%s", name,
                          nearest.empty() ? "" : absl::StrFormat("; did you mean '%s'?", nearest)));
    }
    const bool is_map = key_->kind == ConfigKind::kMap || key_->kind == ConfigKind::kMapOfLists;
    const bool is_list = (key_->kind == ConfigKind::kList && entry_.empty()) ||
                         (key_->kind == ConfigKind::kMapOfLists && !entry_.empty());
    const bool for_list =
        edit_.kind == Kind::kAppend || edit_.kind == Kind::kPrepend || edit_.kind == Kind::kRemove;
    if (edit_.kind == Kind::kRemoveKey) {
      return absl::OkStatus();
    }
    if (key_->kind == ConfigKind::kOther || key_->kind == ConfigKind::kListOfMaps ||
        (is_map && entry_.empty()) || (!is_map && !entry_.empty())) {
      return absl::InvalidArgumentError(
          is_map ? absl::StrFormat("'%s' is a map; name an entry, as in '%s.NAME'", name, name)
                 : absl::StrFormat("'%s' cannot be set this way", edit_.key));
    }
    if (is_list != for_list) {
      return absl::InvalidArgumentError(
          is_list ? absl::StrFormat("'%s' is a list; use --append, --prepend or --remove", name)
                  : absl::StrFormat("'%s' is not a list; use --set or --remove-key", name));
    }
    return absl::OkStatus();
  }

  static const YamlNode::Field* Find(const Fields& fields, std::string_view name,
                                     const ConfigKey* key) {
    for (const YamlNode::Field& field : fields) {
      if (key != nullptr ? FindConfigKey(field.first.Scalar()) == key
                         : field.first.Scalar() == name) {
        return &field;
      }
    }
    return nullptr;
  }

  absl::Status EditFields(const YamlNode& root) {
    const YamlNode::Field* const field = Find(root.fields(), "", key_);
    if (field == nullptr) {
      return AddKey();
    }
    if (entry_.empty()) {
      return EditField(*field, LastLine(root.fields(), *field, NumLines()));
    }
    const int last = LastLine(root.fields(), *field, NumLines());
    const YamlNode::Field* const entry = Find(field->second.fields(), entry_, nullptr);
    if (field->second.is_flow() && !field->second.fields().empty()) {
      return NotByLines(path_, field->second.line());
    }
    if (entry == nullptr) {
      return AddEntry(*field, last);
    }
    if (edit_.kind == Kind::kRemoveKey && field->second.fields().size() == 1) {
      return Erase(field->first.line(), last);
    }
    return EditField(*entry, LastLine(field->second.fields(), *entry, last));
  }

  absl::Status EditField(const YamlNode::Field& field, int last) {
    switch (edit_.kind) {
      case Kind::kRemoveKey:
        return Erase(field.first.line(), last);
      case Kind::kSet:
        return SetScalar(field);
      default:
        return EditList(field, last);
    }
  }

  // The last line of a field: before the next one, and before the blank lines and comments there,
  // which belong to what follows.
  int LastLine(const Fields& fields, const YamlNode::Field& field, int last) const {
    for (const YamlNode::Field& other : fields) {
      if (other.first.line() > field.first.line()) {
        last = std::min(last, other.first.line() - 1);
      }
    }
    while (last > field.first.line()) {
      const std::string_view line = StripSpace(Line(last));
      if (!line.empty() && !line.starts_with("#")) {
        break;
      }
      --last;
    }
    return last;
  }

  absl::Status NotThere() const {
    return absl::InvalidArgumentError(
        edit_.kind == Kind::kRemove
            ? absl::StrFormat("%s: '%s' has no '%s'", path_, edit_.key, edit_.value)
            : absl::StrFormat("%s: no key '%s'", path_, edit_.key));
  }

  absl::Status AddKey() {
    if (edit_.kind == Kind::kRemove || edit_.kind == Kind::kRemoveKey) {
      return NotThere();
    }
    lines_.push_back(std::string(key_->name) + ":");
    AddValue(&lines_.back(), NumLines(), "");
    return absl::OkStatus();
  }

  // Behind or below "key:", which is line `line`.
  void AddValue(std::string* line, int number, const std::string& indent) {
    const std::string inner = indent + "  ";
    if (!entry_.empty() && indent.empty()) {
      Insert(number + 1, inner + YamlScalar(entry_) + ":");
      AddValue(&lines_[static_cast<std::size_t>(number)], number + 1, inner);
    } else if (edit_.kind == Kind::kSet) {
      *line += " " + Value();
    } else {
      Insert(number + 1, inner + "- " + YamlScalar(edit_.value));
    }
  }

  absl::Status AddEntry(const YamlNode::Field& field, int last) {
    if (edit_.kind == Kind::kRemove || edit_.kind == Kind::kRemoveKey) {
      return NotThere();
    }
    if (field.second.fields().empty()) {  // "proxy_servers:" or "proxy_servers: {}"
      RETURN_IF_ERROR(Erase(field.first.line(), last));
      return AddKey();
    }
    const auto width = static_cast<std::size_t>(field.second.fields()[0].first.column() - 1);
    const std::string indent(width, ' ');
    Insert(last + 1, indent + YamlScalar(entry_) + ":");
    AddValue(&lines_[static_cast<std::size_t>(last)], last + 1, indent);
    return absl::OkStatus();
  }

  std::string Value() const {
    const bool is_plain = key_->kind == ConfigKind::kBool || key_->kind == ConfigKind::kInteger ||
                          key_->kind == ConfigKind::kNumber ||
                          key_->kind == ConfigKind::kIntegerOrBool ||
                          (key_->kind == ConfigKind::kTextOrBool &&
                           (IsTrueWord(edit_.value) || IsFalseWord(edit_.value)));
    return is_plain ? edit_.value : YamlScalar(edit_.value);
  }

  // Replaces the value on the line of its key; a remark behind it stays.
  absl::Status SetScalar(const YamlNode::Field& field) {
    const int number = field.first.line();
    std::string& line = LineRef(number);
    if (field.second.IsNull()) {
      const std::size_t colon = line.find(':', ColumnOf(field.first) + field.first.Scalar().size());
      if (colon == std::string::npos) {
        return NotByLines(path_, number);
      }
      line.insert(colon + 1, " " + Value());
      return absl::OkStatus();
    }
    if (!field.second.IsScalar() || field.second.line() != number) {
      return NotByLines(path_, number);
    }
    const std::size_t begin = ColumnOf(field.second);
    line.replace(begin, EndOfScalar(line, begin) - begin, Value());
    return absl::OkStatus();
  }

  static std::size_t EndOfScalar(const std::string& line, std::size_t begin) {
    const char first = begin < line.size() ? line[begin] : '\0';
    if (first == '"' || first == '\'') {
      const std::size_t end = line.rfind(first, std::min(line.find(" #", begin), line.size()));
      return end == std::string::npos || end <= begin ? line.size() : end + 1;
    }
    std::size_t end = std::min(line.find(" #", begin), line.size());
    while (end > begin && line[end - 1] == ' ') {
      --end;
    }
    return end;
  }

  absl::Status EditList(const YamlNode::Field& field, int last) {
    const YamlNode& list = field.second;
    std::vector<std::string> texts;
    for (const YamlNode& element : list.elements()) {
      if (element.IsNull()) {  // The parser does not say where it stands.
        return NotByLines(path_, field.first.line());
      }
      texts.push_back(element.Scalar());
    }
    const bool has = std::ranges::count(texts, edit_.value) > 0;
    if (edit_.kind == Kind::kRemove && !has) {
      return NotThere();
    }
    if (list.is_flow() || list.IsScalar() || list.IsNull() || list.elements().empty()) {
      return EditFlowList(field, last, std::move(texts));
    }
    const auto is_value = [this](const YamlNode& element) {
      return element.Scalar() == edit_.value;
    };
    if (edit_.kind == Kind::kRemove && std::ranges::all_of(list.elements(), is_value)) {
      return Erase(field.first.line(), last);
    }
    // From the last to the first, so that the line numbers before stay right.
    const std::string& sample = Line(list.elements()[0].line());
    const std::string indent = sample.substr(0, sample.find('-'));
    if (edit_.kind == Kind::kAppend) {
      Insert(list.elements().back().line() + 1, indent + "- " + YamlScalar(edit_.value));
    }
    for (auto element = list.elements().rbegin(); element != list.elements().rend(); ++element) {
      if (is_value(*element)) {
        RETURN_IF_ERROR(Erase(element->line(), element->line()));
      }
    }
    if (edit_.kind == Kind::kPrepend) {
      Insert(list.elements()[0].line(), indent + "- " + YamlScalar(edit_.value));
    }
    return absl::OkStatus();
  }

  // "channels: [a, b]  # why", "channels: a", "channels:".
  absl::Status EditFlowList(const YamlNode::Field& field, int last,
                            std::vector<std::string> texts) {
    const YamlNode& list = field.second;
    if (list.IsScalar()) {
      texts = {list.Scalar()};
    }
    std::erase(texts, edit_.value);
    if (edit_.kind == Kind::kAppend) {
      texts.push_back(edit_.value);
    } else if (edit_.kind == Kind::kPrepend) {
      texts.insert(texts.begin(), edit_.value);
    }
    const int number = field.first.line();
    if (last != number) {
      return NotByLines(path_, number);
    }
    if (texts.empty()) {
      return Erase(number, last);
    }
    for (std::string& text : texts) {
      text = YamlScalar(text);
    }
    const std::string written = "[" + absl::StrJoin(texts, ", ") + "]";
    std::string& line = LineRef(number);
    if (list.IsNull()) {
      return SetAfterColon(field, written);
    }
    const std::size_t begin = ColumnOf(list);
    const std::size_t end =
        list.IsScalar() ? EndOfScalar(line, begin) : line.rfind(']', line.find(" #", begin)) + 1;
    if (end <= begin) {
      return NotByLines(path_, number);
    }
    line.replace(begin, end - begin, written);
    return absl::OkStatus();
  }

  absl::Status SetAfterColon(const YamlNode::Field& field, const std::string& written) {
    std::string& line = LineRef(field.first.line());
    const std::size_t colon = line.find(':', ColumnOf(field.first) + field.first.Scalar().size());
    if (colon == std::string::npos) {
      return NotByLines(path_, field.first.line());
    }
    line.insert(colon + 1, " " + written);
    return absl::OkStatus();
  }

  int NumLines() const { return static_cast<int>(lines_.size()); }
  const std::string& Line(int number) const { return lines_[static_cast<std::size_t>(number - 1)]; }
  std::string& LineRef(int number) { return lines_[static_cast<std::size_t>(number - 1)]; }
  static std::size_t ColumnOf(const YamlNode& node) {
    return static_cast<std::size_t>(std::max(node.column(), 1) - 1);
  }
  void Insert(int number, std::string line) {
    lines_.insert(lines_.begin() + (number - 1), std::move(line));
  }
  absl::Status Erase(int first, int last) {
    lines_.erase(lines_.begin() + (first - 1), lines_.begin() + last);
    return absl::OkStatus();
  }

  const std::string& path_;
  const CondarcEdit& edit_;
  const ConfigKey* key_ = nullptr;
  std::string entry_;
  std::vector<std::string> lines_;
};

// All that both say of other keys is the same.
bool SameBut(const ConfigKey& key, const CondarcContent& before, const CondarcContent& after) {
  const auto others = [&key](const CondarcContent& content) {
    std::vector<const ConfigSetting*> settings;
    for (const ConfigSetting& setting : content.settings) {
      if (setting.key != &key) {
        settings.push_back(&setting);
      }
    }
    return settings;
  };
  const auto same = [](const ConfigSetting* a, const ConfigSetting* b) {
    return a->key == b->key && a->value == b->value && a->flag == b->flag;
  };
  return before.warnings.size() == after.warnings.size() &&
         std::ranges::equal(others(before), others(after), same);
}

// Whether the key now has the value that the edit gives it.
bool HasEffect(const CondarcEdit& edit, const ConfigKey& key, const CondarcContent& after) {
  const auto found = std::ranges::find(after.settings, &key, &ConfigSetting::key);
  const bool is_there = found != after.settings.end();
  const std::size_t dot = edit.key.find('.');
  std::vector<std::string> list;
  if (is_there && dot != std::string::npos) {
    const auto entry = found->value.map.find(edit.key.substr(dot + 1));
    list = entry == found->value.map.end() ? list : entry->second;
  } else if (is_there) {
    list = key.kind == ConfigKind::kList ? found->value.list
                                         : std::vector<std::string>{found->value.text};
  }
  const absl::StatusOr<ConfigValue> wanted =
      dot == std::string::npos ? ParseConfigValue(key, edit.value, "") : ConfigValue();
  switch (edit.kind) {
    case Kind::kRemoveKey:
      return list.empty();
    case Kind::kRemove:
      return std::ranges::count(list, edit.value) == 0;
    case Kind::kSet:
      return list.size() == 1 &&
             (dot != std::string::npos || (wanted.ok() && list[0] == wanted->text));
    case Kind::kPrepend:
      return !list.empty() && (key.expand || list.front() == edit.value);
    case Kind::kAppend:
      return !list.empty() && (key.expand || list.back() == edit.value);
  }
  return false;
}

}  // namespace

absl::StatusOr<std::string> EditCondarc(const std::string& text, const std::string& path,
                                        const CondarcEdit& edit) {
  ASSIGN_OR_RETURN(const CondarcContent before, ParseCondarc(text, path));
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, path));
  Editor editor(text, path, edit);
  ASSIGN_OR_RETURN(std::string edited, std::move(editor).Edit(root));
  if (edit.kind == Kind::kSet && edit.key.find('.') == std::string::npos) {
    RETURN_IF_ERROR(ParseConfigValue(editor.key(), edit.value, "--set").status());
  }
  const absl::StatusOr<CondarcContent> after = ParseCondarc(edited, path);
  if (!after.ok() || !SameBut(editor.key(), before, *after) ||
      !HasEffect(edit, editor.key(), *after)) {
    return absl::UnimplementedError(
        absl::StrFormat("%s: '%s' cannot be changed safely as the file is written; edit it by hand",
                        path, edit.key));
  }
  return edited;
}

}  // namespace satchel
