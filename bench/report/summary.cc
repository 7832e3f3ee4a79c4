#include "bench/report/summary.h"

#include <algorithm>
#include <functional>

#include "absl/strings/str_format.h"

#include "bench/harness/json_fields.h"
#include "bench/harness/problem.h"

namespace satchel {
namespace {

using Times = std::vector<double> Sample::*;

constexpr double kConfidence = 0.95;
constexpr std::uint64_t kSeed = 1;

// A failure hides an answer: one time-out in ten repetitions is not to be overlooked.
std::string Worse(const std::string& a, const std::string& b) {
  const auto badness = [](const std::string& status) {
    return status.empty() ? 0 : IsAnswer(status) ? (status == kUnproven ? 2 : 1) : 3;
  };
  return badness(b) > badness(a) ? b : a;
}

std::vector<double> Medians(const std::vector<ProblemRow>& rows, const std::string& solver,
                            Times times) {
  std::vector<double> medians;
  for (const ProblemRow& row : rows) {
    const auto found = row.samples.find(solver);
    if (found != row.samples.end() && IsAnswer(found->second.status)) {
      medians.push_back(Median(found->second.*times));
    }
  }
  return medians;
}

std::string Cells(const std::vector<double>& values) {
  return values.empty() ? " – | – | – |"
                        : absl::StrFormat(" %.1f | %.1f | %.1f |", Median(values),
                                          Quantile(values, 0.99), Quantile(values, 1));
}

class Writer final {
 public:
  Writer(const RunResults& results, const std::string& ours)
      : ours_(ours), rows_(RowsOf(results)), solvers_(SolversOf(results)) {}

  std::string Write(bool every_problem) && {
    Solvers();
    for (const std::string& solver : solvers_) {
      if (solver != ours_) {
        Peer(solver);
      }
    }
    if (every_problem) {
      Phases();
      Problems();
      WorsePlans();
    }
    Oddities();
    return std::move(text_);
  }

 private:
  void Solvers() {
    text_ +=
        "| solver | problems | solved | unsatisfiable | failed | total ms: median | p99 | max | "
        "solve ms: median | p99 | max | peak MB: median | p99 | max |\n"
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n";
    for (const std::string& solver : solvers_) {
      int count = 0;
      int solved = 0;
      int unsatisfiable = 0;
      for (const ProblemRow& row : rows_) {
        if (const auto found = row.samples.find(solver); found != row.samples.end()) {
          ++count;
          solved += HasPlan(found->second.status) ? 1 : 0;
          unsatisfiable += found->second.status == kUnsatisfiable ? 1 : 0;
        }
      }
      text_ += absl::StrFormat("| %s | %d | %d | %d | %d |", solver, count, solved, unsatisfiable,
                               count - solved - unsatisfiable);
      text_ += Cells(Medians(rows_, solver, &Sample::total_ms));
      text_ += Cells(Medians(rows_, solver, &Sample::solve_ms));
      text_ += Cells(Medians(rows_, solver, &Sample::peak_rss_mb));
      text_ += "\n";
    }
  }

  void Peer(const std::string& peer) {
    int both = 0;
    int agree = 0;
    int same = 0;
    int plans = 0;
    for (const ProblemRow& row : rows_) {
      const auto a = row.samples.find(ours_);
      const auto b = row.samples.find(peer);
      if (a == row.samples.end() || b == row.samples.end() || !IsAnswer(a->second.status) ||
          !IsAnswer(b->second.status)) {
        continue;
      }
      ++both;
      const bool agreed = HasPlan(a->second.status) == HasPlan(b->second.status);
      agree += agreed ? 1 : 0;
      if (agreed && HasPlan(a->second.status)) {
        ++plans;
        same += a->second.plan_hash == b->second.plan_hash ? 1 : 0;
      }
    }
    text_ += absl::StrFormat(
        "\n**%s against %s**: %d problems answered by both, %d with the same status; of %d plans "
        "%d are the same.%s\n\n",
        ours_, peer, both, agree, plans, same, Verdicts(peer));
    text_ +=
        "| ratio, peer to ours | problems | of medians | of p99 | per problem: median | 95 % "
        "interval | least |\n|---|--:|--:|--:|--:|--:|--:|\n";
    Ratio(peer, "total", &Sample::total_ms);
    Ratio(peer, "solve", &Sample::solve_ms);
    Ratio(peer, "load", &Sample::load_ms);
    Ratio(peer, "peak memory", &Sample::peak_rss_mb);
  }

  // How many of the peer's plans are the best there is, and what it is that the others miss.
  std::string Verdicts(const std::string& peer) const {
    std::map<std::string, int> counts;
    int total = 0;
    for (const ProblemRow& row : rows_) {
      if (const auto found = row.verdicts.find(peer); found != row.verdicts.end()) {
        ++counts[found->second.verdict];
        ++total;
      }
    }
    std::string text;
    for (const auto& [verdict, count] : counts) {
      text += absl::StrFormat("%s%d %s", text.empty() ? "" : ", ", count, verdict);
    }
    return text.empty()
               ? ""
               : absl::StrFormat(" Its %d plans under our objective: %s (%.0f %% not the best).",
                                 total, text, 100.0 * (total - counts["best"]) / total);
  }

  void Ratio(const std::string& peer, const char* name, Times times) {
    std::vector<double> ours;
    std::vector<double> peers;
    for (const ProblemRow& row : rows_) {
      const auto a = row.samples.find(ours_);
      const auto b = row.samples.find(peer);
      if (a != row.samples.end() && b != row.samples.end() && IsAnswer(a->second.status) &&
          IsAnswer(b->second.status)) {
        ours.push_back(Median(a->second.*times));
        peers.push_back(Median(b->second.*times));
      }
    }
    const RatioSummary ratio = SummariseRatios(ours, peers);
    if (ratio.count > 0) {
      text_ += absl::StrFormat("| %s | %d | %.2f | %.2f | %.2f | %.2f to %.2f | %.2f |\n", name,
                               ratio.count, ratio.of_medians, ratio.of_p99, ratio.median,
                               ratio.median_interval.low, ratio.median_interval.high, ratio.least);
    }
  }

  // Where each solver that tells spends its time, over the problems that it answered.
  void Phases() {
    std::string lines;
    for (const std::string& solver : solvers_) {
      std::map<std::string, std::vector<double>> medians;
      for (const ProblemRow& row : rows_) {
        const auto found = row.samples.find(solver);
        if (found != row.samples.end() && IsAnswer(found->second.status)) {
          for (const auto& [name, times] : found->second.phases_ms) {
            medians[name].push_back(Median(times));
          }
        }
      }
      for (const auto& [name, times] : medians) {
        lines += absl::StrFormat("| %s | %s | %.2f | %.2f | %.2f |\n", solver, name, Median(times),
                                 Quantile(times, 0.99), Quantile(times, 1));
      }
    }
    if (!lines.empty()) {
      text_ += "\n| solver | phase | ms: median | p99 | max |\n|---|---|--:|--:|--:|\n" + lines;
    }
  }

  void Problems() {
    text_ +=
        "\n| problem | solver | status | packages | load ms | solve ms | total ms | peak MB |\n"
        "|---|---|---|--:|--:|--:|--:|--:|\n";
    for (const ProblemRow& row : rows_) {
      for (const auto& [solver, sample] : row.samples) {
        text_ += absl::StrFormat("| %s | %s | %s | %d | %.1f | %.1f | %.1f | %.0f |\n", row.problem,
                                 solver, sample.status, sample.num_packages, Median(sample.load_ms),
                                 Median(sample.solve_ms), Median(sample.total_ms),
                                 Median(sample.peak_rss_mb));
      }
    }
  }

  void WorsePlans() {
    std::string lines;
    for (const ProblemRow& row : rows_) {
      for (const auto& [solver, verdict] : row.verdicts) {
        if (verdict.verdict == "worse") {
          lines += absl::StrFormat("| %s | %s | %s |\n", row.problem, solver, verdict.detail);
        }
      }
    }
    if (!lines.empty()) {
      text_ += "\n| not the best plan | solver | first at |\n|---|---|---|\n" + lines;
    }
  }

  void Oddities() {
    std::string odd;
    for (const ProblemRow& row : rows_) {
      for (const auto& [solver, sample] : row.samples) {
        const bool unexpected = !row.expected.empty() && IsAnswer(sample.status) &&
                                HasPlan(sample.status) != HasPlan(row.expected);
        if (!IsAnswer(sample.status) || sample.status == kUnproven || unexpected) {
          odd += absl::StrFormat("- %s: %s says %s%s%s\n", row.problem, solver, sample.status,
                                 unexpected ? ", expected " + row.expected : "",
                                 sample.message.empty() ? "" : ": " + FirstLine(sample.message));
        }
      }
      odd += Disagreement(row);
      for (const auto& [solver, verdict] : row.verdicts) {
        if (verdict.verdict != "best" && verdict.verdict != "worse") {
          odd += absl::StrFormat("- %s: the plan by %s is %s: %s\n", row.problem, solver,
                                 verdict.verdict, FirstLine(verdict.detail));
        }
      }
    }
    if (!odd.empty()) {
      text_ += "\nWorth a look:\n\n" + odd;
    }
  }

  std::string Disagreement(const ProblemRow& row) const {
    const auto a = row.samples.find(ours_);
    std::string text;
    for (const auto& [solver, sample] : row.samples) {
      if (a != row.samples.end() && IsAnswer(a->second.status) && IsAnswer(sample.status) &&
          HasPlan(a->second.status) != HasPlan(sample.status)) {
        text += absl::StrFormat("- %s: %s says %s, %s says %s\n", row.problem, ours_,
                                a->second.status, solver, sample.status);
      }
    }
    return text;
  }

  static std::string FirstLine(const std::string& text) {
    return text.substr(0, std::min<std::size_t>(text.find('\n'), 200));
  }

  const std::string& ours_;
  std::vector<ProblemRow> rows_;
  std::vector<std::string> solvers_;
  std::string text_;
};

}  // namespace

std::vector<ProblemRow> RowsOf(const RunResults& results) {
  std::map<std::string, ProblemRow> rows;
  for (const Measurement& m : results.measurements) {
    ProblemRow& row = rows[m.problem];
    row.problem = m.problem;
    row.expected = m.expected;
    row.num_records = m.num_records;
    row.tags = m.tags;
    Sample& sample = row.samples[m.solver];
    sample.status = Worse(sample.status, m.status);
    sample.total_ms.push_back(m.total_ms);
    sample.load_ms.push_back(m.load_ms);
    sample.solve_ms.push_back(m.solve_ms);
    sample.peak_rss_mb.push_back(static_cast<double>(m.peak_rss_kb) / 1024);
    sample.num_packages = std::max(sample.num_packages, m.num_packages);
    for (const auto& [name, ms] : m.phases_ms) {
      sample.phases_ms[name].push_back(ms);
    }
    if (m.instructions.has_value()) {
      sample.instructions = static_cast<double>(*m.instructions);
    }
    if (!m.plan_hash.empty()) {
      sample.plan_hash = m.plan_hash;
    }
    if (!IsAnswer(m.status)) {
      sample.message = m.message;
    }
  }
  for (const PlanVerdict& verdict : results.verdicts) {
    rows[verdict.problem].verdicts[verdict.solver] = verdict;
  }
  std::vector<ProblemRow> list;
  for (auto& [id, row] : rows) {
    list.push_back(std::move(row));
  }
  return list;
}

std::vector<std::string> SolversOf(const RunResults& results) {
  std::vector<std::string> labels;
  const nlohmann::json& settings = ObjectField(results.header, "settings");
  if (const auto solvers = settings.find("solvers");
      solvers != settings.end() && solvers->is_array()) {
    for (const nlohmann::json& solver : *solvers) {
      labels.push_back(StringField(solver, "label"));
    }
  }
  return labels;
}

RatioSummary SummariseRatios(const std::vector<double>& ours, const std::vector<double>& peers) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < ours.size() && i < peers.size(); ++i) {
    if (ours[i] > 0) {
      ratios.push_back(peers[i] / ours[i]);
    }
  }
  RatioSummary summary;
  if (ratios.empty()) {
    return summary;
  }
  summary.count = static_cast<int>(ratios.size());
  summary.median = Median(ratios);
  summary.median_interval = Bootstrap(ratios, kConfidence, kSeed, Median);
  summary.least = Quantile(ratios, 0);
  summary.of_medians = Median(peers) / Median(ours);
  summary.of_p99 = Quantile(peers, 0.99) / Quantile(ours, 0.99);
  return summary;
}

std::string SummaryText(const RunResults& results, const std::string& ours, bool every_problem) {
  return Writer(results, ours).Write(every_problem);
}

}  // namespace satchel
