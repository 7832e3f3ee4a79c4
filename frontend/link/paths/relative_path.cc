#include "frontend/link/paths/relative_path.h"

#include <algorithm>

#include <climits>

#include "base/strings.h"

namespace satchel {

std::optional<std::string> NormalRelativePath(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.size() >= PATH_MAX ||
      path.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  std::string normal;
  normal.reserve(path.size());
  for (std::size_t end = 0; end < path.size(); ++end) {
    const std::size_t begin = end;
    end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
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
