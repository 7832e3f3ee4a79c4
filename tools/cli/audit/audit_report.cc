#include "tools/cli/audit/audit_report.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

#include "frontend/export/package_url.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using OrderedJson = nlohmann::ordered_json;

const char* KindWord(AuditCause::Kind kind) {
  switch (kind) {
    case AuditCause::Kind::kMissing:
      return "missing";
    case AuditCause::Kind::kConflict:
      return "conflict";
    case AuditCause::Kind::kItself:
      break;
  }
  return "itself";
}

std::size_t CountOf(const AuditCause& cause) {
  return cause.direct.size() + cause.indirect.size();
}

// The first few, "a-1-0, b-2-0 and 7 more", within `width`.
std::string SomeOf(const std::vector<std::size_t>& which, const std::vector<PackageRecord>& records,
                   std::size_t width) {
  std::string text;
  for (std::size_t i = 0; i < which.size(); ++i) {
    const std::string name = DistName(records[which[i]]);
    if (i > 0 && text.size() + name.size() + 14 > width) {
      return text + absl::StrFormat(" and %d more", which.size() - i);
    }
    text += (i == 0 ? "" : ", ") + name;
  }
  return text;
}

std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) {
    return text;
  }
  return "\"" + absl::StrReplaceAll(text, {{"\"", "\"\""}}) + "\"";
}

std::string Escaped(const std::string& text) {
  return absl::StrReplaceAll(text,
                             {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

constexpr char kPage[] = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>satchel audit</title><style>
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 1060px; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
input { font: inherit; width: 100%; padding: .4rem .6rem; box-sizing: border-box; }
table { border-collapse: collapse; width: 100%; margin-top: .8rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { cursor: pointer; white-space: nowrap; } td:first-child, td:nth-child(2) { text-align: right; font-variant-numeric: tabular-nums; }
summary { cursor: pointer; } code { background: var(--soft); padding: 0 .25em; border-radius: .2em; }
</style></head><body><h1>Records that cannot be installed</h1>
<p>Each cause with the records that have it themselves, and those that need one of them. Click a heading to sort.</p>
<input id="filter" placeholder="Search for a package or a spec" aria-label="Search">
)";

constexpr char kScript[] = R"(<script>
const rows = () => [...document.querySelectorAll("tbody tr")];
document.getElementById("filter").addEventListener("input", event => {
  const text = event.target.value.toLowerCase();
  for (const row of rows()) row.hidden = !row.textContent.toLowerCase().includes(text);
});
for (const heading of document.querySelectorAll("th")) heading.addEventListener("click", () => {
  const body = heading.closest("table").tBodies[0], at = heading.cellIndex, down = heading.dataset.down !== "1";
  heading.dataset.down = down ? "1" : "0";
  const value = row => at < 2 ? +row.cells[at].textContent : row.cells[at].textContent;
  const order = (a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) * (at < 2 === down ? -1 : 1);
  body.append(...[...body.rows].sort(order));
});
</script></body></html>
)";

std::string HtmlList(const std::vector<std::size_t>& which,
                     const std::vector<PackageRecord>& records) {
  std::string text;
  for (const std::size_t i : which) {
    text += (text.empty() ? "" : ", ") + Escaped(DistName(records[i]));
  }
  return text;
}

std::string HtmlTable(const AuditedPlatform& audited) {
  const AuditReport& report = audited.report;
  std::string text = absl::StrFormat(
      "<h2>%s, %s%s</h2><p>%d records, %d can be installed, <b>%d cannot</b>, %d undecided.</p>"
      "<table><thead><tr><th>records</th><th>themselves</th><th>cause</th></tr></thead><tbody>\n",
      Escaped(absl::StrJoin(audited.channels, ", ")), Escaped(audited.platform),
      audited.with.empty() ? "" : " with " + Escaped(absl::StrJoin(audited.with, ", ")),
      report.num_records, report.num_installable, report.broken.size(), report.undecided.size());
  for (const AuditCause& cause : report.causes) {
    text += absl::StrFormat(
        "<tr><td>%d</td><td>%d</td><td><details><summary>%s</summary><p>%s</p>%s</details></td>"
        "</tr>\n",
        CountOf(cause), cause.direct.size(), Escaped(CauseText(cause, audited.with)),
        HtmlList(cause.direct, report.broken),
        cause.indirect.empty()
            ? ""
            : "<p>Through them: " + HtmlList(cause.indirect, report.broken) + "</p>");
  }
  return text + "</tbody></table>\n";
}

OrderedJson RecordJson(const PackageRecord& record) {
  return {{"name", record.name},       {"version", record.version}, {"build", record.build},
          {"channel", record.channel}, {"subdir", record.subdir},   {"fn", record.fn}};
}

}  // namespace

std::string CauseText(const AuditCause& cause, const std::vector<std::string>& with) {
  const std::string specs = absl::StrJoin(cause.specs, " and ");
  switch (cause.kind) {
    case AuditCause::Kind::kMissing:
      return "no record matches " + specs;
    case AuditCause::Kind::kConflict:
      return cause.specs.size() > 1 ? specs + " exclude each other"
             : with.empty()         ? specs + " cannot be fulfilled"
                                    : specs + " does not go with " + absl::StrJoin(with, ", ");
    case AuditCause::Kind::kItself:
      break;
  }
  return specs + " needs another record of itself";
}

std::string InTableCell(const std::string& text) {
  return absl::StrReplaceAll(text, {{"|", "\\|"}});
}

std::string AuditText(const AuditedPlatform& audited, std::size_t max_causes, std::size_t width) {
  constexpr std::size_t kIndent = 6;
  const AuditReport& report = audited.report;
  std::string text = absl::StrFormat(
      "%s, %s%s: %d records, %d can be installed, %d cannot", absl::StrJoin(audited.channels, ", "),
      audited.platform, audited.with.empty() ? "" : " with " + absl::StrJoin(audited.with, ", "),
      report.num_records, report.num_installable, report.broken.size());
  if (!report.undecided.empty()) {
    text += absl::StrFormat(", %d undecided for want of time", report.undecided.size());
  }
  if (report.num_hidden > 0) {
    text += absl::StrFormat("; %d more are hidden", report.num_hidden);
  }
  text += "\n";
  for (std::size_t i = 0; i < std::min(max_causes, report.causes.size()); ++i) {
    const AuditCause& cause = report.causes[i];
    const std::size_t room = std::max<std::size_t>(width, 40) - kIndent;
    text += absl::StrFormat("\n%5d %s\n", CountOf(cause), CauseText(cause, audited.with));
    if (!cause.direct.empty()) {
      text += std::string(kIndent, ' ') + SomeOf(cause.direct, report.broken, room) + "\n";
    }
    if (!cause.indirect.empty()) {
      text += std::string(kIndent, ' ') + "and through them " +
              SomeOf(cause.indirect, report.broken, room - 17) + "\n";
    }
  }
  if (report.causes.size() > max_causes) {
    text +=
        absl::StrFormat("\n%d more causes; --all shows them\n", report.causes.size() - max_causes);
  }
  return text;
}

std::string AuditJson(const std::vector<AuditedPlatform>& audited) {
  OrderedJson platforms = OrderedJson::array();
  for (const AuditedPlatform& each : audited) {
    OrderedJson causes = OrderedJson::array();
    for (const AuditCause& cause : each.report.causes) {
      causes.push_back({{"kind", KindWord(cause.kind)},
                        {"specs", cause.specs},
                        {"text", CauseText(cause, each.with)},
                        {"direct", cause.direct},
                        {"indirect", cause.indirect}});
    }
    OrderedJson broken = OrderedJson::array();
    for (const PackageRecord& record : each.report.broken) {
      broken.push_back(RecordJson(record));
    }
    OrderedJson undecided = OrderedJson::array();
    for (const PackageRecord& record : each.report.undecided) {
      undecided.push_back(RecordJson(record));
    }
    platforms.push_back({{"platform", each.platform},
                         {"channels", each.channels},
                         {"with", each.with},
                         {"records", each.report.num_records},
                         {"installable", each.report.num_installable},
                         {"hidden", each.report.num_hidden},
                         {"broken", std::move(broken)},
                         {"undecided", std::move(undecided)},
                         {"causes", std::move(causes)}});
  }
  const OrderedJson json = {{"schema", 1}, {"platforms", std::move(platforms)}};
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

std::string AuditCsv(const std::vector<AuditedPlatform>& audited) {
  std::string text = "platform,name,version,build,channel,subdir,verdict,cause,specs,direct\n";
  for (const AuditedPlatform& each : audited) {
    const auto row = [&](const PackageRecord& record, const char* verdict,
                         const std::string& rest) {
      text += absl::StrJoin({each.platform, CsvField(record.name), CsvField(record.version),
                             CsvField(record.build), CsvField(record.channel),
                             CsvField(record.subdir), std::string(verdict)},
                            ",") +
              "," + rest + "\n";
    };
    for (const AuditCause& cause : each.report.causes) {
      const std::string start = std::string(KindWord(cause.kind)) + "," +
                                CsvField(absl::StrJoin(cause.specs, "; ")) + ",";
      for (const std::size_t i : cause.direct) {
        row(each.report.broken[i], "broken", start + "yes");
      }
      for (const std::size_t i : cause.indirect) {
        row(each.report.broken[i], "broken", start + "no");
      }
    }
    for (const PackageRecord& record : each.report.undecided) {
      row(record, "undecided", ",,");
    }
  }
  return text;
}

std::string AuditHtml(const std::vector<AuditedPlatform>& audited) {
  std::string text = kPage;
  for (const AuditedPlatform& each : audited) {
    text += HtmlTable(each);
  }
  return text + kScript;
}

}  // namespace satchel
