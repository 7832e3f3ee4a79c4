#include "bench/harness/judge.h"

#include <map>
#include <memory>
#include <set>
#include <utility>

#include "base/status_macros.h"

namespace satchel {
namespace {

using ProblemAndSolver = std::pair<std::string, std::string>;

PlanVerdict VerdictOf(const absl::StatusOr<PlanJudgement>& judgement) {
  PlanVerdict verdict;
  verdict.verdict = judgement.ok() ? judgement->verdict : "unknown";
  verdict.detail = judgement.ok() ? judgement->detail : std::string(judgement.status().message());
  return verdict;
}

}  // namespace

absl::Status JudgePlans(const std::vector<Problem>& problems, const std::vector<Solver>& solvers,
                        Solver judge, const std::atomic<bool>* cancelled, RunResults* results,
                        ResultWriter& writer,
                        const std::function<void(const std::string&)>& progress) {
  std::map<std::string, const Problem*> by_id;
  for (const Problem& problem : problems) {
    by_id[problem.id] = &problem;
  }
  std::set<ProblemAndSolver> done;
  for (const PlanVerdict& verdict : results->verdicts) {
    done.insert({verdict.problem, verdict.solver});
  }
  std::set<std::string> peers;
  for (const Solver& solver : solvers) {
    if (solver.name != "satchel") {
      peers.insert(solver.label);
    }
  }
  std::unique_ptr<Adapter> adapter;
  for (const Measurement& m : results->measurements) {
    if (m.packages.empty() || !peers.contains(m.solver) || !by_id.contains(m.problem) ||
        !done.insert({m.problem, m.solver}).second) {
      continue;
    }
    if (cancelled != nullptr && cancelled->load()) {
      return absl::CancelledError("interrupted; --resume continues " + results->path);
    }
    if (progress != nullptr) {
      progress("judging " + m.problem + " by " + m.solver);
    }
    if (adapter == nullptr || adapter->ended()) {
      ASSIGN_OR_RETURN(adapter, Adapter::Start(&judge));
    }
    PlanVerdict verdict = VerdictOf(adapter->Judge(*by_id[m.problem], m.packages));
    verdict.problem = m.problem;
    verdict.solver = m.solver;
    RETURN_IF_ERROR(writer.Write(ToJson(verdict)));
    results->verdicts.push_back(std::move(verdict));
  }
  return absl::OkStatus();
}

}  // namespace satchel
