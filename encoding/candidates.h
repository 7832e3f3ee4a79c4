#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "encoding/position_set.h"
#include "encoding/request.h"
#include "repodata/index/index.h"

namespace satchel {

// A source of records: an index, with the properties that all its records share.
struct Source {
  enum class Kind : std::uint8_t { kChannel, kInstalled, kVirtual };
  const Index* index;
  Kind kind;
  std::uint32_t channel_rank;  // 0 is the highest priority; environments come last.
  std::string channel;         // Canonical name.
  std::string channel_url;     // Empty if the request has no such channel.
};

// Which end of the versions to prefer, and for which names.
enum class VersionPreference { kNewest, kLowest, kLowestForRequested };

// A record that may be chosen for its name.
struct Candidate {
  std::uint32_t source;  // Index into Sources.
  RecordId record;
  std::uint32_t rank_class;  // 0 is best; equal for variants of each other.
  std::uint32_t version;     // Index into CandidateList::versions.
  // What it costs, in days (ARCHITECTURE.md, "The objective"):
  std::uint32_t lag;          // Rises from version to version.
  std::uint32_t accelerator;  // Of doing without one.
  std::uint32_t features;     // Of those beyond the fewest of its version.
};

// What of a candidate's cost a level counts.
enum class Measure { kLag, kLagAndFeatures };  // Each with the accelerator.
inline std::int64_t CostOf(const Candidate& candidate, Measure measure) {
  return std::int64_t{candidate.lag} + candidate.accelerator +
         (measure == Measure::kLag ? 0 : candidate.features);
}

// The candidates of one name, best first: its positions.
struct CandidateList {
  std::vector<Candidate> candidates;
  std::vector<VersionRef> versions;  // The distinct versions of the candidates.
  std::vector<Position> class_end;   // By rank class: one past its last position.
  bool lag_is_cost = true;           // No candidate costs more than its lag.
  Position installed = kNoPosition;  // The record that is in the environment.
};

// Builds candidate lists for the names of one request. Applies what ARCHITECTURE.md calls visible
// (exclude-newer, channel priority) and the request's rules for the name (specs, pins, removals),
// so positions, rank classes and lag are final.
//
// Lifetime: refers to the request and the sources, which outlive it.
class CandidateFinder final {
 public:
  CandidateFinder(const Request& request, const std::vector<Source>& sources,
                  VersionPreference preference);

  // Deterministic; independent of the order of records in their channels. Cost: n log n in the
  // number of records of the name, over all sources.
  [[nodiscard]] CandidateList Find(std::string_view name) const;

  // The request's rules for a name; empty spans for most names.
  struct NameRules {
    std::vector<const MatchSpec*> specs;
    std::vector<const MatchSpec*> pins;
    std::vector<const MatchSpec*> removals;
  };
  const NameRules& RulesOf(std::string_view name) const;

  RecordView ViewOf(std::uint32_t source, RecordId record) const;

 private:
  struct Row;
  struct Version;
  std::vector<Row> Gather(std::string_view name) const;
  bool AddRows(std::uint32_t source, std::string_view name, std::vector<Row>& rows) const;
  bool Allowed(const NameRules& rules, const RecordView& view) const;
  bool SameRecord(const Row& installed, const Row& other) const;
  void DropInstalledDuplicate(std::vector<Row>& rows) const;
  bool Precedes(const Row& a, const Row& b, bool lowest) const;
  bool SameVersion(const Row& a, const Row& b) const;
  bool SameRankClass(const Row& a, const Row& b) const;
  std::vector<Version> FindVersions(std::vector<Row>& rows, const NameRules& rules) const;
  void SetGaps(std::vector<Version>& versions, const std::vector<Row>& rows, bool lowest) const;
  bool UsesAccelerator(const Row& row) const;

  const Request& request_;
  const std::vector<Source>& sources_;
  VersionPreference preference_;
  absl::flat_hash_map<std::string, NameRules> rules_;
  NameRules no_rules_;
  bool has_accelerator_;
};

}  // namespace satchel
