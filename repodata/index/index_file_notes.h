#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "repodata/index/index_file.h"

namespace satchel {

// Encodes and decodes the notes in a file (repodata/index/index_file_format.h), without the stamp.
// Decoding returns nothing if the bytes are not notes.
std::string EncodeNotes(const IndexFileNotes& notes);
std::optional<IndexFileNotes> DecodeNotes(std::string_view bytes);

}  // namespace satchel
