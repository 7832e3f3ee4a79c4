#include "solver/proof/minimal_core.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "encoding/plain_encoder.h"
#include "encoding/universe.h"
#include "solver/proof/prover.h"

namespace satchel {
namespace {

// Records that satisfy the request, with some that nothing needs; nothing if there are none.
absl::StatusOr<std::optional<std::vector<PackageRecord>>> Satisfying(const Request& request,
                                                                     const StopSignal& stop) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Universe> universe,
                   Universe::Make(request, VersionPreference::kNewest));
  PlainEncoding encoding(*universe);
  Prover prover;
  prover.Add(encoding.cnf());
  ASSIGN_OR_RETURN(const bool is_possible, prover.Solve({}, stop));
  if (!is_possible) {
    return std::optional<std::vector<PackageRecord>>();
  }
  std::vector<PackageRecord> records;
  for (std::size_t i = 0; i < universe->num_packages(); ++i) {
    const PackageId package(i);
    for (Position at = 0; at < universe->NumCandidates(package); ++at) {
      if (!universe->IsVirtual(package) && prover.IsTrue(encoding.Chosen(package, at))) {
        const Candidate& candidate = universe->List(package).candidates[at];
        const Source& source = universe->sources()[candidate.source];
        records.push_back(CopyRecord(*source.index, candidate.record, source.channel));
      }
    }
  }
  return std::optional(std::move(records));
}

}  // namespace

absl::StatusOr<MinimalCore> FindMinimalCore(const Request& request, const StopSignal& stop) {
  MinimalCore core;
  core.request = request;
  const auto shrink = [&](std::vector<MatchSpec>& parts, std::vector<MatchSpec>& dropped,
                          bool is_pin) -> absl::Status {
    for (std::size_t i = 0; i < parts.size();) {
      const MatchSpec part = parts[i];
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(i));
      std::optional<std::vector<PackageRecord>> records = std::vector<PackageRecord>();
      const bool may_go = part.channel().empty();
      if (may_go) {
        ASSIGN_OR_RETURN(records, Satisfying(core.request, stop));
      }
      if (!records.has_value()) {
        dropped.push_back(part);
        continue;
      }
      parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(i), part);
      if (may_go) {
        core.parts.push_back({is_pin, i, *std::move(records)});
      }
      ++i;
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(shrink(core.request.specs, core.dropped_specs, false));
  RETURN_IF_ERROR(shrink(core.request.pins, core.dropped_pins, true));
  return core;
}

}  // namespace satchel
