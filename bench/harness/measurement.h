#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include <nlohmann/json.hpp>

namespace satchel {

// One solver's answer to one problem, once: a line of a result file (docs/bench.md has the schema).
struct Measurement {
  std::string problem;  // Its id.
  std::vector<std::string> tags;
  std::string expected;
  std::int64_t num_records = 0;  // Of the problem's channels.
  std::string solver;            // Its label.
  int repetition = 0;
  int order = 0;  // Its number in the run.

  std::string status;
  std::string message;
  double total_ms = 0;  // Loading the channels and solving, as measured by the adapter.
  double load_ms = 0;
  double solve_ms = 0;
  double cpu_ms = 0;
  std::int64_t peak_rss_kb = 0;
  std::optional<std::int64_t> instructions;
  std::vector<std::pair<std::string, double>> phases_ms;
  // The adapter's process from outside, if it was started only for this measurement.
  std::optional<double> process_wall_ms;
  std::optional<double> process_cpu_ms;

  int num_packages = 0;
  std::string plan_hash;              // Equal for equal plans, in whatever order; empty without a
                                      // plan.
  std::vector<std::string> packages;  // URLs; only of the first repetition.
  std::vector<std::int64_t> levels;
};

nlohmann::json ToJson(const Measurement& measurement);
Measurement MeasurementFromJson(const nlohmann::json& json);

// A verdict on another solver's plan under satchel's objective.
struct PlanVerdict {
  std::string problem;
  std::string solver;
  std::string verdict;  // "best", "worse", "better", "invalid" or "unknown".
  std::string detail;   // The first level at which it is worse, or why it is invalid.
};

nlohmann::json ToJson(const PlanVerdict& verdict);
PlanVerdict VerdictFromJson(const nlohmann::json& json);

// Over the sorted names of the package files.
std::string PlanHash(const std::vector<std::string>& urls);

}  // namespace satchel
