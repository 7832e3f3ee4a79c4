#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "solver/explain/fixes.h"
#include "solver/solve.h"

namespace satchel {

struct ConflictTextOptions {
  std::size_t width = 80;  // Columns; lines break between words.
  bool colour = false;
};

// A conflict as text: a sentence, then its reasons as a tree.
[[nodiscard]] std::string ToText(const Conflict& conflict, const ConflictTextOptions& options);

// Only a tree of reasons.
[[nodiscard]] std::string ToText(const std::vector<Reason>& reasons,
                                 const ConflictTextOptions& options);

// Its fixes: what to change, the command to run and the plan that results.
[[nodiscard]] std::string ToText(const FixList& list, const ConflictTextOptions& options);

// "numpy 1.26.4, python 3.12.3 (24 packages)": the requested packages, and the total number.
[[nodiscard]] std::string MainVersions(const Plan& plan);

}  // namespace satchel
