#include "frontend/link/clobbered.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

#include "base/digest.h"
#include "base/status_macros.h"
#include "frontend/files.h"
#include "frontend/link/conda_meta.h"
#include "frontend/link/layout.h"
#include "frontend/link/parallel.h"

namespace satchel {
namespace {

const PackageRecord* PythonOf(const Transaction& transaction) {
  for (const PackageToLink& package : transaction.link) {
    if (package.record.name == "python") {
      return &package.record;
    }
  }
  const auto kept = std::ranges::find(transaction.kept, "python", &PackageRecord::name);
  return kept == transaction.kept.end() ? nullptr : &*kept;
}

// What the packages to be linked will make. An error here comes again, and is told, when it is
// done.
absl::flat_hash_set<std::string> PathsToMake(const Transaction& transaction) {
  absl::flat_hash_set<std::string> paths;
  absl::StatusOr<Layout> layout = LayOut(transaction.link, PythonOf(transaction), {});
  if (layout.ok()) {
    for (TargetFile& file : layout->files) {
      paths.insert(std::move(file.path));
    }
  }
  return paths;
}

class ClobberFinder final {
 public:
  ClobberFinder(const std::string& prefix, const Transaction& transaction)
      : prefix_(prefix), transaction_(transaction) {}

  absl::StatusOr<std::vector<ClobberedFile>> Find() && {
    absl::flat_hash_map<std::string, const PackageRecord*> going;
    for (const PackageRecord& record : transaction_.unlink) {
      ASSIGN_OR_RETURN(const std::vector<InstalledHash> files, HashesOf(record));
      for (const InstalledHash& file : files) {
        if (!file.path.ends_with(".pyc")) {
          going.emplace(file.path, &record);
        }
      }
    }
    for (const std::string& path : PathsToMake(transaction_)) {
      going.erase(path);
    }
    RETURN_IF_ERROR(FindShared(going));
    return Judge(going);
  }

 private:
  struct Owner {
    std::size_t kept;
    std::string sha256;
  };

  absl::StatusOr<std::vector<InstalledHash>> HashesOf(const PackageRecord& record) const {
    const std::string path = prefix_ + "/conda-meta/" + CondaMetaName(record);
    ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
    return InstalledHashes(text, path);
  }

  // The paths that packages of both kinds have, with those that stay.
  absl::Status FindShared(const absl::flat_hash_map<std::string, const PackageRecord*>& going) {
    std::vector<std::vector<InstalledHash>> shared(transaction_.kept.size());
    RETURN_IF_ERROR(ParallelFor(shared.size(), [&](std::size_t i) -> absl::Status {
      ASSIGN_OR_RETURN(shared[i], HashesOf(transaction_.kept[i]));
      std::erase_if(shared[i],
                    [&going](const InstalledHash& file) { return !going.contains(file.path); });
      return absl::OkStatus();
    }));
    for (std::size_t i = 0; i < shared.size(); ++i) {
      for (InstalledHash& file : shared[i]) {
        owners_[file.path].push_back({i, std::move(file.sha256)});
      }
    }
    return absl::OkStatus();
  }

  std::vector<ClobberedFile> Judge(
      const absl::flat_hash_map<std::string, const PackageRecord*>& going) const {
    std::vector<ClobberedFile> clobbered;
    std::set<std::size_t> told;
    for (const auto& [path, owners] : owners_) {
      const std::string digest =
          FileDigest(Digest::Kind::kSha256, prefix_ + "/" + path).value_or("");
      if (std::ranges::count(owners, digest, &Owner::sha256) > 0) {
        continue;
      }
      for (const Owner& owner : owners) {
        if (told.insert(owner.kept).second) {
          clobbered.push_back({transaction_.kept[owner.kept].name, path, going.at(path)->name});
        }
      }
    }
    return clobbered;
  }

  const std::string& prefix_;
  const Transaction& transaction_;
  std::map<std::string, std::vector<Owner>> owners_;
};

}  // namespace

absl::StatusOr<std::vector<ClobberedFile>> FindClobbered(const std::string& prefix,
                                                         const Transaction& transaction) {
  if (transaction.unlink.empty() || transaction.kept.empty()) {
    return std::vector<ClobberedFile>();
  }
  return ClobberFinder(prefix, transaction).Find();
}

}  // namespace satchel
