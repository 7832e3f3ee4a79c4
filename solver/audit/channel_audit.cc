#include "solver/audit/channel_audit.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

#include "base/status_macros.h"
#include "encoding/asked.h"
#include "encoding/domains.h"
#include "encoding/universe.h"
#include "repodata/index/index.h"
#include "solver/search/search.h"
#include "solver/search/stop_signal.h"

namespace satchel {
namespace {

// Few enough that the packages which a part reaches are far fewer than those of a channel: a plan
// is noted in time that is linear in them.
constexpr std::size_t kNamesOfPart = 200;

std::vector<Word> SetOf(std::size_t num_candidates, Position at) {
  std::vector<Word> set(WordsFor(num_candidates), 0);
  Insert(set, at);
  return set;
}

// The domains with what must be there.
struct Company {
  std::unique_ptr<Universe> universe;
  std::unique_ptr<Domains> domains;
  SolveStatistics statistics;
};

absl::StatusOr<std::unique_ptr<Company>> MakeCompany(const Request& request) {
  auto company = std::make_unique<Company>();
  ASSIGN_OR_RETURN(company->universe, Universe::Make(request, VersionPreference::kNewest));
  Universe& universe = *company->universe;
  company->domains = std::make_unique<Domains>(universe);
  Domains& domains = *company->domains;
  for (const PackageRecord& record : request.virtual_packages) {
    domains.Require(universe.Intern(record.name));
  }
  for (const MatchSpec& spec : request.specs) {
    if (CountsAlways(request, spec)) {
      const PackageId package = universe.Intern(spec.name());
      domains.Require(package);
      domains.GroundBest(package);
    }
  }
  for (const RequirementId requirement : universe.RequestRequirements()) {
    domains.Require(universe.RequirementOf(requirement).package);
    domains.Restrict(universe.RequirementOf(requirement).package, universe.Allowed(requirement));
  }
  domains.Propagate();
  return company;
}

}  // namespace

ChannelAudit::Verdict ChannelAudit::Of(std::uint32_t source, RecordId record) const {
  auto& byte = const_cast<std::uint8_t&>(verdicts_[source][record.index()]);
  return static_cast<Verdict>(std::atomic_ref<std::uint8_t>(byte).load(std::memory_order_relaxed));
}

void ChannelAudit::Set(std::uint32_t source, RecordId record, Verdict verdict) {
  // Threads that decide the same record decide the same, but for the one whose time is up.
  std::atomic_ref<std::uint8_t> known(verdicts_[source][record.index()]);
  std::uint8_t expected = static_cast<std::uint8_t>(Verdict::kNotAsked);
  if (verdict == Verdict::kUndecided) {
    known.compare_exchange_strong(expected, static_cast<std::uint8_t>(verdict));
  } else {
    known.store(static_cast<std::uint8_t>(verdict), std::memory_order_relaxed);
  }
}

absl::StatusOr<std::unique_ptr<ChannelAudit>> ChannelAudit::Make(const Request& request,
                                                                 const AuditOptions& options) {
  std::unique_ptr<ChannelAudit> audit(new ChannelAudit(request, options));
  ASSIGN_OR_RETURN(const std::unique_ptr<Company> company, MakeCompany(request));
  const StopSignal stop(0, options.cancel);
  Search search(*company->domains, SearchOptions(), stop, company->statistics);
  ASSIGN_OR_RETURN(const bool has_plan,
                   company->domains->failed() ? Answer(false) : search.Feasible({}, Progress({})));
  if (!has_plan) {
    return absl::FailedPreconditionError("what must be there has no plan itself");
  }
  std::set<std::string> names;
  for (const Source& source : company->universe->sources()) {
    audit->verdicts_.emplace_back(source.index->num_records(), 0);
    for (std::size_t i = 0; source.kind == Source::Kind::kChannel && i < source.index->num_names();
         ++i) {
      std::string name(source.index->Name(NameId(i)));
      if (!name.empty() && (!options.only.has_value() || options.only->name() == name ||
                            options.only->name_is_glob())) {
        names.insert(std::move(name));
      }
    }
  }
  audit->names_.assign(names.begin(), names.end());
  return audit;
}

std::size_t ChannelAudit::num_parts() const {
  return (names_.size() + kNamesOfPart - 1) / kNamesOfPart;
}

// One universe, for some names.
class ChannelAudit::Part final {
 public:
  Part(ChannelAudit& audit, Company& company)
      : audit_(audit),
        universe_(*company.universe),
        domains_(*company.domains),
        statistics_(company.statistics) {}

  absl::Status DecideName(const std::string& name) {
    const PackageId package = universe_.Intern(name);
    const CandidateList& list = universe_.List(package);
    const StopSignal stop(audit_.options_.seconds_a_name, audit_.options_.cancel);
    Search search(domains_, audit_.options_.search, stop, statistics_);
    for (Position at = 0; at < list.candidates.size(); ++at) {
      const Candidate& candidate = list.candidates[at];
      if (universe_.sources()[candidate.source].kind != Source::Kind::kChannel ||
          !IsAsked(package, at) ||
          audit_.Of(candidate.source, candidate.record) != Verdict::kNotAsked) {
        continue;
      }
      ASSIGN_OR_RETURN(const Verdict verdict, Decide(search, package, at));
      audit_.Set(candidate.source, candidate.record, verdict);
    }
    return absl::OkStatus();
  }

 private:
  bool IsAsked(PackageId package, Position at) const {
    const AuditOptions& options = audit_.options_;
    return (!options.newest || at == 0) &&
           (!options.only.has_value() || options.only->Matches(universe_.View(package, at)));
  }

  absl::StatusOr<Verdict> Decide(Search& search, PackageId package, Position at) {
    if (!Contains(domains_.Domain(package), at)) {
      return Verdict::kBroken;
    }
    const Choice choice{package, SetOf(universe_.NumCandidates(package), at)};
    search.Announce({package}, {{package, choice.allowed}});
    const QuickAnswer by_dive = search.FeasibleByDive({&choice, 1}, Progress({package}), nullptr);
    const bool is_decided = by_dive.ok() && by_dive->has_value();
    const Answer answer = !by_dive.ok() ? Answer(by_dive.status())
                          : is_decided  ? Answer(**by_dive)
                                        : search.FeasibleBySat({&choice, 1}, nullptr);
    if (absl::IsCancelled(answer.status())) {
      return answer.status();
    }
    if (!answer.ok()) {
      return Verdict::kUndecided;
    }
    if (*answer) {
      if (is_decided) {  // A model of CryptoMiniSat's stands for others: candidates are merged
                         // there.
        NotePlan(search.model(), package);
      }
      return Verdict::kInstallable;
    }
    // No plan has it, so none loses anything; what needs it falls with it.
    search.CloseSession();
    domains_.Remove(package, at);
    domains_.Propagate();
    return Verdict::kBroken;
  }

  // What the package and what must be there reach is a plan, so all of it can be installed, and so
  // can what may take the place of one of them.
  void NotePlan(const Model& model, PackageId root) {
    std::vector<PackageId> plan(domains_.Required().begin(), domains_.Required().end());
    plan.push_back(root);
    absl::flat_hash_set<PackageId> in_plan(plan.begin(), plan.end());
    for (std::size_t i = 0; i < plan.size(); ++i) {
      const PackageId package = plan[i];
      const Position at = model.Of(package);
      if (at == kNoPosition) {
        continue;  // The machine's.
      }
      Note(package, at);
      for (const RequirementId requirement : universe_.Ground(package, at).depends) {
        const PackageId needed = universe_.RequirementOf(requirement).package;
        if (in_plan.insert(needed).second) {
          plan.push_back(needed);
        }
      }
    }
    for (const PackageId package : plan) {
      // The root's other candidates come next; those of the others get one try in this part.
      if (package == root || tried_.insert(package).second) {
        NoteSubstitutes(model, plan, in_plan, package);
      }
    }
  }

  void Note(PackageId package, Position at) {
    const Candidate& candidate = universe_.List(package).candidates[at];
    if (universe_.MayBeInPlan(package) && IsAsked(package, at) &&
        universe_.sources()[candidate.source].kind == Source::Kind::kChannel) {
      audit_.Set(candidate.source, candidate.record, Verdict::kInstallable);
    }
  }

  // Candidates that all of the plan allows in the place of the package's, and that need nothing
  // that the plan does not have: the plan with one of them instead is a plan. A search for each of
  // them takes ten times as long (30,000 records of conda-forge).
  void NoteSubstitutes(const Model& model, const std::vector<PackageId>& plan,
                       const absl::flat_hash_set<PackageId>& in_plan, PackageId package) {
    if (!universe_.MayBeInPlan(package) || model.Of(package) == kNoPosition) {
      return;
    }
    const std::span<const Word> domain = domains_.Domain(package);
    std::vector<Word> allowed(domain.begin(), domain.end());
    for (const PackageId other : plan) {
      const Position at = model.Of(other);
      if (other == package || at == kNoPosition) {
        continue;
      }
      const Links links = universe_.LinksOf(other, at);
      for (const std::span<const RequirementId> requirements : {links.depends, links.constrains}) {
        for (const RequirementId requirement : requirements) {
          if (universe_.RequirementOf(requirement).package == package) {
            const std::span<const Word> by_this = universe_.Allowed(requirement);
            for (std::size_t w = 0; w < allowed.size(); ++w) {
              allowed[w] &= by_this[w];
            }
          }
        }
      }
    }
    for (Position at = FirstFrom(allowed); at != kNoPosition; at = FirstFrom(allowed, at + 1)) {
      const Candidate& candidate = universe_.List(package).candidates[at];
      if (audit_.Of(candidate.source, candidate.record) == Verdict::kNotAsked &&
          NeedsOnly(model, in_plan, package, at)) {
        Note(package, at);
      }
    }
  }

  bool NeedsOnly(const Model& model, const absl::flat_hash_set<PackageId>& in_plan,
                 PackageId package, Position at) {
    const Links links = universe_.Ground(package, at);
    const auto is_fulfilled = [&](RequirementId requirement, bool or_absent) {
      if (universe_.IsNothing(requirement)) {
        return true;
      }
      const PackageId needed = universe_.RequirementOf(requirement).package;
      const std::span<const Word> allowed = universe_.Allowed(requirement);
      if (needed == package) {
        return Contains(allowed, at);
      }
      if (universe_.IsVirtual(needed)) {
        const bool is_there = universe_.NumCandidates(needed) > 0;
        return is_there ? !IsEmpty(allowed) : or_absent;
      }
      const Position chosen = model.Of(needed);
      if (chosen == kNoPosition) {
        return or_absent && universe_.PseudoOf(needed) == nullptr;
      }
      return in_plan.contains(needed) && Contains(allowed, chosen);
    };
    return std::ranges::all_of(links.depends,
                               [&](RequirementId one) { return is_fulfilled(one, false); }) &&
           std::ranges::all_of(links.constrains,
                               [&](RequirementId one) { return is_fulfilled(one, true); });
  }

  ChannelAudit& audit_;
  Universe& universe_;
  Domains& domains_;
  SolveStatistics& statistics_;
  absl::flat_hash_set<PackageId> tried_;
};

absl::Status ChannelAudit::Decide(std::size_t part) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Company> company, MakeCompany(request_));
  Part work(*this, *company);
  const std::size_t end = std::min(names_.size(), (part + 1) * kNamesOfPart);
  for (std::size_t i = part * kNamesOfPart; i < end; ++i) {
    RETURN_IF_ERROR(work.DecideName(names_[i]));
  }
  return absl::OkStatus();
}

// Finds the cause of each broken record, that of what it needs first.
class ChannelAudit::Causes final {
 public:
  Causes(const ChannelAudit& audit, Company& company, AuditReport& report)
      : audit_(audit),
        universe_(*company.universe),
        domains_(*company.domains),
        statistics_(company.statistics),
        report_(report) {}

  absl::Status FindAll() {
    for (const std::string& name : audit_.names_) {
      const PackageId package = universe_.Intern(name);
      const std::size_t num_candidates = universe_.NumCandidates(package);
      for (Position at = 0; at < num_candidates; ++at) {
        RETURN_IF_ERROR(CountOne(package, at));
      }
    }
    std::ranges::sort(report_.installable);
    for (AuditCause& cause : report_.causes) {
      std::ranges::sort(cause.direct);
      std::ranges::sort(cause.indirect);
    }
    std::ranges::stable_sort(report_.causes, std::ranges::greater(), [](const AuditCause& cause) {
      return cause.direct.size() + cause.indirect.size();
    });
    return absl::OkStatus();
  }

 private:
  static constexpr std::size_t kOpen = static_cast<std::size_t>(-1);

  using Key = std::pair<std::uint32_t, Position>;
  static Key KeyOf(PackageId package, Position at) {
    return {static_cast<std::uint32_t>(package.index()), at};
  }

  // What is known of a broken candidate.
  struct Found {
    std::size_t cause = kOpen;
    bool is_direct = true;
  };

  Verdict Of(PackageId package, Position at) const {
    const Candidate& candidate = universe_.List(package).candidates[at];
    return audit_.Of(candidate.source, candidate.record);
  }

  absl::Status CountOne(PackageId package, Position at) {
    const Candidate candidate = universe_.List(package).candidates[at];
    const Source& source = universe_.sources()[candidate.source];
    const Verdict verdict = audit_.Of(candidate.source, candidate.record);
    if (source.kind != Source::Kind::kChannel || verdict == Verdict::kNotAsked) {
      return absl::OkStatus();
    }
    ++report_.num_records;
    if (verdict == Verdict::kInstallable) {
      ++report_.num_installable;
      if (audit_.options_.keep_installable) {
        report_.installable.push_back(absl::StrCat(
            std::string(source.index->subdir()), "/",
            std::string(source.index->String(source.index->Record(candidate.record).fn))));
      }
      return absl::OkStatus();
    }
    PackageRecord record = CopyRecord(*source.index, candidate.record, source.channel);
    if (verdict == Verdict::kUndecided) {
      report_.undecided.push_back(std::move(record));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const Found found, Find(package, at));
    AuditCause& cause = report_.causes[found.cause];
    (found.is_direct ? cause.direct : cause.indirect).push_back(report_.broken.size());
    report_.broken.push_back(std::move(record));
    return absl::OkStatus();
  }

  std::size_t CauseOf(AuditCause::Kind kind, std::vector<std::string> specs) {
    std::ranges::sort(specs);
    specs.erase(std::unique(specs.begin(), specs.end()), specs.end());
    const auto [at, is_new] =
        known_.try_emplace({static_cast<int>(kind), specs}, report_.causes.size());
    if (is_new) {
      report_.causes.push_back({kind, std::move(specs), {}, {}});
    }
    return at->second;
  }

  struct Need {
    std::string text;
    RequirementId requirement;
    bool is_constrains = false;
  };

  std::vector<Need> NeedsOf(PackageId package, Position at) {
    const Candidate& candidate = universe_.List(package).candidates[at];
    const Source& source = universe_.sources()[candidate.source];
    const PackageRecord record = CopyRecord(*source.index, candidate.record, source.channel);
    std::vector<Need> needs;
    const auto add = [&](const std::vector<std::string>& texts, SpecRole role) {
      for (const std::string& text : texts) {
        if (const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text); spec.ok()) {
          needs.push_back({text, universe_.RequirementFor(*spec, role),
                           role == SpecRole::kConstrains && spec->when() == nullptr});
        }
      }
    };
    add(record.depends, SpecRole::kDepends);
    add(record.constrains, SpecRole::kConstrains);
    return needs;
  }

  // The most preferred candidate of a need all of whose candidates are broken.
  std::optional<std::pair<PackageId, Position>> BrokenSupport(
      const std::vector<Need>& needs) const {
    for (const Need& need : needs) {
      const PackageId needed = universe_.RequirementOf(need.requirement).package;
      if (need.is_constrains || !universe_.MayBeInPlan(needed)) {
        continue;
      }
      const std::span<const Word> allowed = universe_.Allowed(need.requirement);
      const Position first = FirstFrom(allowed);
      Position at = first;
      while (at != kNoPosition && Of(needed, at) == Verdict::kBroken) {
        at = FirstFrom(allowed, at + 1);
      }
      if (at == kNoPosition) {
        return std::pair(needed, first);
      }
    }
    return std::nullopt;
  }

  // Follows what it needs and is broken until there is a cause, which all on the way share.
  absl::StatusOr<Found> Find(PackageId package, Position at) {
    const Key first = KeyOf(package, at);
    std::vector<Key> way;
    std::size_t cause = kOpen;
    bool is_last_direct = true;
    while (cause == kOpen) {
      const Key key = KeyOf(package, at);
      if (const auto [known, is_new] = found_.try_emplace(key); !is_new) {
        is_last_direct = known->second.cause == kOpen;  // On this way: it needs itself.
        cause = is_last_direct
                    ? CauseOf(AuditCause::Kind::kItself, {std::string(universe_.NameOf(package))})
                    : known->second.cause;
        break;
      }
      way.push_back(key);
      std::vector<Need> needs = NeedsOf(package, at);
      const auto missing = std::ranges::find_if(needs, [&](const Need& need) {
        return !need.is_constrains && IsEmpty(universe_.Allowed(need.requirement));
      });
      if (missing != needs.end()) {
        cause = CauseOf(IsLimited(missing->requirement) ? AuditCause::Kind::kConflict
                                                        : AuditCause::Kind::kMissing,
                        {missing->text});
      } else if (const auto next = BrokenSupport(needs); next.has_value()) {
        std::tie(package, at) = *next;
      } else {
        ASSIGN_OR_RETURN(std::vector<std::string> specs, Conflict(package, at, std::move(needs)));
        cause = CauseOf(AuditCause::Kind::kConflict, std::move(specs));
      }
    }
    for (std::size_t i = 0; i < way.size(); ++i) {
      found_[way[i]] = {cause, is_last_direct && i + 1 == way.size()};
    }
    return found_[first];
  }

  // Whether the request says which records of that name may be there.
  bool IsLimited(RequirementId requirement) const {
    const std::string_view name = universe_.NameOf(universe_.RequirementOf(requirement).package);
    const auto& rules = universe_.finder().RulesOf(name);
    return !rules.specs.empty() || !rules.pins.empty();
  }

  Choice ChoiceOf(const Need& need) const {
    const std::span<const Word> allowed = universe_.Allowed(need.requirement);
    return {universe_.RequirementOf(need.requirement).package,
            {allowed.begin(), allowed.end()},
            need.is_constrains};
  }

  // A smallest set, by leaving out, of its dependencies that no plan fulfils together. Those that
  // the time does not suffice for stay in it.
  absl::StatusOr<std::vector<std::string>> Conflict(PackageId package, Position at,
                                                    std::vector<Need> needs) {
    const StopSignal stop(audit_.options_.seconds_a_name, audit_.options_.cancel);
    Search search(domains_, audit_.options_.search, stop, statistics_);
    std::vector<Choice> with_itself = {{package, SetOf(universe_.NumCandidates(package), at)}};
    // By dives alone. What they do not decide counts as fulfilled: then the set is not the
    // smallest.
    const auto exclude = [&](const std::vector<Need>& kept, bool itself) -> absl::StatusOr<bool> {
      std::vector<Choice> choices = itself ? with_itself : std::vector<Choice>();
      for (const Need& need : kept) {
        choices.push_back(ChoiceOf(need));
      }
      const QuickAnswer answer = search.FeasibleByDive(choices, Progress({}), nullptr);
      if (absl::IsCancelled(answer.status())) {
        return answer.status();
      }
      return answer.ok() && answer->has_value() && !**answer;
    };
    ASSIGN_OR_RETURN(const bool without_itself, exclude(needs, false));
    const bool needs_itself = !without_itself;
    for (std::size_t i = needs.size(); i-- > 0;) {
      std::vector<Need> others = needs;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
      ASSIGN_OR_RETURN(const bool still_exclude, exclude(others, needs_itself));
      if (still_exclude) {
        needs = std::move(others);
      }
    }
    std::vector<std::string> specs;
    if (needs_itself) {  // Something that they need does not go with it.
      specs.emplace_back(universe_.NameOf(package));
    }
    for (const Need& need : needs) {
      specs.push_back(need.text);
    }
    return specs;
  }

  const ChannelAudit& audit_;
  Universe& universe_;
  Domains& domains_;
  SolveStatistics& statistics_;
  AuditReport& report_;
  std::map<std::pair<int, std::vector<std::string>>, std::size_t> known_;
  absl::flat_hash_map<Key, Found> found_;
};

absl::StatusOr<AuditReport> ChannelAudit::Report() {
  AuditReport report;
  ASSIGN_OR_RETURN(const std::unique_ptr<Company> company, MakeCompany(request_));
  Causes causes(*this, *company, report);
  RETURN_IF_ERROR(causes.FindAll());
  std::size_t in_channels = 0;
  if (!options_.only.has_value() && !options_.newest) {
    for (const Source& source : company->universe->sources()) {
      in_channels += source.kind == Source::Kind::kChannel ? source.index->num_records() : 0;
    }
    report.num_hidden = in_channels - report.num_records;
  }
  return report;
}

}  // namespace satchel
