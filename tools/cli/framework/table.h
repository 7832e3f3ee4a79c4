#pragma once

#include <string>
#include <vector>

namespace satchel {

// Rows of text in aligned columns.
class Table final {
 public:
  enum class Align { kLeft, kRight };

  explicit Table(std::vector<Align> columns) : columns_(std::move(columns)) {}

  // `style` is an SGR code such as "32" that colours the row; empty for none.
  void AddRow(std::vector<std::string> cells, std::string style = "");
  void AddTitle(std::string title);  // A line of its own, outside the columns.

  std::string ToString(bool colour) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    std::string style;
    bool is_title;
  };

  std::vector<Align> columns_;
  std::vector<Row> rows_;
};

}  // namespace satchel
