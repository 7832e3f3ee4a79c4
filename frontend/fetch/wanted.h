#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace satchel {

// The packages that a solve starts with: of a remote channel, only these and their dependencies
// need be fetched.
struct WantedNames {
  bool everything = true;             // All names of all channels.
  bool with_dependencies = true;      // If false, only the names themselves.
  std::vector<std::string> names;     // Otherwise these and what they may depend on,
  std::vector<std::string> patterns;  // and the names that match these: "py*", "^lib.*$".
};

// The cost of fetching.
struct FetchReport {
  std::uint64_t received_bytes = 0;
  std::uint64_t num_requests = 0;
  std::uint64_t num_rounds = 0;  // Batches of requests, one after the other.
};

}  // namespace satchel
