#include "tools/cli/framework/table.h"

#include <algorithm>
#include <utility>

#include "base/printable.h"

namespace satchel {

void Table::AddRow(std::vector<std::string> cells, std::string style) {
  for (std::string& cell : cells) {
    cell = PrintableLine(cell);  // Before it is measured.
  }
  rows_.push_back({std::move(cells), std::move(style), false});
}

void Table::AddTitle(std::string title) {
  rows_.push_back({{std::move(title)}, "1", true});
}

std::string Table::ToString(bool colour) const {
  std::vector<std::size_t> widths(columns_.size());
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i < row.cells.size() && !row.is_title; ++i) {
      widths[i] = std::max(widths[i], row.cells[i].size());
    }
  }
  std::string text;
  for (const Row& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const std::string& cell = row.cells[i];
      const std::size_t padding = row.is_title ? 0 : widths[i] - cell.size();
      line += i == 0 ? "" : "  ";
      line.append(columns_[i] == Align::kRight ? padding : 0, ' ');
      line += cell;
      line.append(columns_[i] == Align::kRight ? 0 : padding, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += colour && !row.style.empty() ? Styled(line, row.style) : line;
    text += '\n';
  }
  return text;
}

}  // namespace satchel
