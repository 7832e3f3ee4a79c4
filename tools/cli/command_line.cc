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
    const bool is_url = word.find("://") != std::string::npos;
    Stored() += " " + (is_url ? WithoutCredentials(word) : word);
  }
}

const std::string& CommandLine() {
  return Stored();
}

}  // namespace satchel
