// satchel repoquery depends, whoneeds: the graph of dependencies, without a solve.

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/config/virtual_packages.h"
#include "frontend/environment/location.h"
#include "frontend/fetch/shard.h"
#include "tools/cli/channels/query.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using OrderedJson = nlohmann::ordered_json;

// A package and those below it.
struct Node {
  std::string title;  // "python 3.12.1 h1_0 conda-forge/linux-64", or what is missing.
  std::string spec;   // Which led here; of whoneeds, the spec that needs the one above.
  std::optional<FoundRecord> record;
  bool is_again = false;  // What is below it was shown already.
  std::vector<Node> below;
};

std::string TitleOf(const FoundRecord& record) {
  const RecordRow& row = record.index->Record(record.id);
  return absl::StrFormat("%s %s %s  %s", std::string(record.index->Name(row.name)),
                         std::string(record.index->VersionOf(row.version).text),
                         std::string(record.index->String(row.build)), PlaceOf(record));
}

std::vector<std::string> DependsOf(const FoundRecord& record) {
  std::vector<std::string> depends;
  for (const SpecId id : record.index->SpecList(record.index->Record(record.id).depends)) {
    depends.emplace_back(record.index->String(record.index->Spec(id).text));
  }
  return depends;
}

void AppendTree(const Node& node, const std::string& indent, std::string* text) {
  for (std::size_t i = 0; i < node.below.size(); ++i) {
    const Node& child = node.below[i];
    const bool is_last = i + 1 == node.below.size();
    text->append(indent).append(is_last ? "└─ " : "├─ ").append(child.title);
    text->append("  (" + child.spec + ")").append(child.is_again ? " ...\n" : "\n");
    AppendTree(child, indent + (is_last ? "   " : "│  "), text);
  }
}

OrderedJson ToJson(const Node& node) {
  OrderedJson json = {{"package", node.title}};
  if (!node.spec.empty()) {
    json["spec"] = node.spec;
  }
  for (const Node& child : node.below) {
    json["below"].push_back(ToJson(child));
  }
  return json;
}

// Each record once, the root's first.
void Collect(const Node& node, std::set<std::string>* seen, std::vector<FoundRecord>* records) {
  if (node.record.has_value() && seen->insert(node.title).second) {
    records->push_back(*node.record);
  }
  for (const Node& child : node.below) {
    Collect(child, seen, records);
  }
}

absl::Status PrintTree(const Arguments& arguments, const Node& root, std::string_view type) {
  if (arguments.json) {
    std::vector<FoundRecord> records;
    std::set<std::string> seen;
    Collect(root, &seen, &records);
    const bool has_root = root.record.has_value();
    return Print(MambaQueryJson(
        arguments.positional[0], type, records,
        has_root ? std::vector<FoundRecord>{*root.record} : std::vector<FoundRecord>(),
        ToJson(root)));
  }
  std::string text = root.title + "\n";
  AppendTree(root, "", &text);
  return Print(text);
}

class DependsTree final {
 public:
  DependsTree(const LoadedChannels& channels, bool is_deep)
      : channels_(channels), is_deep_(is_deep) {}

  Node Of(const FoundRecord& record, int depth = 0) {
    Node node;
    node.title = TitleOf(record);
    node.record = record;
    for (const std::string& depends : DependsOf(record)) {
      node.below.push_back(Below(depends, depth + 1));
    }
    return node;
  }

 private:
  Node Below(const std::string& depends, int depth) {
    Node node;
    node.title = DependencyName(depends).empty() ? "virtual package" : "not in the channels";
    if (const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(depends); spec.ok()) {
      const std::vector<FoundRecord> found = FindMatching(channels_, *spec);
      if (const FoundRecord* newest = Newest(found, channels_); newest != nullptr) {
        node.title = TitleOf(*newest);
        node.record = *newest;
        if (is_deep_) {
          node.is_again = !shown_.insert(node.title).second;
          if (!node.is_again) {
            node.below = Of(*newest, depth).below;
          }
        }
      }
    }
    node.spec = depends;
    return node;
  }

  const LoadedChannels& channels_;
  bool is_deep_;
  std::set<std::string> shown_;
};

// Who needs what: by name, the newest record of each name that has a dependency on it.
class NeedsTree final {
 public:
  NeedsTree(const LoadedChannels& channels, bool is_deep)
      : channels_(channels), is_deep_(is_deep) {}

  // Those that need one of `targets`, which are of one name.
  std::vector<Node> Above(const std::vector<FoundRecord>& targets) {
    std::vector<Node> nodes;
    std::map<std::string, std::pair<FoundRecord, std::string>> newest;  // By name.
    const std::string name(targets[0].index->Name(targets[0].index->Record(targets[0].id).name));
    for (const LoadedChannel& channel : channels_.channels) {
      for (const LoadedSubdir& subdir : channel.subdirs) {
        Collect(channel, *subdir.index, name, targets, &newest);
      }
    }
    for (const auto& [needer, found] : newest) {
      Node node;
      node.title = TitleOf(found.first);
      node.record = found.first;
      node.spec = found.second;
      if (is_deep_) {
        node.is_again = !shown_.insert(needer).second;
        if (!node.is_again) {
          node.below = Above({found.first});
        }
      }
      nodes.push_back(std::move(node));
    }
    return nodes;
  }

 private:
  void Collect(const LoadedChannel& channel, const Index& index, const std::string& name,
               const std::vector<FoundRecord>& targets,
               std::map<std::string, std::pair<FoundRecord, std::string>>* newest) const {
    // Each distinct spec once: whether it can be met by a target.
    std::vector<bool> meets(index.num_specs(), false);
    for (std::size_t i = 0; i < index.num_specs(); ++i) {
      const std::string_view text = index.String(index.Spec(SpecId(i)).text);
      if (DependencyName(text) == name) {
        const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
        meets[i] = spec.ok() && std::ranges::any_of(targets, [&](const FoundRecord& target) {
                     return spec->Matches(target.index->View(target.id, target.channel->name));
                   });
      }
    }
    for (std::size_t i = 0; i < index.num_names(); ++i) {
      const Index::Range range = index.Records(NameId(i));
      for (std::uint32_t row = range.first; row < range.last; ++row) {
        const RecordRow& record = index.Record(RecordId(row));
        const auto specs = index.SpecList(record.depends);
        const auto found = std::ranges::find_if(
            specs, [&](SpecId spec) { return static_cast<bool>(meets[spec.index()]); });
        if (found != specs.end()) {  // Rows are best first; earlier channels come first.
          newest->try_emplace(std::string(index.Name(NameId(i))),
                              FoundRecord{&channel, &index, RecordId(row)},
                              std::string(index.String(index.Spec(*found).text)));
          break;
        }
      }
    }
  }

  const LoadedChannels& channels_;
  bool is_deep_;
  std::set<std::string> shown_;
};

absl::StatusOr<MatchSpec> OneSpec(const Arguments& arguments) {
  if (arguments.positional.size() != 1) {
    return absl::InvalidArgumentError("one spec at a time; quote one that has spaces");
  }
  return MatchSpec::Parse(arguments.positional[0]);
}

const char* PlaceOfQuery(bool is_local) {
  return is_local ? "the environment (with --remote the channels are asked)" : "the channels";
}

}  // namespace

bool IsLocalQuery(const Arguments& arguments) {
  if (arguments.local || !arguments.name.empty() || !arguments.prefix.empty()) {
    return true;
  }
  const bool is_graph =
      arguments.command == "repoquery depends" || arguments.command == "repoquery whoneeds";
  return is_graph && !arguments.remote && arguments.channels.empty() &&
         IsEnvironment(ActivePrefix(&LookUpEnvironment));
}

absl::StatusOr<ExitCode> RunRepoqueryDepends(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const MatchSpec spec, OneSpec(arguments));
  WantedNames wanted;
  wanted.everything = spec.name().empty() || spec.name_is_glob();
  wanted.names = {spec.name()};
  const bool is_local = IsLocalQuery(arguments);
  ASSIGN_OR_RETURN(const LoadedChannels channels,
                   is_local ? LoadInstalled(arguments) : LoadForQuery(arguments, wanted, {spec}));
  const std::vector<FoundRecord> found = FindMatching(channels, spec);
  const FoundRecord* const newest = Newest(found, channels);
  if (newest == nullptr) {
    return NothingMatches(arguments, arguments.positional[0], PlaceOfQuery(is_local));
  }
  RETURN_IF_ERROR(
      PrintTree(arguments, DependsTree(channels, arguments.tree).Of(*newest), "depends"));
  return kExitOk;
}

absl::StatusOr<ExitCode> RunRepoqueryWhoneeds(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const MatchSpec spec, OneSpec(arguments));
  if (spec.name().empty() || spec.name_is_glob()) {
    return absl::InvalidArgumentError("who needs which package? name one");
  }
  const bool is_local = IsLocalQuery(arguments);
  ASSIGN_OR_RETURN(const LoadedChannels channels,
                   is_local ? LoadInstalled(arguments) : LoadForQuery(arguments, {}, {spec}));
  const std::vector<FoundRecord> found = FindMatching(channels, spec);
  if (found.empty()) {
    return NothingMatches(arguments, arguments.positional[0], PlaceOfQuery(is_local));
  }
  Node root;
  root.title = arguments.positional[0];
  root.below = NeedsTree(channels, arguments.tree).Above(found);
  RETURN_IF_ERROR(PrintTree(arguments, root, "whoneeds"));
  return kExitOk;
}

}  // namespace satchel
