#include "frontend/export/certificate_files.h"

#include <filesystem>
#include <span>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

#include "base/digest.h"
#include "base/status_macros.h"
#include "frontend/export/json_writer.h"
#include "frontend/files.h"

namespace satchel {
namespace {

constexpr int kFormat = 1;

void WriteRecordOf(const PackageRecord& record, JsonWriter& out) {
  out.Member("name", record.name);
  out.Member("version", record.version);
  out.Member("build", record.build);
  out.Member("build_number", record.build_number);
  out.Member("channel", record.channel);
  out.Member("subdir", record.subdir);
  out.Member("fn", record.fn);
  out.MemberIfKnown("md5", record.md5);
  out.MemberIfKnown("sha256", record.sha256);
  out.Member("track_features", record.track_features);
  out.Member("timestamp_ms", record.timestamp_ms);
  out.Member("depends", record.depends);
  out.Member("constrains", record.constrains);
}

void WriteSpecs(std::string_view key, const std::vector<MatchSpec>& specs, JsonWriter& out) {
  std::vector<std::string> texts;
  texts.reserve(specs.size());
  for (const MatchSpec& spec : specs) {
    texts.push_back(spec.ToString());
  }
  out.Member(key, texts);
}

absl::Status WriteChannels(const LoadedChannels& channels, JsonWriter& out) {
  out.Key("channels");
  out.BeginArray();
  for (const LoadedChannel& channel : channels.channels) {
    out.BeginObject();
    out.Member("name", channel.name);
    out.Member("url", channel.url);
    out.Key("subdirs");
    out.BeginArray();
    for (const LoadedSubdir& subdir : channel.subdirs) {
      const SubdirLocation& location = subdir.location;
      if (location.is_temporary) {
        return absl::UnimplementedError(
            absl::StrCat(location.label.empty() ? location.repodata : location.label,
                         ": a certificate needs the whole repodata, and only a part was fetched; "
                         "use a channel of files"));
      }
      ASSIGN_OR_RETURN(const std::string sha256,
                       FileDigest(Digest::Kind::kSha256, location.repodata));
      out.BeginObject();
      out.Member("subdir", location.subdir);
      out.Member("repodata", AbsolutePath(location.repodata));
      out.Member("sha256", sha256);
      out.EndObject();
    }
    out.EndArray();
    out.EndObject();
  }
  out.EndArray();
  return absl::OkStatus();
}

std::string_view WordOf(ChannelPriority priority) {
  return priority == ChannelPriority::kStrict     ? "strict"
         : priority == ChannelPriority::kFlexible ? "flexible"
                                                  : "disabled";
}

void WriteEnvironment(const Request& request, JsonWriter& out) {
  out.Key("virtual_packages");
  out.BeginArray();
  for (const PackageRecord& record : request.virtual_packages) {
    out.BeginObject();
    WriteRecordOf(record, out);
    out.EndObject();
  }
  out.EndArray();
  out.Key("installed");
  out.BeginArray();
  for (const InstalledPackage& installed : request.installed) {
    out.BeginObject();
    WriteRecordOf(installed.record, out);
    out.Key("requested");
    if (installed.requested.has_value()) {
      out.Write(installed.requested->ToString());
    } else {
      out.WriteNull();
    }
    out.Member("stands_alone", installed.stands_alone);
    out.EndObject();
  }
  out.EndArray();
}

template <typename Value>
void WriteOrNull(const std::optional<Value>& value, JsonWriter& out) {
  if (value.has_value()) {
    out.Write(*value);
  } else {
    out.WriteNull();
  }
}

absl::StatusOr<std::string> RequestText(const CertificateOrigin& origin) {
  const Request& request = origin.request;
  JsonWriter out;
  out.BeginObject();
  out.Member("format", kFormat);
  out.Member("platform", origin.platform);
  out.Member("objective", origin.objective);
  out.Member("channel_priority", WordOf(request.priority));
  out.Key("exclude_newer_ms");
  WriteOrNull(request.exclude_newer_ms, out);
  // Each [name, rank of the channel, limit]; null: any, and no limit.
  out.Key("age_limits");
  out.BeginArray();
  for (const AgeLimit& limit : request.age_limits) {
    out.BeginArray();
    WriteOrNull(limit.name.empty() ? std::nullopt : std::optional(limit.name), out);
    WriteOrNull(limit.channel, out);
    WriteOrNull(limit.newest_ms, out);
    out.EndArray();
  }
  out.EndArray();
  out.Member("update_all", request.update_all);
  out.Member("prune", request.prune);
  out.Member("ignore_dependencies", request.ignore_dependencies);
  RETURN_IF_ERROR(WriteChannels(origin.channels, out));
  WriteSpecs("specs", request.specs, out);
  WriteSpecs("pins", request.pins, out);
  WriteSpecs("remove", request.remove, out);
  WriteEnvironment(request, out);
  out.EndObject();
  return std::move(out).Take();
}

void AppendClause(std::span<const Literal> clause, std::string& text) {
  for (const Literal literal : clause) {
    absl::StrAppend(&text, literal.Dimacs(), " ");
  }
  text += "0\n";
}

std::string DimacsText(const Cnf& cnf) {
  std::string text = absl::StrCat("p cnf ", cnf.num_variables(), " ", cnf.num_clauses(), "\n");
  for (std::size_t i = 0; i < cnf.num_clauses(); ++i) {
    AppendClause(cnf.clause(i), text);
  }
  return text;
}

std::string ProofText(const std::vector<std::vector<Literal>>& proof) {
  std::string text;
  for (const std::vector<Literal>& clause : proof) {
    AppendClause(clause, text);
  }
  return text;
}

std::string MapText(const std::vector<std::string>& meanings) {
  std::string text;
  for (std::size_t i = 0; i < meanings.size(); ++i) {
    absl::StrAppend(&text, i + 1, "\t", meanings[i], "\n");
  }
  return text;
}

void WriteVariables(std::span<const Literal> literals, JsonWriter& out) {
  out.BeginArray();
  for (const Literal literal : literals) {
    out.Write(literal.Dimacs());
  }
  out.EndArray();
}

void WriteCores(const std::vector<SumCore>& cores, JsonWriter& out) {
  out.Key("cores");
  out.BeginArray();
  for (const SumCore& core : cores) {
    out.BeginObject();
    out.Member("weight", core.weight);
    out.Key("costs");
    out.BeginObject();
    for (const auto& [name, cost] : core.costs) {
      out.Member(name, cost);
    }
    out.EndObject();
    out.EndObject();
  }
  out.EndArray();
}

void WriteStep(const ProofStep& step, JsonWriter& out) {
  out.BeginObject();
  switch (step.kind) {
    case ProofStep::Kind::kSum:
      out.Member("step", "sum");
      out.Member("level", step.label);
      out.Member("value", step.value);
      WriteCores(step.cores, out);
      out.Member("counted", step.is_counted);
      break;
    case ProofStep::Kind::kBest:
      out.Member("step", "best");
      out.Member("level", step.label);
      break;
    case ProofStep::Kind::kCertain:
      out.Member("step", "certain");
      out.Key("not_certain");
      out.BeginObject();
      for (const auto& [name, model] : step.witnesses) {
        out.Member(name, model);
      }
      out.EndObject();
      break;
  }
  out.Member("names", step.names);
  out.EndObject();
}

std::string LevelsText(const PlanProof& proof) {
  JsonWriter out;
  out.BeginObject();
  out.Key("plan");
  WriteVariables(proof.plan, out);
  out.Key("models");
  out.BeginArray();
  for (const std::vector<Literal>& model : proof.models) {
    WriteVariables(model, out);
  }
  out.EndArray();
  out.Key("steps");
  out.BeginArray();
  for (const ProofStep& step : proof.steps) {
    WriteStep(step, out);
  }
  out.EndArray();
  out.EndObject();
  return std::move(out).Take();
}

std::string CoreText(const MinimalCore& core) {
  JsonWriter out;
  out.BeginObject();
  WriteSpecs("dropped_specs", core.dropped_specs, out);
  WriteSpecs("dropped_pins", core.dropped_pins, out);
  out.Key("needed");
  out.BeginArray();
  for (const MinimalCore::Part& part : core.parts) {
    out.BeginObject();
    out.Member(part.is_pin ? "pin" : "spec", std::uint64_t{part.index});
    out.Key("without_it");
    out.BeginArray();
    for (const PackageRecord& record : part.records) {
      out.Write(std::vector<std::string>{record.channel, record.subdir, record.fn});
    }
    out.EndArray();
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
  return std::move(out).Take();
}

struct NamedText {
  std::string name;
  std::string text;
};

// All of them or none.
absl::Status WriteFiles(const CertificateOrigin& origin, std::vector<NamedText> files,
                        const std::string& directory) {
  ASSIGN_OR_RETURN(std::string request, RequestText(origin));
  files.push_back({"request.json", std::move(request)});
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return absl::UnavailableError(absl::StrCat(directory, ": cannot be made: ", error.message()));
  }
  if (!std::filesystem::is_empty(directory, error)) {
    return absl::InvalidArgumentError(
        absl::StrCat(directory, ": is not empty; give another directory"));
  }
  absl::Status status;
  for (std::size_t i = 0; i < files.size() && status.ok(); ++i) {
    status = WriteFile(directory + "/" + files[i].name, files[i].text);
  }
  if (!status.ok()) {
    for (const NamedText& file : files) {
      std::filesystem::remove(directory + "/" + file.name, error);
    }
  }
  return status;
}

}  // namespace

absl::Status WriteCertificate(const CertificateOrigin& origin, const PlanProof& proof,
                              const std::string& directory) {
  return WriteFiles(origin,
                    {{"problem.cnf", DimacsText(proof.cnf)},
                     {"map.tsv", MapText(proof.meanings)},
                     {"proof.drat", ProofText(proof.proof)},
                     {"levels.json", LevelsText(proof)}},
                    directory);
}

absl::Status WriteCertificate(const CertificateOrigin& origin, const UnsatisfiableProof& proof,
                              const MinimalCore& core, const std::string& directory) {
  return WriteFiles(origin,
                    {{"problem.cnf", DimacsText(proof.cnf)},
                     {"map.tsv", MapText(proof.meanings)},
                     {"proof.drat", ProofText(proof.proof)},
                     {"core.json", CoreText(core)}},
                    directory);
}

}  // namespace satchel
