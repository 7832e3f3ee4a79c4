#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/harness/result_file.h"

namespace satchel {

// The parts of the page, from bench/report/.
struct ReportPage {
  std::string_view html;  // With @STYLE@, @DATA@ and @SCRIPT@ in place of the other parts.
  std::string_view style;
  std::string_view script;
};
const ReportPage& TheReportPage();

// Runs as one self-contained HTML page: the last of `runs` in detail, all of them as history.
// `ours` is the solver to compare the others with. Requires: runs is not empty.
std::string ReportHtml(const std::vector<RunResults>& runs, const std::string& ours);

}  // namespace satchel
