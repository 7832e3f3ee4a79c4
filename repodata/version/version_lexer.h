#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/strings.h"

namespace satchel::internal {

// Splits a version into components as conda's VersionOrder does and passes them to a sink that has
//   Number(digits), Infinity(), String(text), EndSegment(), BeginLocal().
// The epoch comes first, as its own segment ("0" if there is none). This is a template so that the
// key of a version and the form of a prefix are made in one pass, without an intermediate list.

// Why `text` is not a version, or nullptr.
struct LexedVersion {
  std::string_view epoch;    // "0" if not given.
  std::string_view release;  // Never empty.
  std::string_view local;
  bool has_local = false;
};

inline bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// `text` lower-cased, stripped, and with '-' replaced by '_' where conda allows that. False if a
// character is not allowed.
bool NormalizeVersion(std::string_view text, std::string* normal);

// Splits a normalized version at '!' and '+'. Returns nullptr or what is wrong.
const char* CutVersion(std::string_view normal, LexedVersion* version);

// The components of one segment. In conda a segment begins with a number, so a 0 is inserted before
// anything else. Requires: `segment` is not empty.
template <typename Sink>
void LexSegment(std::string_view segment, Sink* sink) {
  if (!IsDigit(segment.front())) {
    sink->Number("0");
  }
  const auto kind = [](char c) { return IsDigit(c) ? 0 : c == '*' ? 1 : 2; };
  std::size_t begin = 0;
  while (begin < segment.size()) {
    const int run_kind = kind(segment[begin]);
    std::size_t end = begin + 1;
    while (end < segment.size() && kind(segment[end]) == run_kind) {
      ++end;
    }
    const std::string_view run = segment.substr(begin, end - begin);
    if (run_kind == 0) {
      sink->Number(run);
    } else if (run == "post") {
      sink->Infinity();
    } else if (run == "dev") {
      sink->String("DEV");  // Upper case: '*' < "DEV" < '_' < every other string.
    } else {
      sink->String(run);
    }
    begin = end;
  }
}

// The segments of `part`, separated by '.' and '_'. With `keep_last_underscore` a final '_' is part
// of the last segment: this makes openssl's "1.0.1_" less than "1.0.1a". False if a segment is
// empty.
template <typename Sink>
bool LexPart(std::string_view part, bool keep_last_underscore, Sink* sink) {
  const std::size_t glued =
      keep_last_underscore && part.ends_with('_') ? part.size() - 1 : part.size();
  std::size_t begin = 0;
  for (;;) {
    std::size_t end = begin;
    while (end < part.size() && part[end] != '.' && (part[end] != '_' || end == glued)) {
      ++end;
    }
    if (end == begin) {
      return false;
    }
    LexSegment(part.substr(begin, end - begin), sink);
    if (end == part.size()) {
      return true;
    }
    sink->EndSegment();
    begin = end + 1;
  }
}

// Returns nullptr, or what is wrong; the sink has then received some of the components.
template <typename Sink>
const char* LexVersion(std::string_view normal, Sink* sink) {
  LexedVersion version;
  if (const char* error = CutVersion(normal, &version); error != nullptr) {
    return error;
  }
  sink->Number(version.epoch);
  sink->EndSegment();
  if (!LexPart(version.release, true, sink)) {
    return "empty component";
  }
  if (version.has_local) {
    sink->BeginLocal();
    if (!LexPart(version.local, false, sink)) {
      return "empty component in the local part";
    }
  }
  return nullptr;
}

}  // namespace satchel::internal
