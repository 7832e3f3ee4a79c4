#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/lock/lock_file.h"
#include "frontend/request/conda_lock.h"
#include "frontend/request/explicit_package.h"
#include "frontend/request/package_hash.h"
#include "frontend/request/pixi_lock.h"
#include "frontend/request/request_file.h"
#include "frontend/yaml_node.h"

namespace satchel {
namespace {

std::vector<std::string> Texts(const YamlNode& sequence) {
  std::vector<std::string> texts;
  for (const YamlNode& element : sequence.elements()) {
    texts.push_back(element.Scalar());
  }
  return texts;
}

template <typename Number>
void ReadNumber(const YamlNode& node, Number* number) {
  const std::string& text = node.Scalar();
  std::from_chars(text.data(), text.data() + text.size(), *number);
}

// What a lock file knows of packages besides their URLs and hashes, by URL and platform.
class Details final {
 public:
  explicit Details(const YamlNode& root) {
    for (const YamlNode& package : root.Get("package").elements()) {  // conda-lock
      by_key_[{package.TextOf("platform"), package.TextOf("url")}] = &package;
    }
    for (const YamlNode& package : root.Get("packages").elements()) {  // pixi
      const std::string& url = package.TextOf("conda");
      by_key_[{"", url.empty() ? package.TextOf("url") : url}] = &package;
    }
  }

  void Complete(const std::string& platform, PackageRecord* record) const {
    for (const std::string& key : {platform, std::string()}) {
      if (const auto found = by_key_.find({key, record->url}); found != by_key_.end()) {
        Read(*found->second, record);
        return;
      }
    }
  }

 private:
  static void Read(const YamlNode& node, PackageRecord* record) {
    if (node.Get("dependencies").IsSequence()) {  // pixi's before version 4.
      record->depends = Texts(node.Get("dependencies"));
    }
    for (const auto& [name, spec] : node.Get("dependencies").fields()) {
      record->depends.push_back(spec.Scalar().empty() ? name.Scalar()
                                                      : name.Scalar() + " " + spec.Scalar());
    }
    for (std::string& spec : Texts(node.Get("depends"))) {
      record->depends.push_back(std::move(spec));
    }
    record->constrains = Texts(node.Get("constrains"));
    for (const YamlNode& hashes : {node, node.Get("hash")}) {  // pixi's and conda-lock's place.
      for (const auto& [key, field] :
           {std::pair{"md5", &record->md5}, {"sha256", &record->sha256}}) {
        if (const std::string hash = ToLower(hashes.TextOf(key)); IsHash(hash, key)) {
          *field = hash;
        }
      }
    }
    ReadNumber(node.Get("build_number"), &record->build_number);
    const std::string noarch = node.TextOf("noarch");
    record->noarch = noarch == "python"    ? NoarchKind::kPython
                     : noarch == "generic" ? NoarchKind::kGeneric
                                           : NoarchKind::kNone;
    record->track_features = absl::StrJoin(Texts(node.Get("track_features")), " ");
    record->python_site_packages_path = node.TextOf("python_site_packages_path");
    record->license = node.TextOf("license");
    record->license_family = node.TextOf("license_family");
    ReadNumber(node.Get("size"), &record->size_bytes);
    ReadNumber(node.Get("timestamp"), &record->timestamp_ms);
  }

  std::map<std::pair<std::string, std::string>, const YamlNode*> by_key_;
};

void AddPlatform(const std::string& platform, const RequestFile& file, LockFile* lock) {
  LockedPlatform& locked = lock->platforms.emplace_back();
  locked.platform = platform;
  lock->warnings.insert(lock->warnings.end(), file.warnings.begin(), file.warnings.end());
  for (const ExplicitPackage& package : file.packages) {
    locked.packages.push_back(ToRecord(package));
  }
  std::ranges::sort(locked.packages, {}, &PackageRecord::name);
}

// Of either format: conda-lock has the hashes in a map.
LockedPypi ReadPypi(const YamlNode& package, const std::string& url) {
  LockedPypi pypi;
  pypi.name = package.TextOf("name");
  pypi.version = package.TextOf("version");
  pypi.url = url;
  pypi.sha256 = package.TextOf("sha256");
  if (pypi.sha256.empty()) {
    pypi.sha256 = package.Get("hash").TextOf("sha256");
  }
  pypi.requires_python = package.TextOf("requires_python");
  pypi.requires_dist = Texts(package.Get("requires_dist"));
  for (const auto& [name, spec] : package.Get("dependencies").fields()) {
    pypi.requires_dist.push_back(name.Scalar() + (spec.Scalar() == "*" ? "" : spec.Scalar()));
  }
  if (const std::string category = package.TextOf("category"); !category.empty()) {
    pypi.category = category;
  }
  pypi.is_editable = package.TextOf("editable") == "true";
  return pypi;
}

std::vector<std::string> ChannelUrls(const YamlNode& channels) {
  std::vector<std::string> urls;
  for (const YamlNode& channel : channels.elements()) {
    std::string url = channel.IsMap() ? channel.TextOf("url") : channel.Scalar();
    while (url.ends_with('/')) {
      url.pop_back();
    }
    urls.push_back(std::move(url));
  }
  return urls;
}

absl::StatusOr<LockFile> ReadCondaLockFile(const YamlNode& root, const std::string& label) {
  FileParts parts;
  parts.all_categories = true;
  const YamlNode& metadata = root.Get("metadata");
  LockFile lock;
  lock.sources = Texts(metadata.Get("sources"));
  std::set<std::string> platforms;
  for (const YamlNode& package : root.Get("package").elements()) {
    platforms.insert(package.TextOf("platform"));
  }
  const Details details(root);
  for (const std::string& platform : platforms) {
    ASSIGN_OR_RETURN(const RequestFile file, ReadCondaLock(root, label, platform, parts));
    AddPlatform(platform, file, &lock);
    LockedPlatform& locked = lock.platforms.back();
    locked.content_hash = metadata.Get("content_hash").TextOf(platform);
    locked.channels = ChannelUrls(metadata.Get("channels"));
    locked.pip = AskedOfPip(root, platform);
    for (PackageRecord& record : locked.packages) {
      details.Complete(platform, &record);
    }
    for (const YamlNode& package : root.Get("package").elements()) {
      const std::string category = package.TextOf("category");
      if (package.TextOf("platform") != platform) {
        continue;
      }
      if (package.TextOf("manager") == "pip") {
        locked.pypi.push_back(ReadPypi(package, package.TextOf("url")));
      } else if (!category.empty()) {
        locked.categories[package.TextOf("name")].insert(category);
      }
    }
  }
  return lock;
}

std::vector<std::string> VirtualPackagesOf(const YamlNode& root, const std::string& platform) {
  for (const YamlNode& described : root.Get("platforms").elements()) {
    if (described.TextOf("name") == platform) {
      return Texts(described.Get("virtual-packages"));
    }
  }
  return {};
}

absl::StatusOr<LockFile> ReadPixiLockFile(const YamlNode& root, const std::string& label) {
  LockFile lock;
  ReadNumber(root.Get("version"), &lock.pixi_version);
  const Details details(root);
  std::map<std::string, const YamlNode*> pypi;
  for (const YamlNode& package : root.Get("packages").elements()) {
    const std::string url = package.TextOf("pypi");  // Version 5 has a kind.
    pypi[url.empty() ? package.TextOf("url") : url] = &package;
  }
  for (const auto& [name, environment] : root.Get("environments").fields()) {
    FileParts parts;
    parts.environment = name.Scalar();
    for (const auto& [platform_name, packages] : environment.Get("packages").fields()) {
      const std::string platform = SubdirOfPlatform(root, platform_name.Scalar());
      if (lock.Find(platform, parts.environment) != nullptr) {
        lock.warnings.push_back(
            absl::StrFormat("%s: '%s' is a second platform for %s; only the first is read", label,
                            platform_name.Scalar(), platform));
        continue;
      }
      ASSIGN_OR_RETURN(const RequestFile file, ReadPixiLock(root, label, platform, parts));
      AddPlatform(platform, file, &lock);
      LockedPlatform& locked = lock.platforms.back();
      locked.environment = parts.environment;
      locked.pixi_name = platform_name.Scalar() == platform ? "" : platform_name.Scalar();
      locked.virtual_packages = VirtualPackagesOf(root, platform_name.Scalar());
      for (const YamlNode& element : packages.elements()) {
        const std::string url = element.TextOf("pypi");
        const auto found = pypi.find(url);
        if (!url.empty() && found != pypi.end()) {
          locked.pypi.push_back(ReadPypi(*found->second, url));
        }
      }
      locked.channels = ChannelUrls(environment.Get("channels"));
      for (PackageRecord& record : locked.packages) {
        details.Complete(platform, &record);
      }
    }
  }
  lock.Sort();
  return lock;
}

absl::StatusOr<LockFile> ReadYaml(const YamlNode& root, const std::string& label) {
  if (IsCondaLock(root)) {
    return ReadCondaLockFile(root, label);
  }
  if (IsPixiLock(root)) {
    return ReadPixiLockFile(root, label);
  }
  return absl::InvalidArgumentError(
      label + ": not a lock file: neither conda-lock's, nor pixi's, nor an @EXPLICIT file");
}

absl::StatusOr<LockFile> ReadExplicit(const std::string& text, const std::string& label) {
  constexpr std::string_view kPlatform = "# platform: ";
  ASSIGN_OR_RETURN(const RequestFile file, ParseSpecsText(text, label));
  std::string platform;
  for (const std::string_view line : Split(text, '\n')) {
    if (line.starts_with(kPlatform)) {
      platform = StripSpace(line.substr(kPlatform.size()));
    }
  }
  for (const ExplicitPackage& package : file.packages) {
    if (platform.empty() && package.subdir != "noarch") {
      platform = package.subdir;
    }
  }
  LockFile lock;
  AddPlatform(platform, file, &lock);
  for (const PackageRecord& record : lock.platforms.back().packages) {
    std::vector<std::string>& channels = lock.platforms.back().channels;
    if (std::ranges::count(channels, record.channel) == 0) {
      channels.push_back(record.channel);
    }
  }
  return lock;
}

}  // namespace

std::string LockedPlatform::Label() const {
  return environment == "default" ? platform : environment + "/" + platform;
}

const LockedPlatform* LockFile::Find(std::string_view platform,
                                     std::string_view environment) const {
  const auto found = std::ranges::find_if(platforms, [&](const LockedPlatform& locked) {
    return locked.platform == platform && locked.environment == environment;
  });
  return found == platforms.end() ? nullptr : &*found;
}

std::vector<std::string> LockFile::Channels() const {
  std::vector<std::string> channels;
  for (const LockedPlatform& locked : platforms) {
    for (const std::string& channel : locked.channels) {
      if (std::ranges::count(channels, channel) == 0) {
        channels.push_back(channel);
      }
    }
  }
  return channels;
}

void LockFile::Sort() {
  std::ranges::stable_sort(platforms, {}, [](const LockedPlatform& locked) {
    return std::tuple(locked.environment != "default", locked.environment, locked.platform);
  });
}

LockFormat FormatOfName(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.ends_with("pixi.lock")) {
    return LockFormat::kPixi;
  }
  return name.ends_with(".txt") || name.ends_with(".lock") ? LockFormat::kExplicit
                                                           : LockFormat::kCondaLock;
}

absl::StatusOr<LockFile> ReadLockFile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return ParseLockFile(text, path);
}

absl::StatusOr<LockFile> ParseLockFile(const std::string& text, const std::string& label) {
  const auto is_mark = [](std::string_view line) { return StripSpace(line) == "@EXPLICIT"; };
  absl::StatusOr<LockFile> lock;
  if (std::ranges::any_of(Split(text, '\n'), is_mark)) {
    lock = ReadExplicit(text, label);
  } else {
    ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, label));
    lock = ReadYaml(root, label);
  }
  RETURN_IF_ERROR(lock.status());
  if (lock->platforms.empty()) {
    return absl::InvalidArgumentError(label + ": it locks nothing");
  }
  return lock;
}

}  // namespace satchel
