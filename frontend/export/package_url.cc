#include "frontend/export/package_url.h"

#include "base/strings.h"
#include "frontend/export/json_writer.h"
#include "repodata/io/url.h"

namespace satchel {

std::string PackageUrl(const LoadedChannels& channels, const PackageRecord& record) {
  if (!record.url.empty()) {
    return record.url;
  }
  for (const LoadedChannel& channel : channels.channels) {
    if (channel.name != record.channel) {
      continue;
    }
    for (const LoadedSubdir& subdir : channel.subdirs) {
      if (subdir.index->subdir() == record.subdir) {
        return PackageUrl(channel.url, record.subdir, subdir.index->base_url(), record.fn);
      }
    }
    return PackageUrl(channel.url, record.subdir, {}, record.fn);
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

std::string BaseUrl(const PackageRecord& record) {
  const std::string tail = "/" + record.subdir + "/" + record.fn;
  return record.url.ends_with(tail) ? record.url.substr(0, record.url.size() - tail.size())
                                    : record.url.substr(0, record.url.rfind('/'));
}

std::string DistName(const PackageRecord& record) {
  for (const std::string_view suffix : {".conda", ".tar.bz2"}) {
    if (record.fn.ends_with(suffix)) {
      return record.fn.substr(0, record.fn.size() - suffix.size());
    }
  }
  return record.name + "-" + record.version + "-" + record.build;
}

void WriteExtrasAndFlags(const PackageRecord& record, JsonWriter& out) {
  if (!record.extra_depends.empty()) {
    out.Key("extra_depends");
    out.BeginObject();
    for (const auto& [group, specs] : record.extra_depends) {
      out.Member(group, specs);
    }
    out.EndObject();
  }
  if (!record.flags.empty()) {
    std::vector<std::string> flags;
    for (const std::string_view flag : Split(record.flags, ' ')) {
      flags.emplace_back(flag);
    }
    out.Member("flags", flags);
  }
}

}  // namespace satchel
