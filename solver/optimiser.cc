#include "solver/optimiser.h"

#include <algorithm>

#include "base/stopwatch.h"

namespace satchel {

Optimiser::Optimiser(const Request& request, Objective objective, Search& search,
                     Certificate* certificate)
    : request_(request),
      objective_(objective),
      search_(search),
      certificate_(certificate),
      domains_(search.domains()),
      universe_(search.universe()),
      progress_({}) {}

void Optimiser::AddLevel(const std::string& level, std::int64_t value) {
  levels_.push_back({level, value, true, false});
}

void Optimiser::AddStep(Step::Kind kind, const std::string& label, const std::vector<Item>& items) {
  Step step{kind, label, {}};
  for (const Item& item : items) {
    if (!universe_.IsVirtual(item.term.package)) {
      step.names.emplace_back(universe_.NameOf(item.term.package));
    }
  }
  steps_.push_back(std::move(step));
}

bool Optimiser::IsRequested(PackageId package) const {
  return std::find(requested_.begin(), requested_.end(), package) != requested_.end();
}

bool Optimiser::MayRemain(const Installed& installed) const {
  const auto& removals = universe_.finder().RulesOf(universe_.NameOf(installed.package)).removals;
  const PackageRecord& record = installed.entry->record;
  RecordView view;
  view.name = record.name;
  view.build = record.build;
  view.build_number = record.build_number;
  view.channel = record.channel;
  view.subdir = record.subdir;
  const absl::StatusOr<Version> version = Version::Parse(record.version);
  if (version.ok()) {
    view.version = version->ref();
  }
  return std::none_of(removals.begin(), removals.end(),
                      [&](const MatchSpec* removal) { return removal->Matches(view); });
}

Answer Optimiser::SetUp() {
  for (const PackageRecord& record : request_.virtual_packages) {
    domains_.Require(universe_.Intern(record.name));
  }
  for (const MatchSpec& spec : request_.specs) {
    const PackageId package = universe_.Intern(spec.name());
    domains_.Require(package);
    if (!universe_.IsVirtual(package)) {
      requested_in_order_.push_back(package);
    }
  }
  requested_ = requested_in_order_;
  SortByName(universe_, requested_);
  std::vector<bool> prefer_installed;
  for (const InstalledPackage& entry : request_.installed) {
    const Installed installed{universe_.Intern(entry.record.name), &entry};
    if (MayRemain(installed)) {
      installed_.push_back(installed);
      if (!request_.update_all && !IsRequested(installed.package)) {
        prefer_installed.resize(std::max(prefer_installed.size(), installed.package.index() + 1));
        prefer_installed[installed.package.index()] = true;
      }
    }
  }
  std::sort(installed_.begin(), installed_.end(), [&](const Installed& a, const Installed& b) {
    return universe_.NameOf(a.package) < universe_.NameOf(b.package);
  });
  search_.PreferInstalled(std::move(prefer_installed));
  for (const PackageId package : requested_) {
    progress_.AddRoot(package);
    domains_.GroundBest(package);
  }
  return domains_.Propagate() ? Answer::kYes : Answer::kNo;
}

Answer Optimiser::Run() {
  SolveStatistics& statistics = search_.statistics();
  Stopwatch watch;
  const Answer possible = SetUp();
  statistics.reach_ms += watch.Lap();
  if (possible == Answer::kNo) {
    return Answer::kNo;
  }
  // The dive that answers this is mostly the whole solve.
  const Answer feasible = search_.Feasible({}, progress_);
  statistics.search_ms = watch.Lap();
  if (feasible != Answer::kYes) {
    return feasible;
  }
  const Answer optimal = FixLevels();
  statistics.optimise_ms = watch.Lap();
  return optimal;
}

Answer Optimiser::FixLevels() {
  std::vector<Answer (Optimiser::*)()> levels = {&Optimiser::FixEnvironment};
  const auto requested = objective_ == Objective::kOrdered ? &Optimiser::FixRequestedInOrder
                                                           : &Optimiser::FixRequested;
  if (objective_ == Objective::kFewestChanges) {
    levels.insert(levels.end(), {&Optimiser::FixUnchanged, requested});
  } else {
    levels.insert(levels.end(), {requested, &Optimiser::FixUnchanged});
  }
  levels.push_back(&Optimiser::FixDependencies);
  for (const auto level : levels) {
    if (const Answer answer = (this->*level)(); answer != Answer::kYes) {
      return answer;
    }
  }
  return Answer::kYes;
}

// --- Levels 1 and 3: the environment -----------------------------------------------------------

Answer Optimiser::FixEnvironment() {
  std::vector<Item> present;
  std::vector<Item> as_once_asked;
  for (const Installed& installed : installed_) {
    const PackageId package = installed.package;
    const std::size_t size = universe_.NumCandidates(package);
    const bool once_requested = installed.entry->requested.has_value();
    if (!request_.prune || once_requested) {
      const std::vector<Word> all = RangeSet(size, 0, static_cast<Position>(size));
      present.push_back({{package, {{all, 0}}, 1}, {all}, 0, true});
    }
    if (once_requested && !IsRequested(package)) {
      const GateId gate = universe_.GateFor(*installed.entry->requested);
      const std::span<const Word> allowed = universe_.Allowed(gate);
      const std::vector<Word> set(allowed.begin(), allowed.end());
      as_once_asked.push_back({{package, {{set, 0}}, 1}, {set}, 0, true});
    }
  }
  if (const Answer answer = FixItems(std::move(present), "removals", Step::Kind::kPresence);
      answer != Answer::kYes) {
    return answer;
  }
  std::vector<PackageId> also_requested;
  // What must stay is a root from here on: a dive follows nothing else.
  for (const Installed& installed : installed_) {
    if (!domains_.IsRequired(installed.package)) {
      continue;
    }
    const bool once_requested = installed.entry->requested.has_value();
    if (!request_.prune || once_requested) {
      progress_.AddRoot(installed.package);
    }
    if (request_.update_all && once_requested && !IsRequested(installed.package)) {
      also_requested.push_back(installed.package);
    }
  }
  if (const Answer answer =
          FixItems(std::move(as_once_asked), "history specs violated", Step::Kind::kHistory);
      answer != Answer::kYes) {
    return answer;
  }
  requested_.insert(requested_.end(), also_requested.begin(), also_requested.end());
  SortByName(universe_, requested_);
  return Answer::kYes;
}

Answer Optimiser::FixUnchanged() {
  if (request_.update_all) {
    return Answer::kYes;
  }
  std::vector<Item> items;
  std::vector<PackageId> candidates;
  for (const Installed& installed : installed_) {
    const PackageId package = installed.package;
    const bool is_root = std::find(progress_.roots().begin(), progress_.roots().end(), package) !=
                         progress_.roots().end();
    if (!is_root || IsRequested(package)) {
      continue;
    }
    const Position at = universe_.List(package).installed;
    const std::size_t size = universe_.NumCandidates(package);
    if (at == kNoPosition) {
      continue;
    }
    const std::vector<Word> same = RangeSet(size, at, at + 1);
    items.push_back({{package, {{same, 0}}, 1}, {same}, 0, true});
    candidates.push_back(package);
  }
  if (const Answer answer = FixItems(std::move(items), "changes", Step::Kind::kChanges);
      answer != Answer::kYes) {
    return answer;
  }
  std::vector<PackageId> kept;
  for (const PackageId package : candidates) {
    if (domains_.IsSingle(package) && domains_.Best(package) == universe_.List(package).installed) {
      kept.push_back(package);
    }
  }
  Decide(kept);
  return Answer::kYes;
}

// --- Level 2: requested packages ---------------------------------------------------------------

Answer Optimiser::FixRequested() {
  return FixStep(requested_, "requested");
}

Answer Optimiser::FixRequestedInOrder() {
  std::vector<PackageId> order = requested_in_order_;
  order.insert(order.end(), requested_.begin(), requested_.end());  // Those of --update-all last.
  for (const PackageId package : order) {
    std::vector<Item> items;
    items.push_back(RankItem(package));
    const std::string label = "requested: " + std::string(universe_.NameOf(package));
    if (const Answer answer = FixItems(std::move(items), label, Step::Kind::kRank);
        answer != Answer::kYes) {
      return answer;
    }
  }
  Decide(requested_);
  return Answer::kYes;
}

// --- Levels 4 and 5: dependencies and variants ------------------------------------------------

Answer Optimiser::FixDependencies() {
  for (int depth = 1;;) {
    std::vector<PackageId> frontier;
    if (const Answer answer = NextFrontier(&frontier); answer != Answer::kYes) {
      return answer;
    }
    Answer answer = Answer::kYes;
    if (!frontier.empty()) {
      answer = FixStep(frontier, "depth " + std::to_string(depth++));
    } else {
      const PackageId open = progress_.EarliestOpen(domains_);
      if (!open.ok()) {
        return Answer::kYes;
      }
      answer = FixVariant(open);
    }
    if (answer != Answer::kYes) {
      return answer;
    }
  }
}

Answer Optimiser::FixVariant(PackageId package) {
  steps_.push_back({Step::Kind::kVariant, "variant", {std::string(universe_.NameOf(package))}});
  const std::size_t size = universe_.NumCandidates(package);
  for (;;) {
    const Position best = domains_.Best(package);
    if (best == kNoPosition) {
      return Answer::kNo;
    }
    const Choice choice{package, RangeSet(size, best, best + 1)};
    const Answer answer = search_.Feasible({&choice, 1}, progress_);
    if (answer == Answer::kStopped) {
      return answer;
    }
    if (answer == Answer::kYes) {
      ClaimBetterImpossible(package, best);
      Permit(choice);
      search_.DropStaleModels();
      return Answer::kYes;
    }
    domains_.Remove(package, best);
    domains_.Propagate();
    search_.CloseSession();
  }
}

// A variant of a decided package that no plan contains must not keep a name out of the frontier.
// Where a name is needed by some variants only, a plan has to show that one of the others is live.
Answer Optimiser::NextFrontier(std::vector<PackageId>* frontier) {
  for (;;) {
    const std::vector<PackageId> decided = progress_.decided();
    for (const PackageId package : decided) {
      if (!domains_.IsSingle(package)) {
        domains_.GroundAll(package);
      }
    }
    *frontier = progress_.Frontier(domains_);
    bool changed = false;
    for (const PackageId package : decided) {
      if (!domains_.IsSingle(package) && !changed) {
        const Answer answer = RuleOutUnwitnessed(package, *frontier, &changed);
        if (answer == Answer::kStopped) {
          return answer;
        }
      }
    }
    if (!changed) {
      return Answer::kYes;
    }
  }
}

Answer Optimiser::RuleOutUnwitnessed(PackageId package, const std::vector<PackageId>& frontier,
                                     bool* changed) {
  const DependencyNames names = NamesOf(domains_, package);
  for (const PackageId name : names.only_some) {
    if (progress_.IsDecided(name) ||
        std::find(frontier.begin(), frontier.end(), name) != frontier.end()) {
      continue;
    }
    Choice without{package, std::vector<Word>(domains_.Domain(package).size(), 0)};
    ForEach(domains_.Domain(package), [&](Position at) {
      const std::span<const GateId> depends = universe_.LinksOf(package, at).depends;
      const bool needs = std::any_of(depends.begin(), depends.end(), [&](GateId gate) {
        return universe_.GateOf(gate).package == name;
      });
      if (!needs) {
        Insert(without.allowed, at);
      }
    });
    if (search_.IsWitnessed(without)) {
      continue;
    }
    const Answer answer = search_.Feasible({&without, 1}, progress_);
    if (answer == Answer::kStopped) {
      return answer;
    }
    if (answer == Answer::kNo) {
      ClaimImpossible(package, without.allowed);
      domains_.RemoveAll(package, without.allowed);
      domains_.Propagate();
      search_.CloseSession();
      *changed = true;
      return Answer::kYes;
    }
  }
  return Answer::kYes;
}

// --- One level or step
// -----------------------------------------------------------------------------

// Cost: the lag; options: the rank classes.
Optimiser::Item Optimiser::RankItem(PackageId package) {
  const CandidateList& list = universe_.List(package);
  const std::size_t size = list.candidates.size();
  const std::span<const Word> domain = domains_.Domain(package);
  Item item;
  item.term.package = package;
  if (const Position best = FirstFrom(domain); best != kNoPosition) {
    const std::uint32_t rank_class = list.candidates[best].rank_class;
    item.first = rank_class == 0 ? 0 : list.class_end[rank_class - 1];
  }
  for (Position at = FirstFrom(domain); at != kNoPosition;) {
    const Candidate& candidate = list.candidates[at];
    const Position end = list.class_end[candidate.rank_class];
    const std::vector<Word> up_to = RangeSet(size, 0, end);
    item.options.push_back(up_to);
    if (!item.term.steps.empty() && item.term.steps.back().cost == candidate.lag) {
      item.term.steps.back().allowed = up_to;
    } else {
      item.term.steps.push_back({up_to, candidate.lag});
    }
    at = FirstFrom(domain, end);
  }
  return item;
}

Answer Optimiser::FixStep(const std::vector<PackageId>& step, const std::string& label) {
  std::vector<Item> items;
  for (const PackageId package : step) {
    domains_.Require(package);
    domains_.GroundBest(package);
  }
  for (const PackageId package : step) {
    items.push_back(RankItem(package));
  }
  const Answer answer = FixItems(std::move(items), label, Step::Kind::kRank);
  if (answer == Answer::kYes) {
    Decide(step);
  }
  return answer;
}

void Optimiser::Decide(const std::vector<PackageId>& step) {
  progress_.Decide(step);
}

// --- Claims
// ----------------------------------------------------------------------------------------

void Optimiser::ClaimImpossible(PackageId package, std::vector<Word> set) {
  if (certificate_ != nullptr && !IsEmpty(set)) {
    certificate_->claims.push_back(Certificate::Impossible{{{package, std::move(set)}}});
  }
}

// That no candidate before `chosen` can be had; those of its own rank class only if it is decided.
void Optimiser::ClaimBetterImpossible(PackageId package, Position chosen) {
  if (certificate_ != nullptr) {
    const std::size_t size = universe_.NumCandidates(package);
    ClaimImpossible(package, RangeSet(size, 0, chosen));
  }
}

void Optimiser::ClaimLeastGreatest(const std::vector<Term>& terms, std::int64_t value) {
  if (certificate_ == nullptr) {
    return;
  }
  Certificate::Impossible claim;
  for (const Term& term : terms) {
    const CandidateList& list = universe_.List(term.package);
    std::vector<Word> less(WordsFor(list.candidates.size()), 0);
    for (Position at = 0; at < list.candidates.size(); ++at) {
      if (list.candidates[at].lag < value) {
        Insert(less, at);
      }
    }
    claim.choices.push_back({term.package, std::move(less)});
  }
  if (value > 0) {
    certificate_->claims.push_back(std::move(claim));
  }
}

// --- One level or step
// -----------------------------------------------------------------------------

// Makes a choice permanent outside of a session.
void Optimiser::Permit(const Choice& choice) {
  if (certificate_ != nullptr) {
    certificate_->claims.push_back(Certificate::Fixed{choice});
  }
  search_.CloseSession();
  domains_.Restrict(choice.package, choice.allowed);
  domains_.Require(choice.package);
  domains_.Propagate();
}

void Optimiser::AddBestLevels(const std::vector<Item>& items, const std::string& label,
                              bool by_greatest) {
  std::int64_t greatest = 0;
  std::int64_t sum = 0;
  for (const Item& item : items) {
    greatest = std::max(greatest, item.term.steps[0].cost);
    sum += item.term.steps[0].cost;
  }
  if (by_greatest) {
    AddLevel(label + ": greatest lag", greatest);
  }
  AddLevel(by_greatest ? label + ": total lag" : label, sum);
}

Answer Optimiser::FixItems(std::vector<Item> items, const std::string& label, Step::Kind kind) {
  if (items.empty()) {
    return Answer::kYes;
  }
  const bool by_greatest = kind == Step::Kind::kRank;
  AddStep(kind, label, items);
  const auto is_empty = [](const Item& item) { return item.options.empty(); };
  if (std::any_of(items.begin(), items.end(), is_empty)) {
    return Answer::kNo;
  }
  std::vector<PackageId> roots;
  std::vector<Distinguished> distinguished;
  for (const Item& item : items) {
    roots.push_back(item.term.package);
    if (!by_greatest) {
      distinguished.push_back({item.term.package, item.options[0]});
    }
  }
  search_.Announce(std::move(roots), std::move(distinguished));
  if (certificate_ != nullptr) {
    certificate_->claims.push_back(Certificate::Level{levels_.size()});
  }
  const Answer all_best = FixAllBest(items);
  if (all_best != Answer::kNo) {
    search_.Announce({}, {});
    search_.DropStaleModels();
    if (all_best == Answer::kYes) {
      AddBestLevels(items, label, by_greatest);
    }
    return all_best;
  }
  Answer answer = by_greatest ? FixGreatest(items, label) : Answer::kYes;
  if (answer == Answer::kYes) {
    answer = FixSumAndNames(items, label + (by_greatest ? ": total lag" : ""));
  }
  search_.Announce({}, {});
  search_.DropStaleModels();
  return answer;
}

// Mostly everything can be at its best at once, and mostly the last dive has shown it already.
Answer Optimiser::FixAllBest(const std::vector<Item>& items) {
  std::vector<Choice> choices;
  for (const Item& item : items) {
    choices.push_back({item.term.package, item.options[0]});
  }
  const Answer answer = search_.Feasible(choices, progress_);
  if (answer == Answer::kYes) {
    for (const Item& item : items) {
      if (!item.may_fail) {
        ClaimBetterImpossible(item.term.package, item.first);
      }
    }
    for (const Choice& choice : choices) {
      Permit(choice);
    }
  }
  return answer;
}

// After the domains shrank: steps and options that are gone go.
void Optimiser::Refresh(std::vector<Item>& items) {
  for (Item& item : items) {
    domains_.GroundBest(item.term.package);
  }
  for (Item& item : items) {
    item = RankItem(item.term.package);
  }
}

Answer Optimiser::FixGreatest(std::vector<Item>& items, const std::string& label) {
  std::vector<Term> terms;
  for (const Item& item : items) {
    terms.push_back(item.term);
  }
  const Minimum greatest = MinimiseGreatest(terms, search_, progress_);
  if (greatest.answer != Answer::kYes) {
    return greatest.answer;
  }
  AddLevel(label + ": greatest lag", greatest.value);
  ClaimLeastGreatest(terms, greatest.value);
  for (const Term& term : terms) {
    std::size_t last = 0;
    while (last + 1 < term.steps.size() && term.steps[last + 1].cost <= greatest.value) {
      ++last;
    }
    Permit({term.package, term.steps[last].allowed});
  }
  Refresh(items);
  return Answer::kYes;
}

Answer Optimiser::FixSumAndNames(std::vector<Item>& items, const std::string& label) {
  bool has_level = false;
  for (;;) {
    std::vector<Term> terms;
    for (const Item& item : items) {
      terms.push_back(item.term);
    }
    bool needs_grounding = false;
    const Minimum sum = MinimiseSum(terms, search_, &needs_grounding);
    if (needs_grounding) {
      continue;
    }
    if (sum.answer != Answer::kYes) {
      return sum.answer;
    }
    if (!has_level) {
      AddLevel(label, sum.value);
      has_level = true;
    }
    if (certificate_ != nullptr) {
      certificate_->claims.push_back(Certificate::LeastSum{terms, sum.value});
    }
    search_.KeepOnlyCurrentModel();
    for (Item& item : items) {
      const Answer answer = FixByName(item, &needs_grounding);
      if (answer == Answer::kStopped) {
        return answer;
      }
      if (needs_grounding) {
        break;
      }
    }
    search_.CloseSession();
    if (!needs_grounding) {
      return Answer::kYes;
    }
  }
}

Answer Optimiser::FixByName(Item& item, bool* needs_grounding) {
  for (const std::vector<Word>& option : item.options) {
    const Choice choice{item.term.package, option};
    if (!search_.model().Satisfies(choice)) {
      const Literal literal = search_.SessionLiteral(choice);
      const Answer answer = search_.SolveSession({&literal, 1}, nullptr, needs_grounding);
      if (*needs_grounding || answer == Answer::kStopped) {
        return answer;
      }
      if (answer == Answer::kNo) {
        ClaimImpossible(choice.package, option);
        domains_.RemoveAll(choice.package, option);
        domains_.Propagate();
        continue;
      }
    }
    if (certificate_ != nullptr) {
      certificate_->claims.push_back(Certificate::Fixed{choice});
    }
    search_.FixInSession(choice);
    return Answer::kYes;
  }
  return item.may_fail ? Answer::kYes : Answer::kNo;
}

}  // namespace satchel
