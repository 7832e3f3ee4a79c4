#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "encoding/staying.h"
#include "solver/objective/frontier.h"
#include "solver/objective/minimise.h"
#include "solver/search/search.h"
#include "solver/solve.h"

namespace satchel {

// Fixes the levels of the objective, one after the other (ARCHITECTURE.md, "The objective").
class Optimiser final {
 public:
  Optimiser(const Request& request, Objective objective, Search& search);

  // "Yes": the plan is search.model(), everything decided. "No": there is none. Stopped:
  // search.model() is the best plan found, if has_model().
  [[nodiscard]] Answer Run();

  // The levels fixed so far, in order.
  const std::vector<LevelValue>& levels() const { return levels_; }
  // The names that they decide, in order.
  const std::vector<Step>& steps() const { return steps_; }
  // The requested names, and what the plan has for each decided one.
  const std::vector<PackageId>& requested() const { return requested_; }
  const Progress& progress() const { return progress_; }

 private:
  struct Installed {
    PackageId package;
    const InstalledPackage* entry;
    InstalledStanding standing;
  };
  // What is settled as one of a level or step: a package's version, or whether it is chosen from
  // one set.
  struct Item {
    Term term;
    std::vector<Word> best;  // The best that can be had, and what would be better; or the set.
    std::int64_t paid = 0;   // Of the cost: at a level before.
  };
  // Whether there is such a plan among those that are best so far; nothing: it has to be asked in
  // another way. `cost`: the greatest that the choice allows.
  using AskBetter = std::function<QuickAnswer(const Choice&, std::int64_t cost)>;

  // False: arc consistency shows that there is no plan.
  bool SetUp();
  void AnnounceAll();
  // From here on a plan is known, so there is no "no". Errors: stopped; kInternal.
  absl::Status FixLevels();
  absl::Status FixEnvironment();
  std::vector<Word> SameMinor(const Installed& installed) const;
  absl::Status FixPython();
  absl::Status FixRequested();
  absl::Status FixRequestedInOrder();
  absl::Status FixUnchanged();
  absl::Status FixDependencies();
  // What TryKnown undoes, but for the domains.
  struct State {
    Progress progress;
    std::vector<PackageId> open_features;
    std::size_t num_levels;
    std::size_t num_steps;
  };
  // What could be fixed without finding out which names are certain.
  enum class Easy : std::uint8_t { kNone, kSome, kAll };
  absl::StatusOr<Easy> FixEasily(const std::string& label);
  absl::StatusOr<bool> FixKnown(const std::string& label);
  // What TryKnown came to: fixed, or undone because of these names, or because of none.
  struct Tried {
    bool is_fixed;
    std::vector<PackageId> others;
  };
  absl::StatusOr<Tried> TryKnown(const std::string& label,
                                 const std::vector<PackageId>& not_certain);
  State Save() const;
  void Restore(const State& state);
  Position BestOfAll(PackageId package) const;
  bool IsAsGoodAs(PackageId package, Position at, Position best) const;
  absl::StatusOr<bool> FindBestVersions();
  bool HasBestBuilds(std::vector<PackageId>* open);
  bool IsRefuted(const Choice& choice);
  absl::StatusOr<bool> AskForBetter(const Model& model);
  void RuleOutTooDearBeside(const Model& model);
  std::vector<PackageId> WorseIn(const Model& model) const;
  bool IsVersionOpen(PackageId package) const;
  bool HasBestVersions(const Model& model) const;
  Position BestLeft(PackageId package) const;
  std::vector<Word> BetterLeft(PackageId package, const Model& model) const;
  std::vector<PackageId> OpenIn(const Model& model) const;
  void FixBestVersion(PackageId package);
  absl::StatusOr<std::vector<PackageId>> FindCertain();
  static void DropAbsent(const Model& model, std::vector<PackageId>* perhaps);
  absl::Status SettlePerhaps(std::vector<PackageId> perhaps);
  void RequireShared();
  absl::Status FixVersions(const std::vector<PackageId>& names, const std::string& label);
  absl::StatusOr<bool> FixBuilds();
  absl::Status FixBest(PackageId package, bool whole_class);
  void DecideRequested();
  absl::Status FixItems(std::vector<Item> items, const std::string& label, Step::Kind kind);
  absl::StatusOr<bool> FixAllBest(const std::vector<Item>& items);
  void RuleOutTooDear(const std::vector<Item>& items, std::int64_t sum);
  static std::int64_t SumOfCheapest(const std::vector<Item>& items);
  std::int64_t LeastKnownSum(const std::vector<Item>& items) const;
  absl::Status FixSumAndNames(std::vector<Item>& items, const std::string& label);
  // These return whether all is fixed; if not, it has to be done in another way, or anew.
  absl::StatusOr<bool> FixSumByDives(std::vector<Item>& items, const std::string& label,
                                     bool* has_level);
  absl::StatusOr<bool> FixSumBySat(std::vector<Item>& items, const std::string& label,
                                   bool* has_level);
  absl::StatusOr<bool> FixByName(const Item& item, const AskBetter& ask);
  Item SetItem(PackageId package, std::vector<Word> set);
  Item CostItem(PackageId package, Measure measure);
  void Refresh(std::vector<Item>& items);
  void Commit(const Choice& choice);
  void Forbid(const Choice& choice);
  bool IsRequested(PackageId package) const;
  void AddLevel(const std::string& label, std::int64_t sum, const std::vector<Item>& items);
  void AddStep(Step::Kind kind, const std::string& label, const std::vector<Item>& items);

  const Request& request_;
  const Objective objective_;
  Search& search_;
  Domains& domains_;
  Universe& universe_;
  Progress progress_;
  std::vector<PackageId> requested_;  // By name.
  std::vector<PackageId> requested_in_order_;
  std::vector<Installed> installed_;      // By name; not those to be removed.
  std::vector<PackageId> kept_roots_;     // Of these, those that stay for their own sake.
  std::vector<PackageId> open_features_;  // Requested, decided but for their features; by name.
  std::vector<std::size_t> num_left_;     // By package: candidates when RequireShared looked.
  std::vector<LevelValue> levels_;
  std::vector<Step> steps_;
};

}  // namespace satchel
