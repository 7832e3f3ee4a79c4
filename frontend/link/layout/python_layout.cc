#include "frontend/link/layout/python_layout.h"

#include <charconv>

#include "absl/strings/str_format.h"

#include "base/strings.h"
#include "frontend/link/layout/prefix_replacement.h"
#include "frontend/link/paths/relative_path.h"

namespace satchel {
namespace {

constexpr std::string_view kSitePackages = "site-packages/";
constexpr std::string_view kScripts = "python-scripts/";

bool ParseNumber(std::string_view text, int* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end != text.data();
}

}  // namespace

std::optional<PythonLayout> LayoutOf(const PackageRecord& python) {
  const std::vector<std::string_view> parts = Split(python.version, '.');
  PythonLayout layout;
  if (parts.size() < 2 || !ParseNumber(parts[0], &layout.major) ||
      !ParseNumber(parts[1], &layout.minor)) {
    return std::nullopt;
  }
  layout.executable = absl::StrFormat("bin/python%d.%d", layout.major, layout.minor);
  layout.site_packages =
      absl::StrFormat("lib/python%d.%d/site-packages", layout.major, layout.minor);
  if (std::optional<std::string> stated = NormalRelativePath(python.python_site_packages_path);
      stated.has_value() && !IsWithinCondaMeta(*stated)) {
    layout.site_packages = *std::move(stated);
  }
  return layout;
}

std::string NoarchPythonTarget(const PythonLayout& python, std::string_view path) {
  if (path.starts_with(kSitePackages)) {
    return python.site_packages + "/" + std::string(path.substr(kSitePackages.size()));
  }
  if (path.starts_with(kScripts)) {
    return "bin/" + std::string(path.substr(kScripts.size()));
  }
  return std::string(path);
}

std::string EntryPointScript(const PythonLayout& python, const std::string& prefix,
                             const EntryPoint& point) {
  const std::string import_name = point.function.substr(0, point.function.find('.'));
  return PythonShebang(prefix + "/" + python.executable) +
         absl::StrFormat(
             "# -*- coding: utf-8 -*-\n"
             "import sys\n"
             "\n"
             "from %s import %s\n"
             "\n"
             "if __name__ == '__main__':\n"
             "    for ending in ('-script.py', '-script.pyw', '.exe'):\n"
             "        if sys.argv[0].endswith(ending):\n"
             "            sys.argv[0] = sys.argv[0][:-len(ending)]\n"
             "    sys.exit(%s())\n",
             point.module, import_name, point.function);
}

std::string BytecodePath(const PythonLayout& python, std::string_view source) {
  const std::string_view directory = DirectoryOf(source);
  std::string_view name = source.substr(directory.empty() ? 0 : directory.size() + 1);
  if (python.major < 3) {
    return std::string(source) + "c";
  }
  name.remove_suffix(std::string_view(".py").size());
  return absl::StrFormat("%s%s__pycache__/%s.cpython-%d%d.pyc", std::string(directory),
                         directory.empty() ? "" : "/", std::string(name), python.major,
                         python.minor);
}

bool HasBytecode(const PythonLayout& python, std::string_view target) {
  return target.ends_with(".py") && target.starts_with(python.site_packages + "/");
}

}  // namespace satchel
