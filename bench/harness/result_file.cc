#include "bench/harness/result_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "bench/harness/json_fields.h"
#include "frontend/files.h"

namespace satchel {
namespace {

absl::Status SystemError(const std::string& path) {
  return absl::ErrnoToStatus(errno, path);
}

absl::Status WriteAll(int file, const std::string& path, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = write(file, text.data(), text.size());
    if (size < 0 && errno != EINTR) {
      return SystemError(path);
    }
    text.remove_prefix(size > 0 ? static_cast<std::size_t>(size) : 0);
  }
  return absl::OkStatus();
}

absl::Status ReadLine(std::string_view line, const std::string& where, RunResults* results) {
  ASSIGN_OR_RETURN(nlohmann::json json, ParseJsonObject(line, where));
  const std::string kind = StringField(json, "kind");
  if (kind == "run") {
    if (IntegerField(json, "schema") != kResultSchema) {
      return absl::InvalidArgumentError(absl::StrFormat("%s: schema %d, but this satchel reads %d",
                                                        where, IntegerField(json, "schema"),
                                                        kResultSchema));
    }
    results->header = std::move(json);
  } else if (kind == "measurement") {
    results->measurements.push_back(MeasurementFromJson(json));
  } else if (kind == "verdict") {
    results->verdicts.push_back(VerdictFromJson(json));
  } else if (kind == "end") {
    results->complete = true;
  }  // Else of a later version: not for us.
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RunResults> ReadResults(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  RunResults results;
  results.path = path;
  std::string_view rest = text;
  for (int number = 1;; ++number) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      break;
    }
    RETURN_IF_ERROR(
        ReadLine(rest.substr(0, end), absl::StrFormat("%s:%d", path, number), &results));
    rest.remove_prefix(end + 1);
  }
  if (results.header.is_null()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: not a result file of 'satchel bench run'", path));
  }
  return results;
}

absl::StatusOr<std::unique_ptr<ResultWriter>> ResultWriter::Create(const std::string& path,
                                                                   const nlohmann::json& header) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) {
    return SystemError(path);
  }
  std::unique_ptr<ResultWriter> writer(new ResultWriter(path, file));
  RETURN_IF_ERROR(writer->Write(header));
  return writer;
}

absl::StatusOr<std::unique_ptr<ResultWriter>> ResultWriter::Continue(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  const int file = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file < 0) {
    return SystemError(path);
  }
  std::unique_ptr<ResultWriter> writer(new ResultWriter(path, file));
  const std::size_t last = text.rfind('\n');
  const std::size_t whole = last == std::string::npos ? 0 : last + 1;
  if (whole < text.size() && ftruncate(file, static_cast<off_t>(whole)) != 0) {
    return SystemError(path);
  }
  return writer;
}

ResultWriter::~ResultWriter() {
  close(file_);
}

absl::Status ResultWriter::Write(const nlohmann::json& line) {
  return WriteAll(file_, path_, JsonLine(line) + "\n");
}

absl::Status ResultWriter::Finish() {
  RETURN_IF_ERROR(Write({{"kind", "end"}}));
  return fsync(file_) == 0 ? absl::OkStatus() : SystemError(path_);
}

absl::StatusOr<std::string> MergeResults(const std::vector<std::string>& paths) {
  nlohmann::json header;
  std::string body;
  bool complete = true;
  std::set<std::tuple<std::string, std::string, int>> seen;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(const RunResults results, ReadResults(path));
    if (header.is_null()) {
      header = results.header;
      header["shards"] = nlohmann::json::array();
    } else if (ObjectField(header, "settings") != ObjectField(results.header, "settings")) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s and %s are not shards of one run: their settings differ", paths[0], path));
    }
    header["shards"].push_back({{"shard", StringField(results.header, "shard")},
                                {"environment", ObjectField(results.header, "environment")}});
    complete = complete && results.complete;
    for (const Measurement& m : results.measurements) {
      if (!seen.insert({m.problem, m.solver, m.repetition}).second) {
        return absl::InvalidArgumentError(absl::StrFormat(
            "%s: '%s' by %s occurs in another file too", path, m.problem, m.solver));
      }
      body += JsonLine(ToJson(m)) + "\n";
    }
    for (const PlanVerdict& verdict : results.verdicts) {
      body += JsonLine(ToJson(verdict)) + "\n";
    }
  }
  header.erase("shard");
  return JsonLine(header) + "\n" + body + (complete ? "{\"kind\":\"end\"}\n" : "");
}

}  // namespace satchel
