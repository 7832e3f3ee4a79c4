// What is in an environment: list, export, history.

#include <algorithm>
#include <iterator>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/environment/revisions.h"
#include "frontend/export/environment_text.h"
#include "frontend/export/plan_json.h"
#include "frontend/files.h"
#include "repodata/spec/regex.h"
#include "repodata/version/version.h"
#include "tools/cli/environment/carry_out.h"
#include "tools/cli/environment/listing.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/describe.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using Json = nlohmann::json;

absl::Status PrintAsJson(const Json& json) {
  return Print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

// Keeps what the argument of list names: a regular expression that is found in the name, or with
// --full-name the name itself.
absl::Status Filter(const Arguments& arguments, EnvironmentDescription* environment) {
  if (arguments.positional.empty()) {
    return absl::OkStatus();
  }
  if (arguments.positional.size() > 1) {
    return absl::InvalidArgumentError("list takes one regular expression; join several by '|'");
  }
  const std::string& word = arguments.positional[0];
  const std::string pattern = arguments.full_name ? "(" + word + ")$" : ".*(" + word + ")";
  ASSIGN_OR_RETURN(const Regex regex, Regex::Compile(pattern));
  std::erase_if(environment->packages, [&](const InstalledPackage& package) {
    return !regex.MatchesPrefix(package.record.name);
  });
  std::erase_if(environment->pip,
                [&](const PipPackage& package) { return !regex.MatchesPrefix(package.name); });
  return absl::OkStatus();
}

Listing ListingOf(const ListArguments& arguments) {
  Listing listing;
  listing.is_reversed = arguments.reverse_order;
  listing.with_sizes = arguments.sizes;
  listing.with_urls = arguments.show_channel_urls;
  listing.as_canonical = arguments.canonical;
  for (const std::string_view field : Split(arguments.fields, ',')) {
    if (!StripSpace(field).empty()) {
      listing.fields.emplace_back(StripSpace(field));
    }
  }
  return listing;
}

std::string ExportLines(const EnvironmentDescription& environment) {
  std::string text =
      "# This file may be used to create an environment using:\n"
      "# $ satchel create --name <env> --file <this file>\n"
      "# platform: " +
      environment.platform + "\n";
  for (const InstalledPackage& package : environment.packages) {
    const PackageRecord& record = package.record;
    text += record.name + "=" + record.version + "=" + record.build + "\n";
  }
  return text;
}

// What changed from one revision to the next, by package name.
struct Changes {
  std::vector<std::string> installed;
  std::vector<std::string> removed;
  std::vector<std::pair<std::string, std::string>> upgraded;
  std::vector<std::pair<std::string, std::string>> downgraded;
};

bool IsOlder(const std::string& left, const std::string& right) {
  const absl::StatusOr<Version> a = Version::Parse(ParseHistoryPackage(left).version);
  const absl::StatusOr<Version> b = Version::Parse(ParseHistoryPackage(right).version);
  return a.ok() && b.ok() && *a < *b;
}

Changes ChangesOf(const Revision& revision) {
  Changes changes;
  std::vector<std::string> linked = revision.linked;
  for (const std::string& old : revision.unlinked) {
    const std::string name = ParseHistoryPackage(old).name;
    const auto found = std::ranges::find_if(
        linked, [&](const std::string& text) { return ParseHistoryPackage(text).name == name; });
    if (found == linked.end()) {
      changes.removed.push_back(old);
      continue;
    }
    (IsOlder(*found, old) ? changes.downgraded : changes.upgraded).emplace_back(old, *found);
    linked.erase(found);
  }
  changes.installed = std::move(linked);
  return changes;
}

Json PairsJson(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json json = Json::array();
  for (const auto& [old, fresh] : pairs) {
    json.push_back({{"new", fresh}, {"old", old}});
  }
  return json;
}

Json RevisionsJson(const std::vector<Revision>& revisions) {
  Json json = Json::array();
  for (std::size_t i = 0; i < revisions.size(); ++i) {
    const Changes changes = ChangesOf(revisions[i]);
    json.push_back({{"cmd", revisions[i].command},
                    {"date", revisions[i].date},
                    {"downgrade", PairsJson(changes.downgraded)},
                    {"install", changes.installed},
                    {"remove", changes.removed},
                    {"rev", i},
                    {"specs", revisions[i].specs},
                    {"upgrade", PairsJson(changes.upgraded)}});
  }
  return json;
}

std::string Shown(const std::string& text) {
  const HistoryPackage package = ParseHistoryPackage(text);
  return package.name + "-" + package.version + "-" + package.build +
         (package.channel.empty() ? "" : " (" + package.channel + ")");
}

std::string RevisionsText(const std::vector<Revision>& revisions, bool with_commands) {
  std::string text;
  for (std::size_t i = 0; i < revisions.size(); ++i) {
    text += absl::StrFormat("%s  (rev %d)\n", revisions[i].date, i);
    if (with_commands && !revisions[i].command.empty()) {
      text += "    " + revisions[i].command + "\n";
    }
    const Changes changes = ChangesOf(revisions[i]);
    for (const auto* pairs : {&changes.upgraded, &changes.downgraded}) {
      for (const auto& [old, fresh] : *pairs) {
        text += "     " + Shown(old) + " -> " + Shown(fresh) + "\n";
      }
    }
    for (const std::string& package : changes.removed) {
      text += "    -" + Shown(package) + "\n";
    }
    for (const std::string& package : changes.installed) {
      text += "    +" + Shown(package) + "\n";
    }
    text += "\n";
  }
  return text;
}

absl::Status PrintRevisions(const OutputArguments& arguments, const std::string& prefix,
                            bool with_commands) {
  RETURN_IF_ERROR(SettleEnvironment(prefix));
  const absl::StatusOr<std::string> history = ReadFile(prefix + "/conda-meta/history");
  if (!history.ok() && !absl::IsNotFound(history.status())) {
    return history.status();
  }
  const std::vector<Revision> revisions = ParseRevisions(history.value_or(""));
  return arguments.json ? PrintAsJson(RevisionsJson(revisions))
                        : Print(RevisionsText(revisions, with_commands));
}

ExplicitHash HashOf(const ListArguments& arguments) {
  if (arguments.sha256) {
    return ExplicitHash::kSha256;
  }
  return arguments.md5 ? ExplicitHash::kMd5 : ExplicitHash::kNone;
}

enum class ExportFormat { kYaml, kJson, kExplicit, kCondaLock };

// By --format, else by the file's name, else YAML.
absl::StatusOr<ExportFormat> FormatOf(const Arguments& arguments) {
  const std::string& word = arguments.format;
  const std::string file = arguments.files.empty() ? "" : arguments.files[0];
  if (arguments.explicit_file || word == "explicit" || (word.empty() && file.ends_with(".txt"))) {
    return ExportFormat::kExplicit;
  }
  if (word == "conda-lock" || (word.empty() && file.ends_with("conda-lock.yml"))) {
    return ExportFormat::kCondaLock;
  }
  const bool is_json = word == "json" || word == "environment-json" ||
                       (word.empty() && (file.ends_with(".json") || arguments.json));
  return is_json ? ExportFormat::kJson : ExportFormat::kYaml;
}

// What is installed is of one platform; for others it would have to be solved.
absl::Status CheckPlatforms(const ListArguments& arguments,
                            const EnvironmentDescription& environment) {
  for (const std::string& platform : arguments.platforms) {
    if (platform != environment.platform) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "--platform %s: this environment is of %s; export what was requested with "
          "--from-history, and create it from there with --platform %s",
          platform, environment.platform, platform));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ExportText(const EnvironmentDescription& environment,
                                       const Arguments& arguments) {
  EnvironmentTextOptions options;
  options.builds = !arguments.no_builds;
  options.places = arguments.channel_subdir;
  options.md5 = arguments.md5;
  options.no_channels = arguments.ignore_channels;
  options.from_history = arguments.from_history;
  options.channels = arguments.channels;
  if (!options.channels.empty() && !arguments.override_channels) {
    const std::vector<std::string> others = ChannelsOf(environment);
    std::ranges::copy_if(others, std::back_inserter(options.channels), [&](const auto& channel) {
      return std::ranges::count(arguments.channels, channel) == 0;
    });
  }
  ASSIGN_OR_RETURN(const ExportFormat format, FormatOf(arguments));
  switch (format) {
    case ExportFormat::kYaml:
      return EnvironmentYaml(environment, options);
    case ExportFormat::kJson:
      return EnvironmentJson(environment, options);
    case ExportFormat::kExplicit:
      return ExplicitText(environment, arguments.no_md5 ? ExplicitHash::kNone
                                       : arguments.md5 || arguments.explicit_file
                                           ? ExplicitHash::kMd5
                                           : ExplicitHash::kSha256);
    case ExportFormat::kCondaLock:
      return CondaLockText(environment);
  }
  return std::string();
}

}  // namespace

absl::StatusOr<ExitCode> RunList(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
  if (arguments.revisions) {
    RETURN_IF_ERROR(PrintRevisions(arguments, prefix, /*with_commands=*/false));
    return kExitOk;
  }
  ASSIGN_OR_RETURN(EnvironmentDescription environment, Describe(prefix));
  RETURN_IF_ERROR(Filter(arguments, &environment));
  if (arguments.no_pip) {
    environment.pip.clear();
  }
  if (arguments.explicit_file) {
    ASSIGN_OR_RETURN(const std::string text, ExplicitText(environment, HashOf(arguments)));
    RETURN_IF_ERROR(Print(text));
  } else if (arguments.json) {
    ASSIGN_OR_RETURN(const Json json, ListJson(environment, ListingOf(arguments)));
    RETURN_IF_ERROR(PrintAsJson(json));
  } else if (arguments.export_list) {
    RETURN_IF_ERROR(Print(ExportLines(environment)));
  } else {
    ASSIGN_OR_RETURN(const std::string text, ListText(environment, ListingOf(arguments)));
    RETURN_IF_ERROR(Print(text));
  }
  return kExitOk;
}

absl::StatusOr<ExitCode> RunHistory(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
  RETURN_IF_ERROR(PrintRevisions(arguments, prefix, /*with_commands=*/true));
  return kExitOk;
}

absl::StatusOr<ExitCode> RunExport(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
  ASSIGN_OR_RETURN(const EnvironmentDescription environment, Describe(prefix));
  RETURN_IF_ERROR(CheckPlatforms(arguments, environment));
  ASSIGN_OR_RETURN(const std::string text, ExportText(environment, arguments));
  if (arguments.files.size() > 1) {
    return absl::InvalidArgumentError("--file is where the export is written; give one");
  }
  RETURN_IF_ERROR(arguments.files.empty() ? PrintExactly(text)
                                          : EditFile(arguments.files[0], text));
  return kExitOk;
}

}  // namespace satchel
