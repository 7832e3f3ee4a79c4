#pragma once

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
  // A question settled by name: choices from best to worst. If none holds and `may_fail`, all of
  // them are ruled out.
  struct Item {
    Term term;
    std::vector<std::vector<Word>> options;
    Position first = 0;  // Where the first option's rank class begins.
    bool may_fail = false;
  };

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
  Answer FixByName(Item& item, bool* needs_grounding);
  Item RankItem(PackageId package);
  void Refresh(std::vector<Item>& items);
  void Permit(const Choice& choice);
  void Decide(const std::vector<PackageId>& step);
  void ClaimImpossible(PackageId package, std::vector<Word> set);
  void ClaimBetterImpossible(PackageId package, Position chosen);
  void ClaimLeastGreatest(const std::vector<Term>& terms, std::int64_t value);
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
