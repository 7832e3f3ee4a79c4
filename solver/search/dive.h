#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "encoding/domains.h"
#include "solver/objective/frontier.h"
#include "solver/search/answer.h"
#include "solver/search/model.h"
#include "solver/search/stop_signal.h"

namespace satchel {

// Choices that are impossible together, ascending.
struct CoreMember {
  std::size_t choice;  // Its index.
  // The others could be had, if at all, only with one of these candidates of its package, which the
  // choice rules out; empty if that is not known.
  std::vector<Word> instead = {};
};
using Core = std::vector<CoreMember>;

// Looks for a plan without a SAT solver: decides in the order of the objective, each package to its
// best, with arc consistency. Usually that gets through, and usually the plan is the best one
// already.
//
// Where it fails, it learns: the trail says which decisions the failure rests on
// (Domains::WhyFailed). They cannot all hold together; that becomes a rule of the domains
// (Domains::AddNogood), the last of the decisions is undone with all that came after it, and as the
// others still hold, the rule takes from that package what was decided (conflict-directed
// backjumping, Prosser 1993, with nogoods, Dechter 1990). What rests on no decision rests on the
// choices asked about: these are a core, and the answer is no. Each failure rules out the decisions
// made, so the search ends; as decisions make weaker rules than the clauses of a SAT solver, it
// gives up after a number of failures.
//
// A rule is made as strong as the trail allows: of a decision counts only what it ruled out that
// the failure needs. So what fails with the best version, and would with the next twenty for the
// same reason, is decided to none of them.
//
// Only what the failures need is grounded. The rules learned stay for later questions.
class Dive final {
 public:
  // `prefer_installed`: by package, decided to the installed candidate if that can be.
  // `rests_on`: may be null; else each package by whose candidates a failure came about is marked.
  Dive(Domains& domains, const std::vector<bool>& prefer_installed, int max_failures,
       const StopSignal& stop, std::vector<bool>* rests_on = nullptr)
      : domains_(domains),
        prefer_installed_(prefer_installed),
        max_failures_(max_failures),
        stop_(stop),
        rests_on_(rests_on) {}

  // Whether there is a plan with all of `choices`. Called once; the domains are left as they were,
  // but for what was grounded and learned.
  [[nodiscard]] QuickAnswer Run(std::span<const Choice> choices, Progress progress);

  // After "yes".
  Model& model() { return model_; }
  // After "no".
  Core& core() { return core_; }
  int num_failures() const { return num_failures_; }

 private:
  // What of its names a step decides: of what version they are, and then of what build number, and
  // which variant of that.
  enum class Stage : std::uint8_t { kVersion, kBuild, kVariant };
  // Names that are decided one after the other.
  struct Step {
    Progress progress;  // Before it.
    std::vector<PackageId> names;
    Stage stage = Stage::kVersion;
  };
  struct Decision {
    std::size_t step;
    std::size_t at;  // Index into its names.
    Domains::Mark mark;
    Choice choice;
  };

  void Choose(std::span<const Choice> choices, Progress& progress);
  void SetModel(std::size_t num_required);
  bool Advance();
  bool OpenStep(Progress progress);
  bool Decide(PackageId package, const Step& step);
  Choice Best(PackageId package, const Step& step) const;
  bool Learn();

  Domains& domains_;
  const std::vector<bool>& prefer_installed_;
  const int max_failures_;
  const StopSignal& stop_;
  std::vector<bool>* const rests_on_;
  std::span<const Choice> choices_;
  Domains::Mark base_ = 0;
  Domains::Mark learned_since_ = 0;  // What is learned holds as long as what came before this.
  std::vector<Step> steps_;
  std::size_t next_ = 0;  // Of the last step's names.
  std::vector<Decision> decisions_;
  int num_failures_ = 0;
  bool is_done_ = false;
  bool gave_up_ = false;
  Model model_;
  Core core_;
};

}  // namespace satchel
