#include "base/shared_library.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace satchel {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(SharedLibrary, FindsFunctionsAndTheirAddresses) {
  SharedLibrary library("libc.so.6", "install a C library");
  std::size_t (*length)(const char*) = nullptr;
  library.Find("strlen", &length);
  ASSERT_TRUE(library.status().ok()) << library.status();
  EXPECT_EQ(length("four"), 4u);
}

TEST(SharedLibrary, SaysWhichLibraryIsMissingAndWhatToDo) {
  SharedLibrary library("libnosuch.so.1", "install nosuch");
  void (*function)() = nullptr;
  library.Find("nosuch", &function);
  EXPECT_EQ(function, nullptr);
  const std::string message(library.status().message());
  EXPECT_THAT(message, HasSubstr("libnosuch.so.1"));
  EXPECT_THAT(message, EndsWith("; install nosuch"));
  EXPECT_EQ(library.status().code(), absl::StatusCode::kUnavailable);
}

TEST(SharedLibrary, SaysWhichFunctionIsMissing) {
  SharedLibrary library("libc.so.6", "install another");
  void (*function)() = nullptr;
  std::size_t (*length)(const char*) = nullptr;
  library.Find("no_such_function", &function);
  library.Find("strlen", &length);
  EXPECT_THAT(std::string(library.status().message()), HasSubstr("no_such_function"));
}

}  // namespace
}  // namespace satchel
