#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "bench/harness/measurement.h"

#include <nlohmann/json.hpp>

namespace satchel {

inline constexpr int kResultSchema = 1;

// A run as a file of JSON lines: the first describes the run ("kind": "run"), then one for each
// measurement and verdict, in order, and finally {"kind": "end"}. docs/bench.md has the schema.
struct RunResults {
  std::string path;
  nlohmann::json header;
  std::vector<Measurement> measurements;
  std::vector<PlanVerdict> verdicts;
  bool complete = false;  // The run reached its end.
};

// Ignores a truncated last line: a killed run was writing it. Errors: those of reading;
// kInvalidArgument, "file:line: what is wrong".
[[nodiscard]] absl::StatusOr<RunResults> ReadResults(const std::string& path);

// Appends to a result file. Each line is written by one system call, so that a kill loses at most
// the measurement in progress.
class ResultWriter final {
 public:
  // A new file with this header. Errors: kAlreadyExists if it exists.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<ResultWriter>> Create(
      const std::string& path, const nlohmann::json& header);
  // Continues a run: removes a truncated line at the end of the file.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<ResultWriter>> Continue(
      const std::string& path);
  ~ResultWriter();
  ResultWriter(const ResultWriter&) = delete;
  ResultWriter& operator=(const ResultWriter&) = delete;

  // Errors: system errors (a full disk).
  [[nodiscard]] absl::Status Write(const nlohmann::json& line);
  // Writes the end and syncs the file to disk.
  [[nodiscard]] absl::Status Finish();

 private:
  ResultWriter(std::string path, int file) : path_(std::move(path)), file_(file) {}
  std::string path_;
  int file_;
};

// Merges the results of the shards of one run. Errors: kInvalidArgument if they are from different
// runs, or contain a measurement twice.
[[nodiscard]] absl::StatusOr<std::string> MergeResults(const std::vector<std::string>& paths);

}  // namespace satchel
