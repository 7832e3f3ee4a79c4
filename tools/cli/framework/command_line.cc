#include "tools/cli/framework/command_line.h"

#include "base/printable.h"
#include "frontend/fetch/url.h"

namespace satchel {
namespace {

std::string& Stored() {
  static std::string line;
  return line;
}

}  // namespace

void SetCommandLine(const std::vector<std::string>& words) {
  Stored() = "satchel";
  for (const std::string& word : words) {
    Stored() += " " + PrintableLine(WithoutCredentialsIn(word));
  }
}

const std::string& CommandLine() {
  return Stored();
}

}  // namespace satchel
