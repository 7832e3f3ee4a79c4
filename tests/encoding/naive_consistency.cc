#include "tests/encoding/naive_consistency.h"

#include <algorithm>
#include <utility>

namespace satchel {
namespace {

class Naive final {
 public:
  explicit Naive(const Grounded& grounded) : universe_(*grounded.universe) {
    for (std::size_t p = 0; p < universe_.num_packages(); ++p) {
      result_.domains.emplace_back(universe_.NumCandidates(PackageId(p)), true);
    }
    result_.required.assign(universe_.num_packages(), false);
  }

  void Demand(const Choice& choice) {
    Require(choice.package);
    Restrict(choice.package, choice.allowed);
  }

  Consistency Run() {
    do {
      changed_ = false;
      for (std::size_t p = 0; p < universe_.num_packages(); ++p) {
        Apply(PackageId(p));
      }
    } while (changed_);
    for (std::size_t p = 0; p < universe_.num_packages(); ++p) {
      result_.failed = result_.failed || (result_.required[p] && Left(PackageId(p)).empty());
    }
    return std::move(result_);
  }

 private:
  std::vector<Position> Left(PackageId package) const {
    std::vector<Position> left;
    for (Position at = 0; at < result_.domains[package.index()].size(); ++at) {
      if (result_.domains[package.index()][at]) {
        left.push_back(at);
      }
    }
    return left;
  }
  bool HasChoice(RequirementId requirement) const {
    const std::vector<Position> left = Left(universe_.RequirementOf(requirement).package);
    return std::ranges::any_of(
        left, [&](Position at) { return Contains(universe_.Allowed(requirement), at); });
  }
  void Require(PackageId package) {
    changed_ = changed_ || !result_.required[package.index()];
    result_.required[package.index()] = true;
  }
  void Remove(PackageId package, Position at) {
    changed_ = changed_ || result_.domains[package.index()][at];
    result_.domains[package.index()][at] = false;
  }
  void Restrict(PackageId package, std::span<const Word> allowed) {
    for (const Position at : Left(package)) {
      if (!Contains(allowed, at)) {
        Remove(package, at);
      }
    }
  }

  // Support and constrains.
  bool IsSupported(PackageId package, Position at) const {
    const Links links = universe_.LinksOf(package, at);
    return std::ranges::all_of(links.depends,
                               [&](RequirementId requirement) { return HasChoice(requirement); }) &&
           std::ranges::all_of(links.constrains, [&](RequirementId requirement) {
             return !result_.required[universe_.RequirementOf(requirement).package.index()] ||
                    HasChoice(requirement);
           });
  }

  void Apply(PackageId package) {
    for (const Position at : Left(package)) {
      if (!IsSupported(package, at)) {
        Remove(package, at);
      }
    }
    const std::vector<Position> left = Left(package);
    if (!result_.required[package.index()] || left.empty()) {
      return;
    }
    if (left.size() == 1) {
      for (const RequirementId requirement : universe_.LinksOf(package, left[0]).constrains) {
        Restrict(universe_.RequirementOf(requirement).package, universe_.Allowed(requirement));
      }
    }
    // Choice, where one is left, and shared, where several are: the same rule for dependencies.
    for (std::size_t n = 0; n < universe_.num_packages(); ++n) {
      ApplyShared(left, package, PackageId(n));
    }
  }

  void ApplyShared(const std::vector<Position>& left, PackageId package, PackageId name) {
    std::vector<Word> all(WordsFor(universe_.NumCandidates(name)), 0);
    for (const Position at : left) {
      std::vector<Word> one = RangeSet(universe_.NumCandidates(name), 0,
                                       static_cast<Position>(universe_.NumCandidates(name)));
      bool depends = false;
      for (const RequirementId requirement : universe_.LinksOf(package, at).depends) {
        if (universe_.RequirementOf(requirement).package == name) {
          depends = true;
          Intersect(one, universe_.Allowed(requirement));
        }
      }
      if (!depends) {
        return;
      }
      Unite(all, one);
    }
    Require(name);
    Restrict(name, all);
  }

  const Universe& universe_;
  Consistency result_;
  bool changed_ = false;
};

}  // namespace

std::unique_ptr<Grounded> GroundEverything(const oracle::Universe& universe) {
  absl::StatusOr<oracle::World> world = oracle::BuildWorld(universe);
  if (!world.ok()) {
    return nullptr;
  }
  auto grounded = std::make_unique<Grounded>();
  grounded->world = *std::move(world);
  absl::StatusOr<std::unique_ptr<Universe>> made =
      Universe::Make(grounded->world.request, VersionPreference::kNewest);
  if (!made.ok()) {
    return nullptr;
  }
  grounded->universe = *std::move(made);
  for (const MatchSpec& spec : grounded->world.request.specs) {
    const RequirementId requirement = grounded->universe->RequirementFor(spec);
    const std::span<const Word> allowed = grounded->universe->Allowed(requirement);
    grounded->demands.push_back(
        {grounded->universe->RequirementOf(requirement).package, {allowed.begin(), allowed.end()}});
  }
  for (const PackageRecord& record : grounded->world.request.virtual_packages) {
    const PackageId package = grounded->universe->Intern(record.name);
    const std::size_t size = grounded->universe->NumCandidates(package);
    grounded->demands.push_back({package, RangeSet(size, 0, static_cast<Position>(size))});
  }
  // Grounding a candidate may mention names that were not known.
  for (std::size_t p = 0; p < grounded->universe->num_packages(); ++p) {
    for (Position at = 0; at < grounded->universe->NumCandidates(PackageId(p)); ++at) {
      grounded->universe->Ground(PackageId(p), at);
    }
  }
  return grounded;
}

Consistency NaiveConsistency(const Grounded& grounded, const std::vector<Choice>& restrictions) {
  Naive naive(grounded);
  for (const Choice& demand : grounded.demands) {
    naive.Demand(demand);
  }
  for (const Choice& restriction : restrictions) {
    naive.Demand(restriction);
  }
  return naive.Run();
}

std::optional<std::vector<std::vector<Position>>> AllModels(const Grounded& grounded,
                                                            const std::vector<Choice>& restrictions,
                                                            std::size_t limit) {
  const Universe& universe = *grounded.universe;
  const std::size_t num_packages = universe.num_packages();
  std::size_t num_choices = 1;
  for (std::size_t p = 0; p < num_packages; ++p) {
    num_choices *= universe.NumCandidates(PackageId(p)) + 1;
    if (num_choices > limit) {
      return std::nullopt;
    }
  }
  const auto allows = [&](RequirementId requirement, const std::vector<Position>& model,
                          bool if_present) {
    const Position at = model[universe.RequirementOf(requirement).package.index()];
    return at == kNoPosition ? if_present : Contains(universe.Allowed(requirement), at);
  };
  std::vector<std::vector<Position>> models;
  for (std::size_t number = 0; number < num_choices; ++number) {
    std::vector<Position> model;
    std::size_t rest = number;
    for (std::size_t p = 0; p < num_packages; ++p) {
      const std::size_t choices = universe.NumCandidates(PackageId(p)) + 1;
      const std::size_t chosen = rest % choices;
      rest /= choices;
      model.push_back(chosen == 0 ? kNoPosition : static_cast<Position>(chosen - 1));
    }
    bool holds = true;
    for (const std::vector<Choice>* choices : {&grounded.demands, &restrictions}) {
      for (const Choice& choice : *choices) {
        const Position at = model[choice.package.index()];
        holds = holds && at != kNoPosition && Contains(choice.allowed, at);
      }
    }
    for (std::size_t p = 0; p < num_packages && holds; ++p) {
      if (model[p] != kNoPosition) {
        const Links links = universe.LinksOf(PackageId(p), model[p]);
        holds = std::ranges::all_of(
                    links.depends,
                    [&](RequirementId requirement) { return allows(requirement, model, false); }) &&
                std::ranges::all_of(links.constrains, [&](RequirementId requirement) {
                  return allows(requirement, model, true);
                });
      }
    }
    if (holds) {
      models.push_back(std::move(model));
    }
  }
  return models;
}

}  // namespace satchel
