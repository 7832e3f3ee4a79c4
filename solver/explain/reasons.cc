#include "solver/explain/reasons.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "encoding/age_limit.h"
#include "solver/explain/nearest_spec.h"
#include "solver/explain/record_text.h"

namespace satchel {
namespace {

ReasonKind KindOf(Statement::Kind kind) {
  switch (kind) {
    case Statement::Kind::kRequested:
      return ReasonKind::kRequested;
    case Statement::Kind::kStays:
      return ReasonKind::kStays;
    case Statement::Kind::kKept:
      return ReasonKind::kKept;
    case Statement::Kind::kPinned:
      return ReasonKind::kPinned;
    case Statement::Kind::kNeeds:
      return ReasonKind::kNeeds;
    case Statement::Kind::kConstrains:
      return ReasonKind::kConstrains;
    case Statement::Kind::kPriority:
      return ReasonKind::kPriority;
    case Statement::Kind::kTooNew:
      return ReasonKind::kTooNew;
    case Statement::Kind::kRemoval:
      return ReasonKind::kRemoval;
    case Statement::Kind::kVirtual:
      break;
  }
  return ReasonKind::kVirtual;
}

// "7 days", "1 day", "3.5 days", "12 hours".
std::string AgeText(std::int64_t ms) {
  constexpr std::int64_t kHourMs = 3'600'000;
  constexpr std::int64_t kDayMs = 24 * kHourMs;
  const bool is_days = ms >= kDayMs;
  // Tenths, rounded down: what is six days and 23 hours old is not 7 days old.
  const std::int64_t tenths = std::max<std::int64_t>(ms, 0) / ((is_days ? kDayMs : kHourMs) / 10);
  const std::string number = tenths % 10 == 0 ? absl::StrFormat("%d", tenths / 10)
                                              : absl::StrFormat("%d.%d", tenths / 10, tenths % 10);
  return absl::StrFormat("%s %s%s", number, is_days ? "day" : "hour", number == "1" ? "" : "s");
}

bool HaveCommon(const std::vector<Word>& a, const std::vector<Word>& b) {
  return !a.empty() && FirstCommon(a, b) != kNoPosition;
}

class Teller final {
 public:
  Teller(const OpenProblem& problem, Universe& universe, const std::vector<Statement>& lines,
         const std::vector<std::size_t>& blamed)
      : problem_(problem),
        universe_(universe),
        lines_(lines),
        blamed_(blamed),
        is_root_(lines.size()),
        node_of_(lines.size(), Reason::kRoot),
        told_(lines.size()) {}

  std::vector<Reason> Run() {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      is_root_[i] = lines_[i].IsPart() && (EndsAlone(lines_[i]) || !Children(lines_[i]).empty());
    }
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (is_root_[i]) {
        Tell(i, Reason::kRoot);
      }
    }
    // Parts that clash with each other directly, or whatever no part leads to.
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (!told_[i]) {
        Tell(i, Reason::kRoot);
      }
    }
    return std::move(reasons_);
  }

 private:
  // Nothing that any channel has would do.
  static bool EndsAlone(const Statement& line) { return line.Demands() && IsEmpty(line.allowed); }

  // Lines about what the line leads to, those that say more of it first.
  std::vector<std::size_t> Children(const Statement& line) const {
    std::vector<std::size_t> children;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const Statement& other = lines_[i];
      const bool about_target =
          other.subject == line.target && other.subject.ok() && HaveCommon(other.who, line.allowed);
      const bool about_machine = other.kind == Statement::Kind::kVirtual &&
                                 other.target == line.target &&
                                 line.kind != Statement::Kind::kVirtual;
      if (about_target || about_machine) {
        children.push_back(i);
      }
    }
    std::stable_sort(children.begin(), children.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(lines_[a].Hides(), FirstFrom(lines_[a].who)) <
             std::pair(lines_[b].Hides(), FirstFrom(lines_[b].who));
    });
    return children;
  }

  void Tell(std::size_t i, std::size_t parent) {
    const Statement& line = lines_[i];
    told_[i] = true;
    const std::size_t node = reasons_.size();
    node_of_[i] = node;
    reasons_.push_back(Describe(line));
    reasons_[node].parent = parent;
    bool leads_on = false;
    bool told_above = false;
    for (const std::size_t child : Children(line)) {
      if (!told_[child]) {
        Tell(child, node);
        leads_on = true;
      } else if (child != i) {
        told_above = true;
      }
    }
    if (line.target.ok() && line.kind != Statement::Kind::kVirtual) {
      AddEnds(i, node);
      if (told_above && !leads_on && reasons_[node].because.empty()) {
        reasons_[node].because.push_back(AlreadyTold(line.target));
      }
    }
  }

  // What was told of a package before: what the request says of it, if anything.
  std::string AlreadyTold(PackageId package) const {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (told_[i] && lines_[i].IsPart() && lines_[i].target == package) {
        return absl::StrFormat("and %s %s", PartText(lines_[i].part), StateOf(lines_[i]));
      }
    }
    return absl::StrFormat("see %s above", SpokenText(universe_, package));
  }

  Reason Describe(const Statement& line) const {
    Reason reason;
    reason.kind = KindOf(line.kind);
    if (line.subject.ok()) {
      const VersionsText versions =
          DescribeVersions(universe_, line.subject, line.who, DemandedOf(line.subject), true);
      reason.subject = SpokenText(universe_, line.subject);
      reason.subject_versions = versions.text;
      reason.subject_records = RecordLabels(universe_, line.subject, line.who);
      reason.text = reason.subject + (versions.text.empty() ? "" : " ") + versions.text;
      several_ = versions.several;
    }
    if (line.target.ok()) {
      reason.target = SpokenText(universe_, line.target);
      reason.target_text = TargetText(line);
      reason.target_records = RecordLabels(universe_, line.target, line.allowed);
    }
    if (line.IsPart()) {
      reason.part = static_cast<std::size_t>(std::find(blamed_.begin(), blamed_.end(), line.part) -
                                             blamed_.begin());
    }
    if (const PseudoPackage* const pseudo = PseudoSubject(line); pseudo != nullptr) {
      reason.text = Told(*pseudo, line, reason);
    } else {
      reason.text += Predicate(line, reason);
    }
    return reason;
  }

  const PseudoPackage* PseudoSubject(const Statement& line) const {
    return line.subject.ok() ? universe_.PseudoOf(line.subject) : nullptr;
  }

  // A line about extras or about a condition, in words.
  std::string Told(const PseudoPackage& pseudo, const Statement& line, const Reason& reason) const {
    if (pseudo.kind == PseudoPackage::Kind::kExtras) {
      const bool is_itself = line.target == pseudo.base;
      return reason.text +
             (is_itself  ? (several_ ? " are " : " is ")
              : several_ ? " need "
                         : " needs ") +
             reason.target_text;
    }
    const Position last = static_cast<Position>(pseudo.ways.size() - 1);
    const std::string condition = pseudo.has_spec ? pseudo.condition : pseudo.text;
    if (pseudo.has_spec && Contains(line.who, last)) {
      return line.kind == Statement::Kind::kConstrains
                 ? absl::StrFormat("where %s, only %s will do", condition, reason.target_text)
                 : absl::StrFormat("where %s, %s is needed", condition, reason.target_text);
    }
    if (line.kind == Statement::Kind::kConstrains) {
      return absl::StrFormat("\"%s\" fails only with %s", condition,
                             AllowedText(universe_, line.target, line.allowed));
    }
    return absl::StrFormat("\"%s\" fails only where \"%s\" does", condition, reason.target_text);
  }

  std::string Predicate(const Statement& line, const Reason& reason) const {
    switch (line.kind) {
      case Statement::Kind::kRequested:
      case Statement::Kind::kStays:
      case Statement::Kind::kKept:
      case Statement::Kind::kPinned:
        return reason.target_text + " " + StateOf(line);
      case Statement::Kind::kNeeds:
        return (several_ ? " need " : " needs ") + reason.target_text;
      case Statement::Kind::kConstrains:
        return (several_ ? " go with " : " goes with ") + reason.target_text + " only";
      case Statement::Kind::kPriority:
        return Hidden(line);
      case Statement::Kind::kTooNew:
        return TooNew(line);
      case Statement::Kind::kRemoval:
        return (several_ ? " are" : " is") + std::string(" to be removed");
      case Statement::Kind::kVirtual:
        break;
    }
    return Machine(line.target);
  }

  // How new, where the limit is an age.
  std::string TooNew(const Statement& line) const {
    const Request& request = problem_.request();
    const Position first = FirstFrom(line.who);
    if (request.now_ms == 0 || first == kNoPosition) {
      return (several_ ? " are" : " is") + std::string(" newer than exclude-newer allows");
    }
    const std::vector<Candidate>& candidates = universe_.List(line.subject).candidates;
    std::int64_t oldest = request.now_ms;
    ForEach(line.who, [&](Position at) {
      const Index& index = *universe_.sources()[candidates[at].source].index;
      oldest = std::min(oldest, index.Record(candidates[at].record).timestamp_ms);
    });
    const std::optional<std::int64_t> newest =
        NewestAllowed(request, universe_.NameOf(line.subject),
                      universe_.sources()[candidates[first].source].channel_rank);
    return absl::StrFormat(" %s released %s ago%s, and exclude-newer asks for %s",
                           several_ ? "were" : "was", AgeText(request.now_ms - oldest),
                           several_ ? " or later" : "",
                           AgeText(request.now_ms - newest.value_or(0)));
  }

  std::string StateOf(const Statement& line) const {
    switch (line.kind) {
      case Statement::Kind::kRequested:
        return problem_.parts()[line.part].kind == Part::Kind::kPinned ? "is pinned"
                                                                       : "is requested";
      case Statement::Kind::kStays:
        return problem_.request().installed[problem_.parts()[line.part].index].requested.has_value()
                   ? "was asked for before, and stays"
                   : "is installed and pinned, and stays";
      case Statement::Kind::kKept:
        return "is there";
      default:
        return "is pinned";
    }
  }

  std::string Hidden(const Statement& line) const {
    const Position first = FirstFrom(line.who);
    const std::string_view from = universe_.View(line.subject, first).channel;
    const std::uint32_t hiding = problem_.HidingChannel(line.subject);
    return absl::StrFormat(" (in %s) %s hidden by strict channel priority: %s has %s too", from,
                           several_ ? "are" : "is", problem_.request().channels[hiding].name,
                           universe_.NameOf(line.subject));
  }

  std::string Machine(PackageId package) const {
    const std::string name(universe_.NameOf(package));
    if (universe_.NumCandidates(package) == 0) {
      const std::string hint = name == "__cuda"   ? " (no NVIDIA driver was found)"
                               : name == "__win"  ? " (it is for Windows)"
                               : name == "__osx"  ? " (it is for macOS)"
                               : name == "__unix" ? " (it is for Linux and macOS)"
                               : name == "__linux" || name == "__glibc" ? " (it is for Linux)"
                                                                        : "";
      return "this machine has no " + name + hint;
    }
    const RecordView view = universe_.View(package, 0);
    const std::string hint = name == "__cuda" ? " (the NVIDIA driver decides it)" : "";
    return absl::StrFormat("this machine has %s %s%s%s", name, view.version.text,
                           name == "__archspec" ? " " + std::string(view.build) : std::string(),
                           hint);
  }

  std::string PartText(std::size_t part) const {
    const MatchSpec& spec = problem_.parts()[part].spec;
    if (problem_.parts()[part].kind != Part::Kind::kKept) {
      return TextWithCondition(spec);
    }
    const std::string& version = spec.version().text();
    return spec.name() + " " + version.substr(version.starts_with("==") ? 2 : 0);
  }

  std::string TargetText(const Statement& line) const {
    if (line.IsPart()) {
      return PartText(line.part);
    }
    std::string name(universe_.NameOf(universe_.Spoken(line.target)));
    if (line.kind == Statement::Kind::kVirtual) {
      return name;
    }
    const std::vector<std::string> texts = SpecTexts(universe_, line.subject, line.who, line.target,
                                                     line.kind == Statement::Kind::kConstrains);
    if (texts.size() == 1 || universe_.IsVirtual(line.target)) {
      return absl::StrJoin(texts, " or ");
    }
    if (IsEmpty(line.allowed)) {
      return universe_.NumCandidates(line.target) == 0 || texts.empty()
                 ? name
                 : absl::StrJoin(texts, " or ");
    }
    const std::size_t size = universe_.NumCandidates(line.target);
    const std::vector<Word> all = RangeSet(size, 0, static_cast<Position>(size));
    return name + " " + DescribeVersions(universe_, line.target, line.allowed, all, false).text;
  }

  // Those that some line asks for.
  std::vector<Word> DemandedOf(PackageId package) const {
    std::vector<Word> demanded(WordsFor(universe_.NumCandidates(package)), 0);
    for (const Statement& line : lines_) {
      if (line.target == package && line.Demands()) {
        Unite(demanded, line.allowed);
      }
    }
    return demanded;
  }

  // Why the target of line `i` is a dead end, as far as no line below says it.
  void AddEnds(std::size_t i, std::size_t node) {
    const Statement& line = lines_[i];
    if (universe_.IsVirtual(line.target)) {
      return;
    }
    const std::string name(universe_.NameOf(universe_.Spoken(line.target)));
    const std::size_t size = universe_.NumCandidates(line.target);
    if (line.Demands() && IsEmpty(line.allowed)) {
      reasons_[node].because.push_back(WhyNone(line, name, size));
      return;
    }
    bool ends = false;
    std::vector<Word> left = line.allowed;
    for (std::size_t j = 0; j < lines_.size(); ++j) {
      const Statement& other = lines_[j];
      if (j == i || other.target != line.target) {
        continue;
      }
      const bool excludes = !HaveCommon(line.allowed, other.allowed);
      if (excludes && other.IsPart() && (told_[j] || !line.IsPart())) {
        if (!told_[j] && !is_root_[j]) {
          told_[j] = true;
          node_of_[j] = reasons_.size();
          reasons_.push_back(Describe(other));
          reasons_.back().parent = node;
          reasons_.back().told_by_parent = true;
        }
        ends = true;
        reasons_[node].because.push_back(
            absl::StrFormat("but %s %s", PartText(other.part), StateOf(other)));
      } else if (excludes && !other.IsPart() && node_of_[j] < node && !ends) {
        ends = true;
        reasons_[node].because.push_back("but " + reasons_[node_of_[j]].text);
      }
      const bool is_above = told_[j] && (node_of_[j] == Reason::kRoot || node_of_[j] < node);
      if (is_above) {
        Intersect(left, other.allowed);
      }
    }
    if (!ends && IsEmpty(left)) {
      reasons_[node].because.push_back(
          absl::StrFormat("which with what is said above leaves no %s",
                          universe_.PseudoOf(line.target) == nullptr ? name : "way"));
    }
  }

  // "searched bioconda; another channel may have it".
  std::string Searched() const {
    std::vector<std::string> names;
    for (const Channel& channel : problem_.request().channels) {
      names.push_back(channel.name);
    }
    const bool has_forge = std::ranges::count(names, "conda-forge") > 0;
    return names.empty()
               ? std::string("none was searched")
               : absl::StrFormat("%s %s searched; another channel%s may have it",
                                 absl::StrJoin(names, ", "), names.size() == 1 ? "was" : "were",
                                 has_forge ? "" : ", such as conda-forge,");
  }

  // "python >=3.9" behind its name.
  static std::string TextBehind(const std::string& name, const std::string& text) {
    return text.size() > name.size() ? text.substr(name.size()) : "";
  }

  std::string WhyNone(const Statement& line, const std::string& name, std::size_t size) const {
    if (size == 0) {
      return line.IsPart() ? "but no channel has a package of this name: " + Searched()
                           : "which no channel has: " + Searched();
    }
    const std::vector<Word> all = RangeSet(size, 0, static_cast<Position>(size));
    const std::string text = line.IsPart() ? problem_.parts()[line.part].spec.version().text()
                                           : TextBehind(name, TargetText(line));
    const VersionsText there =
        DescribeVersions(universe_, line.target, all, all, false, NamedVersions(text));
    return absl::StrFormat("but there %s only %s %s", there.several ? "are" : "is", name,
                           there.text);
  }

  const OpenProblem& problem_;
  Universe& universe_;
  const std::vector<Statement>& lines_;
  const std::vector<std::size_t>& blamed_;
  std::vector<bool> is_root_;         // By line: a part of which more is said.
  std::vector<std::size_t> node_of_;  // By line.
  std::vector<bool> told_;            // By line: as a node, or in another's `because`.
  std::vector<Reason> reasons_;
  mutable bool several_ = false;  // The subject of the line that is being described.
};

}  // namespace

std::vector<Reason> TellStatements(const OpenProblem& problem, Universe& universe,
                                   const std::vector<Statement>& lines,
                                   const std::vector<std::size_t>& blamed) {
  return Teller(problem, universe, lines, blamed).Run();
}

}  // namespace satchel
