#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "encoding/domains.h"
#include "encoding/encoder.h"
#include "solver/objective/frontier.h"
#include "solver/search/answer.h"
#include "solver/search/crowd.h"
#include "solver/search/dive.h"
#include "solver/search/sat_solver.h"
#include "solver/search/stop_signal.h"
#include "solver/solve.h"

namespace satchel {

// Which accelerations are on. All of them keep the answer; tests switch them off to show it.
struct SearchOptions {
  bool dives = true;
  bool learning = true;  // From failed dives.
  bool counting = true;  // solver/search/crowd.h
  bool merge_candidates = true;
  bool lazy_grounding = true;
  // Not an acceleration: the engine `sat`. All that the roots reach is grounded and becomes one
  // CNF, which answers every question; what is decided becomes clauses of it.
  bool one_cnf = false;
};

// Answers "is there a plan in which ...?" about the current domains, cheapest means first:
//   1. a plan found earlier that happens to satisfy the question;
//   2. a dive (solver/search/dive.h), which usually finds a plan or shows that there is none; after
//      some failures it is seen whether to count tells more (solver/search/crowd.h);
//   3. where it gives up, CryptoMiniSat on what the domains leave open.
class Search final {
 public:
  Search(Domains& domains, const SearchOptions& options, const StopSignal& stop,
         SolveStatistics& statistics);

  Domains& domains() { return domains_; }
  Universe& universe() { return domains_.universe(); }
  const StopSignal& stop_signal() const { return stop_; }
  SolveStatistics& statistics() { return statistics_; }

  // Packages that a dive decides to the installed candidate if it can.
  void PreferInstalled(std::vector<bool> by_package) { prefer_installed_ = std::move(by_package); }

  // On "yes", model() satisfies all choices. On "no", `core` (if given) gets choices that are
  // impossible together; if it is empty, there is no plan at all.
  [[nodiscard]] Answer Feasible(std::span<const Choice> choices, const Progress& progress,
                                Core* core = nullptr);

  // The same without CryptoMiniSat.
  [[nodiscard]] QuickAnswer FeasibleByDive(std::span<const Choice> choices,
                                           const Progress& progress, Core* core);

  // Where dives show that there is no plan, `packages` gets those (by id) whose candidates that
  // rests on.
  void MarkFailures(std::vector<bool>* packages) { rests_on_ = packages; }

  // Why the last dive was not needed to say no: the packages are too many.
  const std::optional<Crowd>& crowd() const { return crowd_; }

  // The same by CryptoMiniSat alone, under what `Assume` set.
  [[nodiscard]] Answer FeasibleBySat(std::span<const Choice> choices, Core* core);

  // The last plan found. Requires: has_model().
  bool has_model() const { return !models_.empty(); }
  const Model& model() const { return models_.front(); }
  // Whether some plan found so far, still possible, satisfies the choice.
  bool IsWitnessed(const Choice& choice);
  void ForEachModel(const std::function<void(const Model&)>& visit) const {
    std::for_each(models_.begin(), models_.end(), visit);
  }
  // Makes a plan that was found some time the model.
  void UseModel(const Model& model);
  // Makes a plan found so far that is as wanted the model; false if none is.
  bool UseModel(const std::function<bool(const Model&)>& is_wanted);
  // Forgets plans that the domains no longer allow; called after each decision.
  void DropStaleModels();
  // The same where all that is new is this choice and what follows from it: propagation takes no
  // plan away that obeys it.
  void DropModelsWithout(const Choice& choice);
  void KeepOnlyCurrentModel();
  // Drops from the last plan what nothing that must be there needs.
  void PruneModel();

  // The SAT session: one encoding of the domains as they are now, made when first needed.
  // It must be closed when the domains change other than by FixInSession and ForbidInSession. Of
  // the one CNF nothing ends but what is assumed.
  void CloseSession();
  bool is_one_cnf() const { return options_.one_cnf; }
  // Packages and sets that the questions of the next sessions are about. For the one CNF all are
  // announced before the first question.
  // `perhaps`: packages that they may be about too, but that no plan needs for that.
  void Announce(std::vector<PackageId> roots, std::vector<Distinguished> distinguished,
                std::vector<PackageId> perhaps = {});
  Literal SessionLiteral(const Choice& choice);
  Cnf& SessionCnf();
  // Makes a choice permanent, in the domains and the session.
  void FixInSession(const Choice& choice);
  // The same of what is impossible.
  void ForbidInSession(PackageId package, std::span<const Word> removed);
  // Literals that every following session question assumes; cleared with the session.
  void Assume(std::vector<Literal> literals);
  // Solves the session's CNF, which grows while only overflow makes it unsatisfiable. kAskAnew: it
  // cannot grow any further; more has been grounded, the session is closed, and the question has
  // to be asked of a new one.
  enum class OfSession { kYes, kNo, kAskAnew };
  [[nodiscard]] absl::StatusOr<OfSession> SolveSession(std::span<const Literal> assumptions,
                                                       std::vector<Literal>* core);

 private:
  struct Session {
    std::unique_ptr<Encoding> encoding;
    std::unique_ptr<SatSolver> solver;
    std::size_t fed_clauses = 0;
    std::vector<Literal> assumed;
  };

  [[nodiscard]] QuickAnswer RunDive(std::span<const Choice> choices, const Progress& progress,
                                    int max_failures, Core* core);
  void GroundReached();
  bool IsCrowded(std::span<const Choice> choices, Core* core);
  bool FindCrowdWith(std::span<const Choice> choices);
  Session& OpenSession();
  std::vector<PackageId> Overflowing(const Session& session) const;
  void GroundMore(std::span<const PackageId> packages);
  void StoreModel(Model model);
  Model KeepNeeded(const std::vector<std::pair<PackageId, Position>>& choices);
  Model NeededOf(std::vector<PackageId> roots, const std::function<Position(PackageId)>& choose);

  Domains& domains_;
  const SearchOptions options_;
  const StopSignal& stop_;
  SolveStatistics& statistics_;
  std::vector<bool> prefer_installed_;
  std::vector<bool>* rests_on_ = nullptr;
  std::optional<Crowd> crowd_;
  int failures_left_;         // That dives may have in this level; below 0: they may not be tried.
  std::deque<Model> models_;  // Latest first; a handful.
  std::vector<PackageId> roots_;
  std::vector<PackageId> perhaps_;
  std::vector<Distinguished> distinguished_;
  std::unique_ptr<Session> session_;
};

}  // namespace satchel
