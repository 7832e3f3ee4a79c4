#include "frontend/link/layout/clobbered.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "base/digest.h"
#include "base/file_descriptor.h"
#include "base/status_macros.h"
#include "frontend/files.h"
#include "frontend/link/layout/layout.h"
#include "frontend/link/parallel.h"
#include "frontend/link/paths/place.h"
#include "frontend/link/record/conda_meta.h"

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
std::vector<TargetFile> FilesToMake(const Transaction& transaction) {
  absl::StatusOr<Layout> layout = LayOut(transaction.link, PythonOf(transaction), {});
  return layout.ok() ? std::move(layout->files) : std::vector<TargetFile>();
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
        if (file.is_link && IsDirectory(prefix_ + "/" + file.path)) {
          going_links_.emplace(file.path, &record);
        }
      }
    }
    made_ = FilesToMake(transaction_);
    for (const TargetFile& file : made_) {
      going.erase(file.path);
    }
    RETURN_IF_ERROR(FindShared(going));
    Judge(going);
    if (!going_links_.empty()) {
      RETURN_IF_ERROR(FindMoved());
    }
    return std::move(clobbered_);
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

  void Judge(const absl::flat_hash_map<std::string, const PackageRecord*>& going) {
    for (const auto& [path, owners] : owners_) {
      const std::string digest =
          FileDigest(Digest::Kind::kSha256, prefix_ + "/" + path).value_or("");
      if (std::ranges::count(owners, digest, &Owner::sha256) > 0) {
        continue;
      }
      for (const Owner& owner : owners) {
        Add(owner.kept, path, *going.at(path), false);
      }
    }
  }

  void Add(std::size_t kept, const std::string& path, const PackageRecord& by, bool is_moved) {
    if (told_.insert(kept).second) {
      clobbered_.push_back({transaction_.kept[kept].name, path, by.name, is_moved});
    }
  }

  // The link that will be at a path: where a package makes one, that of the last.
  PlaceFinder::Link LinkToMake(const std::string& path) const {
    PlaceFinder::Link link = std::nullopt;
    for (const TargetFile& file : made_) {
      if (file.path == path && file.kind == TargetFile::Kind::kSymbolicLink) {
        ASSIGN_OR_RETURN(link, TargetOf(transaction_.link, file));
      }
    }
    return link;
  }

  // Compares the place of each file with that which it has without the links that go.
  absl::Status FindMoved() {
    const FileDescriptor root(open(prefix_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root.ok()) {
      return absl::ErrnoToStatus(errno, prefix_);
    }
    const PlaceFinder::LinkAt on_disk = LinksOnDisk(root.get());
    PlaceFinder before(on_disk);
    absl::flat_hash_map<std::string, std::optional<std::string>> changed;
    const PackageRecord* by = nullptr;
    for (const auto& [path, record] : going_links_) {
      const absl::StatusOr<std::string> place = before.OfFile(path);
      if (place.ok()) {
        ASSIGN_OR_RETURN(changed[*place], LinkToMake(path));
        by = record;
      }
    }
    PlaceFinder after([&](const std::string& place) -> PlaceFinder::Link {
      const auto found = changed.find(place);
      return found == changed.end() ? on_disk(place) : PlaceFinder::Link(found->second);
    });
    for (std::size_t i = 0; i < transaction_.kept.size(); ++i) {
      ASSIGN_OR_RETURN(const std::vector<InstalledHash> files, HashesOf(transaction_.kept[i]));
      for (const InstalledHash& file : files) {
        const absl::StatusOr<std::string> here = before.OfFile(file.path);
        const absl::StatusOr<std::string> there = after.OfFile(file.path);
        if (here.ok() && there.ok() && *here != *there) {
          Add(i, file.path, *by, true);
          break;
        }
      }
    }
    return absl::OkStatus();
  }

  const std::string& prefix_;
  const Transaction& transaction_;
  std::map<std::string, std::vector<Owner>> owners_;
  std::map<std::string, const PackageRecord*> going_links_;  // Of directories, by path.
  std::vector<TargetFile> made_;
  std::vector<ClobberedFile> clobbered_;
  std::set<std::size_t> told_;
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
