#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/request/explicit_package.h"

namespace satchel {

// A spec as written, and its location: "environment.yml:7".
struct SpecText {
  std::string text;
  std::string where;
};

// The contents of a file that describes an environment.
struct RequestFile {
  std::string name;    // Of the environment; empty if absent.
  std::string prefix;  // The same.
  std::vector<std::string> channels;
  bool nodefaults = false;  // Excludes the configured default channels.
  std::vector<std::string> platforms;  // For which it is meant; empty if it does not say.
  std::vector<SpecText> specs;
  std::vector<std::pair<std::string, std::string>> variables;
  std::vector<std::string> pip;  // Lines of a requirements file, for pip.
  bool is_explicit = false;      // An @EXPLICIT or a lock file: `packages`, no specs.
  std::vector<ExplicitPackage> packages;
  std::vector<std::string> warnings;
};

// Reads an environment.yml (CEP 24; by its extension .yml or .yaml), a conda-lock.yml or a text
// file of specs (CEP 23). `platform` decides sel(...) entries and selects the part of a lock file.
// Errors: those of reading; kInvalidArgument, "file:line: what is wrong".
[[nodiscard]] absl::StatusOr<RequestFile> ReadRequestFile(const std::string& path,
                                                          const std::string& platform);

// The same from text; `label` names it in messages.
//
// CEP 24 in full, except selectors in comments, which conda ignores too. Any section but `pip:` and
// `sel(...):` is an error. `package:` and `metadata:` identify a conda-lock file.
[[nodiscard]] absl::StatusOr<RequestFile> ParseEnvironmentYaml(const std::string& text,
                                                               const std::string& label,
                                                               const std::string& platform);
// One spec per line or, after a line @EXPLICIT, one URL per line; # begins a comment.
[[nodiscard]] absl::StatusOr<RequestFile> ParseSpecsText(std::string_view text,
                                                         const std::string& label);

}  // namespace satchel
