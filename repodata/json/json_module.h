#pragma once

#include <cstddef>
#include <cstdint>

namespace satchel {

// The interface of the module json (base/module.h), which is linked with simdjson. The
// program itself is not: it reads JSON only if a repodata has no index yet.
struct JsonModule {
  static constexpr int kVersion = 1;  // Increase it with every change of this struct.
  // Errors in a text that are found before its grammar is checked.
  enum Result { kOk, kBadUtf8, kOpenString, kControlCharacter, kTooLarge, kNoMemory, kFailed };

  // The positions of the tokens in a text: { } [ ] : , the first quote of a string, the first
  // character of anything else.
  struct Tokens {
    const std::uint32_t* starts;
    std::size_t size;
    void* owner;  // For forget().
  };

  int version;

  // The text is UTF-8, ends outside strings, and has no control characters in strings. `padding`
  // bytes after it are readable.
  Result (*find_tokens)(const char* text, std::size_t size, std::size_t padding, Tokens* tokens);
  void (*forget)(Tokens* tokens);
};

}  // namespace satchel

// Defined where the module is linked instead of loaded (libsatchel.so).
extern "C" __attribute__((weak)) const satchel::JsonModule* module_of_json();
