#include "frontend/request/request_names.h"

#include <algorithm>

#include "frontend/fetch/shard.h"

namespace satchel {
namespace {

bool IsKnown(const Request& request, const std::string& name) {
  const auto is_it = [&name](const PackageRecord& record) { return record.name == name; };
  for (const Channel& channel : request.channels) {
    for (const Index* index : channel.subdirs) {
      if (index->FindName(name).ok()) {
        return true;
      }
    }
  }
  return std::ranges::any_of(request.virtual_packages, is_it) ||
         std::ranges::any_of(request.installed, is_it, &InstalledPackage::record);
}

}  // namespace

WantedNames NamesToFetch(const Request& request) {
  WantedNames wanted;
  wanted.everything = false;
  for (const MatchSpec& spec : request.specs) {
    if (spec.name() == "*" || spec.name().empty()) {
      wanted.everything = true;
    } else if (spec.name_is_glob()) {
      wanted.patterns.push_back(spec.name());
    } else {
      wanted.names.push_back(spec.name());
    }
  }
  for (const InstalledPackage& package : request.installed) {
    wanted.names.push_back(package.record.name);
    for (const std::string& depends : package.record.depends) {
      wanted.names.push_back(DependencyName(depends));
    }
  }
  return wanted;
}

void AdoptChannels(const LoadedChannels& channels, std::vector<InstalledPackage>* installed) {
  for (InstalledPackage& package : *installed) {
    for (const LoadedChannel& channel : channels.channels) {
      if (package.record.url.starts_with(channel.url + "/")) {
        package.record.channel = channel.name;
      }
    }
  }
}

std::vector<std::string> UnknownNames(const Request& request) {
  std::vector<std::string> missing;
  for (const MatchSpec& spec : request.specs) {
    if (!spec.name().empty() && !spec.name_is_glob() && !IsKnown(request, spec.name())) {
      missing.push_back(spec.name());
    }
  }
  std::ranges::sort(missing);
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  return missing;
}

}  // namespace satchel
