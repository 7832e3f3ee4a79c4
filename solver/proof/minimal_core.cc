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
      if (universe->MayBeInPlan(package) && prover.IsTrue(encoding.Chosen(package, at))) {
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
  // Calls visit(index, its records) for each part that has no channel, with the part left out;
  // whether it is to stay out.
  const auto without_each = [&](std::vector<MatchSpec>& parts, const auto& visit) -> absl::Status {
    for (std::size_t i = 0; i < parts.size();) {
      if (!parts[i].channel().empty()) {
        ++i;
        continue;
      }
      const MatchSpec part = parts[i];
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(i));
      ASSIGN_OR_RETURN(std::optional<std::vector<PackageRecord>> records,
                       Satisfying(core.request, stop));
      if (!visit(i, part, records)) {
        parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(i), part);
        ++i;
      }
    }
    return absl::OkStatus();
  };
  const auto drop_to = [](std::vector<MatchSpec>& dropped) {
    return [&dropped](std::size_t, const MatchSpec& part, const auto& records) {
      if (!records.has_value()) {
        dropped.push_back(part);
      }
      return !records.has_value();
    };
  };
  RETURN_IF_ERROR(without_each(core.request.specs, drop_to(core.dropped_specs)));
  RETURN_IF_ERROR(without_each(core.request.pins, drop_to(core.dropped_pins)));
  const auto note = [&](bool is_pin) {
    return [&core, is_pin](std::size_t i, const MatchSpec&, auto& records) {
      core.parts.push_back({is_pin, i, *std::move(records)});
      return false;
    };
  };
  RETURN_IF_ERROR(without_each(core.request.specs, note(false)));
  RETURN_IF_ERROR(without_each(core.request.pins, note(true)));
  return core;
}

}  // namespace satchel
