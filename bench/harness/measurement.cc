#include "bench/harness/measurement.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "absl/strings/str_format.h"

#include "bench/harness/json_fields.h"
#include "repodata/index/checksum.h"

namespace satchel {
namespace {

// Microseconds are more than any clock here can tell.
double Rounded(double ms) {
  return static_cast<double>(static_cast<std::int64_t>(ms * 1e3 + 0.5)) / 1e3;
}

}  // namespace

nlohmann::json ToJson(const Measurement& m) {
  nlohmann::json json = {{"kind", "measurement"},
                         {"problem", m.problem},
                         {"num_records", m.num_records},
                         {"solver", m.solver},
                         {"repetition", m.repetition},
                         {"order", m.order},
                         {"status", m.status},
                         {"total_ms", Rounded(m.total_ms)},
                         {"load_ms", Rounded(m.load_ms)},
                         {"solve_ms", Rounded(m.solve_ms)},
                         {"cpu_ms", Rounded(m.cpu_ms)},
                         {"peak_rss_kb", m.peak_rss_kb},
                         {"num_packages", m.num_packages}};
  const auto set = [&json](const char* key, const auto& value) {
    if (!value.empty()) {
      json[key] = value;
    }
  };
  set("tags", m.tags);
  set("expected", m.expected);
  set("message", m.message);
  set("plan_hash", m.plan_hash);
  set("packages", m.packages);
  set("levels", m.levels);
  for (const auto& [name, ms] : m.phases_ms) {
    json["phases_ms"][name] = Rounded(ms);
  }
  if (m.instructions.has_value()) {
    json["instructions"] = *m.instructions;
  }
  if (m.process_wall_ms.has_value()) {
    json["process_wall_ms"] = Rounded(*m.process_wall_ms);
    json["process_cpu_ms"] = Rounded(m.process_cpu_ms.value_or(0));
  }
  return json;
}

Measurement MeasurementFromJson(const nlohmann::json& json) {
  Measurement m;
  m.problem = StringField(json, "problem");
  m.tags = StringsField(json, "tags");
  m.expected = StringField(json, "expected");
  m.num_records = IntegerField(json, "num_records");
  m.solver = StringField(json, "solver");
  m.repetition = static_cast<int>(IntegerField(json, "repetition"));
  m.order = static_cast<int>(IntegerField(json, "order"));
  m.status = StringField(json, "status");
  m.message = StringField(json, "message");
  m.total_ms = NumberField(json, "total_ms");
  m.load_ms = NumberField(json, "load_ms");
  m.solve_ms = NumberField(json, "solve_ms");
  m.cpu_ms = NumberField(json, "cpu_ms");
  m.peak_rss_kb = IntegerField(json, "peak_rss_kb");
  m.num_packages = static_cast<int>(IntegerField(json, "num_packages"));
  m.plan_hash = StringField(json, "plan_hash");
  m.packages = StringsField(json, "packages");
  if (json.contains("instructions")) {
    m.instructions = IntegerField(json, "instructions");
  }
  if (json.contains("process_wall_ms")) {
    m.process_wall_ms = NumberField(json, "process_wall_ms");
    m.process_cpu_ms = NumberField(json, "process_cpu_ms");
  }
  for (const auto& [name, value] : ObjectField(json, "phases_ms").items()) {
    m.phases_ms.emplace_back(name, value.is_number() ? value.get<double>() : 0);
  }
  return m;
}

nlohmann::json ToJson(const PlanVerdict& verdict) {
  return {{"kind", "verdict"},
          {"problem", verdict.problem},
          {"solver", verdict.solver},
          {"verdict", verdict.verdict},
          {"detail", verdict.detail}};
}

PlanVerdict VerdictFromJson(const nlohmann::json& json) {
  return {StringField(json, "problem"), StringField(json, "solver"), StringField(json, "verdict"),
          StringField(json, "detail")};
}

std::string PlanHash(const std::vector<std::string>& urls) {
  if (urls.empty()) {
    return {};
  }
  std::vector<std::string> names;
  for (const std::string& url : urls) {
    std::string name = url.substr(url.rfind('/') + 1);
    for (const std::string_view format : {".conda", ".tar.bz2"}) {  // The same package in another.
      if (name.ends_with(format)) {
        name.resize(name.size() - format.size());
      }
    }
    names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  std::string text;
  for (const std::string& name : names) {
    text += name + "\n";
  }
  return absl::StrFormat("%016x", Checksum(std::as_bytes(std::span(text.data(), text.size()))));
}

}  // namespace satchel
