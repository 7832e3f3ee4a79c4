#include "tests/link/test_environment.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_format.h"

#include "base/digest.h"
#include "base/status_macros.h"
#include "frontend/fetch/downloader.h"
#include "frontend/files.h"
#include "frontend/link/cache/package_cache.h"
#include "frontend/request/prefix.h"

namespace satchel::testing {

namespace fs = std::filesystem;

TestEnvironment::TestEnvironment()
    : prefix_(directory_.path() + "/env"), channel_(directory_.path() + "/channel") {
  setenv("SATCHEL_NO_SYNC", "1", 0);  // Kills need none; only power cuts do.
}

PackageRecord TestEnvironment::Build(const BuiltPackage& package) {
  const std::string path = channel_.Add(package);
  PackageRecord record;
  record.name = package.name;
  record.version = package.version;
  record.build = package.build;
  record.subdir = package.noarch.empty() ? "linux-64" : "noarch";
  record.noarch = package.noarch == "python" ? NoarchKind::kPython
                  : package.noarch.empty()   ? NoarchKind::kNone
                                             : NoarchKind::kGeneric;
  record.channel = "test";
  record.fn = fs::path(path).filename().string();
  record.url = PathToFileUrl(path);
  record.sha256 = *FileDigest(Digest::Kind::kSha256, path);
  record.size_bytes = fs::file_size(path);
  record.depends = package.depends;
  record.python_site_packages_path = package.site_packages;
  return record;
}

absl::StatusOr<TransactionReport> TestEnvironment::Change(const std::vector<PackageRecord>& link,
                                                          const std::vector<PackageRecord>& unlink,
                                                          const TransactionOptions& options) {
  ASSIGN_OR_RETURN(const EnvironmentLock lock, EnvironmentLock::Create(prefix_, {}));
  Transaction transaction;
  transaction.unlink = unlink;
  if (!lock.is_new()) {
    ASSIGN_OR_RETURN(const Prefix current, ReadPrefix(prefix_));
    for (const InstalledPackage& package : current.installed) {
      if (std::ranges::find(unlink, package.record.name, &PackageRecord::name) == unlink.end()) {
        transaction.kept.push_back(package.record);
      }
    }
  }
  Downloader downloader{NetworkOptions()};
  const PackageCache cache({this->cache()});
  ASSIGN_OR_RETURN(std::vector<CachedPackage> packages, cache.Provide(link, &downloader, {}));
  for (std::size_t i = 0; i < link.size(); ++i) {
    transaction.link.push_back({link[i], "", std::move(packages[i].contents), packages[i].archive});
  }
  transaction.history.command = "test";
  transaction.history.version = "1";
  return RunTransaction(lock, transaction, options);
}

std::map<std::string, std::string> TestEnvironment::SnapshotOf(const std::string& directory) {
  std::map<std::string, std::string> snapshot;
  if (!fs::exists(directory)) {
    return snapshot;
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory)) {
    struct stat status = {};
    lstat(entry.path().c_str(), &status);
    std::string what = absl::StrFormat("%o ", status.st_mode);
    if (entry.is_symlink()) {
      what += fs::read_symlink(entry.path()).string();
    } else if (entry.is_regular_file()) {
      what += *ReadFile(entry.path().string());
    }
    snapshot[entry.path().string().substr(directory.size())] = what;
  }
  return snapshot;
}

std::map<std::string, std::string> TestEnvironment::Snapshot() const {
  return SnapshotOf(prefix_);
}

}  // namespace satchel::testing
