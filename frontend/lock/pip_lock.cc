#include "frontend/lock/pip_lock.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/json.h"
#include "frontend/link/script/child_process.h"
#include "frontend/scratch_directory.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using Json = nlohmann::json;

const PackageRecord* FindRecord(const std::vector<PackageRecord>& records, std::string_view name) {
  const auto found = std::ranges::find(records, name, &PackageRecord::name);
  return found == records.end() ? nullptr : &*found;
}

// "2.28" as {2, 28}; zeros for what is missing.
std::pair<int, int> MajorMinor(const std::string& version) {
  std::pair<int, int> numbers;
  std::sscanf(version.c_str(), "%d.%d", &numbers.first, &numbers.second);
  return numbers;
}

// The tags of wheels that run there, the most special first. pip takes only the tags that it is
// given, except that a macOS one stands for older ones.
std::vector<std::string> PlatformTags(const PipQuestion& question) {
  const std::string& platform = question.locked->platform;
  const std::string os = platform.substr(0, platform.find('-'));
  std::string machine = platform.substr(platform.find('-') + 1);
  if (os == "win") {
    return {machine == "64" ? "win_amd64" : "win_" + machine};
  }
  machine = machine == "64" ? "x86_64" : machine;
  if (os == "osx") {
    const PackageRecord* const macos = FindRecord(*question.virtual_packages, "__osx");
    const auto [major, minor] = MajorMinor(macos == nullptr ? "11.0" : macos->version);
    return {absl::StrFormat("macosx_%d_%d_%s", major, major > 10 ? 0 : minor, machine)};
  }
  const PackageRecord* const glibc = FindRecord(*question.virtual_packages, "__glibc");
  const auto [major, newest] = MajorMinor(glibc == nullptr ? "2.17" : glibc->version);
  std::vector<std::string> tags;
  constexpr int kOldestMinor = 5;  // manylinux1
  for (int minor = newest; minor >= kOldestMinor; --minor) {
    tags.push_back(absl::StrFormat("manylinux_%d_%d_%s", major, minor, machine));
    if (minor == 17 || minor == 12 || minor == kOldestMinor) {
      tags.push_back(absl::StrFormat("manylinux%s_%s",
                                     minor == 17   ? "2014"
                                     : minor == 12 ? "2010"
                                                   : "1",
                                     machine));
    }
  }
  tags.push_back("linux_" + machine);
  return tags;
}

// Names of PyPI are the same whatever of -_. they have, and in whatever case.
std::string NormalName(std::string_view name) {
  std::string normal = ToLower(name);
  for (char& c : normal) {
    c = c == '_' || c == '.' ? '-' : c;
  }
  return normal;
}

// Whether name and version could be PyPI's: pip refuses a file with others, such as
// _libgcc_mutex==0.1 or tzdata==2025b.
bool PipKnows(const PackageRecord& record) {
  const auto is_digit_or_dot = [](unsigned char c) { return std::isdigit(c) != 0 || c == '.'; };
  return std::isalnum(static_cast<unsigned char>(record.name[0])) != 0 &&
         std::ranges::all_of(record.version, is_digit_or_dot) && !record.version.ends_with('.');
}

absl::StatusOr<std::vector<LockedPypi>> ReadReport(const std::string& text,
                                                   const PipQuestion& question) {
  std::set<std::string> of_conda;
  for (const PackageRecord& record : question.locked->packages) {
    of_conda.insert(NormalName(record.name));
  }
  const Json report = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!report.is_object() || !report.contains("install") || !report["install"].is_array()) {
    return absl::AbortedError("pip's report is not what was expected");
  }
  std::vector<LockedPypi> packages;
  for (const Json& package : report["install"]) {
    const Json metadata = package.value("metadata", Json::object());
    const Json download = package.value("download_info", Json::object());
    LockedPypi pypi;
    pypi.name = NormalName(TextField(metadata, "name"));
    pypi.url = TextField(download, "url");
    if (pypi.name.empty() || pypi.url.empty() || of_conda.contains(pypi.name)) {
      continue;
    }
    pypi.version = TextField(metadata, "version");
    pypi.requires_python = TextField(metadata, "requires_python");
    const Json hashes =
        download.value("archive_info", Json::object()).value("hashes", Json::object());
    pypi.sha256 = TextField(hashes, "sha256");
    for (const Json& needed : metadata.value("requires_dist", Json::array())) {
      if (needed.is_string()) {
        pypi.requires_dist.push_back(needed.get<std::string>());
      }
    }
    packages.push_back(std::move(pypi));
  }
  std::ranges::sort(packages, {}, &LockedPypi::name);
  return packages;
}

}  // namespace

absl::StatusOr<std::vector<LockedPypi>> ResolvePip(const std::vector<std::string>& command,
                                                   const PipQuestion& question,
                                                   const std::atomic<bool>* cancel) {
  const LockedPlatform& locked = *question.locked;
  const PackageRecord* const python = FindRecord(locked.packages, "python");
  if (python == nullptr) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s: no python is locked that pip's packages could be for", locked.Label()));
  }
  ASSIGN_OR_RETURN(const ScratchDirectory scratch, ScratchDirectory::Make());
  std::string constraints;
  for (const PackageRecord& record : locked.packages) {
    if (PipKnows(record)) {
      constraints += record.name + "==" + record.version + "\n";
    }
  }
  const std::string at = scratch.path() + "/";
  RETURN_IF_ERROR(EditFile(at + "constraints.txt", constraints));
  RETURN_IF_ERROR(
      EditFile(at + "requirements.txt", absl::StrJoin(question.requirements, "\n") + "\n"));
  const auto [major, minor] = MajorMinor(python->version);
  std::vector<std::string> words = command;
  words.insert(words.end(),
               {"install", "--dry-run", "--ignore-installed", "--no-input", "--quiet",
                "--disable-pip-version-check", "--only-binary=:all:", "--implementation", "cp",
                "--python-version", absl::StrFormat("%d.%d", major, minor), "--target",
                at + "target", "--report", at + "report.json", "-c", at + "constraints.txt", "-r",
                at + "requirements.txt"});
  for (const std::string& tag : PlatformTags(question)) {
    words.insert(words.end(), {"--platform", tag});
  }
  ChildOptions options;
  options.directory = question.directory;
  options.cancel = cancel;
  ASSIGN_OR_RETURN(const ChildResult result, RunChild(words, options));
  if (result.exit_code != 0) {
    return absl::AbortedError(absl::StrFormat("%s: pip finds no packages: %s", locked.Label(),
                                              StripSpace(result.output)));
  }
  ASSIGN_OR_RETURN(const std::string report, ReadFile(at + "report.json"));
  return ReadReport(report, question);
}

}  // namespace satchel
