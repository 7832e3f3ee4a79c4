#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "solver/certificate.h"
#include "solver/frontier.h"
#include "solver/minimise.h"
#include "solver/search.h"
#include "solver/solve.h"

namespace satchel {

// Fixes the levels of the objective, one after the other (ARCHITECTURE.md, "The objective").
class Optimiser final {
 public:
  // `certificate` gets every claim that the plan's optimality rests on; null if nobody asks.
  Optimiser(const Request& request, Objective objective, Search& search, Certificate* certificate);

  // kYes: the plan is search.model(), everything decided. kNo: there is none. kStopped:
  // search.model() is the best plan found, if has_model().
  Answer Run();

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
  };
  // What is settled as one of a level or step: a package's lag and rank class, or whether it is
  // chosen from one set.
  struct Item {
    Term term;
    std::vector<Word> best;  // The best that can be had: the first rank class, or the set.
    Position first = 0;      // Where that rank class begins.
  };
  // Whether there is such a plan among those that are best so far; nothing: it has to be asked in
  // another way. `cost`: the greatest that the choice allows.
  using AskBetter = std::function<std::optional<Answer>(const Choice&, std::int64_t cost)>;

  Answer SetUp();
  Answer FixLevels();
  Answer FixEnvironment();
  Answer FixRequested();
  Answer FixRequestedInOrder();
  Answer FixUnchanged();
  Answer FixDependencies();
  Answer FixVariant(PackageId package);
  Answer NextFrontier(std::vector<PackageId>* frontier);
  Answer RuleOutUnwitnessed(PackageId package, const std::vector<PackageId>& frontier,
                            bool* changed);
  Answer FixStep(const std::vector<PackageId>& step, const std::string& label);
  Answer FixItems(std::vector<Item> items, const std::string& label, Step::Kind kind);
  Answer FixAllBest(const std::vector<Item>& items);
  Answer FixGreatest(std::vector<Item>& items, const std::string& label);
  Answer FixSumAndNames(std::vector<Item>& items, const std::string& label);
  std::optional<Answer> FixSumByDives(std::vector<Item>& items, const std::string& label,
                                      bool* has_level);
  Answer FixSumBySat(std::vector<Item>& items, const std::string& label, bool has_level);
  std::optional<Answer> FixByName(const Item& item, const AskBetter& ask);
  Item SetItem(PackageId package, std::vector<Word> set);
  Item RankItem(PackageId package);
  void Refresh(std::vector<Item>& items);
  void Permit(const Choice& choice);
  void Decide(const std::vector<PackageId>& step);
  void ClaimImpossible(PackageId package, std::vector<Word> set);
  void ClaimBetterImpossible(PackageId package, Position chosen);
  void ClaimLeastGreatest(const std::vector<PackageId>& packages, std::int64_t value);
  void ClaimLeastSum(const std::vector<Item>& items, std::int64_t value);
  bool MayRemain(const Installed& installed) const;
  bool IsRequested(PackageId package) const;
  void AddBestLevels(const std::vector<Item>& items, const std::string& label, bool by_greatest);
  void AddLevel(const std::string& level, std::int64_t value);
  void AddStep(Step::Kind kind, const std::string& label, const std::vector<Item>& items);

  const Request& request_;
  const Objective objective_;
  Search& search_;
  Certificate* certificate_;
  Domains& domains_;
  Universe& universe_;
  Progress progress_;
  std::vector<PackageId> requested_;  // By name.
  std::vector<PackageId> requested_in_order_;
  std::vector<Installed> installed_;  // By name; not those to be removed.
  std::vector<LevelValue> levels_;
  std::vector<Step> steps_;
};

}  // namespace satchel
