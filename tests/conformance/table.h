#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/support/data.h"

namespace satchel::testing {

// One table of the directory named by the environment variable SATCHEL_CONFORMANCE (default: the
// one beside the source tree). The data is not part of the project; without it the tests are
// skipped.
struct Table {
  bool found = false;
  std::string path;
  std::vector<std::string> lines;  // Without empty ones.
};

Table ReadTable(const std::string& name);

// Collects the wrong rows and reports the first 20 of them.
class RowReport final {
 public:
  explicit RowReport(const Table& table) : table_(table) {}
  // Prints the number of rows and fails the test if one was wrong.
  ~RowReport();
  RowReport(const RowReport&) = delete;
  RowReport& operator=(const RowReport&) = delete;

  void Row() { ++num_rows_; }
  void Wrong(const std::string& what);

 private:
  const Table& table_;
  std::size_t num_rows_ = 0;
  std::vector<std::string> wrong_;
  std::size_t num_wrong_ = 0;
};

}  // namespace satchel::testing

// Reads the table into `table` or skips the test.
#define SATCHEL_TABLE_OR_SKIP(table, name)                                     \
  const ::satchel::testing::Table table = ::satchel::testing::ReadTable(name); \
  if (!table.found) {                                                          \
    SKIP_WITHOUT_DATA("no " << table.path << "; set SATCHEL_CONFORMANCE");     \
  }                                                                            \
  static_assert(true)
