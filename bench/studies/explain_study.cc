// Explanations and fixes of random unsatisfiable problems: how long they take beside finding that
// there is no plan, whether each line of each explanation is needed (proved by solving a made-up
// channel that holds what the lines say, and once without each line), and whether each fix solves.
//
//   explain_study CHANNEL-DIRECTORY [COUNT [SEED]]
//
// The problems are those of `satchel bench run` with `random: {seed: SEED}` that have no plan.
// Times are of CPU, but that of finding that there is none (all that `satchel solve` does before
// it: reach and search), which is wall time: run it on a machine that does nothing else. Ends with
// 1 if anything is wrong.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "bench/report/statistics.h"
#include "bench/studies/study.h"
#include "repodata/io/ingest.h"
#include "solver/explain/diagnose.h"
#include "solver/explain/fixes.h"
#include "solver/solve.h"

namespace satchel {
namespace {

struct Study {
  std::vector<double> unsat_ms;
  std::vector<double> explain_ms;
  std::vector<double> fix_ms;    // The first one, known to work.
  std::vector<double> total_ms;  // Explanation and first fix.
  std::vector<double> ratio;     // Of that to finding that there is no plan.
  std::vector<double> five_ms;   // Up to five fixes, each with its best plan.
  std::vector<double> num_lines;
  std::size_t num_fixes = 0;
  std::size_t num_wrong = 0;
};

// --- The lines of an explanation as a channel of their own.

class LinesAsChannel final {
 public:
  explicit LinesAsChannel(const std::vector<Reason>& lines) : lines_(lines) {}

  // Whether the lines but `left_out` can hold together.
  bool CanHold(std::size_t left_out) {
    left_out_ = left_out;
    numbers_.clear();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      Number(lines_[i].subject, lines_[i].subject_records);
      Number(lines_[i].target, lines_[i].target_records);
      if (lines_[i].kind == ReasonKind::kVirtual && i == left_out) {
        Number(lines_[i].target, {"any version"});
      }
    }
    const std::string json = Repodata();
    absl::StatusOr<Index> index = IngestRepodata(json, {"linux-64", "lines"}, nullptr);
    if (!index.ok()) {
      std::fprintf(stderr, "%s\n", index.status().ToString().c_str());
      std::exit(1);
    }
    Request request;
    request.channels.push_back({"lines", "", {&*index}});
    AddRequest(&request);
    SolveOptions options;
    const absl::StatusOr<SolveOutcome> outcome = Solve(request, options);
    return outcome.ok() && std::holds_alternative<Plan>(*outcome);
  }

 private:
  bool IsActive(std::size_t i) const { return i != left_out_; }

  // Names of virtual packages are names like any other here.
  static std::string Plain(const std::string& name) {
    return name.starts_with("__") ? "machine-" + name.substr(2) : name;
  }

  void Number(const std::string& name, const std::vector<std::string>& labels) {
    std::map<std::string, int>& numbers = numbers_[name];
    for (const std::string& label : labels) {
      numbers.emplace(label, static_cast<int>(numbers.size()) + 1);
    }
  }

  std::string Spec(const std::string& name, const std::vector<std::string>& labels) const {
    std::vector<std::string> versions;
    const std::map<std::string, int>& numbers = numbers_.at(name);
    for (const std::string& label : labels) {
      versions.push_back(absl::StrFormat("==%d", numbers.at(label)));
    }
    if (numbers.contains("any version")) {
      versions.push_back(absl::StrFormat("==%d", numbers.at("any version")));
    }
    return Plain(name) + " " + (versions.empty() ? "==0" : absl::StrJoin(versions, "|"));
  }

  static bool Hides(const Reason& line) {
    return line.kind == ReasonKind::kPriority || line.kind == ReasonKind::kTooNew ||
           line.kind == ReasonKind::kRemoval;
  }

  std::string Repodata() const {
    std::vector<std::string> records;
    for (const auto& [name, numbers] : numbers_) {
      for (const auto& [label, number] : numbers) {
        std::vector<std::string> depends;
        std::vector<std::string> constrains;
        bool is_hidden = false;
        for (std::size_t i = 0; i < lines_.size(); ++i) {
          const Reason& line = lines_[i];
          if (!IsActive(i) || line.subject != name ||
              std::ranges::count(line.subject_records, label) == 0) {
            continue;
          }
          is_hidden = is_hidden || Hides(line);
          if (!Hides(line)) {
            (line.kind == ReasonKind::kNeeds ? depends : constrains)
                .push_back("\"" + Spec(line.target, line.target_records) + "\"");
          }
        }
        if (!is_hidden) {
          records.push_back(absl::StrFormat(
              R"("%1$s-%2$d-0.conda":{"name":"%1$s","version":"%2$d","build":"0","build_number":0,"depends":[%3$s],"constrains":[%4$s]})",
              Plain(name), number, absl::StrJoin(depends, ","), absl::StrJoin(constrains, ",")));
        }
      }
    }
    return absl::StrFormat(R"({"info":{"subdir":"linux-64"},"packages":{},"packages.conda":{%s}})",
                           absl::StrJoin(records, ","));
  }

  void AddRequest(Request* request) const {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const Reason& line = lines_[i];
      if (!IsActive(i)) {
        continue;
      }
      const auto add = [&](std::vector<MatchSpec>& specs) {
        specs.push_back(*MatchSpec::Parse(Spec(line.target, line.target_records)));
      };
      if (line.kind == ReasonKind::kRequested || line.kind == ReasonKind::kStays ||
          line.kind == ReasonKind::kKept) {
        add(request->specs);
      } else if (line.kind == ReasonKind::kPinned) {
        add(request->pins);
      } else if (line.kind == ReasonKind::kVirtual && !line.target_records.empty()) {
        add(request->specs);  // It is there, asked for or not.
      }
    }
  }

  const std::vector<Reason>& lines_;
  std::size_t left_out_ = 0;
  std::map<std::string, std::map<std::string, int>> numbers_;  // By name, label.
};

bool IsMinimal(const Conflict& conflict) {
  LinesAsChannel channel(conflict.reasons);
  if (channel.CanHold(conflict.reasons.size())) {
    return false;
  }
  for (std::size_t i = 0; i < conflict.reasons.size(); ++i) {
    if (!channel.CanHold(i)) {
      return false;
    }
  }
  return true;
}

std::string Told(const Request& request) {
  std::vector<std::string> texts;
  for (const MatchSpec& spec : request.specs) {
    texts.push_back("'" + spec.ToString() + "'");
  }
  return absl::StrJoin(texts, " ");
}

void Complain(const Request& request, const std::string& what, Study* study) {
  ++study->num_wrong;
  std::printf("WRONG: %s: %s\n", what.c_str(), Told(request).c_str());
}

void Look(const Request& request, const Conflict& conflict, Study* study) {
  study->unsat_ms.push_back(conflict.statistics.reach_ms + conflict.statistics.search_ms);
  study->num_lines.push_back(static_cast<double>(conflict.reasons.size()));
  const double start = CpuMs();
  const absl::StatusOr<Conflict> again =
      ExplainConflict(request, conflict.explained->about, StopSignal(0, nullptr));
  if (!again.ok()) {
    Complain(request, again.status().ToString(), study);
    return;
  }
  study->explain_ms.push_back(CpuMs() - start);
  const double fix_start = CpuMs();
  FixOptions first;
  first.max_fixes = 1;
  first.plans = false;
  first.explained = again->explained;
  const absl::StatusOr<FixList> one = FindFixes(request, first);
  study->fix_ms.push_back(CpuMs() - fix_start);
  study->total_ms.push_back(study->explain_ms.back() + study->fix_ms.back());
  study->ratio.push_back(study->total_ms.back() / std::max(0.001, study->unsat_ms.back()));
  if (!one.ok()) {
    Complain(request, one.status().ToString(), study);
    return;
  }
  const double five_start = CpuMs();
  FixOptions five;
  five.budget_seconds = 30;
  const absl::StatusOr<FixList> fixes =
      FindFixes(request, five);  // An error if one does not solve.
  study->five_ms.push_back(CpuMs() - five_start);
  if (!fixes.ok()) {
    Complain(request, fixes.status().ToString(), study);
    return;
  }
  study->num_fixes += fixes->fixes.size();
  if (!IsMinimal(conflict)) {
    Complain(request, "the explanation is not minimal", study);
  }
}

int Main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: explain_study CHANNEL-DIRECTORY [COUNT [SEED]]\n");
    return 2;
  }
  const std::size_t count = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1000;
  const std::uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 7;
  const absl::StatusOr<StudyChannel> channel = StudyChannel::Open(argv[1]);
  if (!channel.ok()) {
    std::fprintf(stderr, "explain_study: %s\n", channel.status().ToString().c_str());
    return 2;
  }
  Study study;
  int num_drawn = 0;
  while (study.unsat_ms.size() < count) {
    const Request request =
        channel->MakeRequest(RandomSpecs(seed, num_drawn, channel->requirements()));
    ++num_drawn;
    SolveOptions options;
    options.timeout_seconds = 60;
    const absl::StatusOr<SolveOutcome> outcome = Solve(request, options);
    if (!outcome.ok()) {
      Complain(request, outcome.status().ToString(), &study);
    } else if (const Conflict* conflict = std::get_if<Conflict>(&*outcome)) {
      Look(request, *conflict, &study);
    }
  }
  std::printf("%zu unsatisfiable problems of %d drawn, seed %llu\n", study.unsat_ms.size(),
              num_drawn, static_cast<unsigned long long>(seed));
  PrintHeading("");
  PrintRow("finding that there is no plan, ms", study.unsat_ms);
  PrintRow("explanation, ms", study.explain_ms);
  PrintRow("first fix, ms", study.fix_ms);
  PrintRow("explanation and first fix, ms", study.total_ms);
  PrintRow("  as a multiple of finding it", study.ratio);
  std::printf("  median over median: %.1f; middle half of the problems: %.1f to %.1f\n",
              Quantile(study.total_ms, 0.5) / Quantile(study.unsat_ms, 0.5),
              Quantile(study.ratio, 0.25), Quantile(study.ratio, 0.75));
  PrintRow("up to five fixes with plans, ms", study.five_ms);
  PrintRow("lines of the explanation", study.num_lines);
  std::printf("%zu fixes, all solved for; %zu wrong\n", study.num_fixes, study.num_wrong);
  return study.num_wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace satchel

int main(int argc, char** argv) {
  return satchel::Main(argc, argv);
}
