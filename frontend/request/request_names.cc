#include "frontend/request/request_names.h"

#include <algorithm>

#include "frontend/fetch/shard.h"
#include "solver/explain/open_problem.h"

namespace satchel {
WantedNames NamesToFetch(const Request& request, const Configuration& configuration) {
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
    for (const auto& group : package.record.extra_depends) {
      for (const std::string& depends : group.second) {
        wanted.names.push_back(DependencyName(depends));
      }
    }
  }
  if (configuration.Bool("add_pip_as_python_dependency")) {
    wanted.names.emplace_back("pip");
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
    if (!spec.name().empty() && !spec.name_is_glob() && !NameExists(request, spec.name())) {
      missing.push_back(spec.name());
    }
  }
  std::ranges::sort(missing);
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  return missing;
}

}  // namespace satchel
