#pragma once

#include <string>

namespace satchel {

// `text` as a YAML scalar that is always quoted: for text that may look like a number.
std::string YamlText(const std::string& text);

}  // namespace satchel
