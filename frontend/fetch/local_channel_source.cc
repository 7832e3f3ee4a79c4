#include "frontend/fetch/local_channel_source.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/config/platform.h"
#include "frontend/files.h"
#include "repodata/spec/channel_name.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// The repodata file in the directory of a subdir; empty if there is none.
std::string FindRepodata(const std::string& directory) {
  for (const char* name : {"/repodata.json", "/repodata.json.zst", "/repodata.json.bz2"}) {
    if (std::string path = directory + name; Exists(path)) {
      return path;
    }
  }
  return {};
}

std::string LastComponent(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

std::string Parent(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

std::string SubdirOf(const std::string& channel, std::string_view subdir) {
  std::string path = channel + "/";
  path += subdir;
  return path;
}

// The subdirs that the channel directory does have, for messages.
std::string PresentSubdirs(const std::string& path) {
  std::vector<std::string> present;
  for (const std::string_view platform : KnownPlatforms()) {
    if (!FindRepodata(SubdirOf(path, platform)).empty()) {
      present.emplace_back(platform);
    }
  }
  return absl::StrJoin(present, ", ");
}

// A path rather than a channel's name, whatever is on the disk.
bool LooksLikePath(std::string_view typed) {
  return typed.starts_with("/") || typed.starts_with("./") || typed.starts_with("../") ||
         typed.starts_with("~") || typed == "." || typed == ".." ||
         typed.find(".json") != typed.npos;
}

// The name that a channel has on one of the public servers, where all of a server's channels have
// names of their own: what an alias can stand in for. The text itself if it is no URL, none for a
// URL of another server.
std::optional<std::string> NameOnServer(std::string_view typed) {
  constexpr std::array<std::string_view, 4> kServers = {"conda.anaconda.org/", "repo.anaconda.com/",
                                                        "prefix.dev/", "repo.prefix.dev/"};
  const std::size_t scheme = typed.find("://");
  if (scheme == std::string_view::npos) {
    return std::string(typed);
  }
  std::string_view rest = typed.substr(scheme + 3);
  while (rest.ends_with("/")) {
    rest.remove_suffix(1);
  }
  for (const std::string_view server : kServers) {
    if (rest.starts_with(server) && rest.size() > server.size()) {
      return std::string(rest.substr(server.size()));
    }
  }
  return std::nullopt;
}

IngestOptions OptionsFor(const SubdirLocation& location) {
  IngestOptions options;
  options.subdir = location.subdir;
  options.label = location.label.empty() ? location.repodata : location.label;
  return options;
}

// Whether the repodata of DIR/linux-64 says that it is linux-64's.
bool IsOfItsDirectory(const SubdirLocation& location, const Index& index) {
  return index.subdir() == location.subdir ||
         LastComponent(Parent(location.repodata)) != location.subdir;
}

LoadedSubdir ToLoaded(const SubdirLocation& location, CachedIndex cached) {
  LoadedSubdir loaded;
  loaded.location = location;
  loaded.index = std::make_unique<const Index>(std::move(cached.index));
  loaded.report = std::move(cached.report);
  loaded.index_file = std::move(cached.file);
  loaded.index_was_kept = cached.was_kept;
  return loaded;
}

absl::Status NeedsNetwork(const std::string& typed, bool has_alias) {
  return absl::UnimplementedError(absl::StrFormat(
      "channel '%s': channels of the network cannot be read yet; give a directory%s", typed,
      has_alias ? ""
                : ", or --channel-alias DIR where DIR has the channels that are given by name"));
}

}  // namespace

absl::StatusOr<LocalChannelSource> LocalChannelSource::Create(std::string_view alias,
                                                              IndexCache* cache) {
  if (alias.empty()) {
    return LocalChannelSource("", cache);
  }
  std::string path = FileUrlToPath(alias);
  if (path.empty()) {
    if (alias.find("://") != std::string_view::npos) {
      return absl::UnimplementedError(
          absl::StrFormat("channel alias '%s': the network cannot be read yet; give a directory",
                          std::string(alias)));
    }
    path = ExpandPath(alias);
  }
  path = AbsolutePath(path);
  if (!IsDirectory(path)) {
    return absl::NotFoundError(absl::StrFormat("channel alias '%s': no such directory", path));
  }
  return LocalChannelSource(std::move(path), cache);
}

bool LocalChannelSource::Serves(const std::string& typed) const {
  if (!FileUrlToPath(typed).empty() || (!alias_.empty() && NameOnServer(typed).has_value())) {
    return true;
  }
  return !HasScheme(typed) &&
         (LooksLikePath(typed) || !FindRepodata(typed).empty() ||
          !FindRepodata(SubdirOf(typed, "noarch")).empty() || !PresentSubdirs(typed).empty());
}

absl::StatusOr<std::vector<ChannelLocation>> LocalChannelSource::Locate(
    const std::string& typed, const std::string& platform) const {
  if (typed.empty()) {
    return absl::InvalidArgumentError("a channel's name is empty; give a directory");
  }
  std::string path = FileUrlToPath(typed);
  if (path.empty() && LooksLikePath(typed)) {
    path = ExpandPath(typed);
  }
  const std::optional<std::string> name = path.empty() ? NameOnServer(typed) : std::nullopt;
  if (name.has_value() && !alias_.empty()) {
    const std::string below = alias_ + "/" + *name;
    if (*name == "defaults" && !IsDirectory(below)) {
      std::vector<ChannelLocation> defaults;
      for (const char* part : {"pkgs/main", "pkgs/r"}) {
        ASSIGN_OR_RETURN(ChannelLocation location,
                         LocatePath(typed, alias_ + "/" + part, platform));
        defaults.push_back(std::move(location));
      }
      return defaults;
    }
    if (Exists(below) || !Exists(typed)) {
      path = below;
    }
  }
  if (path.empty() && Exists(typed)) {
    path = typed;
  }
  if (path.empty()) {
    return NeedsNetwork(typed, !alias_.empty());
  }
  ASSIGN_OR_RETURN(ChannelLocation location, LocatePath(typed, AbsolutePath(path), platform));
  return std::vector<ChannelLocation>{std::move(location)};
}

std::string LocalChannelSource::NameOf(const std::string& path) const {
  if (!alias_.empty() && path.starts_with(alias_ + "/")) {
    return path.substr(alias_.size() + 1);
  }
  // "main" and "cuda-12.0" say too little alone: conda's names of such channels have more parts.
  const std::string parent = Parent(path);
  if (LastComponent(parent) == "pkgs") {
    return "pkgs/" + LastComponent(path);
  }
  if (LastComponent(parent) == "label") {
    return LastComponent(Parent(parent)) + "/label/" + LastComponent(path);
  }
  return LastComponent(path);
}

absl::StatusOr<ChannelLocation> LocalChannelSource::LocatePath(const std::string& typed,
                                                               const std::string& path,
                                                               const std::string& platform) const {
  ChannelLocation location;
  std::string root = path;
  if (!Exists(path)) {
    return absl::NotFoundError(
        absl::StrFormat("channel '%s': no such directory or file (%s)", typed, path));
  }
  if (!IsDirectory(path)) {
    // .../conda-forge/linux-64/anything.json
    const std::string subdir = LastComponent(Parent(path));
    root = IsKnownSubdir(subdir) ? Parent(Parent(path)) : Parent(path);
    location.subdirs.push_back({IsKnownSubdir(subdir) ? subdir : platform, path});
  } else if (const std::string repodata = FindRepodata(path);
             IsKnownSubdir(LastComponent(path)) && !repodata.empty()) {
    root = Parent(path);
    location.subdirs.push_back({LastComponent(path), repodata});
  } else {
    for (const std::string& subdir : {platform, std::string("noarch")}) {
      if (std::string found = FindRepodata(SubdirOf(path, subdir)); !found.empty()) {
        location.subdirs.push_back({subdir, std::move(found)});
      } else {
        location.warnings.push_back(absl::StrFormat("channel '%s' has no %s", typed, subdir));
      }
    }
  }
  if (location.subdirs.empty()) {
    const std::string present = PresentSubdirs(path);
    return absl::NotFoundError(absl::StrFormat(
        "channel '%s': no %s/repodata.json (nor .zst, .bz2) and none for noarch%s", typed, platform,
        present.empty() ? "" : "; --platform could be " + present));
  }
  if (const std::string& subdir = location.subdirs[0].subdir;
      subdir != platform && subdir != "noarch") {
    location.warnings.push_back(absl::StrFormat(
        "channel '%s' is for %s, not for %s (--platform %s)", typed, subdir, platform, subdir));
  }
  location.name = NameOf(root);
  location.url = PathToFileUrl(root);
  return location;
}

std::optional<LoadedSubdir> LocalChannelSource::LoadKept(const SubdirLocation& location) const {
  std::optional<CachedIndex> kept;
  if (cache_ != nullptr && !location.is_temporary) {
    kept = cache_->Find(location.repodata, OptionsFor(location));
  }
  if (!kept.has_value() || !IsOfItsDirectory(location, kept->index)) {
    return std::nullopt;
  }
  return ToLoaded(location, *std::move(kept));
}

absl::StatusOr<LoadedSubdir> LocalChannelSource::Load(const SubdirLocation& location) const {
  IndexCache none({});
  IndexCache& cache = cache_ != nullptr && !location.is_temporary ? *cache_ : none;
  ASSIGN_OR_RETURN(CachedIndex made, cache.Make(location.repodata, OptionsFor(location)));
  if (!IsOfItsDirectory(location, made.index)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: info.subdir says %s, but the file is in %s", OptionsFor(location).label,
        std::string(made.index.subdir()), location.subdir));
  }
  return ToLoaded(location, std::move(made));
}

}  // namespace satchel
