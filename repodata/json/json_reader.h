#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "repodata/index/index_builder.h"
#include "repodata/json/text_buffer.h"

namespace satchel {

// A repodata.json's metadata about itself. Views of the text or of the builder's arena.
struct RepodataInfo {
  std::string_view subdir;        // Empty if absent.
  std::string_view base_url;      // Empty if absent.
  std::string_view base_channel;  // CEP 42; the same.
  std::string_view overridden_channel;
};

// Passes every record of a repodata.json to `builder`. `text` must be padded and outlive the
// builder's Build(). Errors: see IngestRepodata.
[[nodiscard]] absl::StatusOr<RepodataInfo> ReadRepodataJson(const TextBuffer& text,
                                                            const std::string& label,
                                                            IndexBuilder& builder);

}  // namespace satchel
