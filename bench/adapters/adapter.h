#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "bench/harness/child_process.h"
#include "bench/harness/problem.h"

#include <nlohmann/json.hpp>

namespace satchel {

// The harness's side of the protocol of docs/bench.md: a solver behind an executable that reads and
// writes JSON lines.

// A solver to measure.
struct Solver {
  std::string label;              // Its name in results.
  std::vector<std::string> argv;  // Its adapter's command line.
  std::string name;               // As the adapter reports it.
  std::string version;
  std::vector<std::string> capabilities;
};

struct LoadAnswer {
  double wall_ms = 0;
  double cpu_ms = 0;
};

struct SolveAnswer {
  std::string status;  // As in problem.h.
  std::string message;
  std::vector<std::string> packages;  // URLs.
  double wall_ms = 0;
  double cpu_ms = 0;
  std::int64_t peak_rss_kb = 0;
  std::optional<std::int64_t> instructions;
  std::vector<std::pair<std::string, double>> phases_ms;  // By name.
  std::vector<std::int64_t> levels;                       // Of satchel's objective, if it reports
                                                          // them.
};

// Satchel's adapter's judgement of a plan.
struct PlanJudgement {
  std::string verdict;  // As in PlanVerdict.
  std::string detail;
};

struct SolveLimits {
  double timeout_s = 60;
  bool keep_loaded = false;  // Solve in the adapter's process, on what Load read.
  bool cold = false;         // Without the solver's on-disk caches.
  std::string instructions;  // "callgrind" or "perf": count them too; empty: do not.
};

// One running adapter. Any misbehaviour ends it and is reported as an error.
class Adapter final {
 public:
  // Starts the adapter and sends hello, whose reply fills in name, version and capabilities of
  // `solver`. Errors: kNotFound if the adapter, or the solver behind it, does not exist.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Adapter>> Start(Solver* solver);

  // Errors: kDeadlineExceeded; kUnavailable if it ended; kInvalidArgument with its error message.
  [[nodiscard]] absl::StatusOr<LoadAnswer> Load(const Problem& problem, const SolveLimits& limits);
  // Kills an adapter that does not answer soon after the limit: kDeadlineExceeded. Errors: as Load.
  [[nodiscard]] absl::StatusOr<SolveAnswer> Solve(const Problem& problem,
                                                  const SolveLimits& limits);

  // Only for satchel's adapter: compares a plan (URLs) for `problem` with the best one. Errors: as
  // Load.
  [[nodiscard]] absl::StatusOr<PlanJudgement> Judge(const Problem& problem,
                                                    const std::vector<std::string>& packages);

  bool ended() const { return process_ == nullptr; }
  // Ends the adapter. Returns the system's data on the whole process.
  ProcessEnd End();

 private:
  explicit Adapter(std::unique_ptr<ChildProcess> process) : process_(std::move(process)) {}

  absl::StatusOr<nlohmann::json> Ask(const nlohmann::json& message, double timeout_s);

  std::unique_ptr<ChildProcess> process_;
  std::vector<std::string> capabilities_;
  ProcessEnd end_;
};

// The location of the shipped adapters, and the programs that run them.
struct AdapterPlaces {
  std::string directory;  // Of the Python files.
  std::string python;
  std::string program;  // This program, which contains satchel's adapter.
};
// From SATCHEL_ADAPTERS and SATCHEL_BENCH_PYTHON, if set.
AdapterPlaces FindAdapterPlaces();

// Parses a --solver: the name of a shipped adapter ("satchel", "py-rattler"), LABEL=satchel:PROGRAM
// for another satchel, or LABEL=COMMAND, an adapter's command line in words without quotes. Errors:
// kInvalidArgument, with the known names.
[[nodiscard]] absl::StatusOr<Solver> ParseSolver(const std::string& text,
                                                 const AdapterPlaces& places);
// The names of the shipped adapters.
std::vector<std::string> ShippedSolvers();

}  // namespace satchel
