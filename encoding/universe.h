#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"

#include "base/id.h"
#include "encoding/candidates.h"
#include "encoding/position_set.h"
#include "encoding/request.h"
#include "repodata/spec/condition.h"

namespace satchel {

using PackageId = Id<struct PackageTag>;          // A package name that the request can reach.
using RequirementId = Id<struct RequirementTag>;  // A distinct (name, set of its candidates).

// "If active, the package is chosen from `allowed`": the meaning of a dependency or a constrains
// once its spec is evaluated. Specs with the same result share one requirement.
struct Requirement {
  PackageId package;
  std::uint32_t first_word;  // The start of the set in the universe's arena.
  std::uint32_t num_words;
  bool matches_nothing;
};

// A candidate's requirements, as requirements. `depends`: a member must be chosen; `constrains`:
// the same, but only if the package is chosen at all.
struct Links {
  std::span<const RequirementId> depends;
  std::span<const RequirementId> constrains;
};

// What a spec of a record says of what it matches: that it is there, or that nothing else is.
enum class SpecRole : std::uint8_t { kDepends, kConstrains };

// A package that no channel has: its candidates are the ways to satisfy a spec that says more than
// which records match. So conditions and extras are choices among candidates like any other to all
// that searches, encodes, prunes and proves. They are in no plan, cost nothing, and change nothing.
//
//   kExtras     "d[extras=[x]]": one candidate for each of d, in the same place, that depends on
//               that one and on what its group x does; a record without such a group has no more
//               to depend on. Who depends on "d>=2[extras=[x]]" depends on this package, out of
//               the places of d>=2. Several groups are one package: the union.
//   kCondition  "b>=2[when="a>=3 and c"]": a candidate for each way in which the condition does not
//               hold ("constrains a to <3", "constrains c to nothing"), and last the one that
//               depends on b>=2. So whoever depends on this package says "not a>=3, or not c, or
//               b>=2", which is the condition's meaning: an absent name satisfies constrains. "or"
//               makes one way of all; "and" within "or" is a package of its own.
//
// That a plan has nothing without need holds still: CloseModel (solver/search/close_model.h) takes
// the first way in which a condition does not hold, and needs what the last one depends on only if
// there is none.
struct PseudoPackage {
  enum class Kind : std::uint8_t { kExtras, kCondition };
  struct Way {
    std::vector<RequirementId> depends;
    std::vector<RequirementId> constrains;
  };
  Kind kind;
  PackageId base;                   // Of which it speaks; of the last way, if there is one.
  std::vector<std::string> groups;  // Of kExtras.
  std::vector<Way> ways;            // Of kCondition, by candidate.
  bool has_spec = false;  // The last way is that the spec holds, not that a part does not.
  std::string text;       // The spec, or the part of a condition that must not hold.
  std::string condition;  // Of a spec.
};

// Checks that every spec, pin and removal names one package. Errors: kInvalidArgument for the first
// one that does not.
[[nodiscard]] absl::Status CheckNames(const Request& request);

// The part of the channels that a request can reach, found lazily: the universe lists a name's
// candidates when something first mentions the name, and turns a candidate's dependencies into
// requirements (*grounds* it) when something first looks at it. Unused records cost nothing.
//
// Ids follow the order of discovery, which is the same on every run. The universe never forgets
// names, candidates and requirements. Candidate lists never move; Ground, RequirementFor and Intern
// invalidate views of requirements and links.
class Universe final {
 public:
  // Errors: kInvalidArgument if an installed or virtual package is malformed or a spec has no plain
  // name.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Universe>> Make(const Request& request,
                                                                      VersionPreference preference);

  const Request& request() const { return request_; }
  const std::vector<Source>& sources() const { return sources_; }
  const CandidateFinder& finder() const { return finder_; }

  std::size_t num_packages() const { return packages_.size(); }
  std::size_t num_requirements() const { return requirements_.size(); }
  std::size_t num_grounded() const { return num_grounded_; }

  PackageId Intern(std::string_view name);
  std::string_view NameOf(PackageId package) const { return packages_[package.index()]->name; }
  const CandidateList& List(PackageId package) const { return packages_[package.index()]->list; }
  std::size_t NumCandidates(PackageId package) const { return List(package).candidates.size(); }
  bool IsVirtual(PackageId package) const { return NameOf(package).starts_with("__"); }
  // Null for those with records of their own.
  const PseudoPackage* PseudoOf(PackageId package) const {
    return packages_[package.index()]->pseudo.get();
  }
  bool has_pseudo_packages() const { return num_pseudo_packages_ > 0; }
  // Neither the machine's nor a pseudo-package.
  bool MayBeInPlan(PackageId package) const {
    return PseudoOf(package) == nullptr && !IsVirtual(package);
  }
  // The package itself or, of a pseudo-package, the one that it speaks of.
  PackageId Spoken(PackageId package) const {
    const PseudoPackage* const pseudo = PseudoOf(package);
    return pseudo == nullptr || !pseudo->base.ok() ? package : Spoken(pseudo->base);
  }
  RecordView View(PackageId package, Position at) const;

  const Requirement& RequirementOf(RequirementId requirement) const {
    return requirements_[requirement.index()];
  }
  std::span<const Word> Allowed(RequirementId requirement) const;

  // Grounds the candidate unless it is grounded. Cost: linear in its number of specs; a new spec is
  // evaluated on all candidates of its name.
  Links Ground(PackageId package, Position at);
  bool IsGrounded(PackageId package, Position at) const {
    return packages_[package.index()]->links[at].grounded;
  }
  // Takes out of `names` what the candidate, grounded or not, does not depend on. As far as its
  // specs say at first sight: a name that is spelt in an unusual way may be taken out too.
  void KeepNeeded(PackageId package, Position at, std::vector<PackageId>& names);
  // Requires: grounded.
  Links LinksOf(PackageId package, Position at) const;

  // What a spec comes to, as a requirement: on the candidates that it matches or, if it has extras
  // or a condition, on a pseudo-package. One on a pseudo-package is to be satisfied, whatever the
  // role; IsNothing: always is.
  RequirementId RequirementFor(const MatchSpec& spec, SpecRole role = SpecRole::kDepends);
  bool IsNothing(RequirementId requirement) const { return requirement == nothing_; }
  // What every plan must satisfy because the request's own specs and pins have conditions and
  // extras, beside the names and candidates that are requested.
  std::vector<RequirementId> RequestRequirements();
  // What was once asked of an installed package; None if nothing was. With update_all only extras
  // and flags count: who once wanted a variant or a group wants it of a newer version too.
  RequirementId OnceAsked(const InstalledPackage& installed);

 private:
  struct LinkRange {
    std::uint32_t first = 0;
    std::uint32_t num_depends = 0;
    std::uint32_t num_constrains = 0;
    bool grounded = false;
  };
  struct Package {
    std::string name;
    CandidateList list;
    std::vector<LinkRange> links;  // By position.
    std::unique_ptr<PseudoPackage> pseudo;
  };
  // The identity of a requirement.
  struct RequirementContent {
    PackageId package;
    std::span<const Word> allowed;
  };
  struct RequirementHash {
    using is_transparent = void;
    const Universe* universe;
    std::size_t operator()(const RequirementContent& content) const;
    std::size_t operator()(RequirementId requirement) const;
  };
  struct RequirementEqual {
    using is_transparent = void;
    const Universe* universe;
    bool operator()(RequirementId a, RequirementId b) const { return a == b; }
    bool operator()(const RequirementContent& content, RequirementId requirement) const;
    bool operator()(RequirementId requirement, const RequirementContent& content) const {
      return (*this)(content, requirement);
    }
  };

  explicit Universe(const Request& request, VersionPreference preference);
  [[nodiscard]] absl::Status AddSources();
  RequirementId PlainRequirement(const MatchSpec& spec);
  RequirementId RequirementForSpec(std::uint32_t source, SpecId spec);
  void AddConstrains(std::uint32_t source, SpecId spec);
  RequirementId AllOf(PackageId package);
  RequirementId Nothing();
  PackageId AddPseudo(const std::string& name, CandidateList list, PseudoPackage pseudo);
  RequirementId RequirementWithExtras(const MatchSpec& spec);
  RequirementId RequirementWithCondition(const MatchSpec& spec, SpecRole role);
  std::vector<PseudoPackage::Way> WaysToFail(const Condition& condition);
  void AddFailure(const Condition& condition, PseudoPackage::Way* way);
  void GroundPseudo(PackageId package, Position at);
  NameId NameIn(std::uint32_t source, PackageId package);
  bool BeginsWithName(std::string_view spec, PackageId package) const;
  RequirementId ShareRequirement(PackageId package, std::span<const Word> allowed);
  void Evaluate(const MatchSpec& spec, PackageId package, std::vector<Word>* allowed) const;

  const Request& request_;
  std::vector<std::unique_ptr<Index>> own_indexes_;  // Of the environment and the virtual packages.
  std::vector<Source> sources_;
  CandidateFinder finder_;
  std::vector<std::unique_ptr<Package>> packages_;  // Their lists never move.
  absl::flat_hash_map<std::string_view, PackageId> package_of_name_;
  std::vector<Requirement> requirements_;
  absl::flat_hash_set<RequirementId, RequirementHash, RequirementEqual> shared_requirements_;
  std::vector<Word> words_;           // The sets of the requirements.
  std::vector<RequirementId> links_;  // The requirements of the grounded candidates.
  std::vector<std::vector<RequirementId>> requirement_of_spec_;  // By source, spec.
  struct NameInIndex {
    NameId id;  // None if the index has no record of that name.
    bool known = false;
  };
  std::vector<std::vector<NameInIndex>> name_in_index_;  // By source, package.
  std::size_t num_grounded_ = 0;
  std::size_t num_pseudo_packages_ = 0;
  RequirementId nothing_;  // None until something has a condition that never holds.
  // Scratch space, so that grounding allocates only what it keeps.
  std::vector<Word> evaluated_;
  Links Grounded(PackageId package, Position at);
  std::vector<RequirementId> grounded_depends_;
  std::vector<RequirementId> grounded_constrains_;
};

}  // namespace satchel
