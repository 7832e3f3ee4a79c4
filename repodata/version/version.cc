#include "repodata/version/version.h"

#include <utility>

#include "absl/strings/str_format.h"

#include "repodata/version/version_key.h"
#include "repodata/version/version_lexer.h"

namespace satchel {
namespace internal {
namespace {

bool IsAllowed(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '_' || c == '*' || c == '+' ||
         c == '!';
}

}  // namespace

bool NormalizeVersion(std::string_view text, std::string* normal) {
  *normal = StripSpace(text);
  bool has_dash = false;
  bool has_underscore = false;
  for (char& c : *normal) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    } else if (c == '-') {
      has_dash = true;
      c = '_';
      continue;
    }
    has_underscore |= c == '_';
    if (!IsAllowed(c)) {
      return false;
    }
  }
  return !(has_dash && has_underscore);
}

const char* CutVersion(std::string_view normal, LexedVersion* version) {
  if (normal.empty()) {
    return "it is empty";
  }
  version->epoch = "0";
  const std::size_t epoch_end = normal.find('!');
  if (epoch_end != std::string_view::npos) {
    version->epoch = normal.substr(0, epoch_end);
    normal.remove_prefix(epoch_end + 1);
    if (normal.find('!') != std::string_view::npos) {
      return "more than one '!'";
    }
    if (version->epoch.empty() ||
        !std::all_of(version->epoch.begin(), version->epoch.end(), IsDigit)) {
      return "the epoch before '!' is not a number";
    }
  }
  const std::size_t local_begin = normal.find('+');
  version->release = normal.substr(0, local_begin);
  if (local_begin != std::string_view::npos) {
    version->has_local = true;
    version->local = normal.substr(local_begin + 1);
    if (version->local.find('+') != std::string_view::npos) {
      return "more than one '+'";
    }
    if (version->release.empty()) {
      return "nothing before '+'";
    }
  }
  return nullptr;
}

namespace {

class KeySink final {
 public:
  explicit KeySink(std::string* key) : writer_(key) {}

  void Number(std::string_view digits) { writer_.Number(digits); }
  void Infinity() { writer_.Infinity(); }
  void String(std::string_view text) { writer_.String(text); }
  void EndSegment() { writer_.EndSegment(); }
  void BeginLocal() {
    writer_.End();
    has_local_ = true;
  }
  void Finish() {
    if (!has_local_) {
      writer_.End();
    }
    writer_.End();
  }

 private:
  KeyWriter writer_;
  bool has_local_ = false;
};

}  // namespace
}  // namespace internal

absl::StatusOr<Version> Version::Parse(std::string_view text) {
  Version version;
  std::string normal;
  const char* error = "a character other than letters, digits and . _ * + !";
  if (internal::NormalizeVersion(text, &normal)) {
    internal::KeySink sink(&version.key_);
    error = internal::LexVersion(normal, &sink);
    sink.Finish();
  }
  if (error != nullptr) {
    return absl::InvalidArgumentError(absl::StrFormat("invalid version '%s': %s", text, error));
  }
  version.text_ = text;
  return version;
}

}  // namespace satchel
