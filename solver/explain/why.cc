#include "solver/explain/why.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "base/status_macros.h"
#include "repodata/spec/condition.h"
#include "repodata/spec/record_match.h"
#include "solver/explain/diagnose.h"
#include "solver/explain/open_problem.h"
#include "solver/explain/record_text.h"

namespace satchel {
namespace {

constexpr std::size_t kFar = std::numeric_limits<std::size_t>::max();

// Who needs whom, of what is there.
class Requirements final {
 public:
  explicit Requirements(const std::vector<PresentPackage>& packages) : packages_(packages) {
    for (std::size_t i = 0; i < packages.size(); ++i) {
      by_name_.emplace(packages[i].record.name, i);
    }
    needs_.resize(packages.size());
    std::vector<bool> is_needed(packages.size());
    for (std::size_t i = 0; i < packages.size(); ++i) {
      const auto add = [&](const std::string& text, const std::string& group) {
        const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
        const std::size_t at = spec.ok() && Counts(*spec) ? Find(spec->name()) : packages.size();
        if (at < packages.size() && at != i) {
          needs_[i].push_back({at, TextWithCondition(*spec), group});
          is_needed[at] = true;
        }
      };
      for (const std::string& text : packages[i].record.depends) {
        add(text, "");
      }
      for (const auto& [group, specs] : packages[i].record.extra_depends) {
        for (const std::string& text : specs) {
          if (HasAll(specs)) {  // Else nobody has asked for it.
            add(text, group);
          }
        }
      }
      std::sort(needs_[i].begin(), needs_[i].end(), [&](const Need& a, const Need& b) {
        return packages_[a.package].record.name < packages_[b.package].record.name;
      });
    }
    const bool any_requested = std::any_of(packages.begin(), packages.end(),
                                           [](const PresentPackage& p) { return p.requested; });
    for (std::size_t i = 0; i < packages.size(); ++i) {
      if (any_requested ? packages[i].requested : !is_needed[i]) {
        roots_.push_back(i);
      }
    }
    std::sort(roots_.begin(), roots_.end(), [&](std::size_t a, std::size_t b) {
      return packages_[a].record.name < packages_[b].record.name;
    });
  }

  std::vector<Reason> Why(std::string_view name, bool all) {
    target_ = Find(name);
    if (target_ == packages_.size()) {
      return {};
    }
    MeasureDistances();
    told_.assign(packages_.size(), false);
    std::size_t nearest = kFar;
    for (const std::size_t root : roots_) {
      nearest = std::min(nearest, distance_[root]);
    }
    for (const std::size_t root : roots_) {
      if (distance_[root] == kFar || (!all && distance_[root] != nearest)) {
        continue;
      }
      Reason reason;
      reason.target = packages_[root].record.name;
      reason.target_text = packages_[root].record.version;
      reason.text = reason.target + " " + reason.target_text +
                    (packages_[root].requested ? " is requested" : " is there of its own");
      reasons_.push_back(std::move(reason));
      Tell(root, reasons_.size() - 1, all);
      if (!all) {
        break;
      }
    }
    return std::move(reasons_);
  }

 private:
  struct Need {
    std::size_t package;
    std::string spec;
    std::string group;  // Of optional dependencies; usually empty.
  };

  bool IsThere(const MatchSpec& spec) const {
    return std::ranges::any_of(
        packages_, [&](const PresentPackage& one) { return MatchesRecord(spec, one.record); });
  }

  // Whether its condition, if it has one, holds; of the machine nothing is known here.
  bool Counts(const MatchSpec& spec) const {
    return spec.when() == nullptr || spec.when()->Evaluate([&](const MatchSpec& part) {
      return part.name().starts_with("__") || IsThere(part);
    });
  }

  bool HasAll(const std::vector<std::string>& specs) const {
    return std::ranges::all_of(specs, [&](const std::string& text) {
      const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
      return spec.ok() && (!Counts(*spec) || spec->name().starts_with("__") || IsThere(*spec));
    });
  }

  std::size_t Find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? packages_.size() : found->second;
  }

  // Of each package to the target, in requirements.
  void MeasureDistances() {
    std::vector<std::vector<std::size_t>> needed_by(packages_.size());
    for (std::size_t i = 0; i < packages_.size(); ++i) {
      for (const Need& need : needs_[i]) {
        needed_by[need.package].push_back(i);
      }
    }
    distance_.assign(packages_.size(), kFar);
    distance_[target_] = 0;
    std::vector<std::size_t> reached = {target_};  // Nearest first.
    for (std::size_t next = 0; next < reached.size(); ++next) {
      for (const std::size_t from : needed_by[reached[next]]) {
        if (distance_[from] == kFar) {
          distance_[from] = distance_[reached[next]] + 1;
          reached.push_back(from);
        }
      }
    }
  }

  void Tell(std::size_t package, std::size_t node, bool all) {
    if (package == target_) {
      return;
    }
    if (told_[package]) {
      reasons_[node].because.push_back("as told of " + packages_[package].record.name + " above");
      return;
    }
    told_[package] = true;
    for (const Need& need : needs_[package]) {
      if (distance_[need.package] == kFar ||
          (!all && distance_[need.package] + 1 != distance_[package])) {
        continue;
      }
      const PackageRecord& from = packages_[package].record;
      Reason reason;
      reason.kind = ReasonKind::kNeeds;
      reason.parent = node;
      reason.subject = from.name;
      reason.subject_versions = from.version;
      reason.target = packages_[need.package].record.name;
      reason.target_text = need.spec;
      const std::string with = need.group.empty() ? "" : " with extra " + need.group;
      reason.text = from.name + " " + from.version + with + " needs " + need.spec;
      reasons_.push_back(std::move(reason));
      Tell(need.package, reasons_.size() - 1, all);
      if (!all) {
        return;
      }
    }
  }

  const std::vector<PresentPackage>& packages_;
  absl::flat_hash_map<std::string_view, std::size_t> by_name_;
  std::vector<std::vector<Need>> needs_;
  std::vector<std::size_t> roots_;
  std::size_t target_ = 0;
  std::vector<std::size_t> distance_;
  std::vector<bool> told_;
  std::vector<Reason> reasons_;
};

}  // namespace

std::vector<Reason> WhyThere(const std::vector<PresentPackage>& packages, std::string_view name,
                             bool all) {
  return Requirements(packages).Why(name, all);
}

absl::StatusOr<std::optional<Conflict>> WhyNot(const Request& request,
                                               const std::vector<PackageRecord>& present,
                                               const MatchSpec& wanted, const StopSignal& stop) {
  Request asked = request;
  asked.specs.push_back(wanted);
  std::vector<MatchSpec> kept;
  for (const PackageRecord& record : present) {
    if (record.name != wanted.name()) {
      ASSIGN_OR_RETURN(MatchSpec spec,
                       MatchSpec::Parse(record.name + " ==" + record.version + " " + record.build));
      kept.push_back(std::move(spec));
    }
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<OpenProblem> problem, OpenProblem::Make(asked, kept));
  const OpenProblem::Uses uses(problem->parts().size(), OpenProblem::Use::kAsWritten);
  if (problem->MayHold(uses)) {
    ASSIGN_OR_RETURN(const bool can_join, problem->Holds(uses, stop));
    if (can_join) {
      return std::optional<Conflict>();
    }
  }
  return std::optional<Conflict>(ExplainProblem(*problem, stop));
}

}  // namespace satchel
