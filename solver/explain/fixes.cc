#include "solver/explain/fixes.h"

#include <algorithm>
#include <optional>
#include <queue>
#include <set>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "encoding/age_limit.h"
#include "solver/explain/diagnose.h"
#include "solver/explain/minimal_subset.h"
#include "solver/explain/record_text.h"
#include "solver/explain/reduce_statements.h"
#include "solver/explain/relaxation.h"
#include "solver/solve_internal.h"

namespace satchel {
namespace {

using Use = OpenProblem::Use;
using AtomSet = std::vector<std::uint32_t>;  // Indexes of relaxations, ascending.

// Virtual packages of which a machine can come to have another version.
constexpr const char* kUpgradable[] = {"__cuda", "__glibc", "__linux", "__osx"};

// Something that every fix must include one of, if it includes all of `when`.
struct ConflictCore {
  AtomSet when;
  AtomSet options;
};

// What is asked next of a request whose conflict has no short proof usually has none either.
constexpr double kSecondsIfHard = 0.3;

double BudgetOf(const FixOptions& options) {
  const bool is_hard = options.explained != nullptr && !options.explained->minimal;
  return is_hard && options.budget_seconds > 0 ? std::min(options.budget_seconds, kSecondsIfHard)
                                               : options.budget_seconds;
}

class FixFinder final {
 public:
  FixFinder(const Request& request, const FixOptions& options)
      : options_(options), stop_(BudgetOf(options), options.cancel), relaxed_(request, {}) {
    ExplainedConflict* const explained = options.explained.get();
    if (explained != nullptr && explained->problem != nullptr &&
        &explained->problem->request() == &request) {
      parts_ = explained->problem->parts();
      // There, leaving out a spec that names a channel hides records; here it does not.
      knows_first_ =
          std::ranges::all_of(parts_, [](const Part& part) { return part.spec.channel().empty(); });
      relaxed_.SetPlain(std::move(explained->problem));
    }
  }

  absl::StatusOr<FixList> Run() {
    ASSIGN_OR_RETURN(RelaxedRequests::Variant * plain, relaxed_.VariantFor({}));
    parts_ = plain->problem->parts();
    Push({});
    while (!queue_.empty() && list_.fixes.size() < options_.max_fixes) {
      const State state = queue_.top();
      queue_.pop();
      if (stop_.stop()) {
        return std::move(list_);
      }
      if (IsCovered(state.atoms)) {
        continue;
      }
      if (const ConflictCore* core = FirstOpen(state.atoms); core != nullptr) {
        for (const std::uint32_t option : core->options) {
          Push(With(state.atoms, option));
        }
        continue;
      }
      const absl::Status tried = Try(state.atoms);
      if (WasStopped(tried)) {
        return std::move(list_);
      }
      if (!tried.ok()) {  // A bug; the other fixes are as good as they were.
        list_.flaw = ToStd(tried.message());
      }
    }
    list_.complete = queue_.empty() && !knows_too_little_ && list_.flaw.empty();
    return std::move(list_);
  }

 private:
  struct State {
    AtomSet atoms;
    int cost;
    // What is changed, from the last requested on; then what is not the request's.
    std::vector<std::uint64_t> tie;
    friend bool operator<(const State& a, const State& b) {  // The best is the greatest.
      return std::tie(a.cost, a.tie, a.atoms) > std::tie(b.cost, b.tie, b.atoms);
    }
  };

  std::uint32_t AtomFor(const Relaxation& relaxation) {
    const auto found = std::find(atoms_.begin(), atoms_.end(), relaxation);
    if (found == atoms_.end()) {
      atoms_.push_back(relaxation);
      return static_cast<std::uint32_t>(atoms_.size() - 1);
    }
    return static_cast<std::uint32_t>(found - atoms_.begin());
  }

  // Whether both change the same thing, so that one takes the place of the other.
  static bool Exclude(const Relaxation& a, const Relaxation& b) {
    const auto is_of_priority = [](const Relaxation& one) {
      return one.kind == Change::Kind::kFlexiblePriority || one.kind == Change::Kind::kAllowChannel;
    };
    const bool are_priorities =
        is_of_priority(a) && is_of_priority(b) &&
        (a.kind == Change::Kind::kFlexiblePriority || b.kind == Change::Kind::kFlexiblePriority);
    return are_priorities || (a.IsOfPart() && b.IsOfPart() && a.part == b.part) ||
           (a.kind == Change::Kind::kNewerMachine && b.kind == a.kind && a.name == b.name);
  }

  AtomSet With(AtomSet atoms, std::uint32_t atom) const {
    std::erase_if(atoms, [&](std::uint32_t other) { return Exclude(atoms_[atom], atoms_[other]); });
    atoms.push_back(atom);
    std::sort(atoms.begin(), atoms.end());
    return atoms;
  }

  void Push(AtomSet atoms) {
    if (UndoesItself(atoms) || !seen_.insert(atoms).second) {
      return;
    }
    State state{std::move(atoms), 0, {}};
    for (const std::uint32_t atom : state.atoms) {
      const Relaxation& relaxation = atoms_[atom];
      state.cost += CostOf(relaxation.kind);
      state.tie.push_back(relaxation.IsOfPart() ? parts_.size() - relaxation.part
                                                : parts_.size() + 1 + relaxation.channel);
    }
    std::sort(state.tie.begin(), state.tie.end());
    queue_.push(std::move(state));
  }

  // Whether a channel is allowed by the very spec that is given up, or a package is kept and let
  // go.
  bool UndoesItself(const AtomSet& atoms) const {
    return std::any_of(atoms.begin(), atoms.end(), [&](std::uint32_t atom) {
      const Relaxation& given_up = atoms_[atom];
      return given_up.IsOfPart() &&
             std::any_of(atoms.begin(), atoms.end(), [&](std::uint32_t other) {
               const Relaxation& allows = atoms_[other];
               const MatchSpec& spec = parts_[given_up.part].spec;
               return (allows.kind == Change::Kind::kAllowChannel &&
                       relaxed_.SpecFor(allows).ToString() == spec.ToString()) ||
                      (allows.kind == Change::Kind::kKeepPackage &&
                       given_up.kind == Change::Kind::kLetGo && allows.name == spec.name());
             });
    });
  }

  // Whether `given` does what `wanted` does, or more.
  static bool DoesAsMuch(const Relaxation& given, const Relaxation& wanted) {
    switch (wanted.kind) {
      case Change::Kind::kWidenSpec:
        return given.kind == Change::Kind::kDropSpec && wanted.part == given.part;
      case Change::Kind::kAllowChannel:
        return given.kind == Change::Kind::kFlexiblePriority;
      case Change::Kind::kNewerMachine:
        return given.kind == wanted.kind && given.name == wanted.name &&
               Version::Parse(given.version)->key() >= Version::Parse(wanted.version)->key();
      default:
        return false;
    }
  }

  bool Does(const AtomSet& atoms, std::uint32_t atom) const {
    return std::any_of(atoms.begin(), atoms.end(), [&](std::uint32_t other) {
      return other == atom || DoesAsMuch(atoms_[other], atoms_[atom]);
    });
  }

  // Whether a fix that was found does with no more than `atoms`.
  bool IsCovered(const AtomSet& atoms) const {
    return std::any_of(found_.begin(), found_.end(), [&](const AtomSet& fix) {
      return std::all_of(fix.begin(), fix.end(),
                         [&](std::uint32_t atom) { return Does(atoms, atom); });
    });
  }

  const ConflictCore* FirstOpen(const AtomSet& atoms) const {
    for (const ConflictCore& core : cores_) {
      const bool applies =
          std::includes(atoms.begin(), atoms.end(), core.when.begin(), core.when.end());
      if (applies && std::none_of(core.options.begin(), core.options.end(),
                                  [&](std::uint32_t option) { return Does(atoms, option); })) {
        return &core;
      }
    }
    return nullptr;
  }

  Relaxations RelaxationsOf(const AtomSet& atoms) const {
    Relaxations relaxations;
    for (const std::uint32_t atom : atoms) {
      relaxations.push_back(atoms_[atom]);
    }
    return relaxations;
  }

  // A fix, or a core that says why not.
  absl::Status Try(const AtomSet& atoms) {
    const Relaxations relaxations = RelaxationsOf(atoms);
    ASSIGN_OR_RETURN(RelaxedRequests::Variant * variant, relaxed_.VariantFor(relaxations));
    OpenProblem& problem = *variant->problem;
    const OpenProblem::Uses uses = RelaxedRequests::UsesFor(*variant, relaxations);
    problem.SeeAsIn(uses);
    if (atoms.empty() && knows_first_) {
      knows_too_little_ = options_.explained->parts_only;
      return AddCore(*variant, uses, atoms, options_.explained->blamed, options_.explained->lines);
    }
    RelaxedRequests::Stretched stretched;
    ASSIGN_OR_RETURN(const bool holds, relaxed_.Holds(relaxations, stop_, &stretched));
    if (holds && atoms.empty()) {
      return absl::InternalError("there is a plan for what was to be fixed");
    }
    if (holds) {
      ASSIGN_OR_RETURN(const AtomSet less, LessThatHolds(atoms));
      return less.empty()      ? AddFix(atoms, relaxations, stretched)
             : IsCovered(less) ? absl::OkStatus()
                               : Try(less);
    }
    const Blamed blamed = FindMinimalUnsatisfiableSubset(problem, uses, stop_);
    if (!blamed.minimal) {
      return stop_.Why();
    }
    if (RestsOnPartsAlone(problem, uses, blamed.parts)) {
      return AddCore(*variant, uses, atoms, blamed.parts, {});
    }
    const ExplainedParts explained = ExplainParts(problem, uses, blamed.parts, stop_);
    if (!explained.flaw.empty()) {
      return absl::InternalError(explained.flaw);
    }
    knows_too_little_ = knows_too_little_ || explained.parts_only;
    return AddCore(*variant, uses, atoms, blamed.parts, explained.lines);
  }

  // Where cores leave out ways, a set may do more than is needed: one with less that does as well;
  // none if there is none.
  absl::StatusOr<AtomSet> LessThatHolds(const AtomSet& atoms) {
    for (std::size_t i = 0; knows_too_little_ && atoms.size() > 1 && i < atoms.size(); ++i) {
      AtomSet less = atoms;
      less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
      const Relaxations relaxations = RelaxationsOf(less);
      ASSIGN_OR_RETURN(RelaxedRequests::Variant * variant, relaxed_.VariantFor(relaxations));
      variant->problem->SeeAsIn(RelaxedRequests::UsesFor(*variant, relaxations));
      RelaxedRequests::Stretched stretched;
      ASSIGN_OR_RETURN(const bool holds, relaxed_.Holds(relaxations, stop_, &stretched));
      if (holds) {
        return less;
      }
    }
    return AtomSet();
  }

  // Whether no line of the conflict can have options beside its parts, so that they need not be
  // found. On a made-up channel that halved the first fix at p90 (43 ms to 21, `explain_study`).
  bool RestsOnPartsAlone(OpenProblem& problem, const OpenProblem::Uses& uses,
                         const std::vector<std::size_t>& blamed) const {
    const Request& request = problem.request();
    if (request.priority == ChannelPriority::kStrict || HasAgeLimit(request) ||
        !request.remove.empty()) {
      return false;
    }
    OpenProblem::Uses parts = problem.Only({});
    for (const std::size_t part : blamed) {
      parts[part] = uses[part];
    }
    std::vector<bool> packages;
    if (!problem.Refute(parts, stop_, &packages)) {
      return false;
    }
    for (std::size_t i = 0; i < packages.size(); ++i) {
      if (packages[i] && problem.universe().IsVirtual(PackageId(i))) {
        return false;
      }
    }
    return true;
  }

  absl::Status AddCore(RelaxedRequests::Variant& variant, const OpenProblem::Uses& uses,
                       const AtomSet& atoms, const std::vector<std::size_t>& blamed,
                       const std::vector<Statement>& lines) {
    ConflictCore core;
    for (const std::size_t part : blamed) {
      if (part >= variant.first_extra) {
        core.when.push_back(AtomFor(variant.allowed_channels[part - variant.first_extra]));
      } else {
        core.options.push_back(NextOf(part, uses[part]));
      }
    }
    for (const Statement& line : lines) {
      AddOptions(variant, line, lines, &core.options);
      AddMachineAsked(variant, line, atoms, &core.when);
    }
    std::sort(core.when.begin(), core.when.end());
    cores_.push_back(std::move(core));
    if (FirstOpen(atoms) == nullptr) {
      return absl::InternalError("a conflict that says nothing new");
    }
    seen_.erase(atoms);
    Push(atoms);  // Its turn comes again, with one more core to obey.
    return absl::OkStatus();
  }

  // What is true of a machine that was changed need not be so of another one.
  void AddMachineAsked(const RelaxedRequests::Variant& variant, const Statement& line,
                       const AtomSet& atoms, AtomSet* when) const {
    for (const std::uint32_t atom : atoms) {
      if (line.kind == Statement::Kind::kVirtual &&
          atoms_[atom].kind == Change::Kind::kNewerMachine &&
          atoms_[atom].name == variant.problem->universe().NameOf(line.target)) {
        when->push_back(atom);
      }
    }
  }

  std::uint32_t NextOf(std::size_t part, Use use) {
    Relaxation relaxation;
    relaxation.part = part;
    switch (parts_[part].kind) {
      case Part::Kind::kPinned:
        relaxation.kind = Change::Kind::kRelaxPin;
        break;
      case Part::Kind::kStays:
        relaxation.kind = Change::Kind::kLetGo;
        break;
      case Part::Kind::kKept:
        relaxation.kind = Change::Kind::kLetChange;
        break;
      case Part::Kind::kRequested:
        relaxation.kind = use == Use::kAsWritten && parts_[part].widened.has_value()
                              ? Change::Kind::kWidenSpec
                              : Change::Kind::kDropSpec;
        break;
    }
    return AtomFor(relaxation);
  }

  // What can be changed of the request beside its parts so that the line is true no more.
  void AddOptions(RelaxedRequests::Variant& variant, const Statement& line,
                  const std::vector<Statement>& lines, AtomSet* options) {
    Universe& universe = variant.problem->universe();
    Relaxation relaxation;
    switch (line.kind) {
      case Statement::Kind::kPriority: {
        relaxation.kind = Change::Kind::kAllowChannel;
        relaxation.name = std::string(universe.NameOf(line.subject));
        const OpenProblem::Uses none = variant.problem->Only({});
        const std::vector<Word> hidden =
            variant.problem->Hidden(line.subject, HiddenBy::kPriority, none);
        std::set<std::uint32_t> channels;
        ForEach(hidden, [&](Position at) {
          const Candidate& candidate = universe.List(line.subject).candidates[at];
          channels.insert(universe.sources()[candidate.source].channel_rank);
        });
        for (const std::uint32_t channel : channels) {
          relaxation.channel = channel;
          options->push_back(AtomFor(relaxation));
        }
        options->push_back(AtomFor({Change::Kind::kFlexiblePriority, 0, "", 0, ""}));
        break;
      }
      case Statement::Kind::kTooNew:
        // The limit of a name or of a channel is in a file, which no command changes.
        if (variant.problem->request().exclude_newer_ms.has_value()) {
          relaxation.kind = Change::Kind::kAllowNewer;
          options->push_back(AtomFor(relaxation));
        }
        break;
      case Statement::Kind::kRemoval:
        relaxation.kind = Change::Kind::kKeepPackage;
        relaxation.name = std::string(universe.NameOf(line.subject));
        options->push_back(AtomFor(relaxation));
        break;
      case Statement::Kind::kVirtual:
        AddMachines(universe, line.target, lines, options);
        break;
      default:
        break;
    }
  }

  // Newer versions of a virtual package that do what a line asks: the least is one that it names.
  void AddMachines(const Universe& universe, PackageId package, const std::vector<Statement>& lines,
                   AtomSet* options) {
    Relaxation relaxation;
    relaxation.kind = Change::Kind::kNewerMachine;
    relaxation.name = std::string(universe.NameOf(package));
    const bool has_one = universe.NumCandidates(package) > 0;
    const bool upgradable = std::find(std::begin(kUpgradable), std::end(kUpgradable),
                                      relaxation.name) != std::end(kUpgradable) &&
                            (has_one || relaxation.name == "__cuda");
    for (const Statement& line : lines) {
      const bool constrains = line.kind == Statement::Kind::kConstrains;
      if (!upgradable || line.target != package ||
          (line.kind != Statement::Kind::kNeeds && !constrains)) {
        continue;
      }
      const VersionRef now = has_one ? universe.View(package, 0).version : VersionRef();
      for (const std::string& text :
           SpecTexts(universe, line.subject, line.who, package, constrains)) {
        if (std::optional<std::string> version = NewerVersionFor(text, relaxation.name, now)) {
          relaxation.version = *std::move(version);
          options->push_back(AtomFor(relaxation));
        }
      }
    }
  }

  // The first version that the spec names which is newer than `now` and matches it.
  static std::optional<std::string> NewerVersionFor(const std::string& text,
                                                    const std::string& name, VersionRef now) {
    constexpr const char* kDigits = "0123456789.";
    const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
    std::size_t end = name.size();
    for (std::size_t first = 0;
         spec.ok() && (first = text.find_first_of("0123456789", end)) != std::string::npos;) {
      end = std::min(text.find_first_not_of(kDigits, first), text.size());
      std::string version = text.substr(first, end - first);
      version.resize(version.find_last_not_of('.') + 1);
      const absl::StatusOr<Version> parsed = Version::Parse(version);
      RecordView view;
      view.name = name;
      view.build = "0";
      if (parsed.ok() && parsed->key() > now.key) {
        view.version = parsed->ref();
        if (spec->Matches(view)) {
          return version;
        }
      }
    }
    return std::nullopt;
  }

  absl::Status AddFix(const AtomSet& atoms, const Relaxations& relaxations,
                      const RelaxedRequests::Stretched& stretched) {
    const StopSignal soon(options_.budget_seconds, options_.cancel);
    ASSIGN_OR_RETURN(RelaxedRequests::Concrete concrete,
                     relaxed_.MakeConcrete(relaxations, stretched, soon));
    Fix fix;
    fix.changes = std::move(concrete.changes);
    fix.request = std::move(concrete.request);
    for (const Change& change : fix.changes) {
      fix.cost += CostOf(change.kind);
    }
    if (options_.plans) {
      SolveOptions solve;
      solve.objective = options_.objective;
      ASSIGN_OR_RETURN(SolveOutcome outcome, internal::SolveWithin(fix.request, solve, soon));
      Plan* plan = std::get_if<Plan>(&outcome);
      if (plan == nullptr) {
        return absl::InternalError("a fix does not solve: " + fix.changes[0].text);
      }
      fix.plan = std::move(*plan);
    }
    found_.push_back(atoms);
    // To ask for nothing always works; nobody wants to be told.
    if (!fix.request.specs.empty() || !fix.request.remove.empty() || fix.request.update_all) {
      const auto dearer = std::ranges::upper_bound(list_.fixes, fix.cost, {}, &Fix::cost);
      list_.fixes.insert(dearer, std::move(fix));
    }
    return absl::OkStatus();
  }

  const FixOptions& options_;
  const StopSignal stop_;
  RelaxedRequests relaxed_;
  std::vector<Part> parts_;
  bool knows_first_ = false;       // The first conflict, from the options.
  bool knows_too_little_ = false;  // Of some conflict, so that ways out of it may be missing.
  Relaxations atoms_;
  std::vector<ConflictCore> cores_;
  std::priority_queue<State> queue_;
  std::set<AtomSet> seen_;
  std::vector<AtomSet> found_;
  FixList list_;
};

}  // namespace

int CostOf(Change::Kind kind) {
  switch (kind) {
    case Change::Kind::kRelaxPin:
      return 4;
    case Change::Kind::kWidenSpec:
      return 5;
    case Change::Kind::kLetChange:
      return 6;
    case Change::Kind::kDropSpec:
      return 7;
    case Change::Kind::kAllowChannel:
      return 8;
    case Change::Kind::kAllowNewer:
    case Change::Kind::kKeepPackage:
    case Change::Kind::kFlexiblePriority:
      return 9;
    case Change::Kind::kLetGo:
      return 10;
    case Change::Kind::kNewerMachine:
      break;
  }
  return 12;
}

absl::StatusOr<FixList> FindFixes(const Request& request, const FixOptions& options) {
  return FixFinder(request, options).Run();
}

}  // namespace satchel
