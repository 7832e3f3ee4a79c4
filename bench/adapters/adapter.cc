#include "bench/adapters/adapter.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "bench/harness/json_fields.h"

namespace satchel {
namespace {

// Python, its libraries and a cold disk need their time.
constexpr double kHelloTimeoutS = 60;
constexpr double kLoadTimeoutS = 600;
constexpr double kJudgeTimeoutS = 600;
// What an adapter has to come back by itself when the limit is reached.
constexpr double kGraceS = 2;
constexpr char kSatchel[] = "satchel";
constexpr char kSatchelBySat[] = "satchel-sat";

nlohmann::json ChannelsJson(const Problem& problem) {
  nlohmann::json channels = nlohmann::json::array();
  for (const BenchChannel& channel : problem.channels) {
    nlohmann::json subdirs = nlohmann::json::array();
    for (const std::string& subdir : {problem.platform, std::string("noarch")}) {
      const std::string stem = channel.directory + "/" + subdir + "/repodata.json";
      for (const char* const ending : {"", ".zst", ".bz2"}) {
        if (std::filesystem::exists(stem + ending)) {
          subdirs.push_back({{"subdir", subdir}, {"path", stem + ending}});
          break;
        }
      }
    }
    channels.push_back({{"name", channel.name},
                        {"url", channel.url},
                        {"directory", channel.directory},
                        {"subdirs", std::move(subdirs)}});
  }
  return channels;
}

nlohmann::json ProblemJson(const Problem& problem) {
  nlohmann::json virtual_packages = nlohmann::json::array();
  for (const VirtualPackageText& package : problem.virtual_packages) {
    virtual_packages.push_back({package.name, package.version, package.build});
  }
  nlohmann::json json = {{"specs", problem.specs},
                         {"pins", problem.pins},
                         {"installed", problem.installed},
                         {"channel_priority", problem.channel_priority},
                         {"virtual_packages", std::move(virtual_packages)},
                         {"objective", problem.objective}};
  if (problem.exclude_newer_ms.has_value()) {
    json["exclude_newer_ms"] = *problem.exclude_newer_ms;
  }
  return json;
}

// What of `problem` the solver does not know; empty if it can try.
std::string Missing(const Problem& problem, const std::vector<std::string>& capabilities) {
  const auto can = [&](const std::string& what) {
    return std::ranges::count(capabilities, what) > 0;
  };
  if (!problem.pins.empty() && !can("pins")) {
    return "pins";
  }
  if (!problem.installed.empty() && !can("installed")) {
    return "installed";
  }
  if (problem.exclude_newer_ms.has_value() && !can("exclude-newer")) {
    return "exclude-newer";
  }
  if (!problem.objective.empty() && !can("objective:" + problem.objective)) {
    return "objective:" + problem.objective;
  }
  const std::string priority = "priority:" + problem.channel_priority;
  return problem.channels.size() < 2 || can(priority) ? "" : priority;
}

struct Shipped {
  const char* name;
  const char* file;
  const char* argument;
};
constexpr Shipped kShipped[] = {
    {"py-rattler", "py_rattler.py", ""},          {"libsolv", "libsolv.py", ""},
    {"micromamba", "mamba_cli.py", "micromamba"}, {"mamba", "mamba_cli.py", "mamba"},
    {"conda", "conda_cli.py", "libmamba"},        {"conda-classic", "conda_cli.py", "classic"},
    {"conda-rattler", "conda_cli.py", "rattler"}, {"pixi", "pixi_cli.py", ""},
};

std::string Variable(const char* name, std::string otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : std::move(otherwise);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Adapter>> Adapter::Start(Solver* solver) {
  ProcessOptions options;
  options.argv = solver->argv;
  options.quiet = true;
  ASSIGN_OR_RETURN(std::unique_ptr<ChildProcess> process, ChildProcess::Start(options));
  std::unique_ptr<Adapter> adapter(new Adapter(std::move(process)));
  const auto hello = adapter->Ask({{"op", "hello"}, {"protocol", 1}}, kHelloTimeoutS);
  if (!hello.ok()) {
    return absl::NotFoundError(absl::StrFormat("solver '%s' (%s): %s", solver->label,
                                               absl::StrJoin(solver->argv, " "),
                                               hello.status().message()));
  }
  solver->name = StringField(*hello, "name", solver->label);
  solver->version = StringField(*hello, "version");
  solver->capabilities = StringsField(*hello, "capabilities");
  adapter->capabilities_ = solver->capabilities;
  return adapter;
}

absl::StatusOr<nlohmann::json> Adapter::Ask(const nlohmann::json& message, double timeout_s) {
  if (ended()) {
    return absl::UnavailableError("the adapter has ended");
  }
  absl::Status status = process_->WriteLine(JsonLine(message));
  absl::StatusOr<std::string> line;
  if (status.ok()) {
    line = process_->ReadLine(timeout_s);
    status = line.status();
  }
  if (!status.ok()) {
    process_->Kill();
    End();
    return absl::Status(status.code(),
                        absl::StrFormat("the adapter failed to answer: %s", status.message()));
  }
  ASSIGN_OR_RETURN(nlohmann::json answer, ParseJsonObject(*line, "the adapter's answer"));
  if (!BoolField(answer, "ok")) {
    return absl::InvalidArgumentError(StringField(answer, "error", "the adapter gives no reason"));
  }
  return answer;
}

absl::StatusOr<LoadAnswer> Adapter::Load(const Problem& problem, const SolveLimits& limits) {
  ASSIGN_OR_RETURN(const nlohmann::json answer, Ask({{"op", "load"},
                                                     {"platform", problem.platform},
                                                     {"channels", ChannelsJson(problem)},
                                                     {"keep", limits.keep_loaded},
                                                     {"cold", limits.cold}},
                                                    kLoadTimeoutS));
  return LoadAnswer{NumberField(answer, "wall_ms"), NumberField(answer, "cpu_ms")};
}

absl::StatusOr<SolveAnswer> Adapter::Solve(const Problem& problem, const SolveLimits& limits) {
  SolveAnswer result;
  if (const std::string missing = Missing(problem, capabilities_); !missing.empty()) {
    result.status = kUnsupported;
    result.message = missing;
    return result;
  }
  nlohmann::json json = ProblemJson(problem);
  json["timeout_s"] = limits.timeout_s;
  if (!limits.instructions.empty()) {
    json["instructions"] = limits.instructions;
  }
  // Under valgrind a solver runs some fifty times slower.
  const double slowness = limits.instructions == "callgrind" ? 100 : 1;
  ASSIGN_OR_RETURN(const nlohmann::json answer, Ask({{"op", "solve"}, {"problem", std::move(json)}},
                                                    limits.timeout_s * slowness + kGraceS));
  result.status = StringField(answer, "status", kError);
  result.message = StringField(answer, "message");
  result.packages = StringsField(answer, "packages");
  result.wall_ms = NumberField(answer, "wall_ms");
  result.cpu_ms = NumberField(answer, "cpu_ms");
  result.peak_rss_kb = IntegerField(answer, "peak_rss_kb");
  if (answer.contains("instructions")) {
    result.instructions = IntegerField(answer, "instructions");
  }
  for (const auto& [name, value] : ObjectField(answer, "phases_ms").items()) {
    if (value.is_number()) {
      result.phases_ms.emplace_back(name, value.get<double>());
    }
  }
  if (const auto levels = answer.find("levels"); levels != answer.end() && levels->is_array()) {
    for (const nlohmann::json& level : *levels) {
      result.levels.push_back(level.is_number_integer() ? level.get<std::int64_t>() : 0);
    }
  }
  return result;
}

absl::StatusOr<PlanJudgement> Adapter::Judge(const Problem& problem,
                                             const std::vector<std::string>& packages) {
  RETURN_IF_ERROR(Load(problem, {}).status());
  ASSIGN_OR_RETURN(const nlohmann::json answer,
                   Ask({{"op", "judge"}, {"problem", ProblemJson(problem)}, {"packages", packages}},
                       kJudgeTimeoutS));
  return PlanJudgement{StringField(answer, "verdict"), StringField(answer, "detail")};
}

ProcessEnd Adapter::End() {
  if (process_ != nullptr) {
    process_->CloseInput();  // An adapter ends with its input; one that does not is killed.
    if (process_->ReadAll(kGraceS).status().code() == absl::StatusCode::kDeadlineExceeded) {
      process_->Kill();
    }
    end_ = process_->Wait();
    process_.reset();
  }
  return end_;
}

AdapterPlaces FindAdapterPlaces() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return {Variable("SATCHEL_ADAPTERS", SATCHEL_ADAPTERS_DIRECTORY),
          Variable("SATCHEL_BENCH_PYTHON", "python3"), self.string()};
}

std::vector<std::string> ShippedSolvers() {
  std::vector<std::string> names = {kSatchel, kSatchelBySat};
  for (const Shipped& shipped : kShipped) {
    names.push_back(shipped.name);
  }
  return names;
}

absl::StatusOr<Solver> ParseSolver(const std::string& text, const AdapterPlaces& places) {
  Solver solver;
  const std::size_t equals = text.find('=');
  solver.label = text.substr(0, equals);
  if (equals != std::string::npos) {
    const std::string command = text.substr(equals + 1);
    if (command.starts_with("satchel:")) {
      solver.argv = {places.program, "bench", "adapter", "--program", command.substr(8)};
      return solver;
    }
    for (const std::string_view word : Split(command, ' ')) {
      if (!word.empty()) {
        solver.argv.emplace_back(word);
      }
    }
    if (solver.label.empty() || solver.argv.empty()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("--solver '%s': expected LABEL=COMMAND", text));
    }
    return solver;
  }
  if (text == kSatchel || text == kSatchelBySat) {
    solver.argv = {places.program, "bench", "adapter", "--program", places.program};
    if (text == kSatchelBySat) {
      solver.argv.insert(solver.argv.end(), {"--engine", "sat"});
    }
    return solver;
  }
  for (const Shipped& shipped : kShipped) {
    if (text == shipped.name) {
      solver.argv = {places.python, places.directory + "/" + shipped.file};
      if (*shipped.argument != '\0') {
        solver.argv.push_back(shipped.argument);
      }
      return solver;
    }
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "--solver '%s': satchel has adapters for %s; write any other as LABEL=COMMAND", text,
      absl::StrJoin(ShippedSolvers(), ", ")));
}

}  // namespace satchel
