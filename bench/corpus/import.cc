#include "bench/corpus/import.h"

#include <filesystem>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "bench/harness/linux_machine.h"
#include "frontend/files.h"
#include "frontend/request/explicit_package.h"
#include "frontend/request/prefix.h"
#include "frontend/request/request_file.h"

namespace satchel {
namespace {

// That of LinuxMachine(), or its like of another system.
std::vector<VirtualPackageText> OrdinaryMachine(const std::string& platform) {
  if (platform.starts_with("win-")) {
    return {{"__win", "0", "0"}, {"__archspec", "1", "x86_64"}};
  }
  if (platform.starts_with("osx-")) {
    return {{"__unix", "0", "0"},
            {"__osx", "14.0", "0"},
            {"__archspec", "1", platform == "osx-arm64" ? "m1" : "x86_64"}};
  }
  std::vector<VirtualPackageText> packages;
  for (const PackageRecord& record : LinuxMachine()) {
    const bool is_other = record.name == "__archspec" && platform != "linux-64";
    packages.push_back({record.name, record.version,
                        is_other ? platform.substr(platform.find('-') + 1) : record.build});
  }
  return packages;
}

std::string ExactSpec(const ExplicitPackage& package) {
  return package.name + " ==" + package.version + " " + package.build;
}

absl::Status AddPrefix(const std::string& path, Problem* problem) {
  ASSIGN_OR_RETURN(const Prefix prefix, ReadPrefix(path));
  for (const InstalledPackage& package : prefix.installed) {
    problem->installed.push_back(package.record.url);
    if (package.requested.has_value()) {
      problem->specs.push_back(package.requested->ToString());
    }
  }
  for (const SpecText& pin : prefix.pins) {
    problem->pins.push_back(pin.text);
  }
  return absl::OkStatus();
}

absl::Status AddFile(const std::string& path, Problem* problem) {
  ASSIGN_OR_RETURN(const RequestFile file, ReadRequestFile(path, problem->platform));
  for (const SpecText& spec : file.specs) {
    problem->specs.push_back(spec.text);
  }
  for (const ExplicitPackage& package : file.packages) {
    problem->specs.push_back(ExactSpec(package));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Problem> ImportProblem(const std::string& path, Problem problem) {
  problem.id = std::filesystem::path(AbsolutePath(path)).stem().string();
  if (problem.virtual_packages.empty()) {  // No file says them.
    problem.virtual_packages = OrdinaryMachine(problem.platform);
  }
  RETURN_IF_ERROR(std::filesystem::is_directory(path) ? AddPrefix(path, &problem)
                                                      : AddFile(path, &problem));
  if (problem.specs.empty()) {
    return absl::InvalidArgumentError(path + ": asks for nothing");
  }
  return problem;
}

}  // namespace satchel
