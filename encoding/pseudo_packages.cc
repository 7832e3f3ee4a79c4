// What PseudoPackage (encoding/universe.h) describes.

#include <algorithm>
#include <utility>

#include "encoding/asked.h"
#include "encoding/universe.h"

namespace satchel {
namespace {

// No package has a name that begins so.
constexpr char kPseudo = '@';

std::vector<Word> Complement(std::size_t size, std::span<const Word> set) {
  std::vector<Word> complement = RangeSet(size, 0, static_cast<Position>(size));
  Subtract(complement, set);
  return complement;
}

// Each a class of its own, at no cost.
CandidateList ListOfPseudo(std::vector<Candidate> candidates) {
  CandidateList list;
  list.candidates = std::move(candidates);
  for (std::size_t i = 0; i < list.candidates.size(); ++i) {
    Candidate& candidate = list.candidates[i];
    candidate.rank_class = static_cast<std::uint32_t>(i);
    candidate.version = 0;
    candidate.lag = candidate.accelerator = candidate.features = 0;
    list.class_end.push_back(static_cast<Position>(i + 1));
  }
  return list;
}

// What an update of everything keeps of a spec besides its name: "[flags=[cuda],extras=[x]]".
std::string KeptOptions(const MatchSpec& spec) {
  std::string options;
  for (const SpecField field : {SpecField::kFlags, SpecField::kExtras}) {
    if (const std::optional<std::string> text = spec.FieldText(field); text.has_value()) {
      options.append(options.empty() ? "[" : ",").append(SpecFieldName(field));
      options.append("=").append(*text);
    }
  }
  return options.empty() ? options : options + "]";
}

bool IsOneOf(const std::vector<std::string>& groups, const std::string& name) {
  return std::binary_search(groups.begin(), groups.end(), name);
}

}  // namespace

RequirementId Universe::AllOf(PackageId package) {
  const std::size_t size = NumCandidates(package);
  return ShareRequirement(package, RangeSet(size, 0, static_cast<Position>(size)));
}

PackageId Universe::AddPseudo(const std::string& name, CandidateList list, PseudoPackage pseudo) {
  const PackageId id(packages_.size());
  auto package = std::make_unique<Package>();
  package->name = name;
  package->list = std::move(list);
  package->links.resize(package->list.candidates.size());
  package->pseudo = std::make_unique<PseudoPackage>(std::move(pseudo));
  package_of_name_.emplace(package->name, id);
  packages_.push_back(std::move(package));
  ++num_pseudo_packages_;
  return id;
}

RequirementId Universe::Nothing() {
  if (!nothing_.ok()) {
    PseudoPackage pseudo{
        PseudoPackage::Kind::kCondition, {}, {}, {PseudoPackage::Way{}}, false, "nothing", ""};
    nothing_ =
        AllOf(AddPseudo(std::string(1, kPseudo), ListOfPseudo({Candidate()}), std::move(pseudo)));
  }
  return nothing_;
}

RequirementId Universe::RequirementFor(const MatchSpec& spec, SpecRole role) {
  if (!spec.HasWhenOrExtras()) {
    return PlainRequirement(spec);
  }
  const std::optional<bool> holds =
      spec.when() == nullptr ? true : KnownOnMachine(request_, *spec.when());
  if (holds == false) {
    return Nothing();
  }
  if (!holds.has_value()) {
    return RequirementWithCondition(spec, role);
  }
  return role == SpecRole::kDepends ? RequirementWithExtras(spec) : PlainRequirement(spec);
}

RequirementId Universe::RequirementWithExtras(const MatchSpec& spec) {
  const RequirementId plain = PlainRequirement(spec);
  const PackageId base = RequirementOf(plain).package;
  const std::vector<std::string>& groups = spec.extras();
  if (groups.empty() || request_.ignore_dependencies) {
    return plain;
  }
  std::string text(NameOf(base));
  for (const std::string& group : groups) {
    text += (&group == &groups.front() ? "[extras=[" : ",") + group;
  }
  text += "]]";
  PackageId package;
  if (const auto known = package_of_name_.find(kPseudo + text); known != package_of_name_.end()) {
    package = known->second;
  } else {
    const std::vector<Candidate>& candidates = List(base).candidates;
    const bool has_any = std::ranges::any_of(candidates, [&](const Candidate& candidate) {
      const Index& index = *sources_[candidate.source].index;
      const StringId extras = index.Cold(candidate.record).extra_depends;
      return extras.ok() &&
             std::ranges::any_of(ParseExtraDepends(index.String(extras)),
                                 [&](const auto& group) { return IsOneOf(groups, group.first); });
    });
    if (!has_any) {
      return plain;
    }
    package = AddPseudo(kPseudo + text, ListOfPseudo(candidates),
                        {PseudoPackage::Kind::kExtras, base, groups, {}, false, text, ""});
  }
  const std::span<const Word> allowed = Allowed(plain);
  return ShareRequirement(package, std::vector<Word>(allowed.begin(), allowed.end()));
}

RequirementId Universe::RequirementWithCondition(const MatchSpec& spec, SpecRole role) {
  const std::string text = spec.ToString();
  const std::string name = (role == SpecRole::kConstrains ? "@constrains " : "@") + text;
  if (const auto known = package_of_name_.find(name); known != package_of_name_.end()) {
    return AllOf(known->second);
  }
  PseudoPackage pseudo{PseudoPackage::Kind::kCondition, {}, {}, {}, true, text,
                       spec.when()->ToString()};
  pseudo.ways = WaysToFail(*spec.when());
  pseudo.ways.emplace_back();
  const RequirementId inner =
      role == SpecRole::kDepends ? RequirementWithExtras(spec) : PlainRequirement(spec);
  (role == SpecRole::kDepends ? pseudo.ways.back().depends : pseudo.ways.back().constrains)
      .push_back(inner);
  pseudo.base = RequirementOf(inner).package;
  std::vector<Candidate> candidates(pseudo.ways.size());
  return AllOf(AddPseudo(name, ListOfPseudo(std::move(candidates)), std::move(pseudo)));
}

// One of them has to hold where the condition must not.
std::vector<PseudoPackage::Way> Universe::WaysToFail(const Condition& condition) {
  std::vector<PseudoPackage::Way> ways;
  if (condition.kind == Condition::Kind::kAnd) {
    for (const Condition& part : condition.parts) {
      if (KnownOnMachine(request_, part) != true) {
        AddFailure(part, &ways.emplace_back());
      }
    }
  } else {
    AddFailure(condition, &ways.emplace_back());
  }
  return ways;
}

// "The condition does not hold", as a part of `way`.
void Universe::AddFailure(const Condition& condition, PseudoPackage::Way* way) {
  switch (condition.kind) {
    case Condition::Kind::kSpec: {
      const RequirementId matching = PlainRequirement(condition.spec.front());
      const PackageId package = RequirementOf(matching).package;
      if (!RequirementOf(matching).matches_nothing) {
        way->constrains.push_back(
            ShareRequirement(package, Complement(NumCandidates(package), Allowed(matching))));
      }
      break;
    }
    case Condition::Kind::kOr:
      for (const Condition& part : condition.parts) {
        AddFailure(part, way);
      }
      break;
    case Condition::Kind::kAnd: {
      const std::string name = "@not " + condition.ToString();
      const auto known = package_of_name_.find(name);
      PackageId package;
      if (known != package_of_name_.end()) {
        package = known->second;
      } else {
        PseudoPackage pseudo{
            PseudoPackage::Kind::kCondition, {}, {}, {}, false, condition.ToString(), ""};
        pseudo.ways = WaysToFail(condition);
        std::vector<Candidate> candidates(pseudo.ways.size());
        package = AddPseudo(name, ListOfPseudo(std::move(candidates)), std::move(pseudo));
      }
      way->depends.push_back(AllOf(package));
      break;
    }
  }
}

void Universe::GroundPseudo(PackageId package, Position at) {
  const PseudoPackage& pseudo = *PseudoOf(package);
  if (pseudo.kind == PseudoPackage::Kind::kCondition) {
    grounded_depends_ = pseudo.ways[at].depends;
    grounded_constrains_ = pseudo.ways[at].constrains;
    return;
  }
  const std::size_t size = NumCandidates(pseudo.base);
  std::vector<RequirementId> depends = {ShareRequirement(pseudo.base, RangeSet(size, at, at + 1))};
  const Candidate candidate = List(package).candidates[at];
  const Index& index = *sources_[candidate.source].index;
  const std::string_view extras = index.String(index.Cold(candidate.record).extra_depends);
  for (const auto& [group, specs] : ParseExtraDepends(extras)) {
    for (std::size_t i = 0; IsOneOf(pseudo.groups, group) && i < specs.size(); ++i) {
      const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(specs[i]);
      const bool usable = spec.ok() && !spec->name_is_glob() && !spec->name().empty();
      depends.push_back(usable ? RequirementFor(*spec) : ShareRequirement(Intern(""), {}));
    }
  }
  grounded_depends_ = std::move(depends);
}

std::vector<RequirementId> Universe::RequestRequirements() {
  std::vector<RequirementId> requirements;
  const auto add = [&](const MatchSpec& spec, SpecRole role) {
    if (spec.HasWhenOrExtras()) {
      const RequirementId requirement = RequirementFor(spec, role);
      if (!IsNothing(requirement) && PseudoOf(RequirementOf(requirement).package) != nullptr) {
        requirements.push_back(requirement);
      }
    }
  };
  for (const MatchSpec& spec : request_.specs) {
    add(spec, SpecRole::kDepends);
  }
  for (const MatchSpec& pin : request_.pins) {
    add(pin, SpecRole::kConstrains);
  }
  return requirements;
}

RequirementId Universe::OnceAsked(const InstalledPackage& installed) {
  if (!installed.requested.has_value()) {
    return RequirementId::None();
  }
  if (!request_.update_all) {
    return RequirementFor(*installed.requested);
  }
  const std::string options = KeptOptions(*installed.requested);
  const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(installed.record.name + options);
  return spec.ok() && !options.empty() ? RequirementFor(*spec) : RequirementId::None();
}

}  // namespace satchel
