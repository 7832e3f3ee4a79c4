#include "frontend/config/config_value.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "base/suggest.h"
#include "frontend/files.h"
#include "frontend/json.h"

namespace satchel {
namespace {

template <typename Number>
bool IsNumber(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// Where a value stands, for messages.
struct Place {
  const ConfigKey& key;
  std::string where;

  absl::Status Wrong(const std::string& what) const {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: '%s' must be %s", where, std::string(key.name), what));
  }
};

std::string OrdinaryTruth(std::string_view word) {
  return IsTrueWord(word) ? "true" : IsFalseWord(word) ? "false" : std::string(word);
}

absl::StatusOr<std::string> CheckWords(const Place& place, const std::string& text) {
  const std::vector<std::string_view> allowed = Split(place.key.values, '|');
  if (place.key.values.empty() || std::ranges::count(allowed, text) > 0) {
    return text;
  }
  // conda's channel_priority was a truth value once.
  if (place.key.name == "channel_priority" && (IsTrueWord(text) || IsFalseWord(text))) {
    return std::string(IsTrueWord(text) ? "flexible" : "disabled");
  }
  std::string list(place.key.values);
  std::ranges::replace(list, '|', ' ');
  const std::string nearest(Nearest(text, allowed));
  return place.Wrong(
      absl::StrFormat("one of: %s; not '%s'%s", list, text,
                      nearest.empty() ? "" : absl::StrFormat(" (did you mean '%s'?)", nearest)));
}

absl::StatusOr<std::string> CheckScalar(const Place& place, const std::string& text) {
  const bool is_truth = IsTrueWord(text) || IsFalseWord(text);
  switch (place.key.kind) {
    case ConfigKind::kBool:
      if (text == "1" || text == "0") {
        return std::string(text == "1" ? "true" : "false");
      }
      return is_truth ? absl::StatusOr<std::string>(OrdinaryTruth(text))
                      : place.Wrong(absl::StrFormat("true or false, not '%s'", text));
    case ConfigKind::kInteger:
    case ConfigKind::kIntegerOrBool:
      if (is_truth && place.key.kind == ConfigKind::kIntegerOrBool) {
        return std::string(IsTrueWord(text) ? "1" : "0");
      }
      return IsNumber<std::uint32_t>(text)
                 ? absl::StatusOr<std::string>(text)
                 : place.Wrong(absl::StrFormat("a whole number, not '%s'", text));
    case ConfigKind::kNumber:
      return IsNumber<double>(text) && !text.starts_with("-")
                 ? absl::StatusOr<std::string>(text)
                 : place.Wrong(absl::StrFormat("a number, not '%s'", text));
    case ConfigKind::kTextOrBool:
      return is_truth ? OrdinaryTruth(text) : place.key.expand ? ExpandPath(text) : text;
    default:
      return CheckWords(place, place.key.expand ? ExpandPath(text) : text);
  }
}

absl::StatusOr<std::string> ReadElement(const Place& place, const YamlNode& node,
                                        const std::string& source) {
  if (!node.IsScalar() || node.Scalar().empty()) {
    return Place{place.key, absl::StrFormat("%s:%d", source, node.line())}.Wrong(
        "a list of texts: one '- TEXT' a line");
  }
  return place.key.expand ? ExpandPath(node.Scalar()) : node.Scalar();
}

absl::StatusOr<std::vector<std::string>> ReadList(const Place& place, const YamlNode& node,
                                                  const std::string& source) {
  std::vector<std::string> list;
  if (!node.IsSequence() && !node.IsNull()) {
    return place.Wrong("a list: one '- TEXT' a line");
  }
  for (const YamlNode& element : node.elements()) {
    if (element.IsNull()) {
      continue;  // As conda: a "-" alone is nothing.
    }
    ASSIGN_OR_RETURN(std::string text, ReadElement(place, element, source));
    list.push_back(std::move(text));
  }
  return list;
}

absl::Status ReadMap(const Place& place, const YamlNode& node, const std::string& source,
                     ConfigValue* value) {
  const bool is_lists = place.key.kind == ConfigKind::kMapOfLists;
  const char* const form = is_lists ? "a map of lists: 'NAME:' and below it '- TEXT' a line"
                                    : "a map: one 'NAME: TEXT' a line";
  if (!node.IsMap() && !node.IsNull()) {
    return place.Wrong(form);
  }
  for (const auto& [name, field] : node.fields()) {
    if (!name.IsScalar() || (is_lists ? !field.IsSequence() : field.IsSequence())) {
      return place.Wrong(form);
    }
    std::vector<std::string>& texts = value->map[name.Scalar()];
    if (is_lists) {
      ASSIGN_OR_RETURN(texts, ReadList(place, field, source));
    } else if (field.IsNull()) {
      texts = {""};  // conda: `http: null` is no proxy.
    } else if (field.IsScalar()) {
      texts = {place.key.expand ? ExpandPath(field.Scalar()) : field.Scalar()};
    } else {
      return place.Wrong(form);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ReadMaps(const Place& place, const YamlNode& node) {
  const char* const form = "a list of maps: '- NAME: TEXT' and below it '  NAME: TEXT' a line";
  std::vector<std::string> list;
  if (!node.IsSequence() && !node.IsNull()) {
    return place.Wrong(form);
  }
  for (const YamlNode& element : node.elements()) {
    if (!element.IsMap()) {
      return place.Wrong(form);
    }
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const auto& [name, field] : element.fields()) {
      if (!name.IsScalar() || field.IsMap() || field.IsSequence()) {
        return place.Wrong(form);
      }
      const std::string& text = field.Scalar();
      if (field.IsNull()) {
        json[name.Scalar()] = nullptr;
      } else if (!field.is_quoted() && (ToLower(text) == "true" || ToLower(text) == "false")) {
        json[name.Scalar()] = ToLower(text) == "true";
      } else {
        json[name.Scalar()] = text;
      }
    }
    list.push_back(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }
  return list;
}

std::string ListYaml(const std::vector<std::string>& list, std::string_view indent) {
  if (list.empty()) {
    return " []\n";
  }
  std::string yaml = "\n";
  for (const std::string& text : list) {
    yaml.append(indent).append("- ").append(YamlScalar(text)).append("\n");
  }
  return yaml;
}

}  // namespace

absl::StatusOr<ConfigValue> ReadConfigValue(const ConfigKey& key, const YamlNode& node,
                                            const std::string& source) {
  const Place place = {key, absl::StrFormat("%s:%d", source, node.line())};
  ConfigValue value;
  switch (key.kind) {
    case ConfigKind::kOther:
      return value;
    case ConfigKind::kList: {
      // conda takes one text for a list of one, too.
      if (node.IsScalar()) {
        ASSIGN_OR_RETURN(std::string text, ReadElement(place, node, source));
        value.list.push_back(std::move(text));
        return value;
      }
      ASSIGN_OR_RETURN(value.list, ReadList(place, node, source));
      return value;
    }
    case ConfigKind::kListOfMaps: {
      ASSIGN_OR_RETURN(value.list, ReadMaps(place, node));
      return value;
    }
    case ConfigKind::kMap:
    case ConfigKind::kMapOfLists:
      RETURN_IF_ERROR(ReadMap(place, node, source, &value));
      return value;
    default: {
      if (!node.IsScalar()) {
        return place.Wrong(node.IsSequence() ? "one value, not a list" : "one value, not a map");
      }
      ASSIGN_OR_RETURN(value.text, CheckScalar(place, node.Scalar()));
      return value;
    }
  }
}

absl::StatusOr<ConfigValue> ParseConfigValue(const ConfigKey& key, std::string_view text,
                                             const std::string& source) {
  const Place place = {key, source};
  ConfigValue value;
  const bool is_map = key.kind == ConfigKind::kMap || key.kind == ConfigKind::kMapOfLists;
  if (key.kind == ConfigKind::kListOfMaps) {
    if (StripSpace(text).empty()) {
      return value;
    }
    return place.Wrong("a list of maps; write it in a .condarc");
  }
  if (key.kind != ConfigKind::kList && !is_map) {
    // Of a text that is no word of a list, blanks at its ends are part.
    const bool is_text = key.kind == ConfigKind::kText && key.values.empty();
    ASSIGN_OR_RETURN(value.text,
                     CheckScalar(place, std::string(is_text ? text : StripSpace(text))));
    return value;
  }
  for (std::string_view piece : Split(text, key.delimiter)) {
    piece = StripSpace(piece);
    const std::size_t equals = piece.find('=');
    if (piece.empty()) {
      continue;
    }
    if (is_map && equals == std::string_view::npos) {
      return place.Wrong(absl::StrFormat("NAME=TEXT pairs, not '%s'", std::string(piece)));
    }
    const std::string_view element = is_map ? piece.substr(equals + 1) : piece;
    std::string expanded = key.expand ? ExpandPath(element) : std::string(element);
    if (is_map) {
      value.map[std::string(piece.substr(0, equals))].push_back(std::move(expanded));
    } else {
      value.list.push_back(std::move(expanded));
    }
  }
  return value;
}

std::string ConfigValueYaml(const ConfigKey& key, const ConfigValue& value) {
  switch (key.kind) {
    case ConfigKind::kList:
      return ListYaml(value.list, "  ");
    case ConfigKind::kListOfMaps: {  // JSON is YAML.
      std::string yaml = value.list.empty() ? " []\n" : "\n";
      for (const std::string& map : value.list) {
        yaml.append("  - ").append(map).append("\n");
      }
      return yaml;
    }
    case ConfigKind::kMap:
    case ConfigKind::kMapOfLists: {
      std::string yaml = value.map.empty() ? " {}\n" : "\n";
      for (const auto& [name, texts] : value.map) {
        yaml.append("  ").append(YamlScalar(name)).append(":");
        yaml += key.kind == ConfigKind::kMap
                    ? " " + YamlScalar(texts.empty() ? "" : texts[0]) + "\n"
                    : ListYaml(texts, "    ");
      }
      return yaml;
    }
    case ConfigKind::kText:
    case ConfigKind::kTextOrBool: {
      const bool is_truth = value.text == "true" || value.text == "false";
      return " " +
             (is_truth && key.kind == ConfigKind::kTextOrBool ? value.text
                                                              : YamlScalar(value.text)) +
             "\n";
    }
    default:
      return " " + value.text + "\n";
  }
}

}  // namespace satchel
