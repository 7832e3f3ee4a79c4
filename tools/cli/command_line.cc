#include "tools/cli/command_line.h"

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
    Stored() += " " + WithoutCredentialsIn(word);
  }
}

const std::string& CommandLine() {
  return Stored();
}

}  // namespace satchel
