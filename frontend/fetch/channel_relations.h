#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace satchel {

// A channel among others that it names as its base or as overridden (CEP 42). Indexes into the list
// that it stands in.
struct RelatedChannel {
  std::string name;  // For messages.
  bool is_typed = false;
  std::vector<std::size_t> bases;       // Before it.
  std::vector<std::size_t> overridden;  // After it.
};

// The URL of the channel that a relation of the channel at `url` names: "../conda-forge" of
// "https://server/bioconda" is "https://server/conda-forge". Errors: kInvalidArgument if the
// reference is no relative path that begins with "../", or leaves the server.
[[nodiscard]] absl::StatusOr<std::string> ResolveRelation(std::string_view url,
                                                          std::string_view reference);

// The channels in the order of their priority. Those typed come first in the list, and keep their
// order; a relation between two of them that contradicts it does not count. Channels that a
// relation connects stand next to each other where that can be. Errors: kInvalidArgument if the
// relations form a cycle.
[[nodiscard]] absl::StatusOr<std::vector<std::size_t>> OrderRelated(
    const std::vector<RelatedChannel>& channels);

}  // namespace satchel
