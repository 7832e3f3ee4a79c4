#include "gtest/gtest.h"

#include "frontend/request/request_file.h"

namespace satchel {
namespace {

TEST(SpecsText, OneSpecALine) {
  const auto file = ParseSpecsText(
      "# platform: linux-64\n"
      "\n"
      "  numpy >=1.8,<2   # fast arrays\n"
      "scipy=1.13.1\r\n"
      "pkg[build=*mkl]#comment\n"
      "https://host/c/linux-64/a-1-0.conda#0123456789abcdef0123456789abcdef  # kept hash",
      "specs.txt");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_FALSE(file->is_explicit);
  ASSERT_EQ(file->specs.size(), 4U);
  EXPECT_EQ(file->specs[0].text, "numpy >=1.8,<2");
  EXPECT_EQ(file->specs[0].where, "specs.txt:3");
  EXPECT_EQ(file->specs[1].text, "scipy=1.13.1");
  EXPECT_EQ(file->specs[2].text, "pkg[build=*mkl]");
  EXPECT_EQ(file->specs[3].text,
            "https://host/c/linux-64/a-1-0.conda#0123456789abcdef0123456789abcdef");
}

TEST(SpecsText, AnExplicitFileIsOneWhereverTheMarkIs) {
  const auto file = ParseSpecsText(
      "https://host/c/noarch/a-1.0-py_0.tar.bz2\n"
      "  @EXPLICIT  \n"
      "https://host/c/linux-64/b-c-2-h1_3.conda#sha256:"
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
      "lock.txt");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(file->is_explicit);
  ASSERT_EQ(file->packages.size(), 2U);
  EXPECT_EQ(file->packages[1].name, "b-c");
  EXPECT_EQ(file->packages[1].where, "lock.txt:3");
}

TEST(SpecsText, ErrorsNameTheLine) {
  const auto file = ParseSpecsText("@EXPLICIT\n\nnumpy\n", "lock.txt");
  ASSERT_FALSE(file.ok());
  EXPECT_TRUE(file.status().message().find("lock.txt:3: ") == 0) << file.status();
}

}  // namespace
}  // namespace satchel
