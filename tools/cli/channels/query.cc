#include "tools/cli/channels/query.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "encoding/age_limit.h"
#include "encoding/record_index.h"
#include "frontend/export/package_url.h"
#include "frontend/export/plan_json.h"
#include "frontend/fetch/index_cache.h"
#include "frontend/fetch/source_options.h"
#include "frontend/fetch/url.h"
#include "frontend/link/record/conda_meta.h"
#include "frontend/request/assembly.h"
#include "frontend/request/solve_settings.h"
#include "repodata/io/url.h"
#include "tools/cli/environment/target.h"
#include "tools/cli/framework/describe.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/table.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/solve/answer.h"
#include "tools/cli/solve/prepare.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using OrderedJson = nlohmann::ordered_json;

// What orders records for the reader's eye.
auto SortKey(const FoundRecord& record) {
  const RecordRow& row = record.index->Record(record.id);
  return std::tuple(record.index->Name(row.name), record.index->VersionOf(row.version).key,
                    row.build_number, record.index->String(row.build));
}

// As conda names a record's channel: the URL with the subdir.
std::string UrlDirectory(const std::string& url) {
  return url.substr(0, url.rfind('/'));
}

OrderedJson ToJson(const PackageRecord& record) {
  OrderedJson json = {{"arch", nullptr},
                      {"build", record.build},
                      {"build_number", record.build_number},
                      {"channel", WithoutCredentials(UrlDirectory(record.url))},
                      {"constrains", record.constrains},
                      {"depends", record.depends},
                      {"fn", record.fn},
                      {"license", record.license},
                      {"md5", record.md5},
                      {"name", record.name},
                      {"platform", nullptr},
                      {"sha256", record.sha256},
                      {"size", record.size_bytes},
                      {"subdir", record.subdir},
                      {"timestamp", record.timestamp_ms},
                      {"url", record.url},
                      {"version", record.version}};
  for (const auto& [group, specs] : record.extra_depends) {
    json["extra_depends"][group] = specs;
  }
  for (const std::string_view flag : Split(record.flags, ' ')) {
    if (!flag.empty()) {
      json["flags"].push_back(std::string(flag));
    }
  }
  return json;
}

// micromamba's form: the channel by its name.
OrderedJson MambaJson(const PackageRecord& record) {
  OrderedJson json = ToJson(record);
  json["channel"] = record.channel;
  json["build_string"] = record.build;
  json["track_features"] = record.track_features;
  return json;
}

}  // namespace

absl::StatusOr<LoadedChannels> LoadInstalled(const TargetArguments& arguments) {
  ASSIGN_OR_RETURN(const std::string prefix, ExistingPrefix(arguments));
  ASSIGN_OR_RETURN(const EnvironmentDescription environment, Describe(prefix));
  std::map<std::pair<std::string, std::string>, std::vector<const PackageRecord*>> by_place;
  for (const InstalledPackage& package : environment.packages) {
    by_place[{package.record.channel, package.record.subdir}].push_back(&package.record);
  }
  LoadedChannels channels;
  for (const auto& [place, records] : by_place) {
    ASSIGN_OR_RETURN(Index index, IndexRecords(records, place.second));
    LoadedSubdir subdir;
    subdir.index = std::make_unique<const Index>(std::move(index));
    LoadedChannel channel;
    channel.name = place.first;
    channel.url = BaseUrl(*records[0]);
    channel.subdirs.push_back(std::move(subdir));
    channels.channels.push_back(std::move(channel));
  }
  return channels;
}

absl::StatusOr<LoadedChannels> LoadForQuery(const Arguments& arguments, const WantedNames& wanted,
                                            const std::vector<MatchSpec>& specs) {
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments));
  ASSIGN_OR_RETURN(const std::string platform, PlatformOf(configuration));
  std::vector<std::string> typed = ChannelsOf(arguments, configuration);
  const bool have_channels = std::ranges::any_of(
      specs, [](const MatchSpec& spec) { return !std::string_view(spec.channel()).empty(); });
  if (typed.empty() && !have_channels) {
    return absl::InvalidArgumentError("no channel to look in; name one with -c");
  }
  IndexCacheOptions options;
  options.directory = IndexDirectoryOf(arguments);
  IndexCache cache(std::move(options));
  ASSIGN_OR_RETURN(LocalChannelSource local,
                   LocalChannelSource::Create(LocalAlias(arguments), &cache));
  ASSIGN_OR_RETURN(const std::unique_ptr<ChannelSource> source,
                   OpenChannels(arguments, configuration, std::move(local)));
  if (!arguments.override_channels) {
    RETURN_IF_ERROR(AddChannelsOfSpecs(specs, *source, platform, &typed));
  }
  ASSIGN_OR_RETURN(LoadedChannels channels, LoadChannels(*source, typed, platform, wanted,
                                                         RelationOptionsOf(configuration)));
  if (!arguments.quiet && !arguments.json) {
    std::ranges::for_each(configuration.warnings(), PrintWarning);
    std::ranges::for_each(channels.warnings, PrintWarning);
    std::ranges::for_each(cache.TakeWarnings(), PrintWarning);
  }
  if (!arguments.quiet) {  // With --json too: it has no place for it, and the answer may lack what
                           // is asked for.
    std::ranges::for_each(SkippedRecordWarnings(channels, wanted.names), PrintWarning);
  }
  return channels;
}

std::vector<std::string> SubdirUrls(const LoadedChannels& channels) {
  std::vector<std::string> urls;
  for (const LoadedChannel& channel : channels.channels) {
    for (const LoadedSubdir& subdir : channel.subdirs) {
      urls.push_back(WithoutCredentials(channel.url) + "/" + std::string(subdir.index->subdir()));
    }
  }
  return urls;
}

absl::StatusOr<ExitCode> NothingMatches(const OutputArguments& arguments, const std::string& typed,
                                        const std::string& where, const std::string& other,
                                        const std::vector<std::string>& urls) {
  const std::string message =
      absl::StrFormat("no package of %s matches '%s'%s", where, typed,
                      other.empty() ? "" : absl::StrFormat("; did you mean '%s'?", other));
  if (arguments.json) {
    const char* const name = "PackagesNotFoundError";
    RETURN_IF_ERROR(Print(
        nlohmann::json{{"caused_by", "None"},
                       {"channel_urls", urls},
                       {"channels_formatted", Bulleted(urls)},
                       {"error", absl::StrFormat("%s: %s", name, message)},
                       {"exception_name", name},
                       {"exception_type", absl::StrFormat("<class 'conda.exceptions.%s'>", name)},
                       {"message", message},
                       {"packages", {typed}},
                       {"packages_formatted", Bulleted({typed})},
                       {"success", false}}
            .dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
        "\n"));
  } else {
    PrintError(message);
  }
  return kExitUnsatisfiable;
}

PackageRecord FoundRecord::Copy() const {
  PackageRecord record = CopyRecord(*index, id, channel->name);
  if (record.url.empty()) {
    record.url = PackageUrl(channel->url, record.subdir, index->base_url(), record.fn);
  }
  return record;
}

std::vector<FoundRecord> FindMatching(const LoadedChannels& channels, const MatchSpec& spec) {
  std::vector<FoundRecord> found;
  for (const LoadedChannel& channel : channels.channels) {
    for (const LoadedSubdir& subdir : channel.subdirs) {
      const Index& index = *subdir.index;
      const auto look = [&](NameId name) {
        const Index::Range range = index.Records(name);
        for (std::uint32_t row = range.first; row < range.last; ++row) {
          if (spec.Matches(index.View(RecordId(row), channel.name))) {
            found.push_back({&channel, &index, RecordId(row)});
          }
        }
      };
      if (spec.name_is_glob() || spec.name().empty()) {
        for (std::size_t i = 0; i < index.num_names(); ++i) {
          look(NameId(i));
        }
      } else if (const NameId name = index.FindName(spec.name()); name.ok()) {
        look(name);
      }
    }
  }
  std::ranges::stable_sort(found, {}, SortKey);
  return found;
}

absl::StatusOr<std::size_t> HideTooNew(const ChannelArguments& arguments,
                                       const LoadedChannels& channels,
                                       std::vector<FoundRecord>* found) {
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments));
  Request limits;
  limits.channels = channels.Views();
  RETURN_IF_ERROR(SetAgeLimits(configuration, &limits));
  RETURN_IF_ERROR(SetChannelAgeLimits(configuration, &limits));
  return std::erase_if(*found, [&](const FoundRecord& record) {
    const RecordRow& row = record.index->Record(record.id);
    const auto rank = static_cast<std::size_t>(record.channel - channels.channels.data());
    const std::optional<std::int64_t> newest =
        NewestAllowed(limits, record.index->Name(row.name), rank);
    return newest.has_value() && row.timestamp_ms > *newest;
  });
}

const FoundRecord* Newest(const std::vector<FoundRecord>& found, const LoadedChannels& channels) {
  for (const LoadedChannel& channel : channels.channels) {
    const auto last = std::find_if(found.rbegin(), found.rend(), [&](const FoundRecord& record) {
      return record.channel == &channel;
    });
    if (last != found.rend()) {
      return &*last;
    }
  }
  return nullptr;
}

std::string PlaceOf(const FoundRecord& record) {
  return record.channel->name + "/" + std::string(record.index->subdir());
}

std::string RecordTable(const std::vector<FoundRecord>& records) {
  Table table(
      {Table::Align::kLeft, Table::Align::kRight, Table::Align::kRight, Table::Align::kLeft});
  table.AddRow({"# Name", "Version", "Build", "Channel"});
  for (const FoundRecord& record : records) {
    const RecordRow& row = record.index->Record(record.id);
    table.AddRow({std::string(record.index->Name(row.name)),
                  std::string(record.index->VersionOf(row.version).text),
                  std::string(record.index->String(row.build)), PlaceOf(record)});
  }
  return table.ToString(/*colour=*/false);
}

std::string MambaQueryJson(const std::string& query, std::string_view type,
                           const std::vector<FoundRecord>& records,
                           const std::vector<FoundRecord>& roots, const OrderedJson& more) {
  const auto list = [](const std::vector<FoundRecord>& found) {
    OrderedJson json = OrderedJson::array();
    for (const FoundRecord& record : found) {
      json.push_back(MambaJson(record.Copy()));
    }
    return json;
  };
  OrderedJson result = {
      {"msg", records.empty() ? "No entries matching \"" + query + "\" found" : ""},
      {"status", "OK"},
      {"pkgs", list(records)}};
  if (type != "search" && !records.empty()) {
    result["graph_roots"] = list(roots);
    if (roots.empty()) {
      result["graph_roots"].push_back(query);
    }
  }
  OrderedJson json = {{"query", {{"query", query}, {"type", type}}}, {"result", std::move(result)}};
  json.update(more);
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

std::string RecordsJson(const std::vector<FoundRecord>& records) {
  OrderedJson json = OrderedJson::object();
  for (const FoundRecord& record : records) {
    const PackageRecord copy = record.Copy();
    json[copy.name].push_back(ToJson(copy));
  }
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace satchel
