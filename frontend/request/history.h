#pragma once

#include <map>
#include <string>
#include <string_view>

#include "repodata/spec/match_spec.h"

namespace satchel {

// What the user has asked an environment for over time, by package name: the text of its
// conda-meta/history, read as conda does. "update", "install" and "create" specs replace what was
// asked of their names, "neutered" ones too, "remove" and "uninstall" ones forget it. A spec that
// cannot be read is ignored: old versions of conda wrote some.
std::map<std::string, MatchSpec> RequestedSpecs(std::string_view history);

}  // namespace satchel
