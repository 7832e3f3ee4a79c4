#include "solver/explain/open_problem.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"

#include "base/status_macros.h"
#include "base/suggest.h"
#include "encoding/age_limit.h"
#include "encoding/staying.h"
#include "solver/explain/known_names.h"
#include "solver/explain/nearest_spec.h"

namespace satchel {
namespace {

// A name of which all records had to be left out has none.
bool HasRecords(const Index& index, std::string_view name) {
  const NameId id = index.FindName(name);
  return id.ok() && index.Records(id).first < index.Records(id).last;
}

bool HasName(const Request& request, std::string_view name) {
  for (const Channel& channel : request.channels) {
    for (const Index* index : channel.subdirs) {
      if (HasRecords(*index, name)) {
        return true;
      }
    }
  }
  return false;
}

// The name of some channel, not asked for besides, that was most likely meant; empty if none is
// near.
std::string_view NearestName(const Request& request, std::string_view typed) {
  constexpr std::size_t kShortest = 3;  // Of shorter ones too many are near.
  std::vector<std::string_view> names;
  if (const std::string_view known = CondaNameOf(typed); !known.empty()) {
    return HasName(request, known) ? known : std::string_view();  // A near one would be wrong.
  }
  if (typed.size() < kShortest) {
    return {};
  }
  absl::flat_hash_set<std::string_view> requested;
  for (const MatchSpec& spec : request.specs) {
    requested.insert(spec.name());
  }
  for (const Channel& channel : request.channels) {
    for (const Index* index : channel.subdirs) {
      for (std::size_t i = 0; i < index->num_names(); ++i) {
        const std::string_view name = index->Name(NameId(i));
        if (!requested.contains(name) && HasRecords(*index, name)) {
          names.push_back(name);
        }
      }
    }
  }
  return Nearest(typed, names);
}

// A channel's record that the request hides does not stand for the installed one, though it is in
// the open universe.
absl::Status KeepApartWhatIsHidden(const Request& request, Request* open) {
  if (request.priority != ChannelPriority::kStrict && !HasAgeLimit(request)) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<Universe> asked,
                   Universe::Make(request, VersionPreference::kNewest));
  // Where nothing is requested of it: a spec that the installed one does not match says nothing of
  // what is hidden, but one with a channel may bring it in.
  Request bare = request;
  bare.specs.clear();
  bare.pins.clear();
  bare.remove.clear();
  ASSIGN_OR_RETURN(const std::unique_ptr<Universe> unasked,
                   Universe::Make(bare, VersionPreference::kNewest));
  for (InstalledPackage& installed : open->installed) {
    const auto has_record = [&installed](Universe& universe) {
      const CandidateList& list = universe.List(universe.Intern(installed.record.name));
      return list.installed != kNoPosition &&
             universe.sources()[list.candidates[list.installed].source].kind !=
                 Source::Kind::kInstalled;
    };
    installed.stands_alone = !has_record(*asked) && !has_record(*unasked);
  }
  return absl::OkStatus();
}

}  // namespace

bool NameExists(const Request& request, std::string_view name) {
  return HasName(request, name) ||
         std::any_of(request.virtual_packages.begin(), request.virtual_packages.end(),
                     [&](const PackageRecord& record) { return record.name == name; }) ||
         std::any_of(request.installed.begin(), request.installed.end(),
                     [&](const InstalledPackage& one) { return one.record.name == name; });
}

absl::StatusOr<std::unique_ptr<OpenProblem>> OpenProblem::Make(const Request& request,
                                                               const std::vector<MatchSpec>& kept) {
  RETURN_IF_ERROR(CheckNames(request));
  std::unique_ptr<OpenProblem> problem(new OpenProblem(request));
  Request& open = problem->open_;
  open = request;
  open.specs.clear();
  open.pins.clear();
  open.remove.clear();
  open.exclude_newer_ms.reset();
  open.age_limits.clear();
  if (open.priority == ChannelPriority::kStrict) {
    open.priority = ChannelPriority::kFlexible;
  }
  RETURN_IF_ERROR(KeepApartWhatIsHidden(request, &open));
  problem->AddParts(kept);
  ASSIGN_OR_RETURN(problem->universe_, Universe::Make(open, VersionPreference::kNewest));
  OpenProblem* const self = problem.get();
  problem->domains_.emplace(*problem->universe_, [self](PackageId package, std::span<Word> domain) {
    self->Limit(package, domain);
  });
  for (const PackageRecord& record : request.virtual_packages) {
    problem->domains_->Require(problem->universe_->Intern(record.name));
  }
  problem->domains_->Propagate();
  return problem;
}

void OpenProblem::AddParts(const std::vector<MatchSpec>& kept) {
  for (std::size_t i = 0; i < request_.pins.size(); ++i) {
    AddPart(Part::Kind::kPinned, request_.pins[i], i);
  }
  AddStaying(kept);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    AddPart(Part::Kind::kKept, kept[i], i);
  }
  for (std::size_t i = 0; i < request_.specs.size(); ++i) {
    AddPart(Part::Kind::kRequested, request_.specs[i], i);
  }
}

// What is kept exactly stays anyway.
void OpenProblem::AddStaying(const std::vector<MatchSpec>& kept) {
  const std::vector<InstalledStanding> standings = StandingsOfInstalled(request_);
  for (std::size_t i = 0; i < standings.size(); ++i) {
    const InstalledPackage& installed = request_.installed[i];
    const std::string& name = installed.record.name;
    const bool is_kept = std::any_of(kept.begin(), kept.end(),
                                     [&](const MatchSpec& spec) { return spec.name() == name; });
    const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(name);
    if (IsClaimed(request_, installed) && !is_kept && spec.ok()) {
      AddPart(Part::Kind::kStays, *spec, i, !standings[i].must_stay);
    }
  }
}

void OpenProblem::AddPart(Part::Kind kind, const MatchSpec& spec, std::size_t index, bool is_idle) {
  const std::string text = spec.ToString();
  const bool is_known = std::any_of(parts_.begin(), parts_.end(), [&](const Part& part) {
    return part.kind == kind && part.spec.ToString() == text;
  });
  if (!is_known) {
    const bool can_widen = kind == Part::Kind::kPinned || kind == Part::Kind::kRequested;
    parts_.push_back({kind, spec, index, can_widen ? Widen(spec) : std::nullopt, is_idle});
  }
}

std::optional<MatchSpec> OpenProblem::Widen(const MatchSpec& spec) const {
  std::string name = spec.name();
  if (!NameExists(request_, name)) {
    name = std::string(NearestName(request_, name));
    if (name.empty()) {
      return std::nullopt;
    }
  }
  const std::string channel(spec.channel());
  name += OptionsText(spec, {SpecField::kWhen});
  for (const std::string& text : {channel.empty() ? name : channel + "::" + name, name}) {
    absl::StatusOr<MatchSpec> wide = MatchSpec::Parse(text);
    if (wide.ok() && wide->ToString() != spec.ToString()) {
      return *std::move(wide);
    }
  }
  return std::nullopt;
}

OpenProblem::Uses OpenProblem::Only(const std::vector<std::size_t>& parts) const {
  Uses uses(parts_.size(), Use::kDropped);
  for (const std::size_t part : parts) {
    uses[part] = Use::kAsWritten;
  }
  return uses;
}

const MatchSpec* OpenProblem::SpecOf(std::size_t part, Use use) const {
  switch (use) {
    case Use::kAsWritten:
      return &parts_[part].spec;
    case Use::kWidened:
      return &*parts_[part].widened;
    case Use::kDropped:
      break;
  }
  return nullptr;
}

bool OpenProblem::Restrict(const Uses& uses, bool pins_only) {
  LimitOverridden(uses);
  std::vector<PackageId> demanded;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const MatchSpec* spec = SpecOf(i, uses[i]);
    if (spec == nullptr || parts_[i].is_idle || (pins_only && parts_[i].demands())) {
      continue;
    }
    const RequirementId requirement = universe_->RequirementFor(*spec, parts_[i].role());
    const PackageId package = universe_->RequirementOf(requirement).package;
    const std::span<const Word> allowed = universe_->Allowed(requirement);
    domains_->SetReason(static_cast<std::uint32_t>(i));
    domains_->Restrict(package, std::vector<Word>(allowed.begin(), allowed.end()));
    if (parts_[i].demands() || universe_->PseudoOf(package) != nullptr) {
      domains_->Require(package);
      demanded.push_back(package);
    }
  }
  domains_->SetReason(Domains::kNoReason);
  return domains_->Propagate() &&
         std::all_of(demanded.begin(), demanded.end(),
                     [&](PackageId package) { return domains_->GroundBest(package); });
}

// The packages that the question demands.
std::vector<PackageId> OpenProblem::Roots(const Uses& uses) {
  std::vector<PackageId> roots;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (uses[i] != Use::kDropped && parts_[i].demands()) {
      const RequirementId requirement = universe_->RequirementFor(*SpecOf(i, uses[i]));
      const PackageId package = universe_->RequirementOf(requirement).package;
      if (universe_->MayBeInPlan(package)) {
        roots.push_back(package);
      }
    }
  }
  return roots;
}

void OpenProblem::UndoTo(Domains::Mark mark) {
  domains_->UndoTo(mark);
  domains_->PropagateGrounded();  // What was grounded on the way may rule candidates out for good.
}

bool OpenProblem::MayHold(const Uses& uses, std::vector<std::size_t>* parts) {
  const Domains::Mark mark = domains_->Now();
  const bool may_hold = Restrict(uses, false);
  if (!may_hold && parts != nullptr) {
    parts->clear();
    for (const Domains::Failure::Reason& reason : domains_->WhyFailed(mark).reasons) {
      parts->push_back(reason.reason);
    }
  }
  UndoTo(mark);
  return may_hold;
}

std::vector<Word> OpenProblem::Left(const Uses& uses, std::string_view name) {
  const PackageId package = universe_->Intern(name);
  const Domains::Mark mark = domains_->Now();
  std::vector<Word> left;
  if (Restrict(uses, false)) {
    const std::span<const Word> domain = domains_->Domain(package);
    left.assign(domain.begin(), domain.end());
  }
  UndoTo(mark);
  return left;
}

Answer OpenProblem::Holds(const Uses& uses, const StopSignal& stop,
                          std::vector<std::size_t>* core) {
  const Domains::Mark mark = domains_->Now();
  Answer answer = false;
  if (Restrict(uses, core != nullptr)) {
    const std::vector<PackageId> roots = Roots(uses);
    std::vector<Choice> choices;
    std::vector<Distinguished> distinguished;
    std::vector<std::size_t> part_of_choice;
    for (std::size_t i = 0; core != nullptr && i < parts_.size(); ++i) {
      if (uses[i] == Use::kDropped || !parts_[i].demands()) {
        continue;
      }
      const RequirementId requirement = universe_->RequirementFor(*SpecOf(i, uses[i]));
      const std::span<const Word> allowed = universe_->Allowed(requirement);
      choices.push_back(
          {universe_->RequirementOf(requirement).package, {allowed.begin(), allowed.end()}});
      distinguished.push_back({choices.back().package, choices.back().allowed});
      part_of_choice.push_back(i);
    }
    SolveStatistics statistics;
    Search search(*domains_, SearchOptions(), stop, statistics);
    search.Announce(roots, distinguished);
    Core core_choices;
    answer = search.Feasible(choices, Progress(core == nullptr ? roots : std::vector<PackageId>()),
                             core == nullptr ? nullptr : &core_choices);
    if (core != nullptr) {
      core->clear();
      for (std::size_t i = 0; i < parts_.size(); ++i) {
        if (uses[i] != Use::kDropped && parts_[i].kind == Part::Kind::kPinned) {
          core->push_back(i);
        }
      }
      for (const CoreMember& member : core_choices) {
        core->push_back(part_of_choice[member.choice]);
      }
      std::sort(core->begin(), core->end());
    }
  } else if (core != nullptr) {
    core->clear();
  }
  UndoTo(mark);
  return answer;
}

bool OpenProblem::Refute(const Uses& uses, const StopSignal& stop, std::vector<bool>* packages,
                         std::optional<Crowd>* crowd) {
  const Domains::Mark mark = domains_->Now();
  packages->clear();
  bool refuted = !Restrict(uses, false);
  if (refuted) {
    *packages = domains_->WhyFailed(0).packages;
  } else {
    SolveStatistics statistics;
    Search search(*domains_, SearchOptions(), stop, statistics);
    search.MarkFailures(packages);
    const QuickAnswer possible = search.FeasibleByDive({}, Progress(Roots(uses)), nullptr);
    refuted = possible.ok() && *possible == false;
    if (crowd != nullptr) {
      *crowd = search.crowd();
    }
  }
  UndoTo(mark);
  return refuted;
}

void OpenProblem::Ground(PackageId package, const std::vector<Word>& candidates) {
  // Through the domains where they can still be chosen: the domains must know of them.
  domains_->Ground(package, candidates);
  ForEach(candidates, [&](Position at) {
    if (!universe_->IsGrounded(package, at)) {
      universe_->Ground(package, at);
    }
  });
}

}  // namespace satchel
