#pragma once

#include <string>

#include "absl/container/flat_hash_set.h"

#include "corpora/channel_plan.h"
#include "corpora/random.h"

namespace satchel {

// Invents package names that can be told apart at a glance: "libtobra",
// "meskalo-tirex", "kiru-data". No real name is meant.
class PackageNames final {
 public:
  [[nodiscard]] std::string Invent(NameKind kind, SplitMix* random);

 private:
  absl::flat_hash_set<std::string> taken_;  // Looked up, never iterated.
};

}  // namespace satchel
