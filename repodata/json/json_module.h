#pragma once

#include <cstddef>
#include <cstdint>

namespace satchel {

// The face of the module satchel_json (base/module.h), which is linked with simdjson: only where a
// repodata has no index yet is there JSON to read, so the program is not.
struct JsonModule {
  static constexpr int kVersion = 1;  // Grows with every change of this struct.
  // What may be wrong with a text before its grammar is looked at.
  enum Result { kOk, kBadUtf8, kOpenString, kControlCharacter, kTooLarge, kNoMemory, kFailed };

  // Where the tokens of a text begin: { } [ ] : , the first quote of a string, the first character
  // of anything else.
  struct Tokens {
    const std::uint32_t* starts;
    std::size_t size;
    void* owner;  // For forget().
  };

  int version;

  // The text is UTF-8, ends outside of strings, and has no control characters in them. `padding`
  // bytes behind it can be read.
  Result (*find_tokens)(const char* text, std::size_t size, std::size_t padding, Tokens* tokens);
  void (*forget)(Tokens* tokens);
};

}  // namespace satchel

// Defined where the module is linked and not loaded (libsatchel.so).
extern "C" __attribute__((weak)) const satchel::JsonModule* satchel_json();
