#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

namespace satchel {

// A growing text, followed by the padding that simdjson reads beyond the end. From malloc, because
// realloc can move the pages of a large buffer instead of their contents. (Huge pages by madvise,
// here and for the image, made 174 MB of JSON 20 % slower: 2026-11, a virtual machine.)
class TextBuffer final {
 public:
  static constexpr std::size_t kPadding = 64;

  // Makes space for `extra` more bytes after the text; false if there is no memory.
  [[nodiscard]] bool Reserve(std::size_t extra) {
    if (capacity_ - size_ >= extra) {
      return true;
    }
    // Grows by half instead of doubling: the last step determines the peak for a large file.
    std::size_t wanted = capacity_ + capacity_ / 2;
    wanted = wanted < size_ + extra ? size_ + extra : wanted;
    void* const grown = std::realloc(bytes_.get(), wanted + kPadding);
    if (grown == nullptr) {
      return false;
    }
    static_cast<void>(bytes_.release());
    bytes_.reset(static_cast<char*>(grown));
    capacity_ = wanted;
    return true;
  }
  char* end() { return bytes_.get() + size_; }
  std::size_t room() const { return capacity_ - size_; }
  // `size` bytes were written at end(); at most room().
  void Commit(std::size_t size) { size_ += size; }
  [[nodiscard]] bool Append(std::string_view text) {
    if (!Reserve(text.size())) {
      return false;
    }
    if (!text.empty()) {
      std::memcpy(end(), text.data(), text.size());
    }
    Commit(text.size());
    return true;
  }

  // Zeroes the padding; call it before the text is parsed.
  [[nodiscard]] bool Pad() {
    if (!Reserve(1)) {
      return false;
    }
    std::memset(end(), 0, kPadding);
    return true;
  }

  std::string_view text() const { return {bytes_.get(), size_}; }
  std::size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<char, Free> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;  // Without the padding.
};

}  // namespace satchel
