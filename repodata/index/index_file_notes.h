#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "repodata/index/index_file.h"

namespace satchel {

// The notes as they stand in a file (repodata/index/index_file_format.h), and back; the stamp is
// not among them. Nothing if the bytes are no notes.
std::string EncodeNotes(const IndexFileNotes& notes);
std::optional<IndexFileNotes> DecodeNotes(std::string_view bytes);

}  // namespace satchel
