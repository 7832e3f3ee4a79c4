#pragma once

#include <map>
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
  std::string category = "main";  // conda-lock's word for a group such as "dev".
};

// What is wanted of files that describe more than one environment.
struct FileParts {
  std::string environment;              // Of pixi's files; empty: "default".
  std::vector<std::string> categories;  // Besides "main".
  bool all_categories = false;
  // Requirements of pip by the feature of that name, from outside of a manifest's own tables.
  std::map<std::string, std::vector<std::string>> groups;
  bool comment_selectors = false;  // "- libx11  # [linux]" holds for Linux only, as in conda-lock.

  bool HasCategory(const std::string& category) const;
};

// The contents of a file that describes an environment.
struct RequestFile {
  std::string name;    // Of the environment; empty if absent.
  std::string prefix;  // The same.
  std::vector<std::string> channels;
  bool nodefaults = false;             // Excludes the configured default channels.
  std::vector<std::string> platforms;  // For which it is meant; empty if it does not say.
  std::vector<SpecText> specs;
  std::vector<std::pair<std::string, std::string>> variables;
  std::vector<std::string> pip;  // Lines of a requirements file, for pip.
  // The machine that it is meant for: names and versions, as {"__cuda", "12"}.
  std::vector<std::pair<std::string, std::string>> virtual_packages;
  std::vector<std::string> environments;  // That it describes, if it can describe several.
  std::string exclude_newer;              // As the setting of that name; empty if absent.
  std::string channel_priority;           // The same.
  bool is_explicit = false;               // An @EXPLICIT or a lock file: `packages`, no specs.
  std::vector<ExplicitPackage> packages;
  std::vector<std::string> warnings;
};

// Reads an environment.yml (CEP 24; by its extension .yml or .yaml), a conda-lock.yml, a pixi.lock,
// a manifest (.toml; see manifest.h) or a text file of specs (CEP 23). `platform` decides sel(...)
// entries and selects the part of a lock file. Errors: those of reading; kInvalidArgument,
// "file:line: what is wrong".
[[nodiscard]] absl::StatusOr<RequestFile> ReadRequestFile(const std::string& path,
                                                          const std::string& platform,
                                                          const FileParts& parts = {});

// The same from text; `label` names it in messages.
//
// CEP 24 in full; selectors in comments only if asked for: conda ignores them. Any section but
// `pip:` and `sel(...):` is an error. `package:` and `metadata:` identify a conda-lock file.
[[nodiscard]] absl::StatusOr<RequestFile> ParseEnvironmentYaml(const std::string& text,
                                                               const std::string& label,
                                                               const std::string& platform,
                                                               const FileParts& parts = {});
// One spec per line or, after a line @EXPLICIT, one URL per line; # begins a comment.
[[nodiscard]] absl::StatusOr<RequestFile> ParseSpecsText(std::string_view text,
                                                         const std::string& label);

}  // namespace satchel
