#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace satchel {

// A change to the text of a .condarc. `key` is one of ConfigKeys(), or "proxy_servers.https" for
// one entry of a map.
struct CondarcEdit {
  enum class Kind {
    kSet,       // Sets the value; not for lists.
    kPrepend,   // Adds an element at the front of a list; an existing one moves.
    kAppend,    // The same at the end.
    kRemove,    // Removes an element of a list.
    kRemoveKey  // Removes the key with its value.
  };
  Kind kind = Kind::kSet;
  std::string key;
  std::string value;
};

// The edited text; every other line, comments included, is unchanged. `path` names the file in
// messages. EditCondarc parses the result and returns an error instead if the meaning of anything
// but the one key would change. Errors: kInvalidArgument for an unknown key or one of another kind,
// for a wrong value, and for a text that is not a .condarc; kNotFound for an element or key to
// remove that does not exist; kUnimplemented for YAML syntax that cannot be edited line by line.
[[nodiscard]] absl::StatusOr<std::string> EditCondarc(const std::string& text,
                                                      const std::string& path,
                                                      const CondarcEdit& edit);

}  // namespace satchel
