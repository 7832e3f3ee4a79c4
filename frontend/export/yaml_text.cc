#include "frontend/export/yaml_text.h"

namespace satchel {

std::string YamlText(const std::string& text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
    }
    if (c == '\n') {
      quoted += "\\n";
    } else if (static_cast<unsigned char>(c) < ' ') {
      quoted.append("\\x").append(1, kHex[c / 16]).append(1, kHex[c % 16]);
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

}  // namespace satchel
