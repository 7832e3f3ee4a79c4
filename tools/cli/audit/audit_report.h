#pragma once

#include <string>
#include <vector>

#include "solver/audit/channel_audit.h"

namespace satchel {

// The report about one platform.
struct AuditedPlatform {
  std::string platform;
  std::vector<std::string> channels;  // By name.
  std::vector<std::string> with;      // What had to be there.
  AuditReport report;
};

// "no record matches gone >=2,<3".
std::string CauseText(const AuditCause& cause, const std::vector<std::string>& with);
// A | would end a cell of a table in Markdown.
std::string InTableCell(const std::string& text);

// Counts, then the causes of most records, at most `max_causes`. Fits `width`.
std::string AuditText(const AuditedPlatform& audited, std::size_t max_causes, std::size_t width);
// docs/audit.md has the keys. One array element for each platform.
std::string AuditJson(const std::vector<AuditedPlatform>& audited);
// A row for each broken or undecided record, with a header.
std::string AuditCsv(const std::vector<AuditedPlatform>& audited);
// A page that needs nothing else: sortable, searchable, light and dark.
std::string AuditHtml(const std::vector<AuditedPlatform>& audited);

}  // namespace satchel
