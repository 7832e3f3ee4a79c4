#include "repodata/io/decompress.h"

#include <algorithm>
#include <utility>

#include <bzlib.h>
#include <zstd.h>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"

namespace satchel {

// Appends what `bytes` decode to; keeps what it needs of an input cut in pieces.
class Decompressor::Codec {
 public:
  explicit Codec(const std::string& label, std::uint64_t max_bytes)
      : label_(label), max_bytes_(max_bytes) {}
  virtual ~Codec() = default;
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;

  virtual absl::Status Append(std::string_view bytes, TextBuffer& text) = 0;
  virtual absl::Status Finish() = 0;

 protected:
  absl::Status Damaged(const char* format, std::uint64_t offset, std::string_view why) const {
    return absl::DataLossError(
        absl::StrFormat("%s: damaged %s stream near byte %d: %s", label_, format, offset, why));
  }
  absl::Status Truncated(const char* format, std::uint64_t offset) const {
    return absl::DataLossError(
        absl::StrFormat("%s: the %s stream ends too early, at byte %d", label_, format, offset));
  }

  // Room for more text: at least one byte, at most one more than is allowed, so that a text of
  // exactly the greatest length passes and a longer one is noticed.
  absl::Status MakeRoom(TextBuffer& text, std::size_t wanted) const {
    if (text.size() > max_bytes_) {
      return absl::ResourceExhaustedError(
          absl::StrFormat("%s: more than %d bytes of text", label_, max_bytes_));
    }
    if (text.room() == 0 &&
        !text.Reserve(std::min<std::uint64_t>(wanted, max_bytes_ + 1 - text.size()))) {
      return absl::ResourceExhaustedError(
          absl::StrFormat("%s: no memory for %d bytes of text", label_, text.size() + wanted));
    }
    return absl::OkStatus();
  }

 private:
  const std::string& label_;
  std::uint64_t max_bytes_;
};

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kZstdMagic = "\x28\xB5\x2F\xFD"sv;
constexpr std::string_view kBzip2Magic = "BZh"sv;  // A digit follows; no JSON text starts so.
constexpr std::size_t kMagicBytes = 4;
constexpr std::size_t kStep = std::size_t{1} << 20;

class PlainCodec final : public Decompressor::Codec {
 public:
  using Codec::Codec;

  absl::Status Append(std::string_view bytes, TextBuffer& text) override {
    while (!bytes.empty()) {
      RETURN_IF_ERROR(MakeRoom(text, std::max(bytes.size(), kStep)));
      const std::string_view piece = bytes.substr(0, text.room());
      std::copy(piece.begin(), piece.end(), text.end());
      text.Commit(piece.size());
      bytes.remove_prefix(piece.size());
    }
    // Room beyond the limit is never made twice: this is where a text one byte too long is caught.
    return text.size() == 0 ? absl::OkStatus() : MakeRoom(text, 1);
  }
  absl::Status Finish() override { return absl::OkStatus(); }
};

class ZstdCodec final : public Decompressor::Codec {
 public:
  using Codec::Codec;
  ~ZstdCodec() override { ZSTD_freeDStream(stream_); }

  absl::Status Append(std::string_view bytes, TextBuffer& text) override {
    if (stream_ == nullptr) {
      return absl::ResourceExhaustedError("no memory for a zstd decoder");
    }
    if (offset_ == 0) {
      // The frame usually says how long its text is. It may lie, so the promise is honoured only as
      // far as the text could be had by growing.
      const unsigned long long promised = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
      if (promised < ZSTD_CONTENTSIZE_ERROR) {
        RETURN_IF_ERROR(MakeRoom(text, std::min<std::uint64_t>(promised + 1, kMaxPromise)));
      }
    }
    ZSTD_inBuffer in = {bytes.data(), bytes.size(), 0};
    bool is_full = false;
    // A full output means that the decoder may hold more even if the input is used up.
    while (in.pos < in.size || is_full) {
      RETURN_IF_ERROR(MakeRoom(text, kStep));
      ZSTD_outBuffer out = {text.end(), text.room(), 0};
      state_ = ZSTD_decompressStream(stream_, &out, &in);
      if (ZSTD_isError(state_) != 0) {
        return Damaged("zstd", offset_ + in.pos, ZSTD_getErrorName(state_));
      }
      text.Commit(out.pos);
      is_full = out.pos == out.size && state_ != 0;
    }
    offset_ += bytes.size();
    return MakeRoom(text, 1);
  }

  absl::Status Finish() override {
    return state_ == 0 ? absl::OkStatus() : Truncated("zstd", offset_);
  }

 private:
  static constexpr std::uint64_t kMaxPromise = std::uint64_t{256} << 20;

  ZSTD_DStream* stream_ = ZSTD_createDStream();
  std::size_t state_ = 1;  // 0 at the end of a frame.
  std::uint64_t offset_ = 0;
};

class Bzip2Codec final : public Decompressor::Codec {
 public:
  using Codec::Codec;
  ~Bzip2Codec() override { Close(); }

  absl::Status Append(std::string_view bytes, TextBuffer& text) override {
    // bzlib counts in unsigned ints.
    constexpr std::size_t kMaxPiece = std::size_t{1} << 30;
    while (!bytes.empty()) {
      const std::string_view piece = bytes.substr(0, kMaxPiece);
      RETURN_IF_ERROR(AppendPiece(piece, text));
      bytes.remove_prefix(piece.size());
    }
    return MakeRoom(text, 1);
  }

  absl::Status Finish() override {
    return is_open_ ? Truncated("bzip2", offset_) : absl::OkStatus();
  }

 private:
  void Close() {
    if (is_open_) {
      BZ2_bzDecompressEnd(&stream_);
      is_open_ = false;
    }
  }

  absl::Status AppendPiece(std::string_view bytes, TextBuffer& text) {
    stream_.next_in = const_cast<char*>(bytes.data());  // bzlib does not write to it.
    stream_.avail_in = static_cast<unsigned>(bytes.size());
    bool is_full = false;
    while (stream_.avail_in > 0 || is_full) {
      if (!is_open_) {
        char* const next_in = stream_.next_in;
        const unsigned avail_in = stream_.avail_in;
        stream_ = {};
        if (BZ2_bzDecompressInit(&stream_, /*verbosity=*/0, /*small=*/0) != BZ_OK) {
          return absl::ResourceExhaustedError("no memory for a bzip2 decoder");
        }
        stream_.next_in = next_in;
        stream_.avail_in = avail_in;
        is_open_ = true;
      }
      RETURN_IF_ERROR(MakeRoom(text, kStep));
      const auto room = static_cast<unsigned>(std::min(text.room(), kStep));
      stream_.next_out = text.end();
      stream_.avail_out = room;
      const int state = BZ2_bzDecompress(&stream_);
      text.Commit(room - stream_.avail_out);
      is_full = stream_.avail_out == 0;
      if (state == BZ_STREAM_END) {
        is_full = false;
        Close();
      } else if (state != BZ_OK) {
        return Damaged("bzip2", offset_ + bytes.size() - stream_.avail_in, Why(state));
      }
    }
    offset_ += bytes.size();
    return absl::OkStatus();
  }

  static const char* Why(int state) {
    switch (state) {
      case BZ_DATA_ERROR:
        return "a checksum is wrong or a block is malformed";
      case BZ_DATA_ERROR_MAGIC:
        return "what follows is no bzip2 stream";
      case BZ_MEM_ERROR:
        return "no memory";
      default:
        return "bzip2 failed";
    }
  }

  bz_stream stream_ = {};
  bool is_open_ = false;
  std::uint64_t offset_ = 0;
};

bool HasMagic(std::string_view bytes, std::string_view magic) {
  return bytes.substr(0, magic.size()) == magic;
}

}  // namespace

Decompressor::Decompressor(std::string label, std::uint64_t max_bytes)
    : label_(std::move(label)), max_bytes_(max_bytes) {}
Decompressor::~Decompressor() = default;

void Decompressor::Start(std::string_view head) {
  if (HasMagic(head, kZstdMagic)) {
    codec_ = std::make_unique<ZstdCodec>(label_, max_bytes_);
  } else if (HasMagic(head, kBzip2Magic) && head.size() >= kMagicBytes && head[3] >= '1' &&
             head[3] <= '9') {
    codec_ = std::make_unique<Bzip2Codec>(label_, max_bytes_);
  } else {
    codec_ = std::make_unique<PlainCodec>(label_, max_bytes_);
  }
}

absl::Status Decompressor::Append(std::string_view bytes) {
  if (codec_ != nullptr) {
    return codec_->Append(bytes, text_);
  }
  if (head_.empty() && bytes.size() >= kMagicBytes) {
    Start(bytes);
    return codec_->Append(bytes, text_);
  }
  head_.append(bytes);
  if (head_.size() < kMagicBytes) {
    return absl::OkStatus();
  }
  Start(head_);
  return codec_->Append(head_, text_);
}

absl::StatusOr<TextBuffer> Decompressor::Finish() {
  if (codec_ == nullptr) {
    Start(head_);
    RETURN_IF_ERROR(codec_->Append(head_, text_));
  }
  RETURN_IF_ERROR(codec_->Finish());
  if (!text_.Pad()) {
    return absl::ResourceExhaustedError(absl::StrFormat("%s: no memory", label_));
  }
  return std::move(text_);
}

}  // namespace satchel
