#include "bench/harness/run.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "bench/harness/json_fields.h"
#include "bench/harness/judge.h"
#include "bench/harness/machine.h"
#include "bench/harness/result_file.h"

namespace satchel {
namespace {

const char* ModeName(RunMode mode) {
  return mode == RunMode::kFresh ? "fresh" : mode == RunMode::kReload ? "reload" : "in-process";
}

nlohmann::json Settings(const std::vector<Problem>& problems, const std::vector<Solver>& solvers,
                        const RunOptions& options) {
  nlohmann::json list = nlohmann::json::array();
  for (const Solver& solver : solvers) {
    list.push_back({{"label", solver.label}, {"name", solver.name}, {"version", solver.version}});
  }
  return {{"corpus", options.corpus},
          {"num_problems", problems.size()},
          {"solvers", std::move(list)},
          {"repetitions", options.repetitions},
          {"warm_ups", options.warm_ups},
          {"seed", options.seed},
          {"timeout_s", options.timeout_s},
          {"mode", ModeName(options.mode)},
          {"cache", options.cold ? "cold" : "warm"},
          {"instructions", options.instructions}};
}

// One solver with the adapter that runs it at the moment.
class Runner final {
 public:
  Runner(Solver solver, const RunOptions& options) : solver_(std::move(solver)), options_(options) {
    limits_.timeout_s = options.timeout_s;
    limits_.keep_loaded = options.mode == RunMode::kInProcess;
    limits_.cold = options.cold;
  }

  // Errors: those of Adapter::Start.
  absl::Status Start() {
    if (adapter_ == nullptr || adapter_->ended()) {
      loaded_.clear();
      ASSIGN_OR_RETURN(adapter_, Adapter::Start(&solver_));
    }
    return absl::OkStatus();
  }
  void Stop() {
    if (adapter_ != nullptr) {
      end_ = adapter_->End();
      adapter_.reset();
    }
  }
  const Solver& solver() const { return solver_; }

  Measurement Measure(const Problem& problem, bool count_instructions) {
    if (options_.mode == RunMode::kFresh) {
      Stop();
    }
    Measurement m = Try(problem);
    if (count_instructions && CanCount() && IsAnswer(m.status)) {
      CountInstructions(problem, &m);
    }
    if (options_.mode == RunMode::kFresh) {
      Stop();
      m.process_wall_ms = end_.usage.wall_ms;
      m.process_cpu_ms = end_.usage.cpu_ms;
    }
    return m;
  }

 private:
  bool CanCount() const {
    return !options_.instructions.empty() &&
           std::ranges::count(solver_.capabilities, "instructions") > 0;
  }

  Measurement Try(const Problem& problem) {
    Measurement m;
    const double begin_ms = MonotonicMs();
    const absl::Status status = Fill(problem, &m);
    if (!status.ok()) {
      m.status = absl::IsDeadlineExceeded(status) ? kTimeout : kError;
      m.message = std::string(status.message());
      m.total_ms = MonotonicMs() - begin_ms;
    }
    return m;
  }

  absl::Status Fill(const Problem& problem, Measurement* m) {
    RETURN_IF_ERROR(Start());
    if (options_.cold) {
      DropCaches(problem);
    }
    if (!limits_.keep_loaded || loaded_ != ChannelsKey(problem)) {
      loaded_.clear();
      ASSIGN_OR_RETURN(load_, adapter_->Load(problem, limits_));
      loaded_ = ChannelsKey(problem);
    }
    ASSIGN_OR_RETURN(SolveAnswer answer, adapter_->Solve(problem, limits_));
    m->status = std::move(answer.status);
    m->message = std::move(answer.message);
    m->load_ms = load_.wall_ms;
    m->solve_ms = answer.wall_ms;
    m->total_ms = load_.wall_ms + answer.wall_ms;
    m->cpu_ms = load_.cpu_ms + answer.cpu_ms;
    for (const auto& [name, ms] : answer.phases_ms) {
      m->load_ms = name == "load" ? ms : m->load_ms;
      m->solve_ms = name == "solve" ? ms : m->solve_ms;
    }
    m->phases_ms = std::move(answer.phases_ms);
    m->peak_rss_kb = answer.peak_rss_kb;
    m->num_packages = static_cast<int>(answer.packages.size());
    m->plan_hash = PlanHash(answer.packages);
    m->packages = std::move(answer.packages);
    m->levels = std::move(answer.levels);
    return absl::OkStatus();
  }

  // Counted in a run of its own: what counts them slows everything else down.
  void CountInstructions(const Problem& problem, Measurement* m) {
    SolveLimits limits = limits_;
    limits.instructions = options_.instructions;
    const absl::StatusOr<SolveAnswer> answer = adapter_->Solve(problem, limits);
    if (answer.ok()) {
      m->instructions = answer->instructions;
    } else {
      m->message = absl::StrFormat("instructions: %s", answer.status().message());
    }
  }

  static void DropCaches(const Problem& problem) {
    for (const BenchChannel& channel : problem.channels) {
      for (const std::string& subdir : {problem.platform, std::string("noarch")}) {
        for (const char* const ending : {"", ".zst", ".bz2"}) {
          DropFromPageCache(channel.directory + "/" + subdir + "/repodata.json" + ending);
        }
      }
    }
  }

  Solver solver_;
  const RunOptions& options_;
  SolveLimits limits_;
  std::unique_ptr<Adapter> adapter_;
  ProcessEnd end_;
  std::string loaded_;  // ChannelsKey of what the adapter has read.
  LoadAnswer load_;
};

using Key = std::tuple<std::string, std::string, int>;

class Run final {
 public:
  Run(const std::vector<Problem>& problems, std::vector<Solver> solvers, const RunOptions& options)
      : problems_(problems), solvers_(std::move(solvers)), options_(options) {}

  absl::Status Execute(const std::function<void(const RunProgress&)>& progress) {
    if (options_.processor >= 0) {
      RETURN_IF_ERROR(PinToProcessor(options_.processor));
    }
    for (Solver& solver : solvers_) {
      runners_.push_back(std::make_unique<Runner>(solver, options_));
      RETURN_IF_ERROR(runners_.back()->Start());
      solver = runners_.back()->solver();
    }
    RETURN_IF_ERROR(Open());
    std::vector<Turn> turns = MakeSchedule(problems_, static_cast<int>(solvers_.size()),
                                           options_.repetitions, options_.seed, options_.shard,
                                           /*by_channel=*/options_.mode == RunMode::kInProcess);
    const int total = static_cast<int>(turns.size());
    std::erase_if(turns, [this](const Turn& turn) { return IsDone(turn); });
    RETURN_IF_ERROR(WarmUp(turns));
    RETURN_IF_ERROR(Measure(turns, total, progress));
    if (options_.judge.has_value()) {
      RETURN_IF_ERROR(Judge(total, progress));
    }
    return writer_->Finish();
  }

 private:
  absl::Status Open() {
    nlohmann::json header = {
        {"kind", "run"},
        {"schema", kResultSchema},
        {"started", absl::FormatTime(absl::RFC3339_sec, absl::Now(), absl::UTCTimeZone())},
        {"settings", Settings(problems_, solvers_, options_)},
        {"environment", DescribeMachine()}};
    if (options_.shard.count > 1) {
      header["shard"] = absl::StrFormat("%d/%d", options_.shard.index, options_.shard.count);
    }
    struct stat existing = {};
    if (!options_.resume || stat(options_.output.c_str(), &existing) != 0 ||
        existing.st_size == 0) {
      if (options_.resume) {
        remove(options_.output.c_str());
      }
      ASSIGN_OR_RETURN(writer_, ResultWriter::Create(options_.output, header));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const RunResults before, ReadResults(options_.output));
    if (before.header["settings"] != header["settings"] ||
        StringField(before.header, "shard") != StringField(header, "shard")) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s is of a run with other problems, solvers or settings; give the same, or another -o",
          options_.output));
    }
    for (const Measurement& m : before.measurements) {
      done_.insert({m.problem, m.solver, m.repetition});
      order_ = std::max(order_, m.order + 1);
    }
    ASSIGN_OR_RETURN(writer_, ResultWriter::Continue(options_.output));
    return absl::OkStatus();
  }

  bool IsDone(const Turn& turn) const {
    return done_.contains(
        Key{problems_[turn.problem].id, solvers_[turn.solver].label, turn.repetition});
  }

  bool Cancelled() const { return options_.cancelled != nullptr && options_.cancelled->load(); }

  // Each solver on the first problem of each set of channels: what it keeps on disk, and what the
  // system keeps in memory, is there when the measuring begins.
  absl::Status WarmUp(const std::vector<Turn>& turns) {
    if (options_.cold) {
      return absl::OkStatus();
    }
    std::set<std::pair<int, std::string>> warmed;
    for (const Turn& turn : turns) {
      if (warmed.insert({turn.solver, ChannelsKey(problems_[turn.problem])}).second) {
        for (int i = 0; i < options_.warm_ups && !Cancelled(); ++i) {
          runners_[turn.solver]->Measure(problems_[turn.problem], false);
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status Measure(const std::vector<Turn>& turns, int total,
                       const std::function<void(const RunProgress&)>& progress) {
    const double begin_ms = MonotonicMs();
    for (std::size_t i = 0; i < turns.size(); ++i) {
      const Turn& turn = turns[i];
      const Problem& problem = problems_[turn.problem];
      if (progress != nullptr) {
        const double elapsed_s = (MonotonicMs() - begin_ms) / 1e3;
        const double left = static_cast<double>(turns.size() - i);
        progress({total - static_cast<int>(turns.size() - i), total, elapsed_s,
                  i == 0 ? 0 : elapsed_s * left / static_cast<double>(i),
                  problem.id + " by " + solvers_[turn.solver].label});
      }
      if (Cancelled()) {
        return absl::CancelledError(
            absl::StrFormat("interrupted; --resume continues %s", options_.output));
      }
      Measurement m = runners_[turn.solver]->Measure(problem, turn.repetition == 0);
      m.problem = problem.id;
      m.tags = problem.tags;
      m.expected = problem.expected;
      m.num_records = problem.num_records;
      m.solver = solvers_[turn.solver].label;
      m.repetition = turn.repetition;
      m.order = order_++;
      if (turn.repetition > 0) {
        m.packages.clear();
        m.levels.clear();
      }
      RETURN_IF_ERROR(writer_->Write(ToJson(m)));
    }
    return absl::OkStatus();
  }

  absl::Status Judge(int total, const std::function<void(const RunProgress&)>& progress) {
    for (const std::unique_ptr<Runner>& runner : runners_) {
      runner->Stop();
    }
    ASSIGN_OR_RETURN(RunResults results, ReadResults(options_.output));
    return JudgePlans(problems_, solvers_, *options_.judge, options_.cancelled, &results, *writer_,
                      [&](const std::string& now) {
                        if (progress != nullptr) {
                          progress({total, total, 0, 0, now});
                        }
                      });
  }

  const std::vector<Problem>& problems_;
  std::vector<Solver> solvers_;
  const RunOptions& options_;
  std::vector<std::unique_ptr<Runner>> runners_;
  std::unique_ptr<ResultWriter> writer_;
  std::set<Key> done_;
  int order_ = 0;
};

}  // namespace

absl::Status RunBenchmark(const std::vector<Problem>& problems, std::vector<Solver> solvers,
                          const RunOptions& options,
                          const std::function<void(const RunProgress&)>& progress) {
  return Run(problems, std::move(solvers), options).Execute(progress);
}

}  // namespace satchel
