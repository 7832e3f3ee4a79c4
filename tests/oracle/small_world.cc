// Reads a request literally: which records are candidates, in which order, and what each spec
// matches. Nothing here is shared with encoding/, on purpose; where the two disagree about
// ARCHITECTURE.md, the oracle test finds out.

#include "tests/oracle/small_world.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/status/status.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "repodata/spec/condition.h"

namespace satchel::oracle {
namespace {

RecordView ViewOf(const PackageRecord& record, const Version& version) {
  RecordView view;
  view.name = record.name;
  view.version = version.ref();
  view.build = record.build;
  view.build_number = record.build_number;
  view.channel = record.channel;
  view.subdir = record.subdir;
  view.fn = record.fn;
  view.url = record.url;
  view.md5 = record.md5;
  view.sha256 = record.sha256;
  view.license = record.license;
  view.license_family = record.license_family;
  view.track_features = record.track_features;
  view.flags = record.flags;
  return view;
}

RecordView ViewOf(const Choice& choice) {
  return ViewOf(choice.record, choice.version);
}

int CountWords(const std::string& text) {
  const std::vector<std::string_view> words = Split(text, ' ');
  return static_cast<int>(std::count_if(words.begin(), words.end(),
                                        [](std::string_view word) { return !word.empty(); }));
}

// conda's identity of a package.
bool SamePackage(const PackageRecord& a, const PackageRecord& b) {
  return std::tie(a.name, a.version, a.build, a.build_number, a.channel, a.subdir) ==
         std::tie(b.name, b.version, b.build, b.build_number, b.channel, b.subdir);
}

class Builder final {
 public:
  Builder(const Request& request, Objective objective) : request_(request), objective_(objective) {}

  absl::StatusOr<SmallWorld> Build();

 private:
  absl::Status AddChannels();
  absl::Status AddInstalled();
  absl::Status SetStaying();
  absl::Status AddChoice(const PackageRecord& record, int channel_rank, bool is_installed);
  absl::Status AddVirtual();
  absl::Status SetDemands(Choice& choice);
  SmallCondition Small(const Condition& condition) const;
  bool CountsAlways(const MatchSpec& spec) const;
  bool NamesChannel(const std::string& name) const;
  Demand DemandOf(const MatchSpec& spec);
  void AddDemand(const MatchSpec& spec, std::vector<Demand>& demands);
  void AddLimit(const MatchSpec& spec, const std::string& of, Choice* choice,
                std::vector<Demand>& limits);
  absl::StatusOr<MatchSpec> Parse(const std::string& text);

  bool IsAllowed(const Choice& choice) const;
  bool LowestFirst(const std::string& name) const;
  bool SameVersion(const Choice& a, const Choice& b) const;
  void SetDays(std::vector<Choice>& choices) const;
  std::vector<const Choice*> Versions(const std::vector<Choice>& choices, bool lowest) const;
  int FewestFeatures(const std::vector<Choice>& choices, const Choice& version) const;
  int Gap(const std::vector<Choice>& choices, const std::vector<const Choice*>& versions,
          const Choice& version) const;
  void SetAccelerators(std::vector<Choice>& choices) const;
  void Rank(std::vector<Choice>& choices, bool lowest) const;
  ChoiceSet Matching(const Name& name, const MatchSpec& spec) const;
  bool VirtualMatches(const MatchSpec& spec) const;
  int IndexOf(std::string_view name) const;

  const Request& request_;
  const Objective objective_;
  std::map<std::string, Name> names_;
  std::vector<Choice> virtual_;
  std::map<std::string, MatchSpec> parsed_;
  SmallWorld world_;
};

// The records of `channel` with that name that exist as far as exclude-newer goes.
std::vector<PackageRecord> RecordsOf(const Request& request, const Channel& channel) {
  std::vector<PackageRecord> records;
  for (const Index* index : channel.subdirs) {
    for (std::size_t i = 0; i < index->num_records(); ++i) {
      PackageRecord record = CopyRecord(*index, RecordId(i), channel.name);
      if (!request.exclude_newer_ms.has_value() ||
          record.timestamp_ms <= *request.exclude_newer_ms) {
        records.push_back(std::move(record));
      }
    }
  }
  return records;
}

// `chan::pkg` among the requested specs makes that channel's records visible.
bool Builder::NamesChannel(const std::string& name) const {
  return std::any_of(request_.specs.begin(), request_.specs.end(), [&](const MatchSpec& spec) {
    return spec.name() == name && !spec.channel().empty() && CountsAlways(spec);
  });
}

absl::Status Builder::AddChannels() {
  std::map<std::string, int> first_channel;  // Of each name, usable there or not.
  for (std::size_t rank = 0; rank < request_.channels.size(); ++rank) {
    for (const Index* index : request_.channels[rank].subdirs) {
      for (std::size_t i = 0; i < index->num_names(); ++i) {
        first_channel.emplace(index->Name(NameId(i)), static_cast<int>(rank));
      }
    }
    for (const PackageRecord& record : RecordsOf(request_, request_.channels[rank])) {
      const int first = first_channel.at(record.name);
      const bool is_hidden = request_.priority == ChannelPriority::kStrict &&
                             first != static_cast<int>(rank) && !NamesChannel(record.name);
      if (!is_hidden) {
        RETURN_IF_ERROR(AddChoice(record, static_cast<int>(rank), false));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status Builder::AddInstalled() {
  for (const InstalledPackage& package : request_.installed) {
    const PackageRecord& record = package.record;
    ASSIGN_OR_RETURN(const Version version, Version::Parse(record.version));
    Name& name = names_[record.name];
    const RecordView view = ViewOf(record, version);
    name.is_leaving = std::any_of(request_.remove.begin(), request_.remove.end(),
                                  [&](const MatchSpec& removal) { return removal.Matches(view); });
    name.is_installed = !name.is_leaving;
    name.was_requested = name.is_installed && package.requested.has_value();
    name.is_pinned = name.is_installed &&
                     std::any_of(request_.pins.begin(), request_.pins.end(),
                                 [&](const MatchSpec& pin) { return pin.name() == record.name; });
    bool is_offered = false;
    for (Choice& choice : name.choices) {
      if (SamePackage(choice.record, record)) {
        choice.is_installed = true;
        is_offered = true;
      }
    }
    if (!is_offered) {
      std::size_t rank = 0;
      while (rank < request_.channels.size() && request_.channels[rank].name != record.channel) {
        ++rank;
      }
      RETURN_IF_ERROR(AddChoice(record, static_cast<int>(rank), true));
    }
  }
  return absl::OkStatus();
}

// A package may go if something that is to be removed can be reached from it over what is
// installed.
absl::Status Builder::SetStaying() {
  std::map<std::string, std::set<std::string>> needs;
  for (const InstalledPackage& package : request_.installed) {
    for (const std::string& text : package.record.depends) {
      ASSIGN_OR_RETURN(const MatchSpec spec, Parse(text));
      needs[package.record.name].insert(spec.name());
    }
  }
  for (auto& [text, name] : names_) {
    std::set<std::string> reached = {text};
    std::vector<std::string> open = {text};
    bool may_go = false;
    while (!open.empty()) {
      const std::string at = open.back();
      open.pop_back();
      const auto found = names_.find(at);
      may_go = may_go || (found != names_.end() && found->second.is_leaving);
      for (const std::string& next : needs[at]) {
        if (reached.insert(next).second) {
          open.push_back(next);
        }
      }
    }
    name.must_stay = (name.was_requested || name.is_pinned) && !may_go;
  }
  return absl::OkStatus();
}

absl::Status Builder::AddChoice(const PackageRecord& record, int channel_rank, bool is_installed) {
  Choice choice;
  choice.record = record;
  ASSIGN_OR_RETURN(choice.version, Version::Parse(record.version));
  choice.channel_rank = channel_rank;
  choice.num_track_features = CountWords(record.track_features);
  choice.is_installed = is_installed;
  names_[record.name].choices.push_back(std::move(choice));
  return absl::OkStatus();
}

absl::Status Builder::AddVirtual() {
  for (const PackageRecord& record : request_.virtual_packages) {
    Choice choice;
    choice.record = record;
    ASSIGN_OR_RETURN(choice.version, Version::Parse(record.version));
    virtual_.push_back(std::move(choice));
  }
  return absl::OkStatus();
}

// Whether specs, pins and removals leave the record a candidate.
bool Builder::IsAllowed(const Choice& choice) const {
  const RecordView view = ViewOf(choice);
  const auto allows = [&](const MatchSpec& spec) {
    return spec.name() != view.name || spec.Matches(view) || !CountsAlways(spec);
  };
  return std::all_of(request_.specs.begin(), request_.specs.end(), allows) &&
         std::all_of(request_.pins.begin(), request_.pins.end(), allows) &&
         std::none_of(request_.remove.begin(), request_.remove.end(),
                      [&](const MatchSpec& removal) { return removal.Matches(view); });
}

bool Builder::LowestFirst(const std::string& name) const {
  return objective_ == Objective::kLowest ||
         (objective_ == Objective::kLowestDirect &&
          std::any_of(request_.specs.begin(), request_.specs.end(), [&](const MatchSpec& spec) {
            return spec.name() == name && CountsAlways(spec);
          }));
}

bool Builder::SameVersion(const Choice& a, const Choice& b) const {
  return a.version.key() == b.version.key() &&
         (request_.priority == ChannelPriority::kDisabled || a.channel_rank == b.channel_rank);
}

// Of all visible records, candidates or not.
void Builder::SetDays(std::vector<Choice>& choices) const {
  for (Choice& choice : choices) {
    for (const Choice& other : choices) {
      const std::int64_t day =
          std::min<std::int64_t>(other.record.timestamp_ms / (24 * 60 * 60 * 1000), 2'932'896);
      if (SameVersion(choice, other) && other.record.timestamp_ms > 0 &&
          (choice.day == kNoDay || day < choice.day)) {
        choice.day = day;
      }
    }
  }
}

// One candidate of each version, the most preferred version first.
std::vector<const Choice*> Builder::Versions(const std::vector<Choice>& choices,
                                             bool lowest) const {
  std::vector<const Choice*> versions;
  for (const Choice& choice : choices) {
    if (std::none_of(versions.begin(), versions.end(),
                     [&](const Choice* known) { return SameVersion(*known, choice); })) {
      versions.push_back(&choice);
    }
  }
  std::sort(versions.begin(), versions.end(), [&](const Choice* a, const Choice* b) {
    const int features = FewestFeatures(choices, *a) - FewestFeatures(choices, *b);
    if (features != 0) {
      return features < 0;
    }
    if (request_.priority != ChannelPriority::kDisabled && a->channel_rank != b->channel_rank) {
      return a->channel_rank < b->channel_rank;
    }
    const int older_first = a->version.key().compare(b->version.key());
    return lowest ? older_first < 0 : older_first > 0;
  });
  return versions;
}

int Builder::FewestFeatures(const std::vector<Choice>& choices, const Choice& version) const {
  int fewest = version.num_track_features;
  for (const Choice& choice : choices) {
    if (SameVersion(choice, version)) {
      fewest = std::min(fewest, choice.num_track_features);
    }
  }
  return fewest;
}

// w of ARCHITECTURE.md.
int Builder::Gap(const std::vector<Choice>& choices, const std::vector<const Choice*>& versions,
                 const Choice& version) const {
  if (version.day == kNoDay) {
    return 30;
  }
  // Of its group, what comes just before it by day, then older version first.
  std::optional<std::int64_t> before;
  for (const Choice* other : versions) {
    const bool same_group = FewestFeatures(choices, *other) == FewestFeatures(choices, version) &&
                            (request_.priority == ChannelPriority::kDisabled ||
                             other->channel_rank == version.channel_rank);
    const bool is_before =
        std::pair(other->day, other->version.key()) < std::pair(version.day, version.version.key());
    if (same_group && other->day != kNoDay && is_before) {
      before = std::max(before.value_or(other->day), other->day);
    }
  }
  return before.has_value() ? static_cast<int>(std::max<std::int64_t>(1, version.day - *before))
                            : 1;
}

void Builder::SetAccelerators(std::vector<Choice>& choices) const {
  const auto uses = [](const Choice& choice) {
    return std::any_of(choice.record.depends.begin(), choice.record.depends.end(),
                       [](const std::string& text) {
                         const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
                         const std::set<std::string> names = {"__cuda", "cuda-version",
                                                              "cudatoolkit", "pytorch-cuda"};
                         return spec.ok() && spec->when() == nullptr &&
                                names.count(std::string(spec->name())) > 0;
                       });
  };
  const bool has_cuda = std::any_of(virtual_.begin(), virtual_.end(), [](const Choice& package) {
    return package.record.name == "__cuda";
  });
  if (has_cuda && std::any_of(choices.begin(), choices.end(), uses)) {
    for (Choice& choice : choices) {
      choice.accelerator = uses(choice) ? 0 : 365;
    }
  }
}

// Sorts by preference and sets rank classes and costs, each by its definition.
void Builder::Rank(std::vector<Choice>& choices, bool lowest) const {
  const std::vector<const Choice*> versions = Versions(choices, lowest);
  std::vector<std::pair<int, int>> lags;  // By choice: the place of its version, and its lag.
  std::vector<int> features;
  for (const Choice& choice : choices) {
    int place = 0;
    int lag = 0;
    while (!SameVersion(*versions[static_cast<std::size_t>(place)], choice)) {
      lag += Gap(choices, versions, *versions[static_cast<std::size_t>(place)]);
      ++place;
    }
    lags.emplace_back(place, lag);
    features.push_back(100 * (choice.num_track_features - FewestFeatures(choices, choice)));
  }
  std::vector<int> places(choices.size());
  for (std::size_t i = 0; i < choices.size(); ++i) {
    choices[i].rank_class = lags[i].first;  // For now.
    choices[i].lag = lags[i].second;
    choices[i].features = features[i];
  }
  SetAccelerators(choices);
  const auto same_class = [&](const Choice& a, const Choice& b) {
    return SameVersion(a, b) && a.features == b.features &&
           a.record.build_number == b.record.build_number;
  };
  const auto precedes = [&](const Choice& a, const Choice& b) {
    if (a.rank_class != b.rank_class) {
      return a.rank_class < b.rank_class;
    }
    if (a.features != b.features) {
      return a.features < b.features;
    }
    if (a.record.build_number != b.record.build_number) {
      return a.record.build_number > b.record.build_number;
    }
    // Among variants: newer timestamp, greater build string, earlier channel, file name. The same
    // file name in two subdirs: the subdir, so that the order is total.
    return std::make_tuple(-a.record.timestamp_ms, b.record.build, a.channel_rank, a.record.fn,
                           a.record.subdir) < std::make_tuple(-b.record.timestamp_ms,
                                                              a.record.build, b.channel_rank,
                                                              b.record.fn, b.record.subdir);
  };
  std::sort(choices.begin(), choices.end(), precedes);
  int rank_class = 0;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    rank_class += i > 0 && !same_class(choices[i - 1], choices[i]) ? 1 : 0;
    places[i] = rank_class;
  }
  for (std::size_t i = 0; i < choices.size(); ++i) {
    choices[i].rank_class = places[i];
  }
}

int Builder::IndexOf(std::string_view name) const {
  const auto found = std::find_if(world_.names.begin(), world_.names.end(),
                                  [&](const Name& other) { return other.name == name; });
  return found == world_.names.end() ? -1 : static_cast<int>(found - world_.names.begin());
}

ChoiceSet Builder::Matching(const Name& name, const MatchSpec& spec) const {
  ChoiceSet set = 0;
  for (std::size_t i = 0; i < name.choices.size(); ++i) {
    if (spec.Matches(ViewOf(name.choices[i]))) {
      set |= ChoiceSet{1} << i;
    }
  }
  return set;
}

bool Builder::VirtualMatches(const MatchSpec& spec) const {
  return std::any_of(virtual_.begin(), virtual_.end(),
                     [&](const Choice& package) { return spec.Matches(ViewOf(package)); });
}

absl::StatusOr<MatchSpec> Builder::Parse(const std::string& text) {
  const auto known = parsed_.find(text);
  if (known != parsed_.end()) {
    return known->second;
  }
  ASSIGN_OR_RETURN(MatchSpec spec, MatchSpec::Parse(text));
  return parsed_.emplace(text, std::move(spec)).first->second;
}

SmallCondition Builder::Small(const Condition& condition) const {
  SmallCondition small;
  if (condition.kind == Condition::Kind::kSpec) {
    const MatchSpec& spec = condition.spec.front();
    small.name = IndexOf(spec.name());
    if (small.name < 0) {
      small.holds = VirtualMatches(spec);
    } else {
      small.kind = SmallCondition::Kind::kChosen;
      small.allowed = Matching(world_.names[static_cast<std::size_t>(small.name)], spec);
    }
    return small;
  }
  small.kind = condition.kind == Condition::Kind::kAnd ? SmallCondition::Kind::kAll
                                                       : SmallCondition::Kind::kAny;
  for (const Condition& part : condition.parts) {
    small.parts.push_back(Small(part));
  }
  return small;
}

// What the machine alone decides.
bool Builder::CountsAlways(const MatchSpec& spec) const {
  return spec.when() == nullptr || spec.when()->Evaluate([&](const MatchSpec& part) {
    return part.name().starts_with("__") && VirtualMatches(part);
  });
}

Demand Builder::DemandOf(const MatchSpec& spec) {
  const int name = IndexOf(spec.name());
  Demand demand{name, name < 0 ? 0 : Matching(world_.names[static_cast<std::size_t>(name)], spec)};
  if (!request_.ignore_dependencies) {
    demand.extras = spec.extras();
  }
  if (!CountsAlways(spec)) {
    demand.when.push_back(Small(*spec.when()));
  }
  world_.is_plain = world_.is_plain && demand.when.empty() && demand.extras.empty();
  return demand;
}

void Builder::AddDemand(const MatchSpec& spec, std::vector<Demand>& demands) {
  if (!VirtualMatches(spec)) {
    demands.push_back(DemandOf(spec));
  }
}

// What limits others, and what a pin with a condition does.
void Builder::AddLimit(const MatchSpec& spec, const std::string& of, Choice* choice,
                       std::vector<Demand>& limits) {
  const int name = IndexOf(spec.name());
  const bool is_there = std::any_of(virtual_.begin(), virtual_.end(), [&](const Choice& package) {
    return package.record.name == spec.name();
  });
  const bool is_broken = is_there && !VirtualMatches(spec);
  if (name >= 0 && spec.name() != of) {
    limits.push_back(DemandOf(spec));
  } else if (is_broken && !CountsAlways(spec)) {
    limits.push_back(DemandOf(spec));  // Of no name: it must not count.
  } else if (is_broken && choice != nullptr) {
    choice->breaks_virtual = true;
  }
}

absl::Status Builder::SetDemands(Choice& choice) {
  for (const std::string& text : choice.record.depends) {
    ASSIGN_OR_RETURN(const MatchSpec spec, Parse(text));
    AddDemand(spec, choice.depends);
  }
  for (const std::string& text : choice.record.constrains) {
    ASSIGN_OR_RETURN(const MatchSpec spec, Parse(text));
    AddLimit(spec, choice.record.name, &choice, choice.constrains);
  }
  for (const auto& [group, texts] : choice.record.extra_depends) {
    choice.groups[group];
    for (const std::string& text : texts) {
      ASSIGN_OR_RETURN(const MatchSpec spec, Parse(text));
      AddDemand(spec, choice.groups[group]);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<SmallWorld> Builder::Build() {
  RETURN_IF_ERROR(AddVirtual());
  RETURN_IF_ERROR(AddChannels());
  RETURN_IF_ERROR(AddInstalled());
  RETURN_IF_ERROR(SetStaying());
  for (auto& entry : names_) {
    Name& name = entry.second;
    name.name = entry.first;
    SetDays(name.choices);
    std::erase_if(name.choices, [&](const Choice& choice) { return !IsAllowed(choice); });
    if (name.choices.size() > kMaxChoices) {
      return absl::InvalidArgumentError("too many records of " + name.name);
    }
    Rank(name.choices, LowestFirst(name.name));
    world_.names.push_back(std::move(name));
  }
  for (const MatchSpec& spec : request_.specs) {
    const int index = IndexOf(spec.name());
    if (!CountsAlways(spec) || !spec.extras().empty()) {
      AddDemand(spec, world_.asked);
    }
    if (!CountsAlways(spec)) {
      continue;
    }
    if (index < 0) {
      world_.spec_is_hopeless = world_.spec_is_hopeless || !VirtualMatches(spec);
    } else if (!world_.names[static_cast<std::size_t>(index)].is_requested) {
      world_.names[static_cast<std::size_t>(index)].is_requested = true;
      world_.requested_in_order.push_back(index);
    }
  }
  for (const MatchSpec& pin : request_.pins) {
    if (!CountsAlways(pin)) {
      AddLimit(pin, "", nullptr, world_.limits);
      continue;
    }
    const bool is_there = std::any_of(virtual_.begin(), virtual_.end(), [&](const Choice& package) {
      return package.record.name == pin.name();
    });
    world_.spec_is_hopeless = world_.spec_is_hopeless || (is_there && !VirtualMatches(pin));
  }
  for (const InstalledPackage& package : request_.installed) {
    Name& name = world_.names[static_cast<std::size_t>(IndexOf(package.record.name))];
    name.satisfies_history = name.was_requested ? Matching(name, *package.requested) : 0;
    if (!name.was_requested || name.is_requested) {
      continue;
    }
    const MatchSpec& once = *package.requested;
    const std::optional<std::string> flags = once.FieldText(SpecField::kFlags);
    if (!request_.update_all && (!once.extras().empty() || !CountsAlways(once))) {
      name.history.push_back(DemandOf(once));
    }
    if (request_.update_all && (!once.extras().empty() || flags.has_value())) {
      std::string text = package.record.name + "[";
      text += flags.has_value() ? "flags=" + *flags + "," : "";
      text += once.extras().empty() ? "" : "extras=" + *once.FieldText(SpecField::kExtras) + ",";
      text.back() = ']';
      ASSIGN_OR_RETURN(const MatchSpec kept, Parse(text));
      name.history.push_back(DemandOf(kept));
    }
  }
  if (!request_.ignore_dependencies) {
    for (Name& name : world_.names) {
      for (Choice& choice : name.choices) {
        RETURN_IF_ERROR(SetDemands(choice));
      }
    }
  }
  return std::move(world_);
}

}  // namespace

absl::StatusOr<SmallWorld> MakeSmallWorld(const Request& request, Objective objective) {
  return Builder(request, objective).Build();
}

}  // namespace satchel::oracle
