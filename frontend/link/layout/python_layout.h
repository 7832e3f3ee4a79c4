#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/link/package/package_contents.h"
#include "repodata/spec/record.h"

namespace satchel {

// Where an environment's python keeps its packages. Paths are relative to the environment.
struct PythonLayout {
  int major = 0;
  int minor = 0;
  std::string site_packages;  // "lib/python3.12/site-packages", or the path in its record (CEP 17).
  std::string executable;     // "bin/python3.12".
};

// From python's record; none if its version has no minor part.
std::optional<PythonLayout> LayoutOf(const PackageRecord& python);

// The path of a file of a noarch python package: replaces site-packages/ and python-scripts/ by the
// directories of the environment's python.
std::string NoarchPythonTarget(const PythonLayout& python, std::string_view path);

// The script of an entry point, for an environment at `prefix`.
std::string EntryPointScript(const PythonLayout& python, const std::string& prefix,
                             const EntryPoint& point);

// "lib/.../a.py" -> "lib/.../__pycache__/a.cpython-312.pyc".
std::string BytecodePath(const PythonLayout& python, std::string_view source);

// Whether to compile bytecode for this file (once installed at `target`).
bool HasBytecode(const PythonLayout& python, std::string_view target);

}  // namespace satchel
