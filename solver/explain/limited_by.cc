#include "solver/explain/limited_by.h"

#include <algorithm>
#include <optional>

#include "encoding/age_limit.h"

namespace satchel {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

struct Newest {
  std::uint32_t source;
  RecordId record;
  VersionRef version;
  std::int64_t first_ms = 0;  // Of its records with a timestamp; 0 if there is none.
};

void TakeEarlier(std::int64_t timestamp_ms, std::int64_t* first_ms) {
  if (timestamp_ms > 0 && (*first_ms == 0 || timestamp_ms < *first_ms)) {
    *first_ms = timestamp_ms;
  }
}

// Every channel record of the name, hidden or not: the newest, and how many versions and days
// `chosen` is behind.
std::optional<Newest> FindNewest(const Universe& universe, std::string_view name,
                                 std::string_view chosen_key, Behind* behind) {
  std::optional<Newest> newest;
  std::int64_t chosen_ms = 0;
  std::vector<std::string_view> keys;
  for (std::uint32_t s = 0; s < universe.sources().size(); ++s) {
    const Source& source = universe.sources()[s];
    const NameId id = source.index->FindName(name);
    if (source.kind != Source::Kind::kChannel || !id.ok()) {
      continue;
    }
    const Index::Range range = source.index->Records(id);
    for (std::uint32_t at = range.first; at < range.last; ++at) {
      const RecordRow& row = source.index->Record(RecordId(at));
      const VersionRef version = source.index->VersionOf(row.version);
      if (version.key > chosen_key) {
        keys.push_back(version.key);
      }
      if (!newest.has_value() || version.key > newest->version.key) {
        newest = {s, RecordId(at), version};
      }
      if (version.key == newest->version.key) {
        TakeEarlier(row.timestamp_ms, &newest->first_ms);
      }
      if (version.key == chosen_key) {
        TakeEarlier(row.timestamp_ms, &chosen_ms);
      }
    }
  }
  std::sort(keys.begin(), keys.end());
  behind->versions = std::unique(keys.begin(), keys.end()) - keys.begin();
  if (behind->versions > 0 && newest->first_ms > 0 && chosen_ms > 0) {
    behind->days = std::max<std::int64_t>(1, newest->first_ms / kDayMs - chosen_ms / kDayMs);
  }
  return newest;
}

// A word if the request itself rules the record out, or the channel priority.
std::string RuledOutBy(const Universe& universe, const Newest& newest, std::string_view name) {
  const Request& request = universe.request();
  const RecordRow& row = universe.sources()[newest.source].index->Record(newest.record);
  const std::optional<std::int64_t> newest_allowed =
      NewestAllowed(request, name, universe.sources()[newest.source].channel_rank);
  if (newest_allowed.has_value() && row.timestamp_ms > *newest_allowed) {
    return "exclude-newer";
  }
  const CandidateFinder::NameRules& rules = universe.finder().RulesOf(name);
  const RecordView view = universe.finder().ViewOf(newest.source, newest.record);
  const auto rejects = [&](const MatchSpec* spec) { return !spec->Matches(view); };
  if (std::any_of(rules.specs.begin(), rules.specs.end(), rejects)) {
    return "spec";
  }
  if (std::any_of(rules.pins.begin(), rules.pins.end(), rejects)) {
    return "pin";
  }
  return "";
}

}  // namespace

LimitFinder::LimitFinder(const Universe& universe, const Model& model,
                         const std::vector<PackageId>& plan)
    : universe_(universe), model_(model), askers_(universe.num_packages()) {
  std::vector<PackageId> all = plan;
  for (std::size_t i = 0; universe.has_pseudo_packages() && i < universe.num_packages(); ++i) {
    if (universe.PseudoOf(PackageId(i)) != nullptr && model.Of(PackageId(i)) != kNoPosition) {
      all.push_back(PackageId(i));
    }
  }
  for (const PackageId package : all) {
    const Links links = universe.LinksOf(package, model.Of(package));
    const auto add = [&](RequirementId requirement) {
      askers_[universe.RequirementOf(requirement).package.index()].emplace_back(package,
                                                                                requirement);
    };
    std::ranges::for_each(links.depends, add);
    if (universe.PseudoOf(package) == nullptr) {
      std::ranges::for_each(links.constrains, add);  // Those of a condition only say that it fails.
    }
  }
}

// The package itself or, of a pseudo-package, who has the extras or the spec with a condition that
// it stands for.
PackageId LimitFinder::WhoAsks(PackageId asker) const {
  const PseudoPackage* const pseudo = universe_.PseudoOf(asker);
  if (pseudo == nullptr || pseudo->kind == PseudoPackage::Kind::kExtras) {
    return universe_.Spoken(asker);
  }
  const std::vector<Asked>& asked = askers_[asker.index()];
  const bool any = !asked.empty() && universe_.PseudoOf(asked.front().first) == nullptr;
  return any ? asked.front().first : universe_.Spoken(asker);
}

std::string LimitFinder::HeldBackBy(PackageId package, Position newest) const {
  for (const auto& [asker, requirement] : askers_[package.index()]) {
    if (!Contains(universe_.Allowed(requirement), newest)) {
      return std::string(universe_.NameOf(WhoAsks(asker)));
    }
  }
  if (!universe_.IsGrounded(package, newest)) {
    return "";
  }
  const Links links = universe_.LinksOf(package, newest);
  for (const RequirementId requirement : links.depends) {
    const PackageId needed = universe_.RequirementOf(requirement).package;
    const Position at = model_.Of(needed);
    if (universe_.RequirementOf(requirement).matches_nothing ||
        (at != kNoPosition && !Contains(universe_.Allowed(requirement), at))) {
      return std::string(universe_.NameOf(universe_.Spoken(needed)));
    }
  }
  for (const RequirementId requirement : links.constrains) {
    const PackageId limited = universe_.RequirementOf(requirement).package;
    const Position at = model_.Of(limited);
    if (at != kNoPosition && !Contains(universe_.Allowed(requirement), at)) {
      return std::string(universe_.NameOf(limited));
    }
  }
  return "";
}

Behind LimitFinder::WhyBehind(PackageId package) const {
  Behind behind;
  const CandidateList& list = universe_.List(package);
  const Position chosen = model_.Of(package);
  const std::string_view name = universe_.NameOf(package);
  const std::string_view chosen_key = list.versions[list.candidates[chosen].version].key;
  const std::optional<Newest> newest = FindNewest(universe_, name, chosen_key, &behind);
  if (behind.versions == 0) {
    return behind;
  }
  behind.limited_by = RuledOutBy(universe_, *newest, name);
  if (!behind.limited_by.empty()) {
    return behind;
  }
  // The newest version's best candidate; if it is none, priority hides it.
  Position at = kNoPosition;
  for (Position i = 0; i < list.candidates.size() && at == kNoPosition; ++i) {
    if (list.versions[list.candidates[i].version].key == newest->version.key) {
      at = i;
    }
  }
  if (at == kNoPosition) {
    behind.limited_by = "priority";
  } else if (chosen == list.installed) {
    behind.limited_by = "kept";
  } else {
    behind.limited_by = HeldBackBy(package, at);
    if (behind.limited_by.empty() && at > chosen) {
      const RecordView mine = universe_.View(package, chosen);
      const RecordView other = universe_.View(package, at);
      behind.limited_by = mine.track_features.size() < other.track_features.size() ? "features"
                          : mine.channel != other.channel                          ? "priority"
                                                                                   : "objective";
    }
    if (behind.limited_by.empty()) {
      behind.limited_by = "others";  // No single package: several of the plan together.
    }
  }
  return behind;
}

}  // namespace satchel
