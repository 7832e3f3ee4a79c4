#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "repodata/index/index_builder.h"
#include "repodata/json/text_buffer.h"

namespace satchel {

// What a repodata.json says of itself. Views of the text or of the builder's arena.
struct RepodataInfo {
  std::string_view subdir;    // Empty if it does not say.
  std::string_view base_url;  // The same.
};

// Hands every record of a repodata.json to `builder`. `text` must be padded and outlive the
// builder's Build(). Errors: see IngestRepodata.
[[nodiscard]] absl::StatusOr<RepodataInfo> ReadRepodataJson(const TextBuffer& text,
                                                            const std::string& label,
                                                            IndexBuilder& builder);

}  // namespace satchel
