#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "encoding/cnf.h"
#include "encoding/request.h"
#include "solver/search/stop_signal.h"
#include "solver/solve.h"

namespace satchel {

// Of a sum: not all of these names cost less than this at once.
struct SumCore {
  std::int64_t weight;  // What the sum is raised by.
  std::vector<std::pair<std::string, std::int64_t>> costs;
};

// One thing that a plan has to be best at, before the next is looked at (docs/proofs.md).
struct ProofStep {
  enum class Kind : std::uint8_t { kSum, kBest, kCertain };
  Kind kind;
  std::string label;                // Of the level.
  std::vector<std::string> names;   // kCertain: those that every remaining plan has.
  std::int64_t value = 0;           // kSum
  std::vector<SumCore> cores = {};  // kSum
  bool is_counted = false;          // kSum: the cores do not add up to the value.
  // kCertain: the others that the plan has, with the model that does without each.
  std::vector<std::pair<std::string, std::size_t>> witnesses = {};
};

// That a plan is the best, as clauses that have no model and a proof that they have none.
struct PlanProof {
  Cnf cnf;                            // The problem, then "some plan is better".
  std::vector<std::string> meanings;  // By variable, with tabs between their parts.
  std::vector<ProofStep> steps;
  std::vector<std::vector<Literal>> proof;   // DRAT without deletions: each clause is RUP.
  std::vector<Literal> plan;                 // The variables of its records.
  std::vector<std::vector<Literal>> models;  // The same of other remaining plans, with records
                                             // that nothing needs.
};

// Proves from the definition of the objective that `plan` is the best; of the solver nothing is
// used or believed (only candidates and specs are shared). Errors: kInternal if it is not a plan,
// or not the best; kDeadlineExceeded, kCancelled; kResourceExhausted.
[[nodiscard]] absl::StatusOr<PlanProof> ProvePlan(const Request& request, Objective objective,
                                                  const std::vector<PackageRecord>& plan,
                                                  const StopSignal& stop);

// The same, marks the levels as certified if their values are those that the proof has.
[[nodiscard]] absl::Status Certify(const Request& request, Objective objective,
                                   const StopSignal& stop, Plan& plan);

// What each variable of a plain encoding means, by variable.
class PlainEncoding;
class Universe;
[[nodiscard]] std::vector<std::string> MeaningsOf(const Universe& universe,
                                                  const PlainEncoding& encoding,
                                                  std::size_t num_variables);

}  // namespace satchel
