#include "frontend/export/write_record.h"

#include <string>
#include <vector>

#include "base/strings.h"
#include "frontend/export/package_url.h"

namespace satchel {
namespace {

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

}  // namespace

void WriteRecord(const PackageRecord& record, const RecordForm& form, JsonWriter& out) {
  out.BeginObject();
  if (form.of_transaction) {
    out.Key("arch");  // conda's, which knows none either.
    out.WriteNull();
    out.Member("base_url", BaseUrl(record));
  }
  out.Member("build", record.build);
  out.Member("build_number", record.build_number);
  if (form.of_transaction) {
    out.Member("build_string", record.build);
  }
  out.Member("channel", form.channel);
  out.Member("constrains", record.constrains);
  out.Member("depends", record.depends);
  if (form.of_transaction) {
    out.Member("dist_name", DistName(record));
  }
  WriteExtrasAndFlags(record, out);
  out.Member("fn", record.fn);
  out.MemberIfKnown("license", record.license);
  out.MemberIfKnown("license_family", record.license_family);
  out.MemberIfKnown("md5", record.md5);
  out.Member("name", record.name);
  if (record.noarch != NoarchKind::kNone) {
    out.Member("noarch", record.noarch == NoarchKind::kPython ? "python" : "generic");
  }
  if (form.of_transaction) {
    out.Member("platform", record.subdir);
  }
  out.MemberIfKnown("python_site_packages_path", record.python_site_packages_path);
  out.MemberIfKnown("sha256", record.sha256);
  if (record.size_bytes > 0) {
    out.Member("size", record.size_bytes);
  }
  out.Member("subdir", record.subdir);
  if (record.timestamp_ms > 0) {
    out.Member("timestamp", record.timestamp_ms);
  }
  out.MemberIfKnown("track_features", record.track_features);
  out.Member("url", form.url);
  out.Member("version", record.version);
  out.EndObject();
}

}  // namespace satchel
