#include "bench/corpus/manifest_sources.h"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "bench/corpus/channel_copy.h"
#include "bench/corpus/manifest.h"
#include "bench/corpus/random_problems.h"
#include "corpora/generator.h"
#include "corpora/scenario.h"
#include "corpora/scenario_repodata.h"
#include "frontend/request/request_file.h"

namespace satchel {
namespace {

std::vector<std::string> Glob(const std::string& pattern) {
  glob_t found = {};
  const auto cleanup = absl::MakeCleanup([&found] { globfree(&found); });
  if (glob(pattern.c_str(), 0, nullptr, &found) != 0) {
    return {};
  }
  return {found.gl_pathv, found.gl_pathv + found.gl_pathc};  // Sorted by glob().
}

Problem ProblemOf(const Scenario& scenario, const std::string& directory) {
  Problem problem;
  problem.id = scenario.name;
  problem.platform = scenario.platform;
  problem.channel_priority = scenario.priority;
  problem.objective = scenario.objective == "newest" ? "" : scenario.objective;
  problem.specs = scenario.request;
  problem.pins = scenario.pins;
  problem.exclude_newer_ms = scenario.exclude_newer_ms;
  problem.expected = scenario.satisfiable ? kSolved : kUnsatisfiable;
  problem.tags = {"scenario"};
  for (const std::string& channel : scenario.channels) {
    problem.channels.push_back({channel, directory + "/" + scenario.name + "/" + channel,
                                "https://conda.anaconda.org/" + channel});
  }
  for (const PackageRecord& record : scenario.virtual_packages) {
    problem.virtual_packages.push_back({record.name, record.version, record.build});
  }
  for (const ScenarioInstalled& installed : scenario.installed) {
    const PackageRecord& record = installed.record;
    problem.installed.push_back("https://conda.anaconda.org/" + record.channel + "/" +
                                record.subdir + "/" + record.fn);
  }
  return problem;
}

}  // namespace

absl::Status ReadSpecsOf(const std::string& path, Problem* problem) {
  ASSIGN_OR_RETURN(const RequestFile file, ReadRequestFile(path, problem->platform));
  for (const SpecText& spec : file.specs) {
    problem->specs.push_back(spec.text);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Problem>> ProblemsOfScenarios(const std::string& pattern,
                                                         const std::string& directory) {
  std::vector<Problem> problems;
  const std::vector<std::string> paths = Glob(pattern);
  if (paths.empty()) {
    return absl::NotFoundError(absl::StrFormat("%s: no such scenario", pattern));
  }
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(const Scenario scenario, ReadScenarioFile(path));
    if (!scenario.remove.empty() || scenario.update_all || scenario.prune ||
        scenario.ignore_dependencies || scenario.request.empty()) {
      continue;
    }
    RETURN_IF_ERROR(WriteScenario(scenario, directory));
    Problem problem = ProblemOf(scenario, directory);
    // A list of what is installed does not say what was once asked for, and so has to stay.
    if (problem.expected != kUnsatisfiable ||
        std::ranges::none_of(scenario.installed,
                             [](const ScenarioInstalled& one) { return !one.requested.empty(); })) {
      problems.push_back(std::move(problem));
    }
  }
  return problems;
}

absl::Status PrepareChannels(const Manifest& manifest) {
  for (const ManifestChannel& channel : manifest.channels) {
    const std::string& directory = channel.channel.directory;
    if (channel.generate_records > 0) {
      if (!std::filesystem::exists(directory)) {
        const GeneratorOptions options = {channel.generate_records, channel.generate_seed,
                                          channel.generate_revision3};
        RETURN_IF_ERROR(GenerateChannel(options, directory).status());
      }
      continue;
    }
    if (!std::filesystem::is_directory(channel.source_directory)) {
      return absl::NotFoundError(absl::StrFormat(
          "%s: channel '%s' is not in %s%s", channel.where, channel.channel.name,
          channel.source_directory,
          channel.fetch.empty() ? "" : "; 'satchel corpus fetch " + manifest.path + "' gets it"));
    }
    RETURN_IF_ERROR(CheckHashes(channel));
    if (directory != channel.source_directory && !std::filesystem::exists(directory)) {
      RETURN_IF_ERROR(CopyWithoutNulls(channel.source_directory, directory));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Problem>> AllProblems(const Manifest& manifest) {
  std::vector<Problem> problems = manifest.problems;
  std::map<std::string, Requirements> read;  // By the channels.
  for (const RandomProblems& random : manifest.random) {
    const std::string key = ChannelsKey(random.model);
    if (!read.contains(key)) {
      ASSIGN_OR_RETURN(read[key], ReadRequirements(random.model.channels, random.model.platform));
    }
    for (Problem& problem : MakeRandomProblems(random, read[key])) {
      problem.num_records = read[key].num_records;
      problems.push_back(std::move(problem));
    }
  }
  return problems;
}

std::string ChannelsKey(const Problem& problem) {
  std::string key = problem.platform;
  for (const BenchChannel& channel : problem.channels) {
    key += "\n" + channel.directory;
  }
  return key;
}

bool IsPicked(const Problem& problem, const std::vector<std::string>& picks) {
  for (const std::string& pick : picks) {
    if (problem.id.find(pick) != std::string::npos) {
      return true;
    }
    for (const std::string& tag : problem.tags) {
      if (tag == pick) {
        return true;
      }
    }
  }
  return picks.empty();
}

}  // namespace satchel
