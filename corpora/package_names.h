#pragma once

#include <string>

#include "absl/container/flat_hash_set.h"

#include "corpora/channel_plan.h"
#include "corpora/random.h"

namespace satchel {

// Invents package names that are easy to tell apart: "libtobra", "meskalo-tirex", "kiru-data". Any
// match with a real name is a coincidence.
class PackageNames final {
 public:
  [[nodiscard]] std::string Invent(NameKind kind, SplitMix* random);

 private:
  absl::flat_hash_set<std::string> taken_;  // Looked up, never iterated.
};

}  // namespace satchel
