#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/harness/result_file.h"
#include "bench/report/statistics.h"

namespace satchel {

// All repetitions of one problem by one solver.
struct Sample {
  std::string status;  // The worst of the repetitions: a failure is worse than an answer.
  std::vector<double> total_ms;
  std::vector<double> load_ms;
  std::vector<double> solve_ms;
  std::vector<double> peak_rss_mb;
  std::map<std::string, std::vector<double>> phases_ms;  // As the solver names them.
  std::optional<double> instructions;
  int num_packages = 0;
  std::string plan_hash;
  std::string message;
};

// A run by problem: the input of report, summary and compare.
struct ProblemRow {
  std::string problem;
  std::string expected;
  std::int64_t num_records = 0;
  std::vector<std::string> tags;
  std::map<std::string, Sample> samples;        // By solver's label.
  std::map<std::string, PlanVerdict> verdicts;  // By solver's label.
};

// By problem, in the order of their ids.
std::vector<ProblemRow> RowsOf(const RunResults& results);

// The labels of the solvers in the order of the run.
std::vector<std::string> SolversOf(const RunResults& results);

// One solver compared with a peer over the problems that both answered.
struct RatioSummary {
  int count = 0;
  double median = 0;         // Of the problems' ratios, peer to ours: above 1, ours is faster.
  Interval median_interval;  // 95 %, by bootstrap over the problems.
  double least = 0;
  double of_medians = 0;  // The peer's median to ours.
  double of_p99 = 0;      // The 99th percentiles.
};

RatioSummary SummariseRatios(const std::vector<double>& ours, const std::vector<double>& peers);

// Tables for people: for each solver the times and failures, for each peer the agreement and the
// ratios, and suspicious results (failures, statuses that differ from the peer's or the expected
// one). `ours` is the solver to compare the others with. As Markdown; `every_problem` adds a line
// for each.
std::string SummaryText(const RunResults& results, const std::string& ours, bool every_problem);

}  // namespace satchel
