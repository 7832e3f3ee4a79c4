#include "tests/oracle/shrink.h"

#include <string>
#include <utility>

namespace satchel::oracle {
namespace {

// Collects copies of the universe, each with one change.
class Steps final {
 public:
  explicit Steps(const Universe& universe) : universe_(universe) {}

  std::vector<Universe> All();

 private:
  template <typename Change>
  void Add(const Change& change) {
    Universe copy = universe_;
    change(copy);
    result_.push_back(std::move(copy));
  }

  // One universe for each element of the vector that `list` finds in a universe, without it.
  template <typename List>
  void AddErased(const List& list) {
    const std::size_t size = list(universe_).size();
    for (std::size_t i = 0; i < size; ++i) {
      Add([&](Universe& copy) {
        auto& values = list(copy);
        values.erase(values.begin() + static_cast<std::ptrdiff_t>(i));
      });
    }
  }

  template <typename Get>
  void AddSimplerRecord(const Get& get);
  void AddSimplerSpecs(std::vector<std::string> Universe::*specs);
  void AddOptions();

  Universe universe_;
  std::vector<Universe> result_;
};

// `get` finds the record in a universe.
template <typename Get>
void Steps::AddSimplerRecord(const Get& get) {
  const UniverseRecord& record = get(universe_);
  AddErased([&](Universe & copy) -> auto& { return get(copy).depends; });
  AddErased([&](Universe & copy) -> auto& { return get(copy).constrains; });
  AddErased([&](Universe & copy) -> auto& { return get(copy).flags; });
  AddErased([&](Universe & copy) -> auto& { return get(copy).extra_depends; });
  for (std::size_t group = 0; group < record.extra_depends.size(); ++group) {
    AddErased([&](Universe & copy) -> auto& { return get(copy).extra_depends[group].second; });
  }
  for (std::size_t i = 0; i < record.depends.size(); ++i) {
    const std::string name = record.depends[i].substr(0, record.depends[i].find_first_of(" =["));
    if (name != record.depends[i]) {
      Add([&](Universe& copy) { get(copy).depends[i] = name; });
    }
  }
  if (record.timestamp_ms != 0) {
    Add([&](Universe& copy) { get(copy).timestamp_ms = 0; });
  }
  if (!record.track_features.empty()) {
    Add([&](Universe& copy) { get(copy).track_features.clear(); });
  }
  if (record.build_number != 0) {
    Add([&](Universe& copy) { get(copy).build_number = 0; });
  }
  if (record.subdir != "linux-64") {
    Add([&](Universe& copy) { get(copy).subdir = "linux-64"; });
  }
  if (!record.is_conda_format) {
    Add([&](Universe& copy) { get(copy).is_conda_format = true; });
  }
}

void Steps::AddSimplerSpecs(std::vector<std::string> Universe::*specs) {
  AddErased([&](Universe & copy) -> auto& { return copy.*specs; });
  for (std::size_t i = 0; i < (universe_.*specs).size(); ++i) {
    const std::string& spec = (universe_.*specs)[i];
    const std::string name = spec.substr(0, spec.find_first_of(" =["));
    if (name != spec) {
      Add([&](Universe& copy) { (copy.*specs)[i] = name; });
    }
  }
}

void Steps::AddOptions() {
  if (universe_.exclude_newer_ms.has_value()) {
    Add([](Universe& copy) { copy.exclude_newer_ms.reset(); });
  }
  for (bool Universe::*option :
       {&Universe::update_all, &Universe::prune, &Universe::ignore_dependencies}) {
    if (universe_.*option) {
      Add([&](Universe& copy) { copy.*option = false; });
    }
  }
  if (universe_.objective != Objective::kNewest) {
    Add([](Universe& copy) { copy.objective = Objective::kNewest; });
  }
  if (universe_.priority != ChannelPriority::kFlexible) {
    Add([](Universe& copy) { copy.priority = ChannelPriority::kFlexible; });
  }
}

std::vector<Universe> Steps::All() {
  AddErased([](Universe & copy) -> auto& { return copy.channels; });
  AddErased([](Universe & copy) -> auto& { return copy.installed; });
  AddErased([](Universe & copy) -> auto& { return copy.virtual_packages; });
  AddSimplerSpecs(&Universe::specs);
  AddSimplerSpecs(&Universe::pins);
  AddSimplerSpecs(&Universe::remove);
  for (std::size_t c = 0; c < universe_.channels.size(); ++c) {
    AddErased([&](Universe & copy) -> auto& { return copy.channels[c].records; });
  }
  for (std::size_t c = 0; c < universe_.channels.size(); ++c) {
    for (std::size_t r = 0; r < universe_.channels[c].records.size(); ++r) {
      AddSimplerRecord(
          [&](Universe& copy) -> UniverseRecord& { return copy.channels[c].records[r]; });
    }
  }
  for (std::size_t i = 0; i < universe_.installed.size(); ++i) {
    AddSimplerRecord([&](Universe& copy) -> UniverseRecord& { return copy.installed[i].record; });
    if (universe_.installed[i].requested.has_value()) {
      Add([&](Universe& copy) { copy.installed[i].requested.reset(); });
    }
  }
  AddOptions();
  return std::move(result_);
}

}  // namespace

std::vector<Universe> Simpler(const Universe& universe) {
  return Steps(universe).All();
}

Universe Shrink(Universe universe, const std::function<bool(const Universe&)>& fails) {
  for (bool changed = true; changed;) {
    changed = false;
    for (Universe& simpler : Simpler(universe)) {
      if (fails(simpler)) {
        universe = std::move(simpler);
        changed = true;
        break;
      }
    }
  }
  return universe;
}

}  // namespace satchel::oracle
