#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "frontend/fetch/channel_source.h"

namespace satchel {

// What a solver can say, in results and as what a problem expects.
inline constexpr char kSolved[] = "solved";
inline constexpr char kUnproven[] = "unproven";  // A plan, but a time limit cut its proof short.
inline constexpr char kUnsatisfiable[] = "unsatisfiable";
inline constexpr char kTimeout[] = "timeout";
inline constexpr char kUnsupported[] = "unsupported";  // By this solver.
inline constexpr char kError[] = "error";

struct VirtualPackageText {
  std::string name;
  std::string version;
  std::string build;
};

// A channel of a corpus, in place.
struct BenchChannel {
  std::string name;  // As problems call it.
  std::string directory;
  std::string url;  // By which the solvers are told to call it.
};

// One question to put to solvers, everything that decides its answer included. Plain data.
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
  std::int64_t num_records = 0;  // Of its channels; 0 if not known.

  std::string expected;               // kSolved, kUnsatisfiable, or empty if not known.
  std::vector<std::int64_t> optimum;  // The levels' values of the best plan; empty if not known.
  std::vector<std::string> tags;
  std::string source;  // Where it comes from: a URL.
};

// Whether the problem has one of these tags or its id contains one of them; an empty list picks
// all.
bool IsPicked(const Problem& problem, const std::vector<std::string>& picks);

// Equal for problems over the same channels and platform.
std::string ChannelsKey(const Problem& problem);

// "solved" of both kinds.
inline bool HasPlan(const std::string& status) {
  return status == kSolved || status == kUnproven;
}
// An answer, right or wrong, rather than a failure to give one.
inline bool IsAnswer(const std::string& status) {
  return HasPlan(status) || status == kUnsatisfiable;
}

}  // namespace satchel
