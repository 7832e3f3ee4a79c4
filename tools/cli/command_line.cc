#include "tools/cli/command_line.h"

#include "absl/strings/str_join.h"

namespace satchel {
namespace {

std::string& Stored() {
  static std::string line;
  return line;
}

}  // namespace

void SetCommandLine(const std::vector<std::string>& words) {
  Stored() = "satchel " + absl::StrJoin(words, " ");
}

const std::string& CommandLine() {
  return Stored();
}

}  // namespace satchel
