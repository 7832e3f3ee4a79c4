#include "solver/proof/unsatisfiable_proof.h"

#include <memory>

#include "base/status_macros.h"
#include "encoding/plain_encoder.h"
#include "encoding/universe.h"
#include "solver/proof/plan_proof.h"
#include "solver/proof/prover.h"
#include "solver/search/sat_solver.h"

namespace satchel {

absl::StatusOr<UnsatisfiableProof> ProveUnsatisfiable(const Request& request,
                                                      const StopSignal& stop) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Universe> universe,
                   Universe::Make(request, VersionPreference::kNewest));
  PlainEncoding encoding(*universe);
  Prover prover;
  prover.Add(encoding.cnf());
  ASSIGN_OR_RETURN(const bool is_possible, prover.Solve({}, stop));
  if (is_possible) {
    return absl::FailedPreconditionError("the request is satisfiable: there is nothing to prove");
  }
  UnsatisfiableProof proof{encoding.cnf(),
                           MeaningsOf(*universe, encoding, encoding.cnf().num_variables()),
                           prover.TakeLearned()};
  proof.proof.emplace_back();
  return proof;
}

absl::Status WriteUnsatisfiableProof(const Request& request, const std::string& dimacs_path,
                                     const std::string& frat_path) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Universe> universe,
                   Universe::Make(request, VersionPreference::kNewest));
  PlainEncoding encoding(*universe);
  return WriteProof(encoding.cnf(), dimacs_path, frat_path);
}

}  // namespace satchel
