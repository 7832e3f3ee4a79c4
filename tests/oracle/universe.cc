#include "tests/oracle/universe.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "repodata/io/ingest.h"

namespace satchel::oracle {
namespace {

constexpr const char* kSubdirs[] = {"linux-64", "noarch"};

// Requires: `text` without control characters.
std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
    }
    quoted += c;
  }
  return quoted + "\"";
}

std::string QuotedList(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) {
    quoted.push_back(Quoted(text));
  }
  return absl::StrFormat("[%s]", absl::StrJoin(quoted, ","));
}

std::string RecordText(const UniverseRecord& record) {
  std::string text =
      absl::StrFormat(R"(%s:{"name":%s,"version":%s,"build":%s,"build_number":%d,"subdir":%s)",
                      Quoted(FileName(record)), Quoted(record.name), Quoted(record.version),
                      Quoted(record.build), record.build_number, Quoted(record.subdir));
  if (record.subdir == "noarch") {
    text += R"(,"noarch":"generic")";
  }
  if (!record.track_features.empty()) {
    text += absl::StrFormat(R"(,"track_features":%s)", Quoted(record.track_features));
  }
  if (record.timestamp_ms != 0) {
    text += absl::StrFormat(R"(,"timestamp":%d)", record.timestamp_ms);
  }
  if (!record.flags.empty()) {
    text += absl::StrFormat(R"(,"flags":%s)", QuotedList(record.flags));
  }
  if (!record.extra_depends.empty()) {
    std::vector<std::string> groups;
    for (const auto& [name, specs] : record.extra_depends) {
      groups.push_back(absl::StrFormat("%s:%s", Quoted(name), QuotedList(specs)));
    }
    text += absl::StrFormat(R"(,"extra_depends":{%s})", absl::StrJoin(groups, ","));
  }
  return text + absl::StrFormat(R"(,"depends":%s,"constrains":%s})", QuotedList(record.depends),
                                QuotedList(record.constrains));
}

absl::Status ParseAll(const std::vector<std::string>& texts, std::vector<MatchSpec>& specs) {
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(MatchSpec spec, MatchSpec::Parse(text));
    specs.push_back(std::move(spec));
  }
  return absl::OkStatus();
}

absl::Status AddChannel(const UniverseChannel& channel, World& world) {
  Channel result;
  result.name = channel.name;
  result.url = "https://example.test/" + channel.name;
  for (const char* subdir : kSubdirs) {
    IngestReport report;
    const IngestOptions options = {subdir, channel.name + "/" + subdir};
    ASSIGN_OR_RETURN(Index index, IngestRepodata(RepodataText(channel, subdir), options, &report));
    if (report.num_skipped > 0) {
      return absl::InternalError("skipped: " + report.skipped.front().fn + ": " +
                                 report.skipped.front().reason);
    }
    world.indexes.push_back(std::make_unique<Index>(std::move(index)));
    result.subdirs.push_back(world.indexes.back().get());
  }
  world.request.channels.push_back(std::move(result));
  return absl::OkStatus();
}

}  // namespace

std::string FileName(const UniverseRecord& record) {
  return absl::StrFormat("%s-%s-%s%s", record.name, record.version, record.build,
                         record.is_conda_format ? ".conda" : ".tar.bz2");
}

PackageRecord ToPackageRecord(const UniverseRecord& record, const std::string& channel) {
  PackageRecord result;
  result.name = record.name;
  result.version = record.version;
  result.build = record.build;
  result.build_number = record.build_number;
  result.channel = channel;
  result.subdir = record.subdir;
  result.fn = FileName(record);
  result.track_features = record.track_features;
  result.timestamp_ms = record.timestamp_ms;
  result.noarch = record.subdir == "noarch" ? NoarchKind::kGeneric : NoarchKind::kNone;
  result.depends = record.depends;
  result.constrains = record.constrains;
  result.flags = absl::StrJoin(record.flags, " ");
  result.extra_depends = record.extra_depends;
  return result;
}

std::string RepodataText(const UniverseChannel& channel, const std::string& subdir) {
  std::vector<std::string> old_format;
  std::vector<std::string> new_format;
  for (const UniverseRecord& record : channel.records) {
    if (record.subdir == subdir) {
      (record.is_conda_format ? new_format : old_format).push_back(RecordText(record));
    }
  }
  return absl::StrFormat(
      R"({"info":{"subdir":%s},"packages":{%s},"packages.conda":{%s},"repodata_version":1})",
      Quoted(subdir), absl::StrJoin(old_format, ",\n"), absl::StrJoin(new_format, ",\n"));
}

absl::StatusOr<World> BuildWorld(const Universe& universe) {
  World world;
  for (const UniverseChannel& channel : universe.channels) {
    RETURN_IF_ERROR(AddChannel(channel, world));
  }
  Request& request = world.request;
  RETURN_IF_ERROR(ParseAll(universe.specs, request.specs));
  RETURN_IF_ERROR(ParseAll(universe.pins, request.pins));
  RETURN_IF_ERROR(ParseAll(universe.remove, request.remove));
  for (const UniverseInstalled& installed : universe.installed) {
    InstalledPackage package;
    package.record = ToPackageRecord(installed.record, installed.channel);
    if (installed.requested.has_value()) {
      ASSIGN_OR_RETURN(package.requested, MatchSpec::Parse(*installed.requested));
    }
    request.installed.push_back(std::move(package));
  }
  for (const UniverseRecord& record : universe.virtual_packages) {
    request.virtual_packages.push_back(ToPackageRecord(record, "@"));
  }
  request.priority = universe.priority;
  request.exclude_newer_ms = universe.exclude_newer_ms;
  request.update_all = universe.update_all;
  request.prune = universe.prune;
  request.ignore_dependencies = universe.ignore_dependencies;
  return world;
}

}  // namespace satchel::oracle
