// The verbs of `satchel corpus` but generate: what is done with manifests besides measuring.

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "bench/adapters/adapter.h"
#include "bench/corpus/channel_copy.h"
#include "bench/corpus/import.h"
#include "bench/corpus/manifest.h"
#include "bench/corpus/minimise.h"
#include "bench/corpus/subchannel.h"
#include "frontend/config/platform.h"
#include "frontend/fetch/downloader.h"
#include "frontend/files.h"
#include "repodata/spec/match_spec.h"
#include "tools/cli/framework/numbers.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/framework/work_directory.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

absl::StatusOr<std::vector<Manifest>> ReadManifests(const Arguments& arguments) {
  if (arguments.positional.empty()) {
    return absl::InvalidArgumentError(
        "which corpus? name a manifest, such as corpora/manifests/everyday.yaml");
  }
  std::vector<Manifest> manifests;
  for (const std::string& path : arguments.positional) {
    ASSIGN_OR_RETURN(Manifest manifest, ReadManifest(path, {WorkDirectory(arguments)}));
    manifests.push_back(std::move(manifest));
  }
  return manifests;
}

// The one problem that --only leaves.
absl::StatusOr<Problem> PickOne(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::vector<Manifest> manifests, ReadManifests(arguments));
  std::vector<Problem> picked;
  for (const Manifest& manifest : manifests) {
    RETURN_IF_ERROR(PrepareChannels(manifest));
    ASSIGN_OR_RETURN(const std::vector<Problem> problems, AllProblems(manifest));
    for (const Problem& problem : problems) {
      if (IsPicked(problem, arguments.picks)) {
        picked.push_back(problem);
      }
      for (const std::string& pick : arguments.picks) {
        if (problem.id == pick) {
          return problem;
        }
      }
    }
  }
  if (picked.size() != 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--only matches %d problems, but this needs one: give its name", picked.size()));
  }
  return picked.front();
}

std::string ListText(const Manifest& manifest) {
  std::string text = absl::StrFormat("%s: %s\n", manifest.name, manifest.about);
  for (const Problem& problem : manifest.problems) {
    std::vector<std::string> channels;
    for (const BenchChannel& channel : problem.channels) {
      channels.push_back(channel.name);
    }
    text += absl::StrFormat("  %s  %d specs on %s%s  [%s]\n", problem.id, problem.specs.size(),
                            absl::StrJoin(channels, ", "),
                            problem.expected.empty() ? "" : ", " + problem.expected,
                            absl::StrJoin(problem.tags, " "));
  }
  for (const RandomProblems& random : manifest.random) {
    text += absl::StrFormat("  %s-0 to -%d  random, seed %d\n", random.model.id, random.count - 1,
                            random.seed);
  }
  return text;
}

absl::Status CheckSpecs(const std::vector<std::string>& specs, const std::string& id) {
  for (const std::string& text : specs) {
    if (const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text); !spec.ok()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: %s", id, ToStd(spec.status().message())));
    }
  }
  return absl::OkStatus();
}

absl::Status WriteCase(const Problem& problem, const std::string& directory) {
  RETURN_IF_ERROR(WriteFile(directory + "/manifest.yaml", ManifestText(problem, directory)));
  return Print(absl::StrFormat("%s/manifest.yaml: %s\n", directory, problem.id));
}

std::int64_t CountRecords(const std::vector<Subchannel>& parts) {
  std::int64_t count = 0;
  for (const Subchannel& part : parts) {
    count += static_cast<std::int64_t>(part.records.size());
  }
  return count;
}

// What a case must show to be kept: --status, and --slower.
struct Wanted {
  std::string status;
  double slower_ms = 0;
};

absl::StatusOr<bool> Shows(Adapter* adapter, const Problem& problem, const SolveLimits& limits,
                           const Wanted& wanted) {
  RETURN_IF_ERROR(adapter->Load(problem, limits).status());
  absl::StatusOr<SolveAnswer> answer = adapter->Solve(problem, limits);
  if (absl::IsDeadlineExceeded(answer.status())) {
    answer = SolveAnswer();
    answer->status = kTimeout;
    answer->wall_ms = 1e3 * limits.timeout_s;
  }
  const std::string status = answer.ok() ? answer->status : kError;
  return (wanted.status.empty() || status == wanted.status) &&
         (answer.ok() ? answer->wall_ms : 0) >= wanted.slower_ms;
}

}  // namespace

absl::StatusOr<ExitCode> RunCorpusList(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::vector<Manifest> manifests, ReadManifests(arguments));
  for (const Manifest& manifest : manifests) {
    RETURN_IF_ERROR(Print(ListText(manifest)));
  }
  return kExitOk;
}

absl::StatusOr<ExitCode> RunCorpusVerify(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::vector<Manifest> manifests, ReadManifests(arguments));
  for (const Manifest& manifest : manifests) {
    RETURN_IF_ERROR(PrepareChannels(manifest));
    ASSIGN_OR_RETURN(const std::vector<Problem> problems, AllProblems(manifest));
    for (const Problem& problem : problems) {
      RETURN_IF_ERROR(CheckSpecs(problem.specs, problem.id));
      RETURN_IF_ERROR(CheckSpecs(problem.pins, problem.id));
    }
    RETURN_IF_ERROR(
        Print(absl::StrFormat("%s: %d problems, %d channels, all well-formed\n", manifest.path,
                              problems.size(), manifest.channels.size())));
  }
  return kExitOk;
}

absl::StatusOr<ExitCode> RunCorpusFetch(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::vector<Manifest> manifests, ReadManifests(arguments));
  std::vector<Download> downloads;
  for (const Manifest& manifest : manifests) {
    for (const ManifestChannel& channel : manifest.channels) {
      for (const auto& [subdir, hash] : channel.sha256) {
        const std::string path = channel.source_directory + "/" + subdir + "/repodata.json";
        const std::size_t mark = channel.fetch.find("{subdir}");
        if (mark == std::string::npos || std::filesystem::exists(path)) {
          continue;
        }
        Download download;
        download.urls = {std::string(channel.fetch).replace(mark, 8, subdir)};
        download.destination = path;
        download.sha256 = hash;
        std::error_code error;
        std::filesystem::create_directories(channel.source_directory + "/" + subdir, error);
        downloads.push_back(std::move(download));
      }
    }
  }
  Downloader downloader{NetworkOptions()};
  for (const DownloadResult& result : downloader.Fetch(downloads)) {
    RETURN_IF_ERROR(result.status);
  }
  RETURN_IF_ERROR(Print(absl::StrFormat("%d files fetched\n", downloads.size())));
  return kExitOk;
}

absl::StatusOr<ExitCode> RunCorpusImport(const Arguments& arguments) {
  if (arguments.positional.size() != 1 || arguments.channels.empty() || arguments.output.empty()) {
    return absl::InvalidArgumentError(
        "give one file or environment, its channels (-c DIR), and -o MANIFEST");
  }
  Problem problem;
  problem.platform = arguments.platform.empty() ? NativePlatform() : arguments.platform;
  RETURN_IF_ERROR(CheckPlatform(problem.platform));
  for (const std::string& channel : arguments.channels) {
    const std::string directory = AbsolutePath(channel);
    const std::string name = std::filesystem::path(directory).filename().string();
    problem.channels.push_back({name, directory, "https://conda.anaconda.org/" + name});
  }
  ASSIGN_OR_RETURN(problem, ImportProblem(arguments.positional[0], std::move(problem)));
  const std::string output = AbsolutePath(arguments.output);
  RETURN_IF_ERROR(WriteFile(
      output, ManifestText(problem, std::filesystem::path(output).parent_path().string())));
  return kExitOk;
}

absl::StatusOr<ExitCode> RunCorpusSlice(const Arguments& arguments) {
  if (arguments.output.empty()) {
    return absl::InvalidArgumentError("where to write the slice? give -o DIR");
  }
  ASSIGN_OR_RETURN(Problem problem, PickOne(arguments));
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ReachableNames(problem));
  ASSIGN_OR_RETURN(const std::vector<Subchannel> parts, ReadSubchannels(problem, names));
  const std::string directory = AbsolutePath(arguments.output);
  RETURN_IF_ERROR(WriteSubchannels(parts, directory, &problem));
  RETURN_IF_ERROR(
      Print(absl::StrFormat("%d records of %d names\n", CountRecords(parts), names.size())));
  RETURN_IF_ERROR(WriteCase(problem, directory));
  return kExitOk;
}

absl::StatusOr<ExitCode> RunCorpusMinimise(const Arguments& arguments) {
  Wanted wanted;
  wanted.status = arguments.status;
  std::int64_t slower = 0;
  std::int64_t timeout = 60;
  RETURN_IF_ERROR(ParseNumber("--slower", arguments.slower, &slower));
  RETURN_IF_ERROR(ParseNumber("--timeout", arguments.timeout, &timeout));
  wanted.slower_ms = static_cast<double>(slower);
  if (arguments.output.empty() || (wanted.status.empty() && slower == 0)) {
    return absl::InvalidArgumentError(
        "what must the case show? give --status or --slower, and -o DIR");
  }
  ASSIGN_OR_RETURN(const Problem problem, PickOne(arguments));
  ASSIGN_OR_RETURN(Solver solver,
                   ParseSolver(arguments.solvers.empty() ? "satchel" : arguments.solvers.front(),
                               FindAdapterPlaces()));
  ASSIGN_OR_RETURN(std::unique_ptr<Adapter> adapter, Adapter::Start(&solver));
  const std::string directory = AbsolutePath(arguments.output);
  SolveLimits limits;
  limits.timeout_s = static_cast<double>(timeout);
  limits.cold = true;  // The channel is another one each time.
  const CaseCheck check = [&](const Problem& smaller) -> absl::StatusOr<bool> {
    if (adapter->ended()) {
      ASSIGN_OR_RETURN(adapter, Adapter::Start(&solver));
    }
    return Shows(adapter.get(), smaller, limits, wanted);
  };
  ASSIGN_OR_RETURN(MinimisedCase result,
                   MinimiseCase(problem, directory, check, wanted.status == "unsatisfiable"));
  RETURN_IF_ERROR(WriteSubchannels(result.parts, directory, &result.problem));
  RETURN_IF_ERROR(Print(absl::StrFormat("%d specs and %d records left after %d checks\n",
                                        result.problem.specs.size(), CountRecords(result.parts),
                                        result.num_checks)));
  RETURN_IF_ERROR(WriteCase(result.problem, directory));
  return kExitOk;
}

}  // namespace satchel
