// What is done with the results of `satchel bench run`; and the adapter, which makes some.

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "bench/adapters/adapter.h"
#include "bench/adapters/satchel_adapter.h"
#include "bench/harness/result_file.h"
#include "bench/report/compare.h"
#include "bench/report/report.h"
#include "bench/report/summary.h"
#include "frontend/files.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/run.h"

namespace satchel {
namespace {

absl::StatusOr<std::vector<RunResults>> ReadRuns(const Arguments& arguments) {
  if (arguments.positional.empty()) {
    return absl::InvalidArgumentError("which run? name a result file of 'satchel bench run'");
  }
  std::vector<RunResults> runs;
  for (const std::string& path : arguments.positional) {
    ASSIGN_OR_RETURN(RunResults results, ReadResults(path));
    if (!results.complete) {
      PrintWarning(path + ": the run was not finished; 'bench run --resume' continues it");
    }
    runs.push_back(std::move(results));
  }
  return runs;
}

}  // namespace

absl::StatusOr<ExitCode> RunBenchReport(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::vector<RunResults> runs, ReadRuns(arguments));
  const std::vector<std::string> solvers = SolversOf(runs.back());
  const std::string ours =
      !arguments.ours.empty() || solvers.empty() ? arguments.ours : solvers.front();
  if (!arguments.html.empty()) {
    RETURN_IF_ERROR(EditFile(arguments.html, ReportHtml(runs, ours)));
    return kExitOk;
  }
  for (const RunResults& run : runs) {
    RETURN_IF_ERROR(Print(SummaryText(run, ours, arguments.every_problem)));
  }
  return kExitOk;
}

absl::StatusOr<ExitCode> RunBenchCompare(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const std::vector<RunResults> runs, ReadRuns(arguments));
  if (runs.size() > 2) {
    return absl::InvalidArgumentError("compare takes two result files, or one and two solvers");
  }
  CompareOptions options;
  options.base_solver = arguments.base_solver;
  options.new_solver = arguments.new_solver;
  options.metric = arguments.metric.empty() ? options.metric : arguments.metric;
  double percent = 0;
  if (!arguments.threshold.empty()) {
    if (!absl::SimpleAtod(arguments.threshold, &percent) || !(percent >= 0)) {
      return absl::InvalidArgumentError(
          absl::StrFormat("--threshold: '%s' is not a percentage", arguments.threshold));
    }
    options.threshold = percent / 100;
  }
  ASSIGN_OR_RETURN(const Comparison comparison, Compare(runs.front(), runs.back(), options));
  RETURN_IF_ERROR(Print(ComparisonText(comparison, arguments.every_problem)));
  return comparison.regressed ? kExitUnsatisfiable : kExitOk;
}

absl::StatusOr<ExitCode> RunBenchMerge(const Arguments& arguments) {
  if (arguments.positional.empty() || arguments.output.empty()) {
    return absl::InvalidArgumentError("give the result files of the shards, and -o FILE");
  }
  ASSIGN_OR_RETURN(const std::string merged, MergeResults(arguments.positional));
  RETURN_IF_ERROR(EditFile(arguments.output, merged));
  return kExitOk;
}

absl::StatusOr<ExitCode> RunBenchAdapter(const Arguments& arguments) {
  RETURN_IF_ERROR(
      ServeSatchel(arguments.program.empty() ? FindAdapterPlaces().program : arguments.program,
                   arguments.engine));
  return kExitOk;
}

}  // namespace satchel
