#include "solver/blame.h"

#include <algorithm>

#include "base/status_macros.h"
#include "solver/search.h"

namespace satchel {
namespace {

struct Part {
  const MatchSpec* spec;
  bool is_pin;
};

std::string Describe(const Part& part) {
  return part.spec->ToString() + (part.is_pin ? " (pin)" : " (requested)");
}

class Blamer final {
 public:
  Blamer(const Request& request, const StopSignal& stop) : request_(request), stop_(stop) {}

  absl::StatusOr<std::vector<Part>> Run(std::vector<Part> parts) {
    std::vector<Part> blamed = Explain({}, false, parts);
    if (!status_.ok()) {
      return status_;
    }
    return blamed;
  }

 private:
  bool IsFeasible(const std::vector<Part>& parts) {
    if (!status_.ok()) {
      return true;
    }
    Request request = request_;
    request.specs.clear();
    request.pins.clear();
    for (const Part& part : parts) {
      (part.is_pin ? request.pins : request.specs).push_back(*part.spec);
    }
    absl::StatusOr<std::unique_ptr<Universe>> universe =
        Universe::Make(request, VersionPreference::kNewest);
    if (!universe.ok()) {
      status_ = universe.status();
      return true;
    }
    Domains domains(**universe);
    SolveStatistics statistics;
    Search search(domains, SearchOptions(), stop_, statistics);
    std::vector<PackageId> roots;
    for (const PackageRecord& record : request.virtual_packages) {
      domains.Require((*universe)->Intern(record.name));
    }
    for (const MatchSpec& spec : request.specs) {
      const PackageId package = (*universe)->Intern(spec.name());
      domains.Require(package);
      if (!(*universe)->IsVirtual(package)) {
        roots.push_back(package);
      }
    }
    if (!domains.Propagate()) {
      return false;
    }
    const Answer answer = search.Feasible({}, Progress(roots));
    if (answer == Answer::kStopped) {
      status_ = absl::DeadlineExceededError("stopped while looking for the cause of the conflict");
    }
    return answer != Answer::kNo;
  }

  // The members of `parts` of a minimal conflict within background + parts.
  std::vector<Part> Explain(const std::vector<Part>& background, bool check,
                            const std::vector<Part>& parts) {
    if (check && !IsFeasible(background)) {
      return {};
    }
    if (parts.size() <= 1) {
      return parts;
    }
    const auto middle = parts.begin() + static_cast<std::ptrdiff_t>(parts.size() / 2);
    const std::vector<Part> first(parts.begin(), middle);
    const std::vector<Part> second(middle, parts.end());
    std::vector<Part> with = background;
    with.insert(with.end(), first.begin(), first.end());
    std::vector<Part> blamed = Explain(with, true, second);
    with = background;
    with.insert(with.end(), blamed.begin(), blamed.end());
    const std::vector<Part> others = Explain(with, !blamed.empty(), first);
    blamed.insert(blamed.begin(), others.begin(), others.end());
    return blamed;
  }

  const Request& request_;
  const StopSignal& stop_;
  absl::Status status_;
};

// What can be said of one spec on its own.
std::string NoteOn(const Request& request, const MatchSpec& spec) {
  bool exists = false;
  bool matches = false;
  for (const Channel& channel : request.channels) {
    for (const Index* index : channel.subdirs) {
      const NameId name = index->FindName(spec.name());
      if (!name.ok()) {
        continue;
      }
      exists = true;
      const Index::Range range = index->Records(name);
      for (std::uint32_t at = range.first; at < range.last && !matches; ++at) {
        matches = spec.Matches(index->View(RecordId(at), channel.name));
      }
    }
  }
  for (const PackageRecord& record : request.virtual_packages) {
    exists = exists || record.name == spec.name();
    matches = matches || record.name == spec.name();
  }
  if (!exists) {
    return spec.name() + ": no channel of the request has a package of this name";
  }
  return matches ? "" : spec.ToString() + ": no record of this name in any channel matches";
}

}  // namespace

absl::StatusOr<Conflict> FindBlame(const Request& request, const StopSignal& stop) {
  std::vector<Part> parts;
  for (const MatchSpec& pin : request.pins) {
    parts.push_back({&pin, true});
  }
  for (const MatchSpec& spec : request.specs) {
    parts.push_back({&spec, false});
  }
  const auto text_order = [](const Part& a, const Part& b) {
    return std::make_tuple(!a.is_pin, a.spec->ToString()) <
           std::make_tuple(!b.is_pin, b.spec->ToString());
  };
  std::sort(parts.begin(), parts.end(), text_order);  // So the order typed does not show.
  ASSIGN_OR_RETURN(const std::vector<Part> blamed, Blamer(request, stop).Run(std::move(parts)));
  Conflict conflict;
  for (const Part& part : blamed) {
    const std::string text = Describe(part);
    if (conflict.blamed.empty() || conflict.blamed.back() != text) {
      conflict.blamed.push_back(text);
    }
    const std::string note = NoteOn(request, *part.spec);
    if (!note.empty()) {
      conflict.notes.push_back(note);
    }
  }
  return conflict;
}

}  // namespace satchel
