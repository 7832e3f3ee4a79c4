#include "bench/adapters/satchel_adapter.h"

#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "bench/harness/child_process.h"
#include "bench/harness/json_fields.h"
#include "frontend/files.h"

namespace satchel {
namespace {

// Under valgrind everything is so much slower.
constexpr double kCallgrindSlowness = 100;
// satchel stops by itself; this is for the time that it needs to load, and to stop.
constexpr double kGraceS = 1.5;
constexpr double kJudgeTimeoutS = 120;

class Server final {
 public:
  Server(std::string program, std::string engine)
      : program_(std::move(program)), engine_(std::move(engine)) {
    std::error_code error;
    scratch_ = std::filesystem::temp_directory_path(error).string() +
               absl::StrFormat("/satchel-bench-%d", getpid());
    std::filesystem::create_directories(scratch_, error);
  }
  ~Server() {
    std::error_code error;
    std::filesystem::remove_all(scratch_, error);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  nlohmann::json Answer(std::string_view line) {
    const absl::StatusOr<nlohmann::json> message = ParseJsonObject(line, "message");
    if (!message.ok()) {
      return Failure(message.status());
    }
    const std::string op = StringField(*message, "op");
    const absl::StatusOr<nlohmann::json> answer =
        op == "hello"   ? Hello()
        : op == "load"  ? Load(*message)
        : op == "solve" ? Solve(ObjectField(*message, "problem"))
        : op == "judge"
            ? Judge(ObjectField(*message, "problem"), StringsField(*message, "packages"))
            : absl::InvalidArgumentError("unknown op '" + op + "'");
    return answer.ok() ? *answer : Failure(answer.status());
  }

 private:
  static nlohmann::json Failure(const absl::Status& status) {
    return {{"ok", false}, {"error", std::string(status.message())}};
  }

  absl::StatusOr<nlohmann::json> Hello() const {
    std::string text;
    ASSIGN_OR_RETURN(const ProcessEnd end, RunProcess({{program_, "--version"}, {}}, 10, &text));
    if (end.exit_code != 0) {
      return absl::NotFoundError(program_ + " --version fails");
    }
    const std::string_view version = StripSpace(text);
    return nlohmann::json{
        {"ok", true},
        {"protocol", 1},
        {"name", engine_.empty() || engine_ == "auto" ? "satchel" : "satchel-" + engine_},
        {"version", std::string(version.substr(version.find(' ') + 1))},
        {"capabilities",
         {"pins", "installed", "exclude-newer", "instructions", "priority:strict",
          "priority:flexible", "priority:disabled", "objective:newest", "objective:ordered",
          "objective:lowest", "objective:lowest-direct", "objective:fewest-changes"}}};
  }

  absl::StatusOr<nlohmann::json> Load(const nlohmann::json& message) {
    platform_ = StringField(message, "platform");
    cold_ = BoolField(message, "cold");
    channels_.clear();
    urls_.clear();
    const auto channels = message.find("channels");
    if (channels == message.end() || !channels->is_array()) {
      return absl::InvalidArgumentError("load: no channels");
    }
    for (const nlohmann::json& channel : *channels) {
      channels_.push_back(StringField(channel, "directory"));
      urls_.push_back(StringField(channel, "url"));
    }
    return nlohmann::json{{"ok", true}, {"wall_ms", 0}, {"cpu_ms", 0}};
  }

  // `verb`: "solve", or "verify" with what it needs more.
  std::vector<std::string> Command(std::vector<std::string> verb,
                                   const nlohmann::json& problem) const {
    std::vector<std::string> argv = std::move(verb);
    argv.insert(argv.begin(), program_);
    argv.insert(argv.end(), {"--json", "--override-channels", "--platform", platform_});
    const auto add = [&argv](const char* option, const std::string& value) {
      if (!value.empty()) {
        argv.insert(argv.end(), {option, value});
      }
    };
    for (const std::string& channel : channels_) {
      add("--channel", channel);
    }
    for (const std::string& pin : StringsField(problem, "pins")) {
      add("--pin", pin);
    }
    add("--channel-priority", StringField(problem, "channel_priority"));
    add("--objective", StringField(problem, "objective"));
    add("--engine", engine_);
    add("--timeout", absl::StrFormat("%g", NumberField(problem, "timeout_s", 60)));
    argv.insert(argv.end(), {"--file", SpecsPath()});
    return argv;
  }

  std::string SpecsPath() const { return scratch_ + "/specs.txt"; }
  std::string InstalledPath() const { return scratch_ + "/installed.txt"; }
  std::string PlanPath() const { return scratch_ + "/plan.txt"; }
  std::string CountsPath() const { return scratch_ + "/callgrind.out"; }

  // The channel's own URL stands for the place that it is read from.
  std::string InPlace(const std::string& url) const {
    for (std::size_t i = 0; i < urls_.size(); ++i) {
      if (url.starts_with(urls_[i] + "/")) {
        return PathToFileUrl(channels_[i]) + url.substr(urls_[i].size());
      }
    }
    return url;
  }

  std::string ExplicitText(const std::vector<std::string>& urls) const {
    std::string text = "@EXPLICIT\n";
    for (const std::string& url : urls) {
      text += InPlace(url) + "\n";
    }
    return text;
  }

  std::string FromPlace(const std::string& url) const {
    for (std::size_t i = 0; i < urls_.size(); ++i) {
      const std::string place = PathToFileUrl(channels_[i]);
      if (url.starts_with(place + "/")) {
        return urls_[i] + url.substr(place.size());
      }
    }
    return url;
  }

  // The machine that the problem is for: each virtual package as given, all others absent.
  std::vector<std::string> Variables(const nlohmann::json& problem) const {
    std::vector<std::string> variables = {"CONDA_SUBDIR"};
    const auto packages = problem.find("virtual_packages");
    for (const char* const name :
         {"archspec", "cuda", "cuda_arch", "glibc", "linux", "osx", "win"}) {
      std::string value;
      if (packages != problem.end() && packages->is_array()) {
        for (const nlohmann::json& package : *packages) {
          if (package.is_array() && package.size() == 3 && package[0] == std::string("__") + name) {
            const bool is_build = std::string_view(name) == "archspec";
            value = package[is_build ? 2 : 1].get<std::string>();
          }
        }
      }
      std::string upper(name);
      for (char& c : upper) {
        c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
      }
      variables.push_back("CONDA_OVERRIDE_" + upper + "=" + value);
    }
    if (cold_) {
      variables.push_back("SATCHEL_CACHE_DIR=" + scratch_ + "/cold");
    }
    return variables;
  }

  absl::Status WriteInputs(const nlohmann::json& problem, std::vector<std::string>* argv) const {
    std::string specs;
    for (const std::string& spec : StringsField(problem, "specs")) {
      specs += spec + "\n";
    }
    RETURN_IF_ERROR(WriteFile(SpecsPath(), specs));
    const std::vector<std::string> installed = StringsField(problem, "installed");
    if (!installed.empty()) {
      RETURN_IF_ERROR(WriteFile(InstalledPath(), ExplicitText(installed)));
      argv->insert(argv->end(), {"--installed", InstalledPath()});
    }
    if (const auto newest = problem.find("exclude_newer_ms"); newest != problem.end()) {
      const std::int64_t seconds = IntegerField(problem, "exclude_newer_ms") / 1000;
      argv->insert(argv->end(), {"--exclude-newer", IsoTime(seconds)});
    }
    return absl::OkStatus();
  }

  static std::string IsoTime(std::int64_t seconds) {
    const time_t time = seconds;
    tm parts = {};
    gmtime_r(&time, &parts);
    std::array<char, 32> text = {};
    strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
  }

  absl::StatusOr<nlohmann::json> Solve(const nlohmann::json& problem) const {
    std::vector<std::string> argv = Command({"solve"}, problem);
    RETURN_IF_ERROR(WriteInputs(problem, &argv));
    if (cold_) {
      std::error_code error;
      std::filesystem::remove_all(scratch_ + "/cold", error);
    }
    const std::string counter = StringField(problem, "instructions");
    if (counter == "callgrind") {
      argv.insert(argv.begin(),
                  {"valgrind", "--tool=callgrind", "--callgrind-out-file=" + CountsPath()});
    } else if (counter == "perf") {
      argv.insert(argv.begin(),
                  {"perf", "stat", "-x", ",", "-e", "instructions:u", "-o", CountsPath(), "--"});
    }
    const double limit_s = NumberField(problem, "timeout_s", 60);
    std::string text;
    const double begin = MonotonicMs();
    const absl::StatusOr<ProcessEnd> end =
        RunProcess({argv, Variables(problem)},
                   limit_s * (counter == "callgrind" ? kCallgrindSlowness : 1) + kGraceS, &text);
    if (absl::IsDeadlineExceeded(end.status())) {
      return nlohmann::json{
          {"ok", true}, {"status", "timeout"}, {"wall_ms", MonotonicMs() - begin}};
    }
    RETURN_IF_ERROR(end.status());
    nlohmann::json answer = Read(text, *end);
    if (!counter.empty()) {
      ASSIGN_OR_RETURN(answer["instructions"], ReadCount(counter));
    }
    return answer;
  }

  nlohmann::json Read(const std::string& text, const ProcessEnd& end) const {
    nlohmann::json answer = {{"ok", true},
                             {"wall_ms", end.usage.wall_ms},
                             {"cpu_ms", end.usage.cpu_ms},
                             {"peak_rss_kb", end.usage.peak_rss_kb}};
    const absl::StatusOr<nlohmann::json> output = ParseJsonObject(text, "satchel's output");
    if (!output.ok()) {
      answer["status"] = "error";
      answer["message"] =
          absl::StrFormat("exit code %d, signal %d, no JSON", end.exit_code, end.signal);
      return answer;
    }
    const nlohmann::json& own = ObjectField(*output, "satchel");
    const std::string status = StringField(own, "status");
    answer["status"] = status == "solved" && !BoolField(own, "proven") ? "unproven"
                       : status == "solved" || status == "unsatisfiable" || status == "timeout"
                           ? status
                           : "error";
    answer["message"] = StringField(*output, "message");
    answer["phases_ms"] = ObjectField(own, "timings_ms");
    answer["statistics"] = ObjectField(own, "statistics");
    nlohmann::json packages = nlohmann::json::array();
    if (const auto list = own.find("packages"); list != own.end() && list->is_array()) {
      for (const nlohmann::json& package : *list) {
        packages.push_back(FromPlace(StringField(package, "url")));
      }
    }
    answer["packages"] = std::move(packages);
    nlohmann::json levels = nlohmann::json::array();
    if (const auto list = own.find("levels"); list != own.end() && list->is_array()) {
      for (const nlohmann::json& level : *list) {
        levels.push_back(IntegerField(level, "value"));
      }
    }
    answer["levels"] = std::move(levels);
    return answer;
  }

  // Whether a plan is valid, and how it stands beside the best one.
  absl::StatusOr<nlohmann::json> Judge(const nlohmann::json& problem,
                                       const std::vector<std::string>& packages) const {
    RETURN_IF_ERROR(WriteFile(PlanPath(), ExplicitText(packages)));
    std::vector<std::string> argv = Command({"verify", "--best", PlanPath()}, problem);
    RETURN_IF_ERROR(WriteInputs(problem, &argv));
    std::string text;
    RETURN_IF_ERROR(RunProcess({argv, Variables(problem)}, kJudgeTimeoutS, &text).status());
    ASSIGN_OR_RETURN(const nlohmann::json output, ParseJsonObject(text, "satchel's output"));
    const nlohmann::json& own = ObjectField(output, "satchel");
    if (const std::vector<std::string> violations = StringsField(own, "violations");
        !violations.empty()) {
      return nlohmann::json{{"ok", true}, {"verdict", "invalid"}, {"detail", violations.front()}};
    }
    const nlohmann::json& standing = ObjectField(own, "standing");
    const std::string level = StringField(standing, "level");
    return nlohmann::json{
        {"ok", true},
        {"verdict", StringField(standing, "rank", "unknown")},
        {"detail",
         level.empty()
             ? StringField(output, "message")
             : absl::StrFormat("%s: %d instead of %d (%s)", level, IntegerField(standing, "value"),
                               IntegerField(standing, "best"), StringField(standing, "package"))}};
  }

  // callgrind writes "summary: N" or "totals: N", perf "N,,instructions:u,...".
  absl::StatusOr<std::int64_t> ReadCount(const std::string& counter) const {
    ASSIGN_OR_RETURN(const std::string text, ReadFile(CountsPath()));
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      std::int64_t count = 0;
      if (counter == "perf" && absl::StrContains(line, "instructions") &&
          absl::SimpleAtoi(line.substr(0, line.find(',')), &count)) {
        return count;
      }
      for (const absl::string_view key : {"summary: ", "totals: "}) {
        if (absl::StartsWith(line, key) && absl::SimpleAtoi(line.substr(key.size()), &count)) {
          return count;
        }
      }
    }
    return absl::NotFoundError(counter + " counted no instructions here");
  }

  std::string program_;
  std::string engine_;
  std::string scratch_;
  std::string platform_;
  bool cold_ = false;
  std::vector<std::string> channels_;  // Directories.
  std::vector<std::string> urls_;
};

}  // namespace

absl::Status ServeSatchel(const std::string& program, const std::string& engine) {
  Server server(program, engine);
  for (std::string line; std::getline(std::cin, line);) {
    const std::string answer = JsonLine(server.Answer(line)) + "\n";
    if (std::fwrite(answer.data(), 1, answer.size(), stdout) != answer.size() ||
        std::fflush(stdout) != 0) {
      return absl::UnavailableError("standard output is closed");
    }
  }
  return absl::OkStatus();
}

}  // namespace satchel
