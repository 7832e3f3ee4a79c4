#include "bench/report/report.h"

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

#include "bench/harness/json_fields.h"
#include "bench/report/summary.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

nlohmann::json Rounded(const std::vector<double>& values) {
  nlohmann::json list = nlohmann::json::array();
  for (const double value : values) {
    list.push_back(static_cast<double>(static_cast<std::int64_t>(value * 1e3 + 0.5)) / 1e3);
  }
  return list;
}

nlohmann::json SampleJson(const Sample& sample) {
  nlohmann::json json = {
      {"status", sample.status},           {"packages", sample.num_packages},
      {"total", Rounded(sample.total_ms)}, {"solve", Rounded(sample.solve_ms)},
      {"load", Rounded(sample.load_ms)},   {"memory", Rounded(sample.peak_rss_mb)}};
  if (!sample.message.empty()) {
    json["message"] = sample.message.substr(0, 300);
  }
  return json;
}

std::string MachineText(const nlohmann::json& environment) {
  std::string text = StringField(environment, "processor", "unknown processor");
  text +=
      absl::StrFormat(", %d processors, %d MB, %s", IntegerField(environment, "processors"),
                      IntegerField(environment, "memory_mb"), StringField(environment, "kernel"));
  const std::string governor = StringField(environment, "governor");
  return governor.empty() ? text : text + ", governor " + governor;
}

nlohmann::json RunJson(const RunResults& run) {
  const nlohmann::json& settings = ObjectField(run.header, "settings");
  const nlohmann::json& environment = ObjectField(run.header, "environment");
  nlohmann::json rows = nlohmann::json::array();
  for (const ProblemRow& row : RowsOf(run)) {
    nlohmann::json samples = nlohmann::json::object();
    for (const auto& [solver, sample] : row.samples) {
      samples[solver] = SampleJson(sample);
      if (const auto found = row.verdicts.find(solver); found != row.verdicts.end()) {
        samples[solver]["verdict"] = found->second.verdict;
        samples[solver]["detail"] = found->second.detail;
      }
    }
    rows.push_back({{"problem", row.problem},
                    {"tags", row.tags},
                    {"expected", row.expected},
                    {"records", row.num_records},
                    {"samples", std::move(samples)}});
  }
  return {{"corpus", StringField(settings, "corpus")},
          {"repetitions", IntegerField(settings, "repetitions")},
          {"mode", StringField(settings, "mode")},
          {"cache", StringField(settings, "cache")},
          {"solvers", settings.value("solvers", nlohmann::json::array())},
          {"started", StringField(run.header, "started")},
          {"revision", StringField(environment, "git_revision")},
          {"machine", MachineText(environment)},
          {"rows", std::move(rows)}};
}

// Within <script> only "</" and "<!" mean anything.
std::string ForScript(const nlohmann::json& json) {
  return absl::StrReplaceAll(JsonLine(json), {{"<", "\\u003c"}});
}

}  // namespace

std::string ReportHtml(const std::vector<RunResults>& runs, const std::string& ours) {
  nlohmann::json data = {{"ours", ours}, {"runs", nlohmann::json::array()}};
  for (const RunResults& run : runs) {
    data["runs"].push_back(RunJson(run));
  }
  const ReportPage& page = TheReportPage();
  std::string html;
  std::string_view rest = page.html;
  const auto fill = [&](std::string_view mark, std::string_view with) {
    const std::size_t at = rest.find(mark);
    html += rest.substr(0, at);
    html += with;
    rest.remove_prefix(at + mark.size());
  };
  fill("@STYLE@", page.style);
  fill("@DATA@", ForScript(data));
  fill("@SCRIPT@", page.script);
  html += rest;
  return html;
}

}  // namespace satchel
