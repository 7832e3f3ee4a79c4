#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/export/environment_text.h"

#include <nlohmann/json.hpp>

namespace satchel {

// How `list` shows the packages of an environment.
struct Listing {
  std::vector<std::string> fields;  // The columns; empty: name, version, build, channel.
  bool is_reversed = false;
  bool with_sizes = false;    // Of the packages' archives.
  bool with_urls = false;     // Channels as URLs.
  bool as_canonical = false;  // One "channel/subdir::name-version-build" a line, and no table.
};

// The names that Listing::fields may have, separated by commas: those of conda's records.
std::string ListFields();

// conda's table. Errors: kInvalidArgument for an unknown field.
[[nodiscard]] absl::StatusOr<std::string> ListText(const EnvironmentDescription& environment,
                                                   const Listing& listing);

// conda's keys; those of the fields, if there are any. Errors: as ListText.
[[nodiscard]] absl::StatusOr<nlohmann::json> ListJson(const EnvironmentDescription& environment,
                                                      const Listing& listing);

}  // namespace satchel
