#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace satchel {

// The environments of this user, as `conda env list` and `conda info --envs` tell of them.
std::string EnvironmentListText();
nlohmann::json EnvironmentListJson();

}  // namespace satchel
