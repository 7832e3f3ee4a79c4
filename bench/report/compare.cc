#include "bench/report/compare.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "bench/harness/json_fields.h"
#include "bench/harness/problem.h"
#include "bench/report/summary.h"

namespace satchel {
namespace {

constexpr double kConfidence = 0.95;
constexpr std::uint64_t kSeed = 1;
// Below this many problems their medians alone cannot reach any useful certainty.
constexpr std::size_t kFewProblems = 12;

const std::vector<double>& ValuesOf(const Sample& sample, const std::string& metric) {
  return metric == "solve"    ? sample.solve_ms
         : metric == "load"   ? sample.load_ms
         : metric == "memory" ? sample.peak_rss_mb
                              : sample.total_ms;
}

std::string NameOf(const RunResults& run, const std::string& label) {
  std::string name = label;
  const nlohmann::json& settings = ObjectField(run.header, "settings");
  if (const auto solvers = settings.find("solvers");
      solvers != settings.end() && solvers->is_array()) {
    for (const nlohmann::json& solver : *solvers) {
      if (StringField(solver, "label") == label) {
        name += " " + StringField(solver, "version");
      }
    }
  }
  const std::string revision = StringField(ObjectField(run.header, "environment"), "git_revision");
  return revision.empty() ? name : name + " (" + revision + ")";
}

// The logarithms of new to base, repetition by repetition.
std::vector<double> LogRatios(const std::vector<double>& base, const std::vector<double>& now) {
  std::vector<double> logs;
  for (std::size_t i = 0; i < base.size() && i < now.size(); ++i) {
    if (base[i] > 0 && now[i] > 0) {
      logs.push_back(std::log(now[i] / base[i]));
    }
  }
  return logs;
}

bool IsWrong(const std::string& status, const std::string& expected) {
  return !IsAnswer(status) || (!expected.empty() && HasPlan(status) != HasPlan(expected));
}

class Comparer final {
 public:
  Comparer(const RunResults& base, const RunResults& now, const CompareOptions& options)
      : base_(base), now_(now), options_(options) {}

  absl::StatusOr<Comparison> Compare() && {
    ASSIGN_OR_RETURN(base_solver_, PickSolver(base_, options_.base_solver));
    ASSIGN_OR_RETURN(new_solver_, PickSolver(now_, options_.new_solver));
    paired_ = base_.path == now_.path;
    if (paired_ && base_solver_ == new_solver_) {
      return absl::InvalidArgumentError(
          "both sides are the same measurements; name two files, or two solvers of one file");
    }
    result_.base_name = NameOf(base_, base_solver_);
    result_.new_name = NameOf(now_, new_solver_);
    result_.metric = options_.metric;
    Collect();
    if (result_.problems.empty()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s and %s have no problem in common", base_.path, now_.path));
    }
    JudgeProblems();
    JudgeAll();
    std::ranges::stable_sort(result_.problems, std::ranges::greater(), &ProblemChange::ratio);
    return std::move(result_);
  }

 private:
  static absl::StatusOr<std::string> PickSolver(const RunResults& run, const std::string& label) {
    const std::vector<std::string> solvers = SolversOf(run);
    if (label.empty() && !solvers.empty()) {
      return solvers.front();
    }
    if (std::ranges::count(solvers, label) == 0) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: no solver '%s' was measured", run.path, label));
    }
    return label;
  }

  void Collect() {
    std::map<std::string, ProblemRow> base_rows;
    for (ProblemRow& row : RowsOf(base_)) {
      const std::string problem = row.problem;
      base_rows.emplace(problem, std::move(row));
    }
    std::size_t common = 0;
    for (const ProblemRow& row : RowsOf(now_)) {
      const auto before = base_rows.find(row.problem);
      const auto now = row.samples.find(new_solver_);
      if (before == base_rows.end() || now == row.samples.end() ||
          !before->second.samples.contains(base_solver_)) {
        ++result_.num_missing;
        continue;
      }
      ++common;
      Add(row, before->second.samples.at(base_solver_), now->second);
    }
    result_.num_missing += static_cast<int>(base_rows.size() - std::min(common, base_rows.size()));
  }

  void Add(const ProblemRow& row, const Sample& base, const Sample& now) {
    ProblemChange change;
    change.problem = row.problem;
    change.base_status = base.status;
    change.new_status = now.status;
    const std::vector<double>& before = ValuesOf(base, options_.metric);
    const std::vector<double>& after = ValuesOf(now, options_.metric);
    change.base = Median(before);
    change.now = Median(after);
    const bool was_wrong = IsWrong(base.status, row.expected);
    const bool is_wrong = IsWrong(now.status, row.expected);
    if (is_wrong || was_wrong) {
      change.change = is_wrong && !was_wrong   ? SpeedChange::kBroken
                      : !is_wrong && was_wrong ? SpeedChange::kFixed
                                               : SpeedChange::kNone;
    } else if (HasPlan(base.status) != HasPlan(now.status)) {
      change.change = SpeedChange::kAnswered;
    } else if (change.base > 0 && change.now > 0) {
      Time(before, after, &change);
      if (base.instructions.value_or(0) > 0 && now.instructions.has_value()) {
        change.instructions = *now.instructions / *base.instructions;
      }
      timed_.push_back(result_.problems.size());
    }
    result_.problems.push_back(std::move(change));
  }

  void Time(const std::vector<double>& before, const std::vector<double>& after,
            ProblemChange* change) {
    const std::vector<double> logs = LogRatios(before, after);
    all_logs_.insert(all_logs_.end(), logs.begin(), logs.end());
    if (paired_) {
      change->ratio = std::exp(Median(logs));
      change->p = WilcoxonSignedRank(logs);
    } else {
      change->ratio = change->now / change->base;
      change->p = MannWhitney(before, after);
    }
    const Interval interval = Bootstrap(logs, kConfidence, kSeed, Median, 500);
    change->interval = {std::exp(interval.low), std::exp(interval.high)};
  }

  SpeedChange Judge(double ratio, double p, double threshold) const {
    if (p >= options_.alpha) {
      return SpeedChange::kNone;
    }
    return ratio >= 1 + threshold         ? SpeedChange::kSlower
           : ratio <= 1 / (1 + threshold) ? SpeedChange::kFaster
                                          : SpeedChange::kNone;
  }

  void JudgeProblems() {
    std::vector<double> p_values;
    for (const std::size_t i : timed_) {
      p_values.push_back(result_.problems[i].p);
    }
    const std::vector<double> corrected = Holm(p_values);
    for (std::size_t k = 0; k < timed_.size(); ++k) {
      ProblemChange& change = result_.problems[timed_[k]];
      change.p = corrected[k];
      change.change = Judge(change.ratio, change.p, options_.threshold);
      if (change.instructions.has_value()) {  // They know better than any clock.
        change.change = Judge(*change.instructions, 0, options_.instructions_threshold);
      }
    }
    for (const ProblemChange& change : result_.problems) {
      result_.regressed = result_.regressed || change.change == SpeedChange::kSlower ||
                          change.change == SpeedChange::kBroken ||
                          change.change == SpeedChange::kAnswered;
    }
  }

  void JudgeAll() {
    if (timed_.empty()) {
      return;
    }
    std::vector<double> logs;
    std::vector<double> instructions;
    for (const std::size_t i : timed_) {
      const ProblemChange& change = result_.problems[i];
      logs.push_back(std::log(change.ratio));
      if (change.instructions.has_value()) {
        instructions.push_back(*change.instructions);
      }
    }
    result_.ratio = std::exp(Median(logs));
    const Interval interval = Bootstrap(logs, kConfidence, kSeed, Median);
    result_.interval = {std::exp(interval.low), std::exp(interval.high)};
    result_.p = WilcoxonSignedRank(logs.size() < kFewProblems ? all_logs_ : logs);
    result_.change = Judge(result_.ratio, result_.p, options_.threshold);
    if (!instructions.empty()) {
      result_.instructions = Median(instructions);
      result_.change = Judge(*result_.instructions, 0, options_.instructions_threshold);
    }
    result_.regressed = result_.regressed || result_.change == SpeedChange::kSlower;
  }

  const RunResults& base_;
  const RunResults& now_;
  const CompareOptions& options_;
  std::string base_solver_;
  std::string new_solver_;
  bool paired_ = false;
  Comparison result_;
  std::vector<std::size_t> timed_;  // Of result_.problems: those whose times are compared.
  std::vector<double> all_logs_;
};

std::string Percent(double ratio) {
  return absl::StrFormat("%+.1f %%", 100 * (ratio - 1));
}

std::string ProblemLine(const ProblemChange& change) {
  const std::string status = change.base_status == change.new_status
                                 ? change.new_status
                                 : change.base_status + " → " + change.new_status;
  return absl::StrFormat("| %s | %s | %.1f | %.1f | %s | %s to %s | %.2g | %s | %s |\n",
                         change.problem, status, change.base, change.now, Percent(change.ratio),
                         Percent(change.interval.low), Percent(change.interval.high), change.p,
                         change.instructions.has_value() ? Percent(*change.instructions) : "–",
                         SpeedChangeName(change.change));
}

}  // namespace

const char* SpeedChangeName(SpeedChange change) {
  switch (change) {
    case SpeedChange::kNone:
      return "no change";
    case SpeedChange::kFaster:
      return "faster";
    case SpeedChange::kSlower:
      return "**slower**";
    case SpeedChange::kFixed:
      return "fixed";
    case SpeedChange::kBroken:
      return "**broken**";
    case SpeedChange::kAnswered:
      return "**other answer**";
  }
  return "";
}

absl::StatusOr<Comparison> Compare(const RunResults& base, const RunResults& now,
                                   const CompareOptions& options) {
  return Comparer(base, now, options).Compare();
}

std::string ComparisonText(const Comparison& comparison, bool every_problem) {
  std::string text = absl::StrFormat(
      "**%s: %s** (%s, 95 %% interval %s to %s, p = %.2g, over %d problems)\n\n"
      "%s against %s, %s%s.%s\n",
      comparison.regressed ? "Regression" : "No regression", SpeedChangeName(comparison.change),
      Percent(comparison.ratio), Percent(comparison.interval.low),
      Percent(comparison.interval.high), comparison.p, comparison.problems.size(),
      comparison.new_name, comparison.base_name,
      comparison.metric == "memory" ? "peak memory in MB" : comparison.metric + " time in ms",
      comparison.instructions.has_value()
          ? "; instructions " + Percent(*comparison.instructions) + ", which decide"
          : "",
      comparison.num_missing > 0
          ? absl::StrFormat(" %d problems are in only one of the runs.", comparison.num_missing)
          : "");
  std::string rows;
  for (const ProblemChange& change : comparison.problems) {
    if (every_problem || change.change != SpeedChange::kNone) {
      rows += ProblemLine(change);
    }
  }
  if (!rows.empty()) {
    text +=
        "\n| problem | status | base | new | change | 95 % interval | p | instructions | verdict "
        "|\n|---|---|--:|--:|--:|--:|--:|--:|---|\n" +
        rows;
  }
  return text;
}

}  // namespace satchel
