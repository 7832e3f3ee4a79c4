#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "repodata/json/text_buffer.h"

namespace satchel {

// Turns a stream of bytes from a file or the network into its text. The first bytes, never the
// name, tell whether it is zstd, bzip2 or plain text. Several consecutive frames or streams (as
// pzstd and pbzip2 write them) are one text.
//
// Memory: the text and the compressor's window (bounded: zstd frames with a window of more than 128
// MiB are refused).
class Decompressor final {
 public:
  // `label` names the input in messages. A text of more than `max_bytes` is refused: a few kB of
  // zstd can expand to gigabytes.
  Decompressor(std::string label, std::uint64_t max_bytes);
  ~Decompressor();
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  // The next bytes of the input, in pieces of any size. Errors: kDataLoss "<label>: damaged zstd
  // stream near byte N: why" (N counts compressed bytes), kResourceExhausted if the text is too
  // long or memory runs out. After an error the object cannot be used.
  [[nodiscard]] absl::Status Append(std::string_view bytes);

  // The whole text, padded. Errors: kDataLoss if the stream is incomplete.
  [[nodiscard]] absl::StatusOr<TextBuffer> Finish();

  // The reader of one format; defined in decompress.cc.
  class Codec;

 private:
  void Start(std::string_view head);

  std::string label_;
  std::uint64_t max_bytes_;
  std::string head_;  // The first bytes, until they identify the format.
  std::unique_ptr<Codec> codec_;
  TextBuffer text_;
};

}  // namespace satchel
