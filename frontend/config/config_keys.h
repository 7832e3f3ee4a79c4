#pragma once

#include <string_view>
#include <vector>

namespace satchel {

enum class ConfigKind {
  kBool,
  kInteger,
  kNumber,
  kText,
  kTextOrBool,
  kIntegerOrBool,
  kList,
  kMap,         // Name: text.
  kMapOfLists,  // Name: a list of texts.
  kListOfMaps,  // Its elements as JSON objects of texts and truth values.
  kOther,       // A key of another program, whose form does not matter here.
};

// One key of a .condarc.
struct ConfigKey {
  std::string_view name;
  std::string_view aliases = {};  // Separated by commas.
  ConfigKind kind = ConfigKind::kText;
  std::string_view default_value = {};  // As in an environment variable; a map: "a=b,c=d".
  std::string_view values = {};         // The allowed words, separated by |; empty: any.
  std::string_view help = {};  // Empty: a key that conda or mamba reads and satchel does not use.
  char delimiter = ',';        // Between the elements in an environment variable.
  bool expand = false;         // Expand "~" and "$VARIABLE".
};

// All known keys, in alphabetical order. (conda's are those of conda/base/context.py.)
const std::vector<ConfigKey>& ConfigKeys();

// By name or alias; null if there is none.
const ConfigKey* FindConfigKey(std::string_view name);

// The words for true or false in a .condarc or a variable, as in conda.
bool IsTrueWord(std::string_view word);
bool IsFalseWord(std::string_view word);

}  // namespace satchel
