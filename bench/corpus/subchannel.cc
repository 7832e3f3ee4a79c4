#include "bench/corpus/subchannel.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "bench/harness/json_fields.h"
#include "frontend/fetch/local_channel_source.h"
#include "frontend/files.h"
#include "frontend/yaml_node.h"
#include "repodata/spec/match_spec.h"

namespace satchel {
namespace {

// Adds the names that the records of `name` depend on to `found`, new ones also to `open`.
void Follow(const Index& index, const std::string& name, std::set<std::string>* found,
            std::vector<std::string>* open) {
  const NameId id = index.FindName(name);
  if (!id.ok()) {
    return;
  }
  const Index::Range range = index.Records(id);
  for (std::uint32_t row = range.first; row < range.last; ++row) {
    for (const SpecId spec : index.SpecList(index.Record(RecordId(row)).depends)) {
      const std::string_view text = index.String(index.Spec(spec).text);
      const std::string needed(text.substr(0, text.find_first_of(" =<>!~[")));
      if (!needed.starts_with("__") && found->insert(needed).second) {
        open->push_back(needed);
      }
    }
  }
}

// Throws out each record of another name as soon as it is read.
class RecordFilter final {
 public:
  explicit RecordFilter(const std::vector<std::string>& names) : names_(names) {}

  bool operator()(int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) const {
    // Depth 2 is what ends within "packages"; info's values end there too, and have no name.
    return !(event == nlohmann::json::parse_event_t::object_end && depth == 2 &&
             parsed.contains("name") &&
             !std::ranges::binary_search(names_, StringField(parsed, "name")));
  }

 private:
  const std::vector<std::string>& names_;
};

absl::StatusOr<Subchannel> ReadOne(const BenchChannel& channel, const std::string& subdir,
                                   const std::string& path, const std::vector<std::string>& names) {
  std::ifstream file(path, std::ios::binary);
  const nlohmann::json json =
      nlohmann::json::parse(file, RecordFilter(names), /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return absl::InvalidArgumentError(path + ": not a repodata");
  }
  Subchannel part = {channel, subdir, ObjectField(json, "info"), {}};
  for (const char* const section : {"packages", "packages.conda"}) {
    for (const auto& [fn, fields] : ObjectField(json, section).items()) {
      if (fields.is_object()) {
        part.records.push_back({section, fn, StringField(fields, "name"), fields});
      }
    }
  }
  return part;
}

std::string YamlList(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) {
    list += (list.empty() ? "" : ", ") + nlohmann::json(text).dump();
  }
  return "[" + list + "]";
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ReachableNames(const Problem& problem) {
  std::vector<std::string> directories;
  for (const BenchChannel& channel : problem.channels) {
    directories.push_back(channel.directory);
  }
  ASSIGN_OR_RETURN(const LocalChannelSource source, LocalChannelSource::Create(""));
  ASSIGN_OR_RETURN(const LoadedChannels loaded,
                   LoadChannels(source, directories, problem.platform));
  std::set<std::string> found;
  std::vector<std::string> open;
  for (const std::string& text : problem.specs) {
    ASSIGN_OR_RETURN(const MatchSpec spec, MatchSpec::Parse(text));
    if (found.insert(spec.name()).second) {
      open.push_back(spec.name());
    }
  }
  while (!open.empty()) {
    const std::string name = std::move(open.back());
    open.pop_back();
    for (const LoadedChannel& channel : loaded.channels) {
      for (const LoadedSubdir& subdir : channel.subdirs) {
        Follow(*subdir.index, name, &found, &open);
      }
    }
  }
  return std::vector<std::string>(found.begin(), found.end());
}

absl::StatusOr<std::vector<Subchannel>> ReadSubchannels(const Problem& problem,
                                                        const std::vector<std::string>& names) {
  std::vector<Subchannel> parts;
  for (const BenchChannel& channel : problem.channels) {
    for (const std::string& subdir : {problem.platform, std::string("noarch")}) {
      const std::string path = channel.directory + "/" + subdir + "/repodata.json";
      if (std::filesystem::exists(path)) {
        ASSIGN_OR_RETURN(Subchannel part, ReadOne(channel, subdir, path, names));
        parts.push_back(std::move(part));
      } else if (std::filesystem::exists(path + ".zst") || std::filesystem::exists(path + ".bz2")) {
        return absl::UnimplementedError(path + ": only a compressed file exists; decompress it");
      }
    }
  }
  return parts;
}

absl::Status WriteSubchannels(const std::vector<Subchannel>& parts, const std::string& directory,
                              Problem* problem) {
  for (const Subchannel& part : parts) {
    nlohmann::json json = {{"info", part.info},
                           {"packages", nlohmann::json::object()},
                           {"packages.conda", nlohmann::json::object()}};
    for (const RawRecord& record : part.records) {
      json[record.section][record.fn] = record.fields;
    }
    const std::string subdir = directory + "/" + part.channel.name + "/" + part.subdir;
    std::error_code error;
    std::filesystem::create_directories(subdir, error);
    RETURN_IF_ERROR(WriteFile(subdir + "/repodata.json", JsonLine(json) + "\n"));
  }
  for (BenchChannel& channel : problem->channels) {
    channel.directory = directory + "/" + channel.name;
  }
  return absl::OkStatus();
}

std::string ManifestText(const Problem& problem, const std::string& directory) {
  std::string text = absl::StrFormat("schema: 1\nplatform: %s\nchannel_priority: %s\n",
                                     problem.platform, problem.channel_priority);
  std::vector<std::string> packages;
  for (const VirtualPackageText& package : problem.virtual_packages) {
    packages.push_back(package.name + "=" + package.version + "=" + package.build);
  }
  text += "virtual_packages: " + YamlList(packages) + "\nchannels:\n";
  std::vector<std::string> names;
  for (const BenchChannel& channel : problem.channels) {
    names.push_back(channel.name);
    const bool beside = channel.directory.starts_with(directory + "/");
    text += absl::StrFormat(
        "  %s: {directory: %s, url: %s}\n", YamlScalar(channel.name),
        YamlScalar(beside ? channel.directory.substr(directory.size() + 1) : channel.directory),
        YamlScalar(channel.url));
  }
  const std::string name = problem.id.substr(problem.id.rfind('/') + 1);
  text += absl::StrFormat("problems:\n  - name: %s\n    channels: %s\n    specs: %s\n",
                          YamlScalar(name), YamlList(names), YamlList(problem.specs));
  const auto add = [&text](const char* key, const std::vector<std::string>& values) {
    if (!values.empty()) {
      text += absl::StrFormat("    %s: %s\n", key, YamlList(values));
    }
  };
  add("pins", problem.pins);
  add("installed", problem.installed);
  add("tags", problem.tags);
  if (!problem.source.empty()) {
    text += "    source: " + YamlScalar(problem.source) + "\n";
  }
  return text;
}

}  // namespace satchel
