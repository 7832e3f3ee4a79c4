// What priority, exclude-newer and removals hide.

#include <algorithm>

#include "encoding/age_limit.h"
#include "encoding/asked.h"
#include "solver/explain/open_problem.h"

namespace satchel {

// Whether a requested spec names a channel for `name`, which makes all of its records visible: in
// the question, or, without one, in some question.
bool OpenProblem::OverridesPriority(std::string_view name, const Uses* uses) const {
  const auto names_channel = [&](const MatchSpec& spec) {
    return spec.name() == name && !spec.channel().empty() && CountsAlways(request_, spec);
  };
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].kind != Part::Kind::kRequested) {
      continue;
    }
    if (uses == nullptr) {
      if (names_channel(parts_[i].spec)) {
        return true;
      }
    } else if (const MatchSpec* spec = SpecOf(i, (*uses)[i]);
               spec != nullptr && names_channel(*spec)) {
      return true;
    }
  }
  return false;
}

std::uint32_t OpenProblem::HidingChannel(PackageId package) const {
  const auto num_channels = static_cast<std::uint32_t>(request_.channels.size());
  if (request_.priority != ChannelPriority::kStrict) {
    return num_channels;
  }
  const std::string_view name = universe_->NameOf(package);
  const auto has_name = [name](const Index* index) { return index->FindName(name).ok(); };
  std::uint32_t first = 0;
  while (first < num_channels && !std::ranges::any_of(request_.channels[first].subdirs, has_name)) {
    ++first;
  }
  return first;
}

bool OpenProblem::IsTooNew(const Source& source, RecordId record, std::string_view name) const {
  const std::optional<std::int64_t> newest = NewestAllowed(request_, name, source.channel_rank);
  return newest.has_value() && source.index->Record(record).timestamp_ms > *newest;
}

std::vector<Word> OpenProblem::Hidden(PackageId package, HiddenBy by, const Uses& uses) const {
  const CandidateList& list = universe_->List(package);
  std::vector<Word> hidden(WordsFor(list.candidates.size()), 0);
  if (universe_->PseudoOf(package) != nullptr) {
    return hidden;
  }
  const std::string_view name = universe_->NameOf(package);
  std::uint32_t first_channel = static_cast<std::uint32_t>(request_.channels.size());
  switch (by) {
    case HiddenBy::kPriority:
      if (!OverridesPriority(name, visibility_.has_value() ? &*visibility_ : &uses)) {
        first_channel = HidingChannel(package);
      }
      if (first_channel == request_.channels.size()) {
        return hidden;
      }
      break;
    case HiddenBy::kTooNew:
      if (!HasAgeLimit(request_)) {
        return hidden;
      }
      break;
    case HiddenBy::kRemoval:
      if (universe_->IsVirtual(package) ||
          std::none_of(request_.remove.begin(), request_.remove.end(),
                       [&](const MatchSpec& spec) { return spec.name() == name; })) {
        return hidden;
      }
      break;
  }
  for (Position at = 0; at < list.candidates.size(); ++at) {
    const Source& source = universe_->sources()[list.candidates[at].source];
    const bool is_offered = source.kind == Source::Kind::kChannel && at != list.installed;
    bool is_hidden = false;
    switch (by) {
      case HiddenBy::kPriority:
        is_hidden = is_offered && source.channel_rank != first_channel;
        break;
      case HiddenBy::kTooNew:
        is_hidden = is_offered && IsTooNew(source, list.candidates[at].record, name);
        break;
      case HiddenBy::kRemoval:
        is_hidden = std::any_of(
            request_.remove.begin(), request_.remove.end(),
            [&](const MatchSpec& spec) { return spec.Matches(universe_->View(package, at)); });
        break;
    }
    if (is_hidden) {
      Insert(hidden, at);
    }
  }
  return hidden;
}

// Priority aside for names whose visibility depends on the question.
void OpenProblem::Limit(PackageId package, std::span<Word> domain) const {
  if (request_.priority != ChannelPriority::kStrict && !HasAgeLimit(request_) &&
      request_.remove.empty()) {
    return;
  }
  const Uses none = Only({});
  for (const HiddenBy by : {HiddenBy::kPriority, HiddenBy::kTooNew, HiddenBy::kRemoval}) {
    if (by == HiddenBy::kPriority && OverridesPriority(universe_->NameOf(package), nullptr)) {
      continue;
    }
    Subtract(domain, Hidden(package, by, none));
  }
}

void OpenProblem::LimitOverridden(const Uses& uses) {
  for (const Part& part : parts_) {
    if (part.kind == Part::Kind::kRequested && !part.spec.channel().empty() &&
        CountsAlways(request_, part.spec)) {
      const PackageId package = universe_->Intern(part.spec.name());
      domains_->RemoveAll(package, Hidden(package, HiddenBy::kPriority, uses));
    }
  }
}

}  // namespace satchel
