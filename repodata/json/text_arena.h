#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace satchel {

// Keeps copies of texts at fixed addresses until it is destroyed: one allocation for thousands of
// texts. Moving the arena moves no text.
class TextArena final {
 public:
  // The copy lives as long as the arena.
  std::string_view Keep(std::string_view text) {
    char* const at = Allocate(text.size());
    if (!text.empty()) {
      std::memcpy(at, text.data(), text.size());
    }
    return {at, text.size()};
  }

  // Space for `size` bytes, uninitialised.
  char* Allocate(std::size_t size) {
    if (size > left_) {
      const std::size_t chunk = size > kChunk ? size : kChunk;
      chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk));
      next_ = chunks_.back().get();
      left_ = chunk;
    }
    char* const at = next_;
    next_ += size;
    left_ -= size;
    return at;
  }

 private:
  static constexpr std::size_t kChunk = std::size_t{64} << 10;

  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace satchel
