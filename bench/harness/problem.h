#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "frontend/fetch/channel_source.h"

namespace satchel {

// The statuses of a solver, in results and as the expectation of a problem.
inline constexpr char kSolved[] = "solved";
inline constexpr char kUnproven[] = "unproven";  // A plan, but a time limit interrupted its proof.
inline constexpr char kUnsatisfiable[] = "unsatisfiable";
inline constexpr char kTimeout[] = "timeout";
inline constexpr char kUnsupported[] = "unsupported";  // By this solver.
inline constexpr char kError[] = "error";

struct VirtualPackageText {
  std::string name;
  std::string version;
  std::string build;
};

// A channel of a corpus.
struct BenchChannel {
  std::string name;  // Its name in problems.
  std::string directory;
  std::string url;  // The URL that solvers get.
};

// One problem for solvers, including everything that determines its answer. Plain data.
struct Problem {
  std::string id;  // "everyday/numpy": the corpus and the problem.
  std::string platform = "linux-64";
  std::vector<BenchChannel> channels;  // Most preferred first.
  std::string channel_priority = "strict";
  std::vector<VirtualPackageText> virtual_packages;
  std::vector<std::string> specs;
  std::vector<std::string> pins;
  std::vector<std::string> installed;  // URLs of records of the channels.
  std::optional<std::int64_t> exclude_newer_ms;
  std::string objective;         // Empty for the solver's own.
  std::int64_t num_records = 0;  // Of its channels; 0 if unknown.

  std::string expected;               // kSolved, kUnsatisfiable, or empty if unknown.
  std::vector<std::int64_t> optimum;  // The levels' values of the best plan; empty if unknown.
  std::vector<std::string> tags;
  std::string source;  // Where it comes from: a URL.
};

// Whether the problem has one of these tags or its id contains one of them; an empty list selects
// all.
bool IsPicked(const Problem& problem, const std::vector<std::string>& picks);

// Equal for problems over the same channels and platform.
std::string ChannelsKey(const Problem& problem);

// Solved, proven or not.
inline bool HasPlan(const std::string& status) {
  return status == kSolved || status == kUnproven;
}
// An answer, right or wrong, rather than a failure to answer.
inline bool IsAnswer(const std::string& status) {
  return HasPlan(status) || status == kUnsatisfiable;
}

}  // namespace satchel
