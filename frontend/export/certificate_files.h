#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"

#include "encoding/request.h"
#include "frontend/fetch/channel_source.h"
#include "solver/proof/minimal_core.h"
#include "solver/proof/plan_proof.h"
#include "solver/proof/unsatisfiable_proof.h"

namespace satchel {

// Where a certificate's request came from.
struct CertificateOrigin {
  const LoadedChannels& channels;
  const Request& request;  // As it was solved; of an unsatisfiable one the core.
  std::string objective;   // Its word.
  std::string platform;
};

// Writes a certificate into `directory`, which is made or empty (docs/proofs.md has the files):
// that the plan is the best, or that there is none. Errors: kInvalidArgument if the directory has
// something in it; kUnimplemented for repodata of which only a part was fetched; those of writing.
[[nodiscard]] absl::Status WriteCertificate(const CertificateOrigin& origin, const PlanProof& proof,
                                            const std::string& directory);
// `core`: whose request was refuted.
[[nodiscard]] absl::Status WriteCertificate(const CertificateOrigin& origin,
                                            const UnsatisfiableProof& proof,
                                            const MinimalCore& core, const std::string& directory);

}  // namespace satchel
