#include "repodata/version/version_prefix.h"

#include <utility>

#include "absl/strings/str_format.h"

#include "repodata/version/version_lexer.h"

namespace satchel {
namespace {

// Writes each component when the next one arrives, because the last is written in another way.
class PrefixSink final {
 public:
  explicit PrefixSink(std::string* key) : writer_(key) {}

  void Number(std::string_view digits) { Hold(Kind::kNumber, digits); }
  void Infinity() { Hold(Kind::kInfinity, ""); }
  void String(std::string_view text) { Hold(Kind::kString, text); }
  void EndSegment() {
    Flush();
    writer_.EndSegment();
  }
  void BeginLocal() {
    Flush();
    writer_.End();
  }

  // Ensures: `*gap` is the place of the last component if the result, whether that is 0, is true.
  bool Finish(KeyGap* gap) {
    *gap = writer_.gap();
    if (kind_ == Kind::kString) {
      writer_.OpenString(text_);
      return false;
    }
    const bool is_zero =
        kind_ == Kind::kNumber && text_.find_first_not_of('0') == std::string_view::npos;
    Flush();
    return is_zero;
  }

 private:
  enum class Kind { kNone, kNumber, kInfinity, kString };

  void Hold(Kind kind, std::string_view text) {
    Flush();
    kind_ = kind;
    text_ = text;
  }

  void Flush() {
    switch (std::exchange(kind_, Kind::kNone)) {
      case Kind::kNone:
        break;
      case Kind::kNumber:
        writer_.Number(text_);
        break;
      case Kind::kInfinity:
        writer_.Infinity();
        break;
      case Kind::kString:
        writer_.String(text_);
        break;
    }
  }

  KeyWriter writer_;
  Kind kind_ = Kind::kNone;
  std::string_view text_;
};

}  // namespace

absl::StatusOr<VersionPrefix> VersionPrefix::Parse(std::string_view text) {
  VersionPrefix prefix;
  std::string normal;
  const char* error = "a character other than letters, digits and . _ * + !";
  if (internal::NormalizeVersion(text, &normal)) {
    PrefixSink sink(&prefix.bytes_);
    error = internal::LexVersion(normal, &sink);
    if (error == nullptr) {
      prefix.ends_with_zero_ = sink.Finish(&prefix.zero_);
    }
  }
  if (error != nullptr) {
    return absl::InvalidArgumentError(absl::StrFormat("invalid version '%s': %s", text, error));
  }
  return prefix;
}

bool VersionPrefix::Matches(std::string_view key) const {
  if (!key.starts_with(bytes_)) {
    return false;
  }
  if (!ends_with_zero_) {
    return true;
  }
  KeyGap gap;
  if (!ReadKeyGap(key, bytes_.size(), &gap)) {
    return true;
  }
  return gap.segments > zero_.segments ||
         (gap.segments == zero_.segments && gap.zeros > zero_.zeros);
}

}  // namespace satchel
