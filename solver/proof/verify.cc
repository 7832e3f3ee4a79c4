// A plan is checked record by record, each of conda's rules by itself and in the plainest way: no
// index of what matches what, no order of records, nothing remembered from how the plan was found.
// But a text is parsed once, and records are found by their names.
// Example: the plan {app-1-0} of a request for app, where app-1-0 depends on "lib >=2", gives
//   app-1-0 needs 'lib >=2', but the plan has no lib
// Each rule has a broken plan in tests/solver/proof/verify_test.cc.

#include "solver/proof/verify.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"

#include "encoding/age_limit.h"
#include "repodata/json/text_hash.h"
#include "repodata/spec/condition.h"
#include "repodata/version/version.h"
#include "solver/proof/parsed_records.h"

namespace satchel {
namespace {

std::string Label(const PackageRecord& record) {
  return absl::StrFormat("%s-%s-%s", record.name, record.version, record.build);
}

RecordView ViewOf(const Parsed& parsed) {
  RecordView view = satchel::ViewOf(*parsed.record, parsed.version.ref());
  view.channel_url = parsed.channel_url;
  return view;
}

// What conda takes for one and the same package, whatever its metadata says today.
bool SamePackage(const PackageRecord& a, const PackageRecord& b) {
  return a.name == b.name && a.version == b.version && a.build == b.build &&
         a.build_number == b.build_number && a.channel == b.channel && a.subdir == b.subdir;
}

bool SameSpecs(const Index& index, SpecListId list, const std::vector<std::string>& texts) {
  const std::span<const SpecId> specs = index.SpecList(list);
  return std::equal(specs.begin(), specs.end(), texts.begin(), texts.end(),
                    [&](SpecId spec, const std::string& text) {
                      return index.String(index.Spec(spec).text) == text;
                    });
}

bool IsRow(const Index& index, RecordId id, const PackageRecord& record) {
  const RecordRow& row = index.Record(id);
  return index.VersionOf(row.version).text == record.version &&
         index.String(row.build) == record.build && row.build_number == record.build_number &&
         index.String(row.fn) == record.fn && SameSpecs(index, row.depends, record.depends) &&
         SameSpecs(index, row.constrains, record.constrains) &&
         index.String(index.Cold(id).flags) == record.flags &&
         ParseExtraDepends(index.String(index.Cold(id).extra_depends)) == record.extra_depends;
}

bool HasRow(const Channel& channel, const PackageRecord& record) {
  for (const Index* index : channel.subdirs) {
    const NameId name =
        index->subdir() == record.subdir ? index->FindName(record.name) : NameId::None();
    if (!name.ok()) {
      continue;
    }
    const Index::Range range = index->Records(name);
    for (std::uint32_t at = range.first; at < range.last; ++at) {
      if (IsRow(*index, RecordId(at), record)) {
        return true;
      }
    }
  }
  return false;
}

class Verifier final {
 public:
  Verifier(const Request& request, const std::vector<PackageRecord>& packages) : request_(request) {
    plan_.Reserve(packages.size());
    for (const PackageRecord& record : packages) {
      Parse(record, plan_);
    }
    virtual_.Reserve(request.virtual_packages.size());
    for (const PackageRecord& record : request.virtual_packages) {
      Parse(record, virtual_);
    }
  }

  std::vector<std::string> Run() && {
    AskForGroups();
    CheckNames();
    CheckRequested();
    CheckStaying();
    for (const Parsed& parsed : plan_) {
      CheckPins(parsed);
      CheckRemovals(parsed);
      CheckDepends(parsed);
      CheckConstrains(parsed);
      CheckOrigin(parsed);
    }
    for (const Parsed& parsed : virtual_) {
      CheckPins(parsed);
    }
    CheckNeeded();
    return std::move(lines_);
  }

 private:
  void Parse(const PackageRecord& record, ParsedRecords& records);
  bool ParseSpecs(const PackageRecord& record, const std::vector<std::string>& texts,
                  std::vector<std::pair<std::string_view, const MatchSpec*>>& specs);

  using Specs = std::vector<std::pair<std::string_view, const MatchSpec*>>;
  void AskForGroups(const MatchSpec* spec = nullptr);
  void CheckSpecs(const Parsed& parsed, const Specs& specs);
  bool IsAsked(std::string_view name, std::string_view group) const;
  bool Counts(const MatchSpec& spec) const;
  bool CountsOnMachine(const MatchSpec& spec) const;
  const MatchSpec* OnceAsked(const InstalledPackage& package);
  bool Honours(const MatchSpec& spec);

  void CheckNames();
  void CheckRequested();
  void CheckStaying();
  void CheckPins(const Parsed& parsed);
  void CheckRemovals(const Parsed& parsed);
  void CheckDepends(const Parsed& parsed);
  void CheckConstrains(const Parsed& parsed);
  void CheckOrigin(const Parsed& parsed);
  void CheckVisible(const Parsed& parsed);
  void CheckNeeded();

  bool IsMatched(const MatchSpec& spec) const;
  std::string WhatThereIs(const MatchSpec& spec) const;
  bool IsInstalled(const PackageRecord& record) const;
  static bool Offers(const Channel& channel, std::string_view name);
  bool NamesChannel(const Parsed& parsed) const;
  bool IsLeaving(const InstalledPackage& package) const;
  bool IsClaimed(const InstalledPackage& package) const;
  std::set<std::string> NamesThatMayGo() const;
  bool IsRoot(const Parsed& parsed) const;
  class Need;

  const Request& request_;
  std::deque<MatchSpec> specs_;
  TextMap<const MatchSpec*> spec_by_text_;
  ParsedRecords plan_;
  ParsedRecords virtual_;
  std::set<std::pair<std::string_view, std::string_view>> asked_;  // Name and group.
  std::vector<std::string> lines_;
};

bool Verifier::ParseSpecs(const PackageRecord& record, const std::vector<std::string>& texts,
                          std::vector<std::pair<std::string_view, const MatchSpec*>>& specs) {
  specs.reserve(texts.size());
  for (const std::string& text : texts) {
    const MatchSpec*& known = spec_by_text_[text];
    if (known == nullptr) {
      absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
      if (!spec.ok()) {
        lines_.push_back(absl::StrFormat("%s: malformed spec '%s'", Label(record), text));
        return false;
      }
      known = &specs_.emplace_back(*std::move(spec));
    }
    specs.push_back({text, known});
  }
  return true;
}

void Verifier::Parse(const PackageRecord& record, ParsedRecords& records) {
  absl::StatusOr<Version> version = Version::Parse(record.version);
  if (!version.ok()) {
    lines_.push_back(absl::StrFormat("%s: malformed version", Label(record)));
    return;
  }
  Parsed result = {&record, {}, *std::move(version), {}, {}, {}, nullptr};
  for (const Channel& channel : request_.channels) {
    if (channel.name == record.channel) {
      result.channel_url = channel.url;
    }
  }
  bool is_read = ParseSpecs(record, record.depends, result.depends) &&
                 ParseSpecs(record, record.constrains, result.constrains);
  for (const auto& [name, specs] : record.extra_depends) {
    result.groups.push_back({name, {}});
    is_read = is_read && ParseSpecs(record, specs, result.groups.back().depends);
  }
  if (is_read) {
    records.Add(std::move(result));
  }
}

// Virtual packages are there but never in a plan.
void Verifier::CheckNames() {
  for (const Parsed& parsed : plan_) {
    const PackageRecord& record = *parsed.record;
    if (record.name.starts_with("__")) {
      lines_.push_back(absl::StrFormat("%s is a virtual package", Label(record)));
    }
    for (const Parsed* other = parsed.next; other != nullptr; other = other->next) {
      lines_.push_back(absl::StrFormat("two records of one name: %s and %s", Label(*other->record),
                                       Label(record)));
    }
  }
}

bool Verifier::IsMatched(const MatchSpec& spec) const {
  const auto matches = [&](const Parsed& parsed) { return spec.Matches(ViewOf(parsed)); };
  return plan_.AnyConcerned(spec, matches) || virtual_.AnyConcerned(spec, matches);
}

// Without a condition, or with one that holds in the plan.
bool Verifier::Counts(const MatchSpec& spec) const {
  return spec.when() == nullptr ||
         spec.when()->Evaluate([&](const MatchSpec& part) { return IsMatched(part); });
}

// The same in every plan.
bool Verifier::CountsOnMachine(const MatchSpec& spec) const {
  return spec.when() == nullptr || spec.when()->Evaluate([&](const MatchSpec& part) {
    return virtual_.AnyConcerned(
        part, [&](const Parsed& parsed) { return part.Matches(ViewOf(parsed)); });
  });
}

bool Verifier::IsAsked(std::string_view name, std::string_view group) const {
  return asked_.contains({name, group});
}

// The groups that the request and the plan's records ask for, and the spec if given; groups ask for
// further ones.
void Verifier::AskForGroups(const MatchSpec* spec) {
  const auto ask = [&](const MatchSpec& spec) {
    for (const std::string& group : spec.extras()) {
      if (Counts(spec)) {
        asked_.insert({spec.name(), group});
      }
    }
  };
  const auto ask_all = [&](const Specs& specs) {
    std::for_each(specs.begin(), specs.end(), [&](const auto& spec) { ask(*spec.second); });
  };
  std::for_each(request_.specs.begin(), request_.specs.end(), ask);
  if (spec != nullptr) {
    ask(*spec);
  }
  for (std::size_t before = 0; before != asked_.size() + 1;) {
    before = asked_.size() + 1;
    for (const Parsed& parsed : plan_) {
      ask_all(parsed.depends);
      for (const Parsed::Group& group : parsed.groups) {
        if (IsAsked(parsed.record->name, group.name)) {
          ask_all(group.depends);
        }
      }
    }
  }
}

// "the plan has b-2-0", "the machine has __glibc-2.17-0", "the plan has no b".
std::string Verifier::WhatThereIs(const MatchSpec& spec) const {
  for (const Parsed& parsed : plan_) {
    if (parsed.record->name == spec.name()) {
      return absl::StrFormat("the plan has %s", Label(*parsed.record));
    }
  }
  for (const Parsed& parsed : virtual_) {
    if (parsed.record->name == spec.name()) {
      return absl::StrFormat("the machine has %s", Label(*parsed.record));
    }
  }
  return absl::StrFormat("the plan has no %s", spec.name());
}

void Verifier::CheckRequested() {
  for (const MatchSpec& spec : request_.specs) {
    if (Counts(spec) && !IsMatched(spec)) {
      lines_.push_back(
          absl::StrFormat("'%s' is requested, but %s", spec.ToString(), WhatThereIs(spec)));
    }
  }
}

void Verifier::CheckPins(const Parsed& parsed) {
  const RecordView view = ViewOf(parsed);
  for (const MatchSpec& pin : request_.pins) {
    if (pin.name() == view.name && !pin.Matches(view) && Counts(pin)) {
      lines_.push_back(
          absl::StrFormat("%s violates the pin '%s'", Label(*parsed.record), pin.ToString()));
    }
  }
}

void Verifier::CheckRemovals(const Parsed& parsed) {
  const RecordView view = ViewOf(parsed);
  for (const MatchSpec& removal : request_.remove) {
    if (removal.Matches(view)) {
      lines_.push_back(absl::StrFormat("%s is to be removed by '%s'", Label(*parsed.record),
                                       removal.ToString()));
    }
  }
}

void Verifier::CheckDepends(const Parsed& parsed) {
  if (request_.ignore_dependencies) {
    return;
  }
  CheckSpecs(parsed, parsed.depends);
  for (const Parsed::Group& group : parsed.groups) {
    if (IsAsked(parsed.record->name, group.name)) {
      CheckSpecs(parsed, group.depends);
    }
  }
}

void Verifier::CheckSpecs(const Parsed& parsed, const Specs& specs) {
  for (const auto& [text, spec] : specs) {
    if (Counts(*spec) && !IsMatched(*spec)) {
      lines_.push_back(absl::StrFormat("%s needs '%s', but %s", Label(*parsed.record), text,
                                       WhatThereIs(*spec)));
    }
  }
}

// An absent name satisfies a constraint on it, a virtual one too.
void Verifier::CheckConstrains(const Parsed& parsed) {
  if (request_.ignore_dependencies) {
    return;
  }
  for (const auto& [text, spec] : parsed.constrains) {
    const auto check = [&, &text = text, &spec = *spec](const Parsed& other) {
      if (&other != &parsed && !spec.Matches(ViewOf(other)) && Counts(spec)) {
        lines_.push_back(absl::StrFormat("%s constrains '%s', but %s", Label(*parsed.record), text,
                                         WhatThereIs(spec)));
      }
      return false;
    };
    plan_.AnyNamed(spec->name(), check);
    virtual_.AnyNamed(spec->name(), check);
  }
}

bool Verifier::IsInstalled(const PackageRecord& record) const {
  return std::any_of(
      request_.installed.begin(), request_.installed.end(),
      [&](const InstalledPackage& package) { return SamePackage(package.record, record); });
}

void Verifier::CheckOrigin(const Parsed& parsed) {
  const PackageRecord& record = *parsed.record;
  for (const InstalledPackage& package : request_.installed) {
    if (SamePackage(package.record, record) && package.record.fn == record.fn &&
        package.record.depends == record.depends &&
        package.record.constrains == record.constrains && package.record.flags == record.flags &&
        package.record.extra_depends == record.extra_depends) {
      return;
    }
  }
  const bool offered =
      std::any_of(request_.channels.begin(), request_.channels.end(), [&](const Channel& channel) {
        return channel.name == record.channel && HasRow(channel, record);
      });
  if (!offered) {
    lines_.push_back(absl::StrFormat("%s is neither in the channel '%s' nor installed",
                                     Label(record), record.channel));
  } else if (!IsInstalled(record)) {
    CheckVisible(parsed);
  }
}

// Whether the channel has the name at all, in any version, be it one that cannot be used.
bool Verifier::Offers(const Channel& channel, std::string_view name) {
  return std::any_of(channel.subdirs.begin(), channel.subdirs.end(),
                     [name](const Index* index) { return index->FindName(name).ok(); });
}

// `chan::pkg` takes the record from where it says, whatever the priority.
bool Verifier::NamesChannel(const Parsed& parsed) const {
  return std::any_of(request_.specs.begin(), request_.specs.end(), [&](const MatchSpec& spec) {
    return spec.name() == parsed.record->name && !spec.channel().empty() &&
           spec.Matches(ViewOf(parsed)) && CountsOnMachine(spec);
  });
}

void Verifier::CheckVisible(const Parsed& parsed) {
  const PackageRecord& record = *parsed.record;
  const auto channel = std::find_if(
      request_.channels.begin(), request_.channels.end(),
      [&record](const Channel& candidate) { return candidate.name == record.channel; });
  const std::optional<std::int64_t> newest = NewestAllowed(
      request_, record.name, static_cast<std::size_t>(channel - request_.channels.begin()));
  if (newest.has_value() && record.timestamp_ms > *newest) {
    lines_.push_back(absl::StrFormat("%s is newer than exclude-newer (%d > %d)", Label(record),
                                     record.timestamp_ms, *newest));
  }
  if (request_.priority != ChannelPriority::kStrict || NamesChannel(parsed)) {
    return;
  }
  for (const Channel& channel : request_.channels) {
    if (channel.name == record.channel) {
      return;
    }
    if (Offers(channel, record.name)) {
      lines_.push_back(absl::StrFormat("%s from '%s' is hidden by '%s' (strict priority)",
                                       Label(record), record.channel, channel.name));
      return;
    }
  }
}

bool Verifier::IsLeaving(const InstalledPackage& package) const {
  // Only the name and the version of an environment's record need to be readable here.
  absl::StatusOr<Version> version = Version::Parse(package.record.version);
  if (!version.ok()) {
    return false;
  }
  const Parsed installed = {&package.record, {}, *std::move(version), {}, {}, {}, nullptr};
  return std::any_of(request_.remove.begin(), request_.remove.end(),
                     [&](const MatchSpec& removal) { return removal.Matches(ViewOf(installed)); });
}

// Whether it was asked for once, or a pin names it.
bool Verifier::IsClaimed(const InstalledPackage& package) const {
  return package.requested.has_value() ||
         std::any_of(request_.pins.begin(), request_.pins.end(),
                     [&](const MatchSpec& pin) { return pin.name() == package.record.name; });
}

// What is to be removed, and what needs it.
std::set<std::string> Verifier::NamesThatMayGo() const {
  std::set<std::string> names;
  for (const InstalledPackage& package : request_.installed) {
    if (IsLeaving(package)) {
      names.insert(package.record.name);
    }
  }
  for (std::size_t before = 0; before != names.size();) {
    before = names.size();
    for (const InstalledPackage& package : request_.installed) {
      for (const std::string& text : package.record.depends) {
        const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
        if (spec.ok() && names.contains(spec->name())) {
          names.insert(package.record.name);
        }
      }
    }
  }
  return names;
}

// What was asked for before, or pinned, is not given up for something new.
void Verifier::CheckStaying() {
  const std::set<std::string> may_go = NamesThatMayGo();
  for (const InstalledPackage& package : request_.installed) {
    const std::string& name = package.record.name;
    const auto is_it = [&](const Parsed& parsed) { return parsed.record->name == name; };
    if (IsClaimed(package) && !may_go.contains(name) &&
        std::none_of(plan_.begin(), plan_.end(), is_it)) {
      lines_.push_back(absl::StrFormat(
          "%s %s, but the plan has none", name,
          package.requested.has_value() ? "was asked for before" : "is installed and pinned"));
    }
  }
}

// Roots need no one to ask for them: what is in the environment and may stay there. (So do the
// specs of the request.) A package that is to be removed may come back only as a dependency.
bool Verifier::IsRoot(const Parsed& parsed) const {
  for (const InstalledPackage& package : request_.installed) {
    const bool may_stay = !request_.prune || IsClaimed(package);
    if (package.record.name == parsed.record->name && may_stay && !IsLeaving(package)) {
      return true;
    }
  }
  return false;
}

// What was once asked of an installed package that says more than what matches: with update_all its
// extras and flags count. Null if there is nothing to honour, or the request says it anew.
const MatchSpec* Verifier::OnceAsked(const InstalledPackage& package) {
  const bool is_asked_now = std::ranges::any_of(request_.specs, [&](const MatchSpec& spec) {
    return spec.name() == package.record.name && CountsOnMachine(spec);
  });
  if (!package.requested.has_value() || is_asked_now || IsLeaving(package)) {
    return nullptr;
  }
  if (!request_.update_all) {
    return package.requested->HasWhenOrExtras() ? &*package.requested : nullptr;
  }
  const std::optional<std::string> extras = package.requested->FieldText(SpecField::kExtras);
  const std::optional<std::string> flags = package.requested->FieldText(SpecField::kFlags);
  absl::StatusOr<MatchSpec> spec =
      MatchSpec::Parse(package.record.name + "[extras=" + extras.value_or("") +
                       (flags.has_value() ? ",flags=" + *flags : "") + "]");
  return spec.ok() ? &specs_.emplace_back(*std::move(spec)) : nullptr;
}

// Whether the plan has all that the spec asks for.
bool Verifier::Honours(const MatchSpec& spec) {
  const std::set<std::pair<std::string_view, std::string_view>> before = asked_;
  bool has_all = !Counts(spec) || IsMatched(spec);
  if (!request_.ignore_dependencies) {
    AskForGroups(&spec);
    const auto has = [&](const auto& needed) {
      return !Counts(*needed.second) || IsMatched(*needed.second);
    };
    for (const Parsed& parsed : plan_) {
      for (const Parsed::Group& group : parsed.groups) {
        has_all = has_all && (!IsAsked(parsed.record->name, group.name) ||
                              std::ranges::all_of(group.depends, has));
      }
    }
  }
  asked_ = before;
  return has_all;
}

// What is needed, from the roots on. A condition counts where it holds in what is needed anyway.
class Verifier::Need final {
 public:
  explicit Need(const Verifier& verifier) : verifier_(verifier) {}

  void Reach(const Parsed& parsed) {
    if (!reached_.insert(&parsed).second) {
      return;
    }
    Follow(parsed.depends);
    FollowGroups(parsed);
  }

  void Follow(const MatchSpec& spec) { open_.push_back(&spec); }

  void AskFor(std::string_view name, std::string_view group) {
    if (asked_.insert({name, group}).second) {
      verifier_.plan_.AnyNamed(name, [&](const Parsed& parsed) {
        if (reached_.contains(&parsed)) {
          FollowGroups(parsed);
        }
        return false;
      });
    }
  }

  void Run() {
    std::vector<const MatchSpec*> waiting;
    for (bool any = true; any;) {
      while (!open_.empty()) {
        const MatchSpec& spec = *open_.back();
        open_.pop_back();
        if (spec.when() != nullptr) {
          waiting.push_back(&spec);
        } else {
          Take(spec);
        }
      }
      any = std::erase_if(waiting, [&](const MatchSpec* spec) {
              const bool holds =
                  spec->when()->Evaluate([&](const MatchSpec& part) { return IsReached(part); });
              if (holds) {
                Take(*spec);
              }
              return holds;
            }) > 0;
    }
  }

  bool Has(const Parsed& parsed) const { return reached_.contains(&parsed); }

 private:
  void Follow(const Specs& specs) {
    if (!verifier_.request_.ignore_dependencies) {
      std::for_each(specs.begin(), specs.end(), [&](const auto& spec) { Follow(*spec.second); });
    }
  }

  void FollowGroups(const Parsed& parsed) {
    for (const Parsed::Group& group : parsed.groups) {
      if (asked_.contains({parsed.record->name, group.name}) && followed_.insert(&group).second) {
        Follow(group.depends);
      }
    }
  }

  bool IsReached(const MatchSpec& part) const {
    const auto matches = [&](const Parsed& parsed) { return part.Matches(ViewOf(parsed)); };
    return verifier_.virtual_.AnyConcerned(part, matches) ||
           verifier_.plan_.AnyConcerned(part, [&](const Parsed& parsed) {
             return reached_.contains(&parsed) && matches(parsed);
           });
  }

  void Take(const MatchSpec& spec) {
    for (const std::string& group : spec.extras()) {
      AskFor(spec.name(), group);
    }
    verifier_.plan_.AnyConcerned(spec, [&](const Parsed& parsed) {
      if (spec.Matches(ViewOf(parsed))) {
        Reach(parsed);
      }
      return false;
    });
  }

  const Verifier& verifier_;
  std::vector<const MatchSpec*> open_;
  std::set<const Parsed*> reached_;
  std::set<std::pair<std::string_view, std::string_view>> asked_;
  std::set<const Parsed::Group*> followed_;
};

void Verifier::CheckNeeded() {
  Need need(*this);
  std::for_each(request_.specs.begin(), request_.specs.end(),
                [&](const MatchSpec& spec) { need.Follow(spec); });
  for (const Parsed& parsed : plan_) {
    if (IsRoot(parsed)) {
      need.Reach(parsed);
    }
  }
  for (const InstalledPackage& package : request_.installed) {
    if (const MatchSpec* spec = OnceAsked(package); spec != nullptr && Honours(*spec)) {
      need.Follow(*spec);
    }
  }
  need.Run();
  for (const Parsed& parsed : plan_) {
    if (!need.Has(parsed)) {
      lines_.push_back(absl::StrFormat("%s: nothing needs it", Label(*parsed.record)));
    }
  }
}

}  // namespace

std::vector<std::string> VerifyPlan(const Request& request,
                                    const std::vector<PackageRecord>& packages) {
  return Verifier(request, packages).Run();
}

}  // namespace satchel
