#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "repodata/json/text_buffer.h"

namespace satchel {

// Turns a stream of bytes, as it comes from a file or from the network, into its text. Whether it
// is zstd, bzip2 or plain text is told by its first bytes, never by a name. Several frames or
// streams one after the other (as pzstd and pbzip2 write them) are one text.
//
// Memory: the text, and the window of the compressor (bounded: zstd frames of more than 128 MiB of
// window are refused).
class Decompressor final {
 public:
  // `label` names the input in messages. A text of more than `max_bytes` is refused: a few kB of
  // zstd can stand for gigabytes.
  Decompressor(std::string label, std::uint64_t max_bytes);
  ~Decompressor();
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  // The next bytes of the input, in pieces of any size.
  // Errors: kDataLoss "<label>: damaged zstd stream near byte N: why" (N counts compressed bytes),
  // kResourceExhausted if the text is too long or memory is short. After an error the object is of
  // no use any more.
  [[nodiscard]] absl::Status Append(std::string_view bytes);

  // The whole text, padded. Errors: kDataLoss if the stream is not complete.
  [[nodiscard]] absl::StatusOr<TextBuffer> Finish();

  // How one format is read; defined in decompress.cc.
  class Codec;

 private:
  void Start(std::string_view head);

  std::string label_;
  std::uint64_t max_bytes_;
  std::string head_;  // The first bytes, until they suffice to tell the format.
  std::unique_ptr<Codec> codec_;
  TextBuffer text_;
};

}  // namespace satchel
