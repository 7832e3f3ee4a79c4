#include "tests/support/debian_python.h"

#include <filesystem>
#include <string_view>

#include "frontend/files.h"

namespace satchel::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLibrary = "/usr/lib/python3.11";

// Of the standard library what everyday programs, compileall and its worker processes import.
bool IsWanted(std::string_view path) {
  for (const std::string_view directory :
       {"asyncio/", "collections/", "concurrent/", "email/", "encodings/", "importlib/", "json/",
        "logging/", "multiprocessing/", "re/", "urllib/", "xml/"}) {
    if (path.starts_with(directory)) {
      return path.ends_with(".py");
    }
  }
  return (path.find('/') == std::string_view::npos && path.ends_with(".py") &&
          path != "sitecustomize.py") ||
         (path.starts_with("lib-dynload/") && path.ends_with(".so"));
}

}  // namespace

std::optional<BuiltPackage> DebianPython() {
  const absl::StatusOr<std::string> interpreter = ReadFile("/usr/bin/python3.11");
  if (!interpreter.ok() || !fs::exists(std::string(kLibrary) + "/compileall.py")) {
    return std::nullopt;
  }
  BuiltPackage python = {.name = "python", .version = "3.11.2"};
  python.files.push_back({.path = "bin/python3.11", .content = *interpreter, .mode = 0755});
  python.files.push_back({.path = "bin/python", .link = "python3.11"});
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kLibrary)) {
    const std::string path = entry.path().string().substr(kLibrary.size() + 1);
    if (entry.is_regular_file() && IsWanted(path)) {
      python.files.push_back(
          {.path = "lib/python3.11/" + path, .content = *ReadFile(entry.path().string())});
    }
  }
  // Debian's site.py looks into dist-packages only.
  python.files.push_back({.path = "lib/python3.11/sitecustomize.py",
                          .content = "import site, sys\n"
                                     "site.addsitedir(sys.prefix + "
                                     "'/lib/python3.11/site-packages')\n"});
  return python;
}

}  // namespace satchel::testing
