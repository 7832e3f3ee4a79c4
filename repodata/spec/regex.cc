// The only file that includes PCRE2. The tests are in tests/repodata/spec/regex_test.cc.

#include "repodata/spec/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"

#include "base/check.h"
#include "base/status_macros.h"
#include "repodata/spec/regex_dialect.h"

namespace satchel {
namespace {

// Steps of one match. What people write takes some hundred; backtracking without end meets this
// after a few milliseconds.
constexpr std::uint32_t kMaxSteps = 100'000;
constexpr std::uint32_t kMaxGroupDepth = 10'000;  // Of choices that may have to be taken back.
constexpr std::uint32_t kMaxHeapKiB = 8 * 1024;
constexpr std::uint32_t kMaxNesting = 50;

struct Deleter {
  void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  void operator()(const pcre2_code* code) const { pcre2_code_free(const_cast<pcre2_code*>(code)); }
};
template <typename T>
using Owned = std::unique_ptr<T, Deleter>;

PCRE2_SPTR Bytes(std::string_view text) {
  return reinterpret_cast<PCRE2_SPTR>(text.data());
}

absl::Status CompileError(std::string_view pattern, int error) {
  std::array<PCRE2_UCHAR, 256> words = {};
  pcre2_get_error_message(error, words.data(), words.size());
  const std::string message = absl::StrFormat("invalid regular expression '%s': %s", pattern,
                                              reinterpret_cast<const char*>(words.data()));
  switch (error) {
    case PCRE2_ERROR_QUANTIFIER_TOO_BIG:
    case PCRE2_ERROR_PARENTHESES_NEST_TOO_DEEP:
    case PCRE2_ERROR_PATTERN_TOO_LARGE:
    case PCRE2_ERROR_HEAP_FAILED:
    case PCRE2_ERROR_LOOKBEHIND_TOO_COMPLICATED:
    case PCRE2_ERROR_PATTERN_TOO_COMPLICATED:
    case PCRE2_ERROR_LOOKBEHIND_TOO_LONG:
      return absl::ResourceExhaustedError(message);
    default:
      return absl::InvalidArgumentError(message);
  }
}

}  // namespace

absl::StatusOr<Regex> Regex::Compile(std::string_view pattern) {
  if (pattern.size() > kMaxPattern) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("regular expression of more than %d characters", kMaxPattern));
  }
  ASSIGN_OR_RETURN(const std::string translated, PythonToPcre(pattern));
  const Owned<pcre2_compile_context> context(pcre2_compile_context_create(nullptr));
  SATCHEL_CHECK(context != nullptr);
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  pcre2_set_parens_nest_limit(context.get(), kMaxNesting);
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* const code = pcre2_compile(Bytes(translated), translated.size(), PCRE2_NEVER_UTF,
                                         &error, &offset, context.get());
  if (code == nullptr) {
    return CompileError(pattern, error);
  }
  return Regex(std::shared_ptr<const pcre2_code>(code, Deleter()));
}

bool Regex::MatchesPrefix(std::string_view text) const {
  if (text.size() > kMaxText) {
    return false;
  }
  const Owned<pcre2_match_context> context(pcre2_match_context_create(nullptr));
  const Owned<pcre2_match_data> data(pcre2_match_data_create(1, nullptr));
  SATCHEL_CHECK(context != nullptr && data != nullptr);
  pcre2_set_match_limit(context.get(), kMaxSteps);
  pcre2_set_depth_limit(context.get(), kMaxGroupDepth);
  pcre2_set_heap_limit(context.get(), kMaxHeapKiB);
  // Not negative: matched, with more groups than there is room for if 0. Limits are errors.
  return pcre2_match(code_.get(), Bytes(text), text.size(), 0, PCRE2_ANCHORED, data.get(),
                     context.get()) >= 0;
}

}  // namespace satchel
