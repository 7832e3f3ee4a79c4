#include "frontend/export/package_url.h"

namespace satchel {
namespace {

std::string Join(std::string base, const std::string& rest) {
  if (!base.ends_with("/")) {
    base += '/';
  }
  return base + rest;
}

// `reference` as seen from `directory`, a URL: absolute, from the server's root, or relative.
std::string Resolve(std::string directory, std::string_view reference) {
  const std::size_t scheme = directory.find("://");
  if (reference.find("://") != std::string_view::npos) {
    return std::string(reference);
  }
  if (reference.starts_with("/")) {
    return directory.substr(0, directory.find('/', scheme + 3)) + std::string(reference);
  }
  while (!reference.empty()) {
    const std::size_t slash = reference.find('/');
    const std::string_view part = reference.substr(0, slash);
    if (part == "..") {
      directory.erase(directory.rfind('/'));
    } else if (!part.empty() && part != ".") {
      directory.append("/").append(part);
    }
    reference.remove_prefix(slash == std::string_view::npos ? reference.size() : slash + 1);
  }
  return directory;
}

}  // namespace

std::string PackageUrl(const LoadedChannels& channels, const PackageRecord& record) {
  if (!record.url.empty()) {
    return record.url;
  }
  for (const LoadedChannel& channel : channels.channels) {
    if (channel.name != record.channel) {
      continue;
    }
    const std::string directory = Join(channel.url, record.subdir);
    for (const LoadedSubdir& subdir : channel.subdirs) {
      if (const std::string_view base = subdir.index->base_url();
          !base.empty() && subdir.index->subdir() == record.subdir) {
        return Join(Resolve(directory, base), record.fn);
      }
    }
    return Join(directory, record.fn);
  }
  return {};
}

void FillUrls(const LoadedChannels& channels, Plan* plan) {
  for (PlanPackage& package : plan->packages) {
    package.record.url = PackageUrl(channels, package.record);
  }
  for (PackageRecord& record : plan->link) {
    record.url = PackageUrl(channels, record);
  }
  for (PackageRecord& record : plan->unlink) {
    record.url = PackageUrl(channels, record);
  }
}

std::string DistName(const PackageRecord& record) {
  for (const std::string_view suffix : {".conda", ".tar.bz2"}) {
    if (record.fn.ends_with(suffix)) {
      return record.fn.substr(0, record.fn.size() - suffix.size());
    }
  }
  return record.name + "-" + record.version + "-" + record.build;
}

}  // namespace satchel
