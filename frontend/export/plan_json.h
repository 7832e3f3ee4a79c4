#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "frontend/fetch/channel_source.h"
#include "solver/explain/fixes.h"
#include "solver/solve.h"

namespace satchel {

// The contents of a machine-readable answer besides the plan or the conflict. docs/json.md
// describes the format.
struct AnswerContext {
  std::string platform;
  std::string prefix;  // Of the environment; empty if there is none yet.
  std::string objective;
  std::string engine = "auto";
  std::vector<std::string> warnings;
  std::vector<std::string> not_found;     // Requested names that no channel has,
  std::vector<std::string> channel_urls;  // and the subdirs that were searched.
  bool dry_run = true;                    // Nothing is changed.
  // The records missing from the package cache; none: the cache was not checked, so everything in
  // the plan counts.
  std::optional<std::vector<PackageRecord>> fetch;
  double load_ms = 0;    // Reading the channels and the environment.
  LoadTimes load_times;  // The part of it that loading the channels took.
  double solve_ms = 0;   // All of Solve.
};

// "\n  - a\n  - b", as conda shows lists in its errors.
std::string Bulleted(const std::vector<std::string>& texts);

// conda's transaction ("actions" with FETCH, LINK and UNLINK) with satchel's part under "satchel".
// Requires: URLs are filled in.
std::string ToJson(const Plan& plan, const AnswerContext& context);

// conda's error form, UnsatisfiableError or PackagesNotFoundError.
std::string ToJson(const Conflict& conflict, const FixList& fixes, const AnswerContext& context);

// {"satchel": {"reasons": [...], "schema": 2}}
std::string ReasonsToJson(const std::vector<Reason>& reasons);

// "needs", "pinned", ...: the words of docs/json.md.
const char* WordFor(ReasonKind kind);

// conda's error form for an error that is not a conflict. A payload kLocationPayload is the prefix
// that is no environment.
std::string ToJson(const absl::Status& error);

}  // namespace satchel
