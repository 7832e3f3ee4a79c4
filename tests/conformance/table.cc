#include "tests/conformance/table.h"

#include <cstdlib>
#include <fstream>
#include <iostream>

#include "gtest/gtest.h"

namespace satchel::testing {

Table ReadTable(const std::string& name) {
  const char* directory = std::getenv("SATCHEL_CONFORMANCE");
  Table table;
  table.path =
      std::string(directory != nullptr ? directory : SATCHEL_DEFAULT_CONFORMANCE) + "/" + name;
  std::ifstream file(table.path);
  table.found = file.is_open();
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) {
      table.lines.push_back(line);
    }
  }
  return table;
}

void RowReport::Wrong(const std::string& what) {
  constexpr std::size_t kMaxReported = 20;
  ++num_wrong_;
  if (wrong_.size() < kMaxReported) {
    wrong_.push_back(what);
  }
}

RowReport::~RowReport() {
  std::cout << table_.path << ": " << num_rows_ << " rows, " << num_wrong_ << " wrong\n";
  EXPECT_GT(num_rows_, 0U) << table_.path << " has no rows";
  for (const std::string& what : wrong_) {
    ADD_FAILURE() << what;
  }
  if (num_wrong_ > wrong_.size()) {
    ADD_FAILURE() << "and " << num_wrong_ - wrong_.size() << " more";
  }
}

}  // namespace satchel::testing
