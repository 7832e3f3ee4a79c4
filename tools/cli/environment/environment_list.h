#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace satchel {

// The environments of this user, as in `conda env list` and `conda info --envs`.
std::string EnvironmentListText(bool with_sizes);
nlohmann::json EnvironmentListJson(bool with_sizes);

}  // namespace satchel
