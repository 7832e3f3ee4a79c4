// The text form of request_file.h.

#include <algorithm>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/manifest/manifest.h"
#include "frontend/request/request_file.h"

namespace satchel {
namespace {

// Without a trailing comment. The # of a URL's hash has no space before it.
std::string_view StripComment(std::string_view line) {
  const bool has_url = line.find("://") != std::string_view::npos;
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (!has_url || at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') {
      return StripSpace(line.substr(0, at));
    }
  }
  return StripSpace(line);
}

}  // namespace

absl::StatusOr<RequestFile> ParseSpecsText(std::string_view text, const std::string& label) {
  RequestFile file;
  const std::vector<std::string_view> lines = Split(text, '\n');
  for (const std::string_view line : lines) {
    file.is_explicit = file.is_explicit || StripSpace(line) == "@EXPLICIT";
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = StripComment(lines[i]);
    if (line.empty() || line == "@EXPLICIT") {
      continue;
    }
    const std::string where = absl::StrFormat("%s:%d", label, i + 1);
    if (file.is_explicit) {
      ASSIGN_OR_RETURN(ExplicitPackage package, ParseExplicitPackage(line, where));
      file.packages.push_back(std::move(package));
    } else {
      file.specs.push_back({std::string(line), where});
    }
  }
  return file;
}

bool FileParts::HasCategory(const std::string& category) const {
  return all_categories || category == "main" || std::ranges::count(categories, category) > 0;
}

absl::StatusOr<RequestFile> ReadRequestFile(const std::string& path, const std::string& platform,
                                            const FileParts& parts) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  if (path.ends_with(".toml")) {
    return ParseManifest(text, path, platform, parts);
  }
  if (path.ends_with(".yml") || path.ends_with(".yaml") || path.ends_with(".lock")) {
    return ParseEnvironmentYaml(text, path, platform, parts);
  }
  return ParseSpecsText(text, path);
}

}  // namespace satchel
