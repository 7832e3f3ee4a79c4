#pragma once

#include <string>
#include <string_view>

namespace satchel {

// Appends `text` to `*out` as a JSON string, quotes included. `text` is UTF-8; control characters,
// quotes and backslashes are escaped.
void AppendQuoted(std::string_view text, std::string* out);

// Digests in lower-case hex for records without a file: those of the text that describes them.
[[nodiscard]] std::string MadeUpMd5(std::string_view description);
[[nodiscard]] std::string MadeUpSha256(std::string_view description);

}  // namespace satchel
