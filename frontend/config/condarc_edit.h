#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace satchel {

// What to change in the text of a .condarc. `key` is one of ConfigKeys(), or for one entry of a map
// "proxy_servers.https".
struct CondarcEdit {
  enum class Kind {
    kSet,       // The value, of anything but lists.
    kPrepend,   // An element of a list, as its first. One that is there moves.
    kAppend,    // The same, as its last.
    kRemove,    // An element of a list.
    kRemoveKey  // The key with its value.
  };
  Kind kind = Kind::kSet;
  std::string key;
  std::string value;
};

// The text with the edit done and every other line, comments included, as it was. `path` names the
// file in messages. What comes out is read again: a text in which anything but the one key would
// mean something else is refused rather than returned.
// Errors: kInvalidArgument for a key that does not exist or is of another kind, for a wrong value,
// and for a text that is no .condarc; kNotFound for an element or key that is not there to be
// removed; kUnimplemented for a way of writing YAML that cannot be edited line by line.
[[nodiscard]] absl::StatusOr<std::string> EditCondarc(const std::string& text,
                                                      const std::string& path,
                                                      const CondarcEdit& edit);

}  // namespace satchel
