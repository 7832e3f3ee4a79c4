#include "frontend/link/relative_path.h"

#include <climits>

#include "base/strings.h"

namespace satchel {

std::optional<std::string> NormalRelativePath(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.size() >= PATH_MAX ||
      path.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  std::string normal;
  for (const std::string_view part : Split(path, '/')) {
    if (part == ".." || part.size() > NAME_MAX) {
      return std::nullopt;
    }
    if (!part.empty() && part != ".") {
      normal.append(normal.empty() ? "" : "/").append(part);
    }
  }
  if (normal.empty()) {
    return std::nullopt;
  }
  return normal;
}

bool IsWithinCondaMeta(std::string_view path) {
  return ToLower(path.substr(0, path.find('/'))) == "conda-meta";
}

std::string_view DirectoryOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

}  // namespace satchel
