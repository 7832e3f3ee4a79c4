#include "repodata/spec/record.h"

#include <span>

namespace satchel {

PackageRecord CopyRecord(const Index& index, RecordId id, std::string_view channel) {
  const RecordRow& row = index.Record(id);
  const ColdRow& cold = index.Cold(id);
  const auto text = [&](StringId string) { return std::string(index.String(string)); };
  const auto texts = [&](SpecListId list) {
    const std::span<const SpecId> ids = index.SpecList(list);
    std::vector<std::string> specs;
    specs.reserve(ids.size());
    for (const SpecId spec : ids) {
      specs.emplace_back(index.String(index.Spec(spec).text));
    }
    return specs;
  };
  PackageRecord record;
  record.name = std::string(index.Name(row.name));
  record.version = std::string(index.VersionOf(row.version).text);
  record.build = text(row.build);
  record.build_number = row.build_number;
  record.channel = std::string(channel);
  record.subdir = std::string(index.subdir());
  record.fn = text(row.fn);
  record.url = text(cold.url);
  record.md5 = text(cold.md5);
  record.sha256 = text(cold.sha256);
  record.license = text(cold.license);
  record.license_family = text(cold.license_family);
  record.track_features = text(cold.track_features);
  record.python_site_packages_path = text(cold.python_site_packages_path);
  record.size_bytes = row.size_bytes;
  record.timestamp_ms = row.timestamp_ms;
  record.noarch = row.noarch;
  record.depends = texts(row.depends);
  record.constrains = texts(row.constrains);
  record.flags = text(cold.flags);
  record.extra_depends = ParseExtraDepends(index.String(cold.extra_depends));
  return record;
}

RecordView ViewOf(const PackageRecord& record, VersionRef version) {
  RecordView view;
  view.name = record.name;
  view.version = version;
  view.build = record.build;
  view.build_number = record.build_number;
  view.channel = record.channel;
  view.subdir = record.subdir;
  view.fn = record.fn;
  view.url = record.url;
  view.md5 = record.md5;
  view.sha256 = record.sha256;
  view.license = record.license;
  view.license_family = record.license_family;
  view.track_features = record.track_features;
  view.flags = record.flags;
  return view;
}

}  // namespace satchel
