// Depth first over what must come before: a channel is placed when all of that is, and right behind
// it what it overrides, if nothing else has to come before that. Example: bioconda, whose base is
// conda-forge, typed behind mine: mine, conda-forge, bioconda.

#include "frontend/fetch/channel_relations.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/strings.h"

namespace satchel {
namespace {

class Sorting final {
 public:
  explicit Sorting(const std::vector<RelatedChannel>& channels)
      : channels_(channels), before_(channels.size()), marks_(channels.size(), Mark::kNone) {
    for (std::size_t i = 0; i < channels.size(); ++i) {
      for (const std::size_t base : channels[i].bases) {
        AddEdge(base, i);
      }
      for (const std::size_t other : channels[i].overridden) {
        AddEdge(i, other);
      }
    }
    // As typed; the first to be placed, so that a base stands next to what it is the base of.
    for (std::size_t i = 1; i < channels.size() && channels[i].is_typed; ++i) {
      before_[i].insert(before_[i].begin(), i - 1);
    }
  }

  absl::StatusOr<std::vector<std::size_t>> Run() {
    for (std::size_t i = 0; i < channels_.size() && cycle_.empty(); ++i) {
      Place(i);
    }
    if (!cycle_.empty()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "the channels' relations form a cycle (%s); --no-channel-relations goes without them",
          cycle_));
    }
    return std::move(order_);
  }

 private:
  enum class Mark : std::uint8_t { kNone, kOpen, kPlaced };

  // Of two that are typed the user has said the order.
  void AddEdge(std::size_t from, std::size_t to) {
    const bool is_contradicted = channels_[from].is_typed && channels_[to].is_typed && to < from;
    if (!is_contradicted && std::ranges::count(before_[to], from) == 0) {
      before_[to].push_back(from);
    }
  }

  void Place(std::size_t channel) {
    if (marks_[channel] == Mark::kPlaced || !cycle_.empty()) {
      return;
    }
    path_.push_back(channel);
    if (marks_[channel] == Mark::kOpen) {
      std::vector<std::string> names;
      for (auto at = std::ranges::find(path_, channel); at != path_.end(); ++at) {
        names.push_back(channels_[*at].name);
      }
      cycle_ = absl::StrJoin(names, ", ");
      return;
    }
    marks_[channel] = Mark::kOpen;
    for (const std::size_t other : before_[channel]) {
      Place(other);
    }
    path_.pop_back();
    if (!cycle_.empty()) {
      return;
    }
    marks_[channel] = Mark::kPlaced;
    order_.push_back(channel);
    for (const std::size_t other : channels_[channel].overridden) {
      const bool is_next = std::ranges::all_of(
          before_[other], [&](std::size_t first) { return marks_[first] == Mark::kPlaced; });
      if (is_next && !channels_[other].is_typed && marks_[other] == Mark::kNone) {
        Place(other);
      }
    }
  }

  const std::vector<RelatedChannel>& channels_;
  std::vector<std::vector<std::size_t>> before_;  // By channel.
  std::vector<Mark> marks_;
  std::vector<std::size_t> path_;
  std::vector<std::size_t> order_;
  std::string cycle_;
};

}  // namespace

absl::StatusOr<std::string> ResolveRelation(std::string_view url, std::string_view reference) {
  const auto bad = [&](const char* why) {
    return absl::InvalidArgumentError(absl::StrFormat("its relation '%s' %s", reference, why));
  };
  if (reference != ".." && !reference.starts_with("../")) {
    return bad("does not begin with '../'");
  }
  while (url.ends_with('/')) {
    url.remove_suffix(1);
  }
  const std::size_t scheme = url.find("://");
  const std::size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t root = std::min(url.find('/', host), url.size());  // Behind the server.
  std::string result(url);
  while (reference.ends_with('/')) {
    reference.remove_suffix(1);
  }
  for (const std::string_view part : Split(reference, '/')) {
    if (part.empty() || part == "." || part.find_first_of("?#\\%") != std::string_view::npos) {
      return bad("is not a plain path");
    }
    if (part != "..") {
      result.append("/").append(part);
    } else if (result.size() <= root) {
      return bad("leaves the server");
    } else {
      result.resize(result.rfind('/'));
    }
  }
  if (result.size() <= root) {
    return bad("leaves the server");
  }
  return result;
}

absl::StatusOr<std::vector<std::size_t>> OrderRelated(const std::vector<RelatedChannel>& channels) {
  return Sorting(channels).Run();
}

}  // namespace satchel
