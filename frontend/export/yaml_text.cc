#include "frontend/export/yaml_text.h"

#include "base/printable.h"

namespace satchel {

std::string YamlText(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
        quoted.append({'\\', c});
        break;
      case '\n':
        quoted += "\\n";
        break;
      case '\t':
        quoted += "\\t";
        break;
      default:
        quoted += c;
    }
  }
  return Printable(quoted) + "\"";  // Its escapes are YAML's, too.
}

}  // namespace satchel
