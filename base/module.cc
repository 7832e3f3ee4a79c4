#include "base/module.h"

#include <unistd.h>

#include <array>

#include "absl/strings/str_cat.h"

#include "base/strings.h"

namespace satchel {

std::string ModuleFile(std::string_view name) {
  std::array<char, 4096> program;
  const ssize_t size = readlink("/proc/self/exe", program.data(), program.size());
  const std::string_view path(program.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  const std::string directory(path.substr(0, path.rfind('/') + 1));
  const std::string installed = absl::StrCat(directory, SATCHEL_MODULE_DIRECTORY "/", ToAbsl(name));
  const std::string beside = absl::StrCat(directory, ToAbsl(name));
  return access(beside.c_str(), R_OK) == 0 ? beside : installed;
}

}  // namespace satchel
