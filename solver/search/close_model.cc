#include "solver/search/close_model.h"

#include <algorithm>
#include <set>
#include <span>
#include <vector>

namespace satchel {
namespace {

class Closing final {
 public:
  Closing(const Universe& universe, const std::function<Position(PackageId)>& choose)
      : universe_(universe), choose_(choose), seen_(universe.num_packages(), false) {}

  void Add(PackageId package) {
    if (seen_[package.index()]) {
      return;
    }
    seen_[package.index()] = true;
    const PseudoPackage* const pseudo = universe_.PseudoOf(package);
    if (pseudo != nullptr && pseudo->kind == PseudoPackage::Kind::kCondition) {
      conditions_.push_back(package);
    } else {
      model_.Set(package, choose_(package));
      pending_.push_back(package);
    }
  }

  Model Run() && {
    do {
      while (!pending_.empty()) {
        const PackageId package = pending_.back();
        pending_.pop_back();
        for (const RequirementId requirement :
             universe_.LinksOf(package, model_.Of(package)).depends) {
          Add(universe_.RequirementOf(requirement).package);
        }
      }
    } while (ActivateConditions());
    for (const PackageId package : conditions_) {
      SetFailing(package);
    }
    return std::move(model_);
  }

 private:
  // Of those conditions that hold by now, takes the spec. Whether there was one.
  bool ActivateConditions() {
    bool any = false;
    for (std::size_t i = 0; i < conditions_.size();) {
      const PackageId package = conditions_[i];
      const PseudoPackage& pseudo = *universe_.PseudoOf(package);
      if (!pseudo.has_spec || FirstFailing(pseudo) != kNoPosition) {
        ++i;
        continue;
      }
      any = true;
      conditions_.erase(conditions_.begin() + static_cast<std::ptrdiff_t>(i));
      model_.Set(package, static_cast<Position>(pseudo.ways.size() - 1));
      for (const RequirementId requirement : pseudo.ways.back().depends) {
        Add(universe_.RequirementOf(requirement).package);
      }
    }
    return any;
  }

  // The first way in which the condition does not hold, as things are.
  Position FirstFailing(const PseudoPackage& pseudo) const {
    const std::size_t size = pseudo.ways.size() - (pseudo.has_spec ? 1 : 0);
    for (std::size_t at = 0; at < size; ++at) {
      const PseudoPackage::Way& way = pseudo.ways[at];
      const auto is_kept = [&](RequirementId requirement) {
        const Position chosen = model_.Of(universe_.RequirementOf(requirement).package);
        return chosen == kNoPosition || Contains(universe_.Allowed(requirement), chosen);
      };
      const auto fails = [&](RequirementId requirement) {
        return FirstFailing(*universe_.PseudoOf(universe_.RequirementOf(requirement).package)) !=
               kNoPosition;
      };
      if (std::all_of(way.constrains.begin(), way.constrains.end(), is_kept) &&
          std::all_of(way.depends.begin(), way.depends.end(), fails)) {
        return static_cast<Position>(at);
      }
    }
    return kNoPosition;
  }

  void SetFailing(PackageId package) {
    const PseudoPackage& pseudo = *universe_.PseudoOf(package);
    const Position at = FirstFailing(pseudo);
    model_.Set(package, at);
    for (std::size_t i = 0; at != kNoPosition && i < pseudo.ways[at].depends.size(); ++i) {
      SetFailing(universe_.RequirementOf(pseudo.ways[at].depends[i]).package);
    }
  }

  const Universe& universe_;
  const std::function<Position(PackageId)>& choose_;
  std::vector<bool> seen_;
  std::vector<PackageId> pending_;
  std::vector<PackageId> conditions_;  // That do not hold so far.
  Model model_;
};

class Satisfaction final {
 public:
  Satisfaction(Universe& universe, const std::function<Position(PackageId)>& choose)
      : universe_(universe), choose_(choose) {}

  bool Holds(RequirementId requirement) {
    if (!requirement.ok()) {
      return true;
    }
    const PackageId package = universe_.RequirementOf(requirement).package;
    const PseudoPackage* const pseudo = universe_.PseudoOf(package);
    const auto holds = [this](RequirementId needed) { return Holds(needed); };
    if (pseudo != nullptr && pseudo->kind == PseudoPackage::Kind::kCondition) {
      return std::ranges::any_of(pseudo->ways, [&](const PseudoPackage::Way& way) {
        return std::ranges::all_of(way.constrains,
                                   [this](RequirementId limit) { return IsKept(limit); }) &&
               std::ranges::all_of(way.depends, holds);
      });
    }
    const Position at = choose_(package);
    if (at == kNoPosition || !Contains(universe_.Allowed(requirement), at)) {
      return false;
    }
    if (pseudo == nullptr || !seen_.insert(package).second) {
      return true;
    }
    const std::span<const RequirementId> links = universe_.Ground(package, at).depends;
    const std::vector<RequirementId> depends(links.begin(), links.end());
    return std::ranges::all_of(depends, holds);
  }

 private:
  bool IsKept(RequirementId limit) {
    const Position at = choose_(universe_.RequirementOf(limit).package);
    return at == kNoPosition || Contains(universe_.Allowed(limit), at);
  }

  Universe& universe_;
  const std::function<Position(PackageId)>& choose_;
  std::set<PackageId> seen_;  // On the way here: extras may ask for themselves.
};

}  // namespace

Model CloseModel(const Universe& universe, std::span<const PackageId> roots,
                 const std::function<Position(PackageId)>& choose) {
  Closing closing(universe, choose);
  std::for_each(roots.begin(), roots.end(), [&](PackageId root) { closing.Add(root); });
  return std::move(closing).Run();
}

bool IsSatisfied(Universe& universe, RequirementId requirement,
                 const std::function<Position(PackageId)>& choose) {
  return Satisfaction(universe, choose).Holds(requirement);
}

}  // namespace satchel
