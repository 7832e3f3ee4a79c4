#include "encoding/record_index.h"

#include <string>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "repodata/ingest.h"

namespace satchel {
namespace {

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      quoted += absl::StrFormat("\\u%04x", static_cast<unsigned>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string QuotedList(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) {
    list += (list.size() == 1 ? "" : ",") + Quoted(text);
  }
  return list + "]";
}

// Through the one reader of records there is: its checks hold for environments too.
std::string ToJson(const PackageRecord& record) {
  std::string json = absl::StrFormat(
      R"({"name":%s,"version":%s,"build":%s,"build_number":%d,"timestamp":%d,"size":%d,)",
      Quoted(record.name), Quoted(record.version), Quoted(record.build), record.build_number,
      record.timestamp_ms, record.size_bytes);
  json += absl::StrFormat(
      R"("md5":%s,"sha256":%s,"license":%s,"track_features":%s,"url":%s,"depends":%s,"constrains":%s)",
      Quoted(record.md5), Quoted(record.sha256), Quoted(record.license),
      Quoted(record.track_features), Quoted(record.url), QuotedList(record.depends),
      QuotedList(record.constrains));
  if (record.noarch != NoarchKind::kNone) {
    json +=
        record.noarch == NoarchKind::kPython ? R"(,"noarch":"python")" : R"(,"noarch":"generic")";
  }
  return json + R"(,"subdir":)" + Quoted(record.subdir) + "}";
}

}  // namespace

absl::StatusOr<Index> IndexRecords(const std::vector<const PackageRecord*>& records,
                                   const std::string& subdir) {
  std::string tarballs;
  std::string conda;
  for (const PackageRecord* record : records) {
    std::string fn = record->fn;
    if (fn.empty()) {
      fn = record->name + "-" + record->version + "-" + record->build + ".conda";
    }
    std::string& part = fn.ends_with(".tar.bz2") ? tarballs : conda;
    part += (part.empty() ? "" : ",") + Quoted(fn) + ":" + ToJson(*record);
  }
  const std::string json =
      R"({"info":{},"packages":{)" + tarballs + R"(},"packages.conda":{)" + conda + "}}";
  IngestReport report;
  ASSIGN_OR_RETURN(Index index,
                   IngestRepodata(json, {.subdir = subdir, .label = "environment"}, &report));
  if (!report.skipped.empty()) {
    return absl::InvalidArgumentError("package '" + report.skipped[0].fn +
                                      "': " + report.skipped[0].reason);
  }
  return index;
}

}  // namespace satchel
