#include "frontend/link/layout/layout.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/link/paths/relative_path.h"

namespace satchel {
namespace {

class LayoutMaker final {
 public:
  LayoutMaker(const std::vector<PackageToLink>& packages, const PackageRecord* python,
              const LayoutOptions& options)
      : packages_(packages), options_(options) {
    if (python != nullptr) {
      layout_.python = LayoutOf(*python);
    }
  }

  absl::StatusOr<Layout> Make() && {
    for (std::uint32_t i = 0; i < packages_.size(); ++i) {
      RETURN_IF_ERROR(AddPackage(i));
    }
    RETURN_IF_ERROR(FindPlaces());
    HideClobbered();
    ListDirectories();
    RETURN_IF_ERROR(CheckFilesAndDirectories());
    return std::move(layout_);
  }

 private:
  absl::Status AddPackage(std::uint32_t index) {
    const PackageContents& contents = packages_[index].contents;
    const PackageRecord& record = packages_[index].record;
    const bool is_python = contents.noarch == NoarchKind::kPython;
    if (is_python && !layout_.python.has_value()) {
      return absl::FailedPreconditionError(
          absl::StrFormat("%s is a Python package for any platform, but the environment would have "
                          "no python; request python too",
                          record.name));
    }
    for (std::uint32_t i = 0; i < contents.paths.size(); ++i) {
      AddPath(index, i, is_python);
    }
    if (is_python) {
      for (std::uint32_t i = 0; i < contents.entry_points.size(); ++i) {
        layout_.files.push_back({.kind = TargetFile::Kind::kEntryPoint,
                                 .package = index,
                                 .source = i,
                                 .path = "bin/" + contents.entry_points[i].command});
      }
    }
    if (contents.has_menu) {
      layout_.warnings.push_back(record.name + ": its menu entries are skipped");
    }
    for (const std::string& path : contents.left_out) {
      layout_.warnings.push_back(absl::StrFormat(
          "%s: '%s' is skipped: conda-meta belongs to the environment", record.name, path));
    }
    return absl::OkStatus();
  }

  void AddPath(std::uint32_t package, std::uint32_t index, bool is_python) {
    const PackagePath& path = packages_[package].contents.paths[index];
    TargetFile file;
    file.kind = path.type == PackagePath::Type::kSoftLink    ? TargetFile::Kind::kSymbolicLink
                : path.type == PackagePath::Type::kDirectory ? TargetFile::Kind::kDirectory
                                                             : TargetFile::Kind::kFile;
    file.package = package;
    file.source = index;
    file.path = is_python ? NoarchPythonTarget(*layout_.python, path.path) : path.path;
    const bool compiled = options_.bytecode && is_python && file.kind == TargetFile::Kind::kFile &&
                          HasBytecode(*layout_.python, file.path);
    std::string bytecode = compiled ? BytecodePath(*layout_.python, file.path) : "";
    layout_.files.push_back(std::move(file));
    if (compiled) {
      layout_.files.push_back({.kind = TargetFile::Kind::kBytecode,
                               .package = package,
                               .source = index,
                               .path = std::move(bytecode)});
    }
  }

  // Links of packages that other files go through.
  std::vector<std::size_t> LinksOfDirectories() const {
    std::vector<std::size_t> links;
    for (std::size_t i = 0; i < layout_.files.size(); ++i) {
      if (layout_.files[i].kind == TargetFile::Kind::kSymbolicLink) {
        links.push_back(i);
      }
    }
    if (links.empty()) {
      return links;
    }
    absl::flat_hash_set<std::string_view> directories;
    for (const TargetFile& file : layout_.files) {
      std::string_view directory =
          file.kind == TargetFile::Kind::kDirectory ? file.path : DirectoryOf(file.path);
      while (!directory.empty() && directories.insert(directory).second) {
        directory = DirectoryOf(directory);
      }
    }
    std::erase_if(links,
                  [&](std::size_t i) { return !directories.contains(layout_.files[i].path); });
    return links;
  }

  // Where the link at a place leads once everything is there.
  PlaceFinder::Link LinkAt(const std::string& place) const {
    if (const auto ours = links_.find(place); ours != links_.end()) {
      return TargetOf(packages_, layout_.files[ours->second]);
    }
    return options_.links ? options_.links(place) : PlaceFinder::Link(std::nullopt);
  }

  absl::Status FindPlaces() {
    std::vector<std::size_t> links = LinksOfDirectories();
    if (links.empty() && !options_.links) {
      return absl::OkStatus();
    }
    PlaceFinder finder([this](const std::string& place) { return LinkAt(place); });
    // A link below another one is found through that one.
    std::ranges::stable_sort(links, {}, [this](std::size_t i) {
      return std::ranges::count(layout_.files[i].path, '/');
    });
    for (const std::size_t link : links) {
      const absl::StatusOr<std::string> place = finder.OfFile(layout_.files[link].path);
      if (place.ok()) {  // Else it is told below.
        links_.emplace(*place, link);
      }
    }
    for (TargetFile& file : layout_.files) {
      absl::StatusOr<std::string> place = file.kind == TargetFile::Kind::kDirectory
                                              ? finder.OfDirectory(file.path)
                                              : finder.OfFile(file.path);
      if (!place.ok()) {
        return absl::Status(place.status().code(),
                            absl::StrFormat("%s: %s", packages_[file.package].record.name,
                                            ToStd(place.status().message())));
      }
      if (*place != file.path) {
        file.other_place = *std::move(place);
      }
    }
    return absl::OkStatus();
  }

  void HideClobbered() {
    std::vector<std::string> lower(options_.ignores_case ? layout_.files.size() : 0);
    absl::flat_hash_map<std::string_view, std::size_t> last;
    last.reserve(layout_.files.size());
    for (std::size_t i = 0; i < layout_.files.size(); ++i) {
      TargetFile& file = layout_.files[i];
      if (file.kind == TargetFile::Kind::kDirectory) {
        continue;
      }
      std::string_view key = file.place();
      if (options_.ignores_case) {
        lower[i] = ToLower(file.place());
        key = lower[i];
      }
      const auto [found, is_new] = last.try_emplace(key, i);
      if (!is_new) {
        layout_.files[found->second].hidden = true;
        WarnOfClobber(layout_.files[found->second], file);
        found->second = i;
      }
    }
  }

  void WarnOfClobber(const TargetFile& before, const TargetFile& file) {
    const std::string& owner = packages_[before.package].record.name;
    const std::string& winner = packages_[file.package].record.name;
    if (before.path != file.path) {
      layout_.warnings.push_back(absl::StrFormat(
          "'%s' of %s and '%s' of %s are the same on this filesystem; the latter is used",
          before.path, owner, file.path, winner));
    } else if (before.package != file.package && file.kind != TargetFile::Kind::kBytecode) {
      layout_.warnings.push_back(
          absl::StrFormat("'%s' is in %s and in %s; the latter is used", file.path, owner, winner));
    }
  }

  void ListDirectories() {
    absl::flat_hash_set<std::string_view> known;
    for (const TargetFile& file : layout_.files) {
      std::string_view directory =
          file.kind == TargetFile::Kind::kDirectory ? file.place() : DirectoryOf(file.place());
      while (!directory.empty() && known.insert(directory).second) {
        layout_.directories.emplace_back(directory);
        directory = DirectoryOf(directory);
      }
    }
    std::ranges::sort(layout_.directories);
  }

  absl::Status CheckFilesAndDirectories() const {
    const absl::flat_hash_set<std::string_view> directories(layout_.directories.begin(),
                                                            layout_.directories.end());
    for (const TargetFile& file : layout_.files) {
      if (file.hidden || file.kind == TargetFile::Kind::kDirectory ||
          !directories.contains(file.place())) {
        continue;
      }
      const auto below = std::ranges::find_if(layout_.files, [&file](const TargetFile& other) {
        const bool is_it =
            other.kind == TargetFile::Kind::kDirectory && other.place() == file.place();
        return is_it || other.place().starts_with(file.place() + "/");
      });
      return absl::FailedPreconditionError(absl::StrFormat(
          "'%s' is a file in %s and a directory in %s; they cannot be in one environment",
          file.path, packages_[file.package].record.name, packages_[below->package].record.name));
    }
    return absl::OkStatus();
  }

  const std::vector<PackageToLink>& packages_;
  const LayoutOptions& options_;
  absl::flat_hash_map<std::string, std::size_t> links_;  // By place, to the file that it is.
  Layout layout_;
};

}  // namespace

PlaceFinder::Link TargetOf(const std::vector<PackageToLink>& packages, const TargetFile& link) {
  const PackageContents& contents = packages[link.package].contents;
  const std::string path = contents.directory + "/" + contents.paths[link.source].path;
  std::error_code error;
  const std::filesystem::path target = std::filesystem::read_symlink(path, error);
  if (error && error != std::errc::invalid_argument) {
    return absl::ErrnoToStatus(error.value(), path);
  }
  return error ? PlaceFinder::Link(std::nullopt) : PlaceFinder::Link(target.string());
}

absl::StatusOr<Layout> LayOut(const std::vector<PackageToLink>& packages,
                              const PackageRecord* python, const LayoutOptions& options) {
  return LayoutMaker(packages, python, options).Make();
}

}  // namespace satchel
