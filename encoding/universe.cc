#include "encoding/universe.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/status/status.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "encoding/record_index.h"

namespace satchel {

Universe::Universe(const Request& request, VersionPreference preference)
    : request_(request),
      finder_(request, sources_, preference),
      shared_requirements_(0, RequirementHash{this}, RequirementEqual{this}) {}

absl::Status CheckNames(const Request& request) {
  for (const std::vector<MatchSpec>* specs : {&request.specs, &request.pins, &request.remove}) {
    for (const MatchSpec& spec : *specs) {
      if (spec.name().empty() || spec.name_is_glob()) {
        return absl::InvalidArgumentError("spec '" + spec.ToString() +
                                          "' names no single package; give the package's name");
      }
      if (specs == &request.remove && spec.when() != nullptr) {
        return absl::InvalidArgumentError("spec '" + spec.ToString() +
                                          "': what is to be removed cannot have a condition");
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Universe>> Universe::Make(const Request& request,
                                                         VersionPreference preference) {
  RETURN_IF_ERROR(CheckNames(request));
  std::unique_ptr<Universe> universe(new Universe(request, preference));
  RETURN_IF_ERROR(universe->AddSources());
  return universe;
}

absl::Status Universe::AddSources() {
  for (std::uint32_t rank = 0; rank < request_.channels.size(); ++rank) {
    const Channel& channel = request_.channels[rank];
    for (const Index* index : channel.subdirs) {
      sources_.push_back({index, Source::Kind::kChannel, rank, channel.name, channel.url});
    }
  }
  const auto last = static_cast<std::uint32_t>(request_.channels.size());
  const auto add = [&](const std::vector<const PackageRecord*>& records, Source::Kind kind,
                       std::uint32_t rank, const std::string& channel,
                       const std::string& subdir) -> absl::Status {
    if (!records.empty()) {
      ASSIGN_OR_RETURN(Index index, IndexRecords(records, subdir));
      own_indexes_.push_back(std::make_unique<Index>(std::move(index)));
      sources_.push_back({own_indexes_.back().get(), kind, rank, channel,
                          rank < last ? request_.channels[rank].url : ""});
    }
    return absl::OkStatus();
  };
  // An installed record ranks with its channel where the request has that, else after all of them.
  std::map<std::pair<std::string, std::string>, std::vector<const PackageRecord*>> installed;
  for (const InstalledPackage& package : request_.installed) {
    installed[{package.record.channel, package.record.subdir}].push_back(&package.record);
  }
  for (const auto& [origin, records] : installed) {
    std::uint32_t rank = 0;
    while (rank < last && request_.channels[rank].name != origin.first) {
      ++rank;
    }
    RETURN_IF_ERROR(add(records, Source::Kind::kInstalled, rank, origin.first, origin.second));
  }
  std::vector<const PackageRecord*> virtual_packages;
  for (const PackageRecord& record : request_.virtual_packages) {
    virtual_packages.push_back(&record);
  }
  RETURN_IF_ERROR(add(virtual_packages, Source::Kind::kVirtual, last, "@", ""));
  requirement_of_spec_.resize(sources_.size());
  name_in_index_.resize(sources_.size());
  return absl::OkStatus();
}

PackageId Universe::Intern(std::string_view name) {
  if (const auto found = package_of_name_.find(name); found != package_of_name_.end()) {
    return found->second;
  }
  const PackageId id(packages_.size());
  auto package = std::make_unique<Package>();
  package->name = std::string(name);
  package->list = finder_.Find(name);
  package->links.resize(package->list.candidates.size());
  package_of_name_.emplace(package->name, id);
  packages_.push_back(std::move(package));
  return id;
}

RecordView Universe::View(PackageId package, Position at) const {
  const Candidate& candidate = List(package).candidates[at];
  return finder_.ViewOf(candidate.source, candidate.record);
}

std::span<const Word> Universe::Allowed(RequirementId requirement) const {
  const Requirement& entry = requirements_[requirement.index()];
  return {words_.data() + entry.first_word, entry.num_words};
}

void Universe::Evaluate(const MatchSpec& spec, PackageId package,
                        std::vector<Word>* allowed) const {
  const CandidateList& list = List(package);
  allowed->assign(WordsFor(list.candidates.size()), 0);
  // The version part once a run of equal versions; the candidates are sorted by it.
  const bool any_version = spec.version().MatchesEverything();
  std::uint32_t last_version = 0xffffffff;
  bool version_matches = any_version;
  for (Position at = 0; at < list.candidates.size(); ++at) {
    const Candidate& candidate = list.candidates[at];
    if (!any_version && candidate.version != last_version) {
      last_version = candidate.version;
      version_matches = spec.version().Matches(list.versions[candidate.version]);
    }
    if (version_matches && (!spec.HasBuildPart() || spec.Matches(View(package, at)))) {
      Insert(*allowed, at);
    }
  }
}

std::size_t Universe::RequirementHash::operator()(const RequirementContent& content) const {
  return absl::HashOf(content.package.value(),
                      absl::Span<const Word>(content.allowed.data(), content.allowed.size()));
}

std::size_t Universe::RequirementHash::operator()(RequirementId requirement) const {
  return (*this)({universe->RequirementOf(requirement).package, universe->Allowed(requirement)});
}

bool Universe::RequirementEqual::operator()(const RequirementContent& content,
                                            RequirementId requirement) const {
  const std::span<const Word> allowed = universe->Allowed(requirement);
  return universe->RequirementOf(requirement).package == content.package &&
         std::equal(allowed.begin(), allowed.end(), content.allowed.begin(), content.allowed.end());
}

RequirementId Universe::ShareRequirement(PackageId package, std::span<const Word> allowed) {
  if (const auto found = shared_requirements_.find(RequirementContent{package, allowed});
      found != shared_requirements_.end()) {
    return *found;
  }
  const RequirementId id(requirements_.size());
  requirements_.push_back({package, static_cast<std::uint32_t>(words_.size()),
                           static_cast<std::uint32_t>(allowed.size()), IsEmpty(allowed)});
  words_.insert(words_.end(), allowed.begin(), allowed.end());
  shared_requirements_.insert(id);
  return id;
}

RequirementId Universe::PlainRequirement(const MatchSpec& spec) {
  const PackageId package = Intern(spec.name());
  Evaluate(spec, package, &evaluated_);
  return ShareRequirement(package, evaluated_);
}

RequirementId Universe::RequirementForSpec(std::uint32_t source, SpecId spec) {
  const Index& index = *sources_[source].index;
  std::vector<RequirementId>& known = requirement_of_spec_[source];
  if (known.size() <= spec.index()) {
    known.resize(spec.index() + 1);
  }
  if (!known[spec.index()].ok()) {
    const absl::StatusOr<MatchSpec> parsed = MatchSpec::Parse(index.String(index.Spec(spec).text));
    // Ingest has parsed every spec already; a glob for a name matches no package here.
    const bool usable = parsed.ok() && !parsed->name_is_glob() && !parsed->name().empty();
    const RequirementId requirement =
        usable ? RequirementFor(*parsed) : ShareRequirement(Intern(""), {});
    requirement_of_spec_[source][spec.index()] = requirement;
    return requirement;
  }
  return known[spec.index()];
}

void Universe::KeepNeeded(PackageId package, Position at, std::vector<PackageId>& names) {
  if (IsGrounded(package, at) || PseudoOf(package) != nullptr) {
    const std::span<const RequirementId> depends = Ground(package, at).depends;
    std::erase_if(names, [&](PackageId name) {
      return std::none_of(depends.begin(), depends.end(), [&](RequirementId requirement) {
        return RequirementOf(requirement).package == name;
      });
    });
    return;
  }
  if (request_.ignore_dependencies) {
    names.clear();
    return;
  }
  const Candidate& candidate = List(package).candidates[at];
  const Index& index = *sources_[candidate.source].index;
  std::vector<bool> is_needed(names.size(), false);
  for (const SpecId spec : index.SpecList(index.Record(candidate.record).depends)) {
    const SpecRow& row = index.Spec(spec);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const NameId name = NameIn(candidate.source, names[i]);
      is_needed[i] = is_needed[i] || (name.ok() || row.name.ok()
                                          ? row.name == name
                                          // Of another subdir, usually: only the text says.
                                          : BeginsWithName(index.String(row.text), names[i]));
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (is_needed[i]) {
      names[kept++] = names[i];
    }
  }
  names.resize(kept);
}

NameId Universe::NameIn(std::uint32_t source, PackageId package) {
  std::vector<NameInIndex>& names = name_in_index_[source];
  if (names.size() <= package.index()) {
    names.resize(packages_.size());
  }
  NameInIndex& found = names[package.index()];
  if (!found.known) {
    found = {sources_[source].index->FindName(NameOf(package)), true};
  }
  return found.id;
}

bool Universe::BeginsWithName(std::string_view spec, PackageId package) const {
  const std::string_view name = NameOf(package);
  return spec.starts_with(name) && !spec.ends_with(']') &&  // It may have a condition.
         (spec.size() == name.size() ||
          std::string_view(" <>=!~").find(spec[name.size()]) != std::string_view::npos);
}

Links Universe::LinksOf(PackageId package, Position at) const {
  const LinkRange& range = packages_[package.index()]->links[at];
  const RequirementId* first = links_.data() + range.first;
  return {{first, range.num_depends}, {first + range.num_depends, range.num_constrains}};
}

// A constrains with a condition is something to satisfy, as a dependency is.
void Universe::AddConstrains(std::uint32_t source, SpecId spec) {
  RequirementId requirement = RequirementForSpec(source, spec);
  if (PseudoOf(RequirementOf(requirement).package) != nullptr) {
    const Index& index = *sources_[source].index;
    const absl::StatusOr<MatchSpec> parsed = MatchSpec::Parse(index.String(index.Spec(spec).text));
    requirement = parsed.ok() ? RequirementFor(*parsed, SpecRole::kConstrains) : requirement;
    if (PseudoOf(RequirementOf(requirement).package) != nullptr) {
      grounded_depends_.push_back(requirement);
      return;
    }
  }
  grounded_constrains_.push_back(requirement);
}

Links Universe::Ground(PackageId package, Position at) {
  if (IsGrounded(package, at)) {
    return LinksOf(package, at);
  }
  grounded_depends_.clear();
  grounded_constrains_.clear();
  if (PseudoOf(package) != nullptr) {
    GroundPseudo(package, at);
  } else if (!request_.ignore_dependencies) {
    const Candidate candidate = List(package).candidates[at];
    const Index& index = *sources_[candidate.source].index;
    const RecordRow& row = index.Record(candidate.record);
    for (const SpecId spec : index.SpecList(row.depends)) {
      grounded_depends_.push_back(RequirementForSpec(candidate.source, spec));
    }
    for (const SpecId spec : index.SpecList(row.constrains)) {
      AddConstrains(candidate.source, spec);
    }
  }
  return Grounded(package, at);
}

// Keeps what was collected as the candidate's links.
Links Universe::Grounded(PackageId package, Position at) {
  for (std::vector<RequirementId>* list : {&grounded_depends_, &grounded_constrains_}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
    if (nothing_.ok()) {
      std::erase(*list, nothing_);
    }
  }
  LinkRange& range = packages_[package.index()]->links[at];
  range.first = static_cast<std::uint32_t>(links_.size());
  range.num_depends = static_cast<std::uint32_t>(grounded_depends_.size());
  range.num_constrains = static_cast<std::uint32_t>(grounded_constrains_.size());
  range.grounded = true;
  links_.insert(links_.end(), grounded_depends_.begin(), grounded_depends_.end());
  links_.insert(links_.end(), grounded_constrains_.begin(), grounded_constrains_.end());
  ++num_grounded_;
  return LinksOf(package, at);
}

}  // namespace satchel
