// The YAML of a manifest.

#include "bench/corpus/manifest.h"

#include <charconv>
#include <filesystem>
#include <initializer_list>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "bench/corpus/manifest_sources.h"
#include "frontend/config/time_limit.h"
#include "frontend/files.h"
#include "frontend/yaml_node.h"

namespace satchel {
namespace {

constexpr int kManifestSchema = 1;

class Reader final {
 public:
  Reader(const std::string& path, const ManifestOptions& options)
      : directory_(std::filesystem::path(AbsolutePath(path)).parent_path().string()),
        options_(options) {
    manifest_.path = path;
    manifest_.name = std::filesystem::path(path).stem().string();
  }

  absl::StatusOr<Manifest> Read(const YamlNode& root) && {
    RETURN_IF_ERROR(CheckKeys(root, {"schema", "name", "about", "platform", "virtual_packages",
                                     "channel_priority", "channels", "problems"}));
    if (root.TextOf("schema") != std::to_string(kManifestSchema)) {
      return Error(!root.Get("schema").IsNull() ? root.Get("schema") : root,
                   absl::StrFormat("expected 'schema: %d'", kManifestSchema));
    }
    manifest_.name = !root.Get("name").IsNull() ? root.TextOf("name") : manifest_.name;
    manifest_.about = root.TextOf("about");
    Problem defaults;
    RETURN_IF_ERROR(ReadMachine(root, &defaults));
    for (const auto& [name, channel] : root.Get("channels").fields()) {
      RETURN_IF_ERROR(ReadChannel(name.Scalar(), channel));
    }
    for (const YamlNode& entry : root.Get("problems").elements()) {
      RETURN_IF_ERROR(ReadEntry(entry, defaults));
    }
    return std::move(manifest_);
  }

 private:
  std::string Where(const YamlNode& node) const {
    return absl::StrFormat("%s:%d", manifest_.path, node.line());
  }
  absl::Status Error(const YamlNode& node, const std::string& what) const {
    return absl::InvalidArgumentError(absl::StrFormat("%s: %s", Where(node), what));
  }

  absl::Status CheckKeys(const YamlNode& map, std::initializer_list<std::string_view> keys) const {
    if (!map.IsMap()) {
      return Error(map, "expected keys and values");
    }
    for (const auto& [name, value] : map.fields()) {
      bool known = false;
      for (const std::string_view key : keys) {
        known = known || name.Scalar() == key;
      }
      if (!known) {
        return Error(name, absl::StrFormat("unknown key '%s'", name.Scalar()));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadTexts(const YamlNode& node, std::vector<std::string>* texts) const {
    if (node.IsNull()) {
      return absl::OkStatus();
    }
    if (!node.IsSequence()) {
      return Error(node, "expected a list");
    }
    texts->clear();
    for (const YamlNode& element : node.elements()) {
      if (!element.IsScalar()) {
        return Error(element, "expected text");
      }
      texts->push_back(element.Scalar());
    }
    return absl::OkStatus();
  }

  absl::Status ReadInteger(const YamlNode& node, std::int64_t* value) const {
    const std::string& text = node.Scalar();
    const char* const end = text.data() + text.size();
    if (const auto [rest, error] = std::from_chars(text.data(), end, *value);
        !node.IsNull() && (error != std::errc() || rest != end)) {
      return Error(node, absl::StrFormat("'%s' is not a whole number", text));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> ReadPath(const YamlNode& node) const {
    const std::string path = ExpandPath(node.Scalar());
    if (path.find('$') != std::string::npos) {
      return absl::NotFoundError(
          absl::StrFormat("%s: '%s' names a variable that is not set (SATCHEL_CORPORA names the "
                          "directory of shared channels)",
                          Where(node), node.Scalar()));
    }
    return path.starts_with("/") ? path : directory_ + "/" + path;
  }

  // What a problem may say and the whole manifest may say for all.
  absl::Status ReadMachine(const YamlNode& node, Problem* problem) const {
    problem->platform =
        !node.Get("platform").IsNull() ? node.TextOf("platform") : problem->platform;
    if (const YamlNode& priority = node.Get("channel_priority"); !priority.IsNull()) {
      problem->channel_priority = priority.Scalar();
      if (priority.Scalar() != "strict" && priority.Scalar() != "flexible" &&
          priority.Scalar() != "disabled") {
        return Error(priority, "channel_priority is strict, flexible or disabled");
      }
    }
    std::vector<std::string> packages;
    RETURN_IF_ERROR(ReadTexts(node.Get("virtual_packages"), &packages));
    if (!node.Get("virtual_packages").IsNull()) {
      problem->virtual_packages.clear();
    }
    for (const std::string& package : packages) {
      const std::vector<std::string_view> parts = Split(package, '=');
      if (!package.starts_with("__") || parts.size() < 2 || parts.size() > 3) {
        return Error(
            node.Get("virtual_packages"),
            absl::StrFormat("'%s': expected __NAME=VERSION or __NAME=VERSION=BUILD", package));
      }
      problem->virtual_packages.push_back({std::string(parts[0]), std::string(parts[1]),
                                           std::string(parts.size() > 2 ? parts[2] : "0")});
    }
    return absl::OkStatus();
  }

  absl::Status ReadChannel(const std::string& name, const YamlNode& node) {
    RETURN_IF_ERROR(
        CheckKeys(node, {"directory", "url", "fetch", "sha256", "generate", "without_nulls"}));
    ManifestChannel channel;
    channel.where = Where(node);
    channel.channel.name = name;
    channel.channel.url =
        !node.Get("url").IsNull() ? node.TextOf("url") : "https://conda.anaconda.org/" + name;
    channel.fetch = node.TextOf("fetch");
    for (const auto& [subdir, hash] : node.Get("sha256").fields()) {
      channel.sha256[subdir.Scalar()] = hash.Scalar();
    }
    if (const YamlNode& generate = node.Get("generate"); !generate.IsNull()) {
      RETURN_IF_ERROR(CheckKeys(generate, {"records", "seed", "revision3"}));
      std::int64_t seed = 1;
      RETURN_IF_ERROR(ReadInteger(generate.Get("records"), &channel.generate_records));
      RETURN_IF_ERROR(ReadInteger(generate.Get("seed"), &seed));
      RETURN_IF_ERROR(ReadInteger(generate.Get("revision3"), &channel.generate_revision3));
      channel.generate_seed = static_cast<std::uint64_t>(seed);
      channel.channel.directory =
          absl::StrFormat("%s/generated-%d-%d", options_.work_directory, channel.generate_records,
                          seed) +
          (channel.generate_revision3 > 0 ? absl::StrFormat("-%d", channel.generate_revision3)
                                          : std::string());
    } else if (!node.Get("directory").IsNull()) {
      ASSIGN_OR_RETURN(channel.source_directory, ReadPath(node.Get("directory")));
      channel.channel.directory = node.TextOf("without_nulls") == "true"
                                      ? options_.work_directory + "/" + name + "-without-nulls"
                                      : channel.source_directory;
    } else {
      return Error(node, absl::StrFormat("channel '%s' has neither directory nor generate", name));
    }
    manifest_.channels.push_back(std::move(channel));
    return absl::OkStatus();
  }

  absl::Status ReadChannelNames(const YamlNode& node, Problem* problem) const {
    std::vector<std::string> names;
    RETURN_IF_ERROR(ReadTexts(node.Get("channels"), &names));
    if (names.empty()) {
      return Error(node, "a problem needs 'channels:'");
    }
    bool all_generated = true;
    for (const std::string& name : names) {
      const ManifestChannel* found = nullptr;
      for (const ManifestChannel& channel : manifest_.channels) {
        found = channel.channel.name == name ? &channel : found;
      }
      if (found == nullptr) {
        return Error(node, absl::StrFormat("channel '%s' is not among the manifest's", name));
      }
      problem->channels.push_back(found->channel);
      problem->num_records += found->generate_records;
      all_generated = all_generated && found->generate_records > 0;
    }
    if (!all_generated) {
      problem->num_records = 0;  // To count them, the channels would have to be read.
    }
    return absl::OkStatus();
  }

  absl::Status ReadEntry(const YamlNode& node, const Problem& defaults) {
    if (!node.Get("scenarios").IsNull()) {
      return ReadScenarios(node);
    }
    if (!node.Get("random").IsNull()) {
      return ReadRandom(node, defaults);
    }
    RETURN_IF_ERROR(CheckKeys(node, {"name", "channels", "specs", "file", "pins", "installed",
                                     "exclude_newer", "objective", "platform", "virtual_packages",
                                     "channel_priority", "expect", "optimum", "tags", "source"}));
    Problem problem = defaults;
    const std::string name = node.TextOf("name");
    if (name.empty()) {
      return Error(node, "a problem needs a name");
    }
    RETURN_IF_ERROR(ReadCommon(node, name, &problem));
    RETURN_IF_ERROR(ReadTexts(node.Get("specs"), &problem.specs));
    if (!node.Get("file").IsNull()) {
      ASSIGN_OR_RETURN(const std::string path, ReadPath(node.Get("file")));
      RETURN_IF_ERROR(ReadSpecsOf(path, &problem));
    }
    if (problem.specs.empty()) {
      return Error(node,
                   absl::StrFormat("problem '%s' asks for nothing: give specs or file", name));
    }
    RETURN_IF_ERROR(ReadTexts(node.Get("pins"), &problem.pins));
    RETURN_IF_ERROR(ReadTexts(node.Get("installed"), &problem.installed));
    if (const YamlNode& newest = node.Get("exclude_newer"); !newest.IsNull()) {
      const absl::StatusOr<std::int64_t> limit = ParseTimeLimit(newest.Scalar(), 0);
      if (!limit.ok()) {
        return Error(newest, std::string(limit.status().message()));
      }
      problem.exclude_newer_ms = *limit;
    }
    return Add(node, std::move(problem));
  }

  // What listed and random problems have in common.
  absl::Status ReadCommon(const YamlNode& node, const std::string& name, Problem* problem) const {
    problem->id = manifest_.name + "/" + name;
    RETURN_IF_ERROR(ReadMachine(node, problem));
    RETURN_IF_ERROR(ReadChannelNames(node, problem));
    RETURN_IF_ERROR(ReadTexts(node.Get("tags"), &problem->tags));
    problem->objective = node.TextOf("objective");
    problem->source = node.TextOf("source");
    problem->expected = node.TextOf("expect");
    if (!problem->expected.empty() && problem->expected != kSolved &&
        problem->expected != kUnsatisfiable) {
      return Error(node.Get("expect"), "expect is solved or unsatisfiable");
    }
    for (const YamlNode& value : node.Get("optimum").elements()) {
      std::int64_t number = 0;
      RETURN_IF_ERROR(ReadInteger(value, &number));
      problem->optimum.push_back(number);
    }
    return absl::OkStatus();
  }

  absl::Status ReadRandom(const YamlNode& node, const Problem& defaults) {
    RETURN_IF_ERROR(CheckKeys(node, {"random", "name", "channels", "platform", "virtual_packages",
                                     "channel_priority", "objective", "tags"}));
    const YamlNode& protocol = node.Get("random");
    RETURN_IF_ERROR(CheckKeys(protocol, {"count", "seed"}));
    std::int64_t count = 0;
    std::int64_t seed = 1;
    RETURN_IF_ERROR(ReadInteger(protocol.Get("count"), &count));
    RETURN_IF_ERROR(ReadInteger(protocol.Get("seed"), &seed));
    RandomProblems random;
    random.where = Where(node);
    random.count = static_cast<int>(count);
    random.seed = static_cast<std::uint64_t>(seed);
    random.model = defaults;
    RETURN_IF_ERROR(ReadCommon(node, !node.Get("name").IsNull() ? node.TextOf("name") : "random",
                               &random.model));
    manifest_.random.push_back(std::move(random));
    return absl::OkStatus();
  }

  absl::Status ReadScenarios(const YamlNode& node) {
    RETURN_IF_ERROR(CheckKeys(node, {"scenarios", "tags", "expect"}));
    ASSIGN_OR_RETURN(const std::string pattern, ReadPath(node.Get("scenarios")));
    std::vector<std::string> tags;
    RETURN_IF_ERROR(ReadTexts(node.Get("tags"), &tags));
    ASSIGN_OR_RETURN(std::vector<Problem> problems,
                     ProblemsOfScenarios(pattern, options_.work_directory));
    for (Problem& problem : problems) {
      if (!node.TextOf("expect").empty() && problem.expected != node.TextOf("expect")) {
        continue;
      }
      problem.id = manifest_.name + "/" + problem.id;
      problem.tags.insert(problem.tags.end(), tags.begin(), tags.end());
      RETURN_IF_ERROR(Add(node, std::move(problem)));
    }
    return absl::OkStatus();
  }

  absl::Status Add(const YamlNode& node, Problem problem) {
    for (const Problem& other : manifest_.problems) {
      if (other.id == problem.id) {
        return Error(node, absl::StrFormat("there is a problem '%s' already", problem.id));
      }
    }
    manifest_.problems.push_back(std::move(problem));
    return absl::OkStatus();
  }

  std::string directory_;
  const ManifestOptions& options_;
  Manifest manifest_;
};

}  // namespace

absl::StatusOr<Manifest> ReadManifest(const std::string& path, const ManifestOptions& options) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, path));
  return Reader(path, options).Read(root);
}

}  // namespace satchel
