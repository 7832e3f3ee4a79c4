#include "solver/blame.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

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

// The request without its specs and pins, to put some of them to again and again. What has been
// read of the channels for one question serves the next.
//
// Specs that name a channel stay in: they decide what is visible (strict priority).
class Base final {
 public:
  static absl::StatusOr<std::unique_ptr<Base>> Make(const Request& request,
                                                    std::vector<MatchSpec> channel_specs) {
    std::unique_ptr<Base> base(new Base);
    base->request_ = request;
    base->request_.pins.clear();
    base->request_.specs = std::move(channel_specs);
    ASSIGN_OR_RETURN(base->universe_, Universe::Make(base->request_, VersionPreference::kNewest));
    base->domains_.emplace(*base->universe_);
    for (const PackageRecord& record : request.virtual_packages) {
      base->domains_->Require(base->universe_->Intern(record.name));
    }
    base->domains_->Propagate();
    return base;
  }

  // kNo where arc consistency refutes the parts, else kYes.
  Answer MayHold(const std::vector<Part>& parts) {
    const Domains::Mark mark = domains_->Now();
    const Answer answer = Restrict(parts) ? Answer::kYes : Answer::kNo;
    UndoTo(mark);
    return answer;
  }

  Answer Holds(const std::vector<Part>& parts, const StopSignal& stop) {
    const Domains::Mark mark = domains_->Now();
    Answer answer = Answer::kNo;
    if (Restrict(parts)) {
      std::vector<PackageId> roots;
      for (const Part& part : parts) {
        const PackageId package = universe_->Intern(part.spec->name());
        if (!part.is_pin && !universe_->IsVirtual(package)) {
          roots.push_back(package);
        }
      }
      SolveStatistics statistics;
      Search search(*domains_, SearchOptions(), stop, statistics);
      answer = search.Feasible({}, Progress(roots));
    }
    UndoTo(mark);
    return answer;
  }

 private:
  Base() = default;

  bool Restrict(const std::vector<Part>& parts) {
    for (const Part& part : parts) {
      const GateId gate = universe_->GateFor(*part.spec);
      const PackageId package = universe_->GateOf(gate).package;
      const std::span<const Word> allowed = universe_->Allowed(gate);
      domains_->Restrict(package, std::vector<Word>(allowed.begin(), allowed.end()));
      if (!part.is_pin) {
        domains_->Require(package);
      }
    }
    return domains_->Propagate() && std::all_of(parts.begin(), parts.end(), [&](const Part& part) {
             return part.is_pin || domains_->GroundBest(universe_->Intern(part.spec->name()));
           });
  }

  void UndoTo(Domains::Mark mark) {
    domains_->UndoTo(mark);
    domains_->Settle();
  }

  Request request_;
  std::unique_ptr<Universe> universe_;
  std::optional<Domains> domains_;
};

class Blamer final {
 public:
  Blamer(const Request& request, const StopSignal& stop) : request_(request), stop_(stop) {}

  absl::StatusOr<std::vector<Part>> Run(const std::vector<Part>& parts) {
    // Mostly one spec alone cannot be met, and that shows without a search.
    for (const Part& part : parts) {
      Base* base = BaseOf({part});
      if (base != nullptr && base->MayHold({part}) == Answer::kNo) {
        return std::vector<Part>{part};
      }
    }
    std::vector<Part> blamed = Explain({}, false, parts);
    if (!status_.ok()) {
      return status_;
    }
    return blamed;
  }

  // Whether time was up on the way: the conflict found is one, but may not be minimal.
  bool stopped() const { return stopped_; }

 private:
  // Null on an error.
  Base* BaseOf(const std::vector<Part>& parts) {
    std::string key;
    std::vector<MatchSpec> channel_specs;
    for (const Part& part : parts) {
      if (!part.is_pin && !part.spec->channel().empty()) {
        key += part.spec->ToString() + "\n";
        channel_specs.push_back(*part.spec);
      }
    }
    std::unique_ptr<Base>& base = bases_[key];
    if (base == nullptr && status_.ok()) {
      absl::StatusOr<std::unique_ptr<Base>> made = Base::Make(request_, std::move(channel_specs));
      if (!made.ok()) {
        status_ = made.status();
        return nullptr;
      }
      base = *std::move(made);
    }
    return base.get();
  }

  bool IsFeasible(const std::vector<Part>& parts) {
    Base* base = status_.ok() ? BaseOf(parts) : nullptr;
    if (base == nullptr) {
      return true;
    }
    const Answer answer = base->Holds(parts, stop_);
    stopped_ |= answer == Answer::kStopped;
    return answer != Answer::kNo;  // If unknown, the parts in question stay blamed.
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
  std::map<std::string, std::unique_ptr<Base>> bases_;  // By the specs that name a channel.
  absl::Status status_;
  bool stopped_ = false;
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
        matches = spec.Matches(index->View(RecordId(at), channel.name, channel.url));
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
  Blamer blamer(request, stop);
  ASSIGN_OR_RETURN(const std::vector<Part> blamed, blamer.Run(parts));
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
  if (blamer.stopped()) {
    conflict.notes.push_back("stopped early: fewer of these may conflict already");
  }
  return conflict;
}

}  // namespace satchel
