#pragma once

#include <string>
#include <string_view>

namespace satchel {

// Whether the selector of a comment, as in "- libx11  # [linux]", holds on a platform: one of
// linux, osx, win, unix, linux64, osx64, win64, aarch64, arm64, ppc64le, x86_64, x86 or the
// platform's name, perhaps behind "not", joined by "and" and "or" ("or" binds less). Any other word
// does not hold.
bool IsSelected(std::string_view selector, std::string_view platform);

}  // namespace satchel
