#include "solver/search/dive.h"

#include <algorithm>
#include <utility>

#include "solver/objective/term.h"
#include "solver/search/close_model.h"

namespace satchel {
namespace {

std::vector<Word> Complement(std::vector<Word> set) {
  for (Word& word : set) {
    word = ~word;
  }
  return set;
}

PackageId FirstOpenPseudo(const Domains& domains) {
  const std::span<const PackageId> required = domains.Required();
  const auto found = std::find_if(required.begin(), required.end(), [&](PackageId package) {
    return domains.universe().PseudoOf(package) != nullptr && !domains.IsSingle(package);
  });
  return found == required.end() ? PackageId::None() : *found;
}

}  // namespace

// Invariant at the head of the loop: all is as the choices and decisions_ imply, as far as arc
// consistency sees, unless `holds` is false.
//
// It ends: every failure adds a nogood that the decisions just made satisfy, so none of the
// finitely many sets of decisions comes twice; in practice max_failures_ is met long before.
QuickAnswer Dive::Run(std::span<const Choice> choices, Progress progress) {
  choices_ = choices;
  // Settled, not propagated: the choices will answer for most supports, and without grounding.
  if (!domains_.PropagateGrounded()) {
    return false;
  }
  base_ = domains_.Now();
  const std::size_t num_required = domains_.Required().size();
  Choose(choices, progress);
  bool holds = domains_.Propagate() && OpenStep(std::move(progress));
  while (!is_done_ || !holds) {
    if (!holds && !Learn()) {
      return gave_up_ ? std::nullopt : std::optional(false);
    }
    if (stop_.stop()) {
      domains_.UndoTo(base_);
      return stop_.Why();
    }
    holds = domains_.Propagate() && Advance();
  }
  SetModel(num_required);
  domains_.UndoTo(base_);
  return true;
}

// What is decided. Where there are conditions, some of it may have become needless since.
void Dive::SetModel(std::size_t num_required) {
  if (!domains_.universe().has_pseudo_packages()) {
    for (const PackageId package : steps_.back().progress.decided()) {
      model_.Set(package, domains_.Best(package));
    }
    return;
  }
  const std::span<const PackageId> required = domains_.Required().first(num_required);
  std::vector<PackageId> needed(required.begin(), required.end());
  for (const Choice& choice : choices_) {
    if (!choice.or_absent) {
      needed.push_back(choice.package);
    }
  }
  model_ = CloseModel(domains_.universe(), needed,
                      [&](PackageId package) { return domains_.Best(package); });
}

void Dive::Choose(std::span<const Choice> choices, Progress& progress) {
  learned_since_ = base_;
  bool any_absent = false;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    domains_.SetReason(static_cast<std::uint32_t>(i));
    domains_.Restrict(choices[i].package, choices[i].allowed);
    any_absent = any_absent || choices[i].or_absent;
    if (choices[i].or_absent) {
      continue;
    }
    domains_.Require(choices[i].package);
    if (!progress.IsDecided(choices[i].package)) {
      progress.AddRoot(choices[i].package);
    }
  }
  domains_.SetReason(Domains::kNoReason);
  if (any_absent) {
    learned_since_ = domains_.Now();  // A nogood cannot speak of absence.
  }
}

// Decides one more name. False on a failure.
bool Dive::Advance() {
  Step& step = steps_.back();
  while (next_ < step.names.size() && AreSettled(domains_, {&step.names[next_], 1})) {
    ++next_;  // Nothing to decide.
  }
  if (next_ < step.names.size()) {
    return Decide(step.names[next_], step);
  }
  Progress progress = step.progress;
  if (step.stage == Stage::kVersion) {
    progress.Decide(step.names);
  }
  return OpenStep(std::move(progress));
}

// What is decided to a version may have many builds left, of which later decisions leave one. Only
// the best of them is looked at, to see that there is one: which names all need is known without.
// Of the roots, a handful, all are: what fails then without a decision needs no learning.
bool Dive::OpenStep(Progress progress) {
  Step step{std::move(progress), {}, Stage::kVersion};
  for (const PackageId package : step.progress.decided()) {
    const bool grounds_all = step.progress.IsRoot(package) && !domains_.IsSingle(package);
    if (!(grounds_all ? domains_.GroundAll(package) : domains_.GroundBest(package))) {
      return false;
    }
  }
  step.names = step.progress.Frontier(domains_);
  if (step.names.empty()) {
    step.stage = Stage::kBuild;
    step.names = step.progress.OpenBuilds(domains_);
  }
  if (step.names.empty()) {
    PackageId open = step.progress.FirstOpen(domains_);
    if (!open.ok() && domains_.universe().has_pseudo_packages()) {
      open = FirstOpenPseudo(domains_);  // Last: what they ask for must not cost anything else.
    }
    is_done_ = !open.ok();
    if (open.ok()) {
      step.names = {open};
      step.stage = Stage::kVariant;
    }
  }
  steps_.push_back(std::move(step));
  next_ = 0;
  return true;
}

// The installed candidate, else all that are of the best version left, of the best build number or
// the best variant. A set where that can be: the objective tells its members apart only when all
// else is decided, and a smaller decision would learn a weaker nogood.
Choice Dive::Best(PackageId package, const Step& step) const {
  const CandidateList& list = domains_.universe().List(package);
  const std::size_t size = list.candidates.size();
  const std::span<const Word> domain = domains_.Domain(package);
  if (step.stage != Stage::kVersion) {
    const Position best = domains_.Best(package);
    const Position last =
        step.stage == Stage::kVariant ? best + 1 : list.class_end[list.candidates[best].rank_class];
    return {package, RangeSet(size, best, last)};
  }
  const Position installed = list.installed;
  if (installed != kNoPosition && package.index() < prefer_installed_.size() &&
      prefer_installed_[package.index()] && Contains(domain, installed)) {
    return {package, RangeSet(size, installed, installed + 1)};
  }
  const Measure measure = step.progress.IsRoot(package) ? Measure::kLag : Measure::kLagAndFeatures;
  return {package, UpToCandidate(list, measure, BestOf(list, measure, domain))};
}

bool Dive::Decide(PackageId package, const Step& step) {
  if (!domains_.GroundBest(package)) {
    return false;
  }
  if (domains_.Best(package) == kNoPosition) {
    gave_up_ = true;  // Cannot be: what needs it would have failed before.
    return false;
  }
  Choice choice = Best(package, step);
  domains_.SetReason(static_cast<std::uint32_t>(choices_.size() + decisions_.size()));
  decisions_.push_back({steps_.size() - 1, next_, domains_.Now(), choice});
  ++next_;
  domains_.Restrict(package, choice.allowed);
  domains_.Require(package);
  domains_.SetReason(Domains::kNoReason);
  return domains_.GroundBest(package) &&
         (!step.progress.IsRoot(package) || domains_.Ground(package, choice.allowed));
}

// From a failure. False if there is no plan, or if it was one failure too many.
bool Dive::Learn() {
  ++num_failures_;
  std::vector<Domains::Failure::Reason> reasons;
  if (!gave_up_) {
    reasons = domains_.WhyFailed(base_).reasons;
  }
  if (rests_on_ != nullptr && !gave_up_) {
    // Of what was concluded before this dive, too.
    const std::vector<bool> packages = domains_.WhyFailed(0).packages;
    rests_on_->resize(std::max(rests_on_->size(), packages.size()));
    for (std::size_t i = 0; i < packages.size(); ++i) {
      (*rests_on_)[i] = (*rests_on_)[i] || packages[i];
    }
  }
  // The nogood. A decision took many candidates away; the failure needs that some of those are gone
  // (reason.ruled_out). Any choice of the package that avoids them, not only the one decided, fails
  // with the others: so the complement of what was needed is what must not hold choices.
  std::vector<Choice> choices;
  for (const Domains::Failure::Reason& reason : reasons) {
    const Choice& choice = reason.reason < choices_.size()
                               ? choices_[reason.reason]
                               : decisions_[reason.reason - choices_.size()].choice;
    if (!choice.or_absent) {
      choices.push_back({choice.package, Complement(reason.ruled_out)});
    }
  }
  const bool is_core = reasons.empty() || reasons.back().reason < choices_.size();
  if (gave_up_ || is_core || num_failures_ > max_failures_) {
    domains_.UndoTo(base_);
    if (learned_since_ == base_) {
      domains_.AddNogood(std::move(choices), base_);
    }
    gave_up_ = gave_up_ || !is_core;
    for (std::size_t i = 0; i < reasons.size() && !gave_up_; ++i) {
      core_.push_back({reasons[i].reason, std::move(reasons[i].ruled_out)});
    }
    return false;
  }
  // Back to the last decision that the failure rests on, over all those after it: they had no part
  // in it, so undoing them one by one would fail again in the same way.
  const std::size_t last = reasons.back().reason - choices_.size();
  const Decision decision = std::move(decisions_[last]);
  domains_.UndoTo(decision.mark);
  decisions_.resize(last);
  steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(decision.step + 1), steps_.end());
  next_ = decision.at;
  is_done_ = false;
  domains_.AddNogood(std::move(choices), learned_since_);
  return true;
}

}  // namespace satchel
