#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "encoding/request.h"
#include "repodata/spec/match_spec.h"
#include "repodata/spec/record.h"
#include "solver/search/search.h"

namespace satchel {

// Which records of the channels can be installed: of each, whether there is a plan with it.
//
// The request says what else must be there: its specs, pins, virtual packages, priority and limits
// of age, as for Solve(). Records that those hide are not looked at. A plan that is found proves
// all its records installable; what is refuted is taken out of the domains for good, since no plan
// has it, so what needs it is refuted by arc consistency. That is why a million records do not cost
// a million searches. The best plan is not looked for.

struct AuditOptions {
  std::optional<MatchSpec> only;  // Only records that match it.
  bool newest = false;            // Only the most preferred record of each name.
  bool keep_installable = false;  // List them, too.
  double seconds_a_name = 10;     // Then its other records stay undecided.
  const std::atomic<bool>* cancel = nullptr;
  SearchOptions search;  // For tests.
};

// Why a record cannot be installed. Records that need only broken ones have the cause of those.
struct AuditCause {
  enum class Kind : std::uint8_t {
    kMissing,   // No record matches a dependency.
    kConflict,  // Dependencies that do not go together, or not with what must be there.
    kItself,    // It needs, over some steps, another record of its own name.
  };
  Kind kind = Kind::kMissing;
  std::vector<std::string> specs;     // The dependency, or those that exclude each other; sorted.
  std::vector<std::size_t> direct;    // Into AuditReport::broken: those that have these themselves.
  std::vector<std::size_t> indirect;  // Those that need one of them.
};

struct AuditReport {
  std::size_t num_records = 0;           // That were looked at.
  std::size_t num_installable = 0;       // The others are broken or undecided.
  std::size_t num_hidden = 0;            // By priority, pins and so on.
  std::vector<std::string> installable;  // If asked for: "linux-64/a-1-0.conda", sorted.
  std::vector<PackageRecord> broken;     // By name, the most preferred first.
  std::vector<PackageRecord> undecided;  // For want of time.
  std::vector<AuditCause> causes;        // Those of most records first.
};

class ChannelAudit final {
 public:
  // Both must outlive it. Errors: those of Universe::Make; kFailedPrecondition if what must be
  // there has no plan itself.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<ChannelAudit>> Make(
      const Request& request, const AuditOptions& options);

  // The names to audit, in parts of some hundred.
  std::size_t num_parts() const;
  // Decides the records of a part. Several threads may do different parts at once. Errors:
  // kCancelled.
  [[nodiscard]] absl::Status Decide(std::size_t part);
  // After all parts. Cost: a few searches for each broken record whose dependencies are not broken.
  // Errors: kCancelled.
  [[nodiscard]] absl::StatusOr<AuditReport> Report();

 private:
  enum class Verdict : std::uint8_t { kNotAsked, kInstallable, kBroken, kUndecided };
  class Part;
  class Causes;

  ChannelAudit(const Request& request, const AuditOptions& options)
      : request_(request), options_(options) {}
  Verdict Of(std::uint32_t source, RecordId record) const;
  void Set(std::uint32_t source, RecordId record, Verdict verdict);

  const Request& request_;
  const AuditOptions& options_;
  std::vector<std::string> names_;                   // Sorted.
  std::vector<std::vector<std::uint8_t>> verdicts_;  // By source of the request, record.
};

}  // namespace satchel
