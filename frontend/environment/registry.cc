#include "frontend/environment/registry.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/environment/location.h"
#include "frontend/files.h"

namespace satchel {
namespace {

std::string Lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    text += line + "\n";
  }
  return text;
}

}  // namespace

std::string RegistryFile(const EnvironmentLookup& lookup) {
  return lookup("HOME").value_or("") + "/.conda/environments.txt";
}

std::vector<std::string> RegisteredEnvironments(const std::string& file) {
  std::vector<std::string> prefixes;
  const absl::StatusOr<std::string> text = ReadFile(file);
  if (!text.ok()) {
    return prefixes;
  }
  for (const std::string_view line : Split(*text, '\n')) {
    if (const std::string_view path = StripSpace(line); !path.empty() && path[0] != '#') {
      prefixes.emplace_back(path);
    }
  }
  return prefixes;
}

absl::Status RegisterEnvironment(const std::string& file, const std::string& prefix) {
  std::vector<std::string> prefixes = RegisteredEnvironments(file);
  if (std::ranges::count(prefixes, prefix) > 0) {
    return absl::OkStatus();
  }
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(file).parent_path(), error);
  if (error) {
    return absl::ErrnoToStatus(error.value(), file);
  }
  prefixes.push_back(prefix);
  return EditFile(file, Lines(prefixes));
}

absl::Status UnregisterEnvironment(const std::string& file, const std::string& prefix) {
  const std::vector<std::string> before = RegisteredEnvironments(file);
  std::vector<std::string> after = before;
  std::erase_if(after, [&prefix](const std::string& other) {
    return other == prefix || !IsEnvironment(other);
  });
  return after == before ? absl::OkStatus() : EditFile(file, Lines(after));
}

}  // namespace satchel
