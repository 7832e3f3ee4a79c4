#pragma once

#include <map>
#include <string>
#include <string_view>

#include "repodata/spec/match_spec.h"

namespace satchel {

// The user's requests for an environment over time, by package name, from the text of its
// conda-meta/history, read as in conda. "update", "install" and "create" specs replace the earlier
// ones of their names, and so do "neutered" ones; "remove" and "uninstall" specs delete them.
// Ignores specs that cannot be parsed: old versions of conda wrote some.
std::map<std::string, MatchSpec> RequestedSpecs(std::string_view history);

}  // namespace satchel
