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

// A run as a file of JSON lines: the first says what was to be measured and where ("kind": "run"),
// then one for each measurement and verdict, in the order in which they were made, and at last
// {"kind": "end"}. docs/bench.md has the schema.
struct RunResults {
  std::string path;
  nlohmann::json header;
  std::vector<Measurement> measurements;
  std::vector<PlanVerdict> verdicts;
  bool complete = false;  // The end was reached.
};

// A last line that was cut short is left out: it is what a killed run was at.
// Errors: those of reading; kInvalidArgument, "file:line: what is wrong".
[[nodiscard]] absl::StatusOr<RunResults> ReadResults(const std::string& path);

// Appends to a result file. Each line is written by one call of the system, so that a kill loses at
// most the measurement in flight.
class ResultWriter final {
 public:
  // A new file with this header. Errors: kAlreadyExists if there is one.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<ResultWriter>> Create(
      const std::string& path, const nlohmann::json& header);
  // To go on with a run: what was cut short at its end is removed from the file.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<ResultWriter>> Continue(
      const std::string& path);
  ~ResultWriter();
  ResultWriter(const ResultWriter&) = delete;
  ResultWriter& operator=(const ResultWriter&) = delete;

  // Errors: what the system says (a full disk).
  [[nodiscard]] absl::Status Write(const nlohmann::json& line);
  // Writes the end and makes sure that all is on disk.
  [[nodiscard]] absl::Status Finish();

 private:
  ResultWriter(std::string path, int file) : path_(std::move(path)), file_(file) {}
  std::string path_;
  int file_;
};

// The results of the shards of one run as one. Errors: kInvalidArgument if they are not of one run,
// or measured something twice.
[[nodiscard]] absl::StatusOr<std::string> MergeResults(const std::vector<std::string>& paths);

}  // namespace satchel
