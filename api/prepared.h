#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/config/configuration.h"
#include "frontend/export/plan_json.h"
#include "frontend/fetch/channel_source.h"
#include "frontend/request/assembly.h"
#include "solver/solve.h"

#include "api/handles.h"

namespace satchel {

// A request with all that the configuration, the machine and the channels say.
class PreparedHandle final {
 public:
  // `opened` may be null: then the channels of the request are read, and with them whatever `also`
  // names. Both handles outlive this.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<PreparedHandle>> Make(
      const satchel_request& handle, const satchel_channels* opened,
      const std::vector<std::string>& also = {});

  Request& request() { return assembled_.request; }
  const LoadedChannels& channels() const { return opened_ != nullptr ? *opened_ : own_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

  // Solves with the options of the handle, and with all that the configuration adds.
  [[nodiscard]] absl::StatusOr<SolveOutcome> Solve(const SolveOptions& options);
  SolveOptions Options() const;
  AnswerContext Context(Objective objective) const;

  // An error if what was read may have been wrong. Call it before an answer is given.
  [[nodiscard]] absl::Status CheckIndexes() const;

 private:
  PreparedHandle(const satchel_request& handle, const satchel_channels* opened)
      : handle_(handle), opened_(opened != nullptr ? &opened->loaded : nullptr) {}
  absl::Status Prepare(const std::vector<std::string>& also);

  const satchel_request& handle_;
  const LoadedChannels* opened_;
  Configuration configuration_;
  std::string platform_;
  AssembledRequest assembled_;
  LoadedChannels own_;
  std::vector<std::string> warnings_;
};

// The channels of a request; with `everything` all records of them if it names no package.
[[nodiscard]] absl::StatusOr<LoadedChannels> OpenChannels(const satchel_request& handle,
                                                          const std::vector<std::string>& also,
                                                          bool everything);

// The fields of a record by satchel_field.
std::vector<std::string> FieldsOf(const PackageRecord& record);

// Puts a plan with URLs, or a conflict, into `result`.
void SetOutcome(SolveOutcome outcome, FixList fixes, AnswerContext context,
                const LoadedChannels& channels, satchel_result* result);

}  // namespace satchel
