#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

#include "repodata/text_buffer.h"

namespace satchel {

// The text of a file, decompressed if need be, padded. `label` names it in messages.
// Errors: kNotFound, kPermissionDenied, kUnavailable (any other reason of the system), or those of
// Decompressor.
[[nodiscard]] absl::StatusOr<TextBuffer> ReadTextFile(const std::string& path,
                                                      const std::string& label,
                                                      std::uint64_t max_bytes);

}  // namespace satchel
