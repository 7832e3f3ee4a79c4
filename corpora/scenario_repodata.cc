#include "corpora/scenario_repodata.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "corpora/corpus_file.h"
#include "corpora/json_output.h"
#include "corpora/repodata_json.h"

namespace satchel {
namespace {

// The member "packages" or "packages.conda".
void AppendPackages(std::string_view key, const std::vector<const PackageRecord*>& records,
                    std::string_view extension, bool of_revision3, std::string* json) {
  absl::StrAppendFormat(json, "  \"%s\": {", key);
  std::string_view separator = "\n    ";
  for (const PackageRecord* record : records) {
    if (record->fn.ends_with(extension) && IsOfRevision3(*record) == of_revision3) {
      json->append(separator);
      AppendRepodataRecord(*record, json);
      separator = ",\n    ";
    }
  }
  json->append(separator.front() == ',' ? "\n  },\n" : "},\n");
}

absl::Status WriteIfChanged(const std::string& path, std::string_view content) {
  if (FileHasContent(path, content)) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<CorpusFile> file, CorpusFile::Create(path));
  file->Append(content);
  return file->Commit();
}

}  // namespace

std::string RepodataJson(const Scenario& scenario, std::string_view channel,
                         std::string_view subdir) {
  std::vector<const PackageRecord*> records;
  for (const ScenarioSubdir& part : scenario.subdirs) {
    if (part.channel == channel && part.subdir == subdir) {
      for (const PackageRecord& record : part.records) {
        records.push_back(&record);
      }
    }
  }
  std::sort(records.begin(), records.end(),
            [](const PackageRecord* a, const PackageRecord* b) { return a->fn < b->fn; });
  std::string json = "{\n  \"info\": {\"subdir\": ";
  AppendQuoted(subdir, &json);
  json += "},\n";
  AppendPackages("packages", records, ".tar.bz2", false, &json);
  AppendPackages("packages.conda", records, ".conda", false, &json);
  json += "  \"removed\": [],\n  \"repodata_version\": 1";
  if (std::ranges::any_of(records, [](const auto* record) { return IsOfRevision3(*record); })) {
    std::string section;
    AppendPackages("conda", records, ".conda", true, &section);
    json += ",\n  \"v3\": {\n" + section.substr(0, section.rfind(',')) + "\n  }";
  }
  json += "\n}\n";
  return json;
}

absl::Status WriteScenario(const Scenario& scenario, const std::string& directory) {
  std::set<std::pair<std::string, std::string>> parts;
  for (const std::string& channel : scenario.channels) {
    parts.insert({channel, scenario.platform});
    parts.insert({channel, "noarch"});
  }
  for (const ScenarioSubdir& part : scenario.subdirs) {
    parts.insert({part.channel, part.subdir});
  }
  for (const std::pair<std::string, std::string>& part : parts) {
    RETURN_IF_ERROR(WriteIfChanged(absl::StrFormat("%s/%s/%s/%s/repodata.json", directory,
                                                   scenario.name, part.first, part.second),
                                   RepodataJson(scenario, part.first, part.second)));
  }
  return absl::OkStatus();
}

}  // namespace satchel
