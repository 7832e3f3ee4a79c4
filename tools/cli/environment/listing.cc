#include "tools/cli/environment/listing.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "base/status_macros.h"
#include "frontend/export/package_url.h"
#include "frontend/fetch/url.h"
#include "tools/cli/framework/table.h"

namespace satchel {
namespace {

using Json = nlohmann::json;

// A package of conda or of pip.
struct ListRow {
  PackageRecord record;
  bool is_pip = false;
};

// What is not known of a record is null.
Json OrNullIfEmpty(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

// conda leaves the default channels out.
std::string ShownChannel(const PackageRecord& record) {
  return record.channel.starts_with("pkgs/") || record.channel == "defaults" ? "" : record.channel;
}

struct ListField {
  const char* name;
  Json (*of)(const ListRow& row);
};
const ListField kFields[] = {
    {"name", [](const ListRow& row) { return Json(row.record.name); }},
    {"version", [](const ListRow& row) { return Json(row.record.version); }},
    {"build", [](const ListRow& row) { return Json(row.record.build); }},
    {"build_string", [](const ListRow& row) { return Json(row.record.build); }},
    {"build_number", [](const ListRow& row) { return Json(row.record.build_number); }},
    {"channel", [](const ListRow& row) { return Json(row.record.channel); }},
    {"channel_name", [](const ListRow& row) { return Json(row.record.channel); }},
    {"channel_url", [](const ListRow& row) { return Json(row.is_pip ? "" : BaseUrl(row.record)); }},
    {"base_url",
     [](const ListRow& row) {
       return Json(row.is_pip ? "https://conda.anaconda.org/pypi" : BaseUrl(row.record));
     }},
    {"dist_name",
     [](const ListRow& row) {
       return Json(row.is_pip ? row.record.name + "-" + row.record.version + "-pypi_0"
                              : DistName(row.record));
     }},
    {"fn", [](const ListRow& row) { return OrNullIfEmpty(row.record.fn); }},
    {"url", [](const ListRow& row) { return OrNullIfEmpty(UrlToKeep(row.record.url)); }},
    {"md5", [](const ListRow& row) { return OrNullIfEmpty(row.record.md5); }},
    {"sha256", [](const ListRow& row) { return OrNullIfEmpty(row.record.sha256); }},
    {"license", [](const ListRow& row) { return OrNullIfEmpty(row.record.license); }},
    {"license_family", [](const ListRow& row) { return OrNullIfEmpty(row.record.license_family); }},
    {"depends", [](const ListRow& row) { return Json(row.record.depends); }},
    {"constrains", [](const ListRow& row) { return Json(row.record.constrains); }},
    {"track_features", [](const ListRow& row) { return OrNullIfEmpty(row.record.track_features); }},
    {"size", [](const ListRow& row) { return Json(row.record.size_bytes); }},
    {"timestamp", [](const ListRow& row) { return Json(row.record.timestamp_ms); }},
    {"platform", [](const ListRow& row) { return Json(row.record.subdir); }},
    {"subdir", [](const ListRow& row) { return Json(row.record.subdir); }},
};

absl::StatusOr<const ListField*> ListFieldOf(const std::string& name) {
  for (const ListField& field : kFields) {
    if (name == field.name) {
      return &field;
    }
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("--fields: there is no field '%s'; there are %s", name, ListFields()));
}

// By name, or the other way round.
std::vector<ListRow> RowsOf(const EnvironmentDescription& environment, const Listing& listing) {
  std::vector<ListRow> rows;
  for (const InstalledPackage& package : environment.packages) {
    rows.push_back({package.record});
  }
  for (const PipPackage& package : environment.pip) {
    ListRow row;
    row.is_pip = true;
    row.record.name = package.name;
    row.record.version = package.version;
    row.record.build = "pypi_0";
    row.record.channel = "pypi";
    row.record.subdir = "pypi";
    rows.push_back(std::move(row));
  }
  std::ranges::stable_sort(
      rows, {}, [](const ListRow& row) { return std::pair(row.record.name, row.record.version); });
  if (listing.is_reversed) {
    std::ranges::reverse(rows);
  }
  return rows;
}

// "build_number" -> "Build number".
std::string ColumnTitle(std::string name) {
  std::ranges::replace(name, '_', ' ');
  name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  return name;
}

std::string ArchiveSize(std::uint64_t bytes) {
  return bytes == 0 ? "" : absl::StrFormat("%.1f MB", static_cast<double>(bytes) / 1e6);
}

std::string CellOf(const ListField& field, const ListRow& row, const Listing& listing) {
  const std::string_view name = field.name;
  if (name == "channel") {
    return listing.with_urls && !row.is_pip ? BaseUrl(row.record) : ShownChannel(row.record);
  }
  if (name == "size") {
    return ArchiveSize(row.record.size_bytes);
  }
  const Json value = field.of(row);
  if (value.is_string()) {
    return value.get<std::string>();
  }
  if (value.is_array()) {
    return absl::StrJoin(value.get<std::vector<std::string>>(), ", ");
  }
  return value.is_null() ? "" : value.dump();
}

std::vector<std::string> ColumnsOf(const Listing& listing) {
  if (!listing.fields.empty()) {
    return listing.fields;
  }
  std::vector<std::string> columns = {"name", "version", "build", "channel"};
  if (listing.with_sizes) {
    columns.emplace_back("size");
  }
  return columns;
}

std::string CanonicalName(const PackageRecord& record) {
  return absl::StrFormat("%s/%s::%s-%s-%s", record.channel, record.subdir, record.name,
                         record.version, record.build);
}

}  // namespace

std::string ListFields() {
  std::vector<std::string> names;
  for (const ListField& field : kFields) {
    names.emplace_back(field.name);
  }
  return absl::StrJoin(names, ", ");
}

absl::StatusOr<std::string> ListText(const EnvironmentDescription& environment,
                                     const Listing& listing) {
  const std::vector<ListRow> rows = RowsOf(environment, listing);
  if (listing.as_canonical) {
    std::string text;
    for (const ListRow& row : rows) {
      text += CanonicalName(row.record) + "\n";
    }
    return text;
  }
  std::vector<const ListField*> fields;
  std::vector<std::string> titles;
  for (const std::string& name : ColumnsOf(listing)) {
    ASSIGN_OR_RETURN(fields.emplace_back(), ListFieldOf(name));
    titles.push_back((titles.empty() ? "# " : "") + ColumnTitle(name));
  }
  Table table(std::vector<Table::Align>(fields.size(), Table::Align::kLeft));
  table.AddRow(std::move(titles));
  for (const ListRow& row : rows) {
    std::vector<std::string> cells;
    for (const ListField* field : fields) {
      cells.push_back(CellOf(*field, row, listing));
    }
    table.AddRow(std::move(cells));
  }
  return "# packages in environment at " + environment.prefix + ":\n#\n" +
         table.ToString(/*colour=*/false);
}

absl::StatusOr<Json> ListJson(const EnvironmentDescription& environment, const Listing& listing) {
  std::vector<std::string> names = listing.fields;
  if (names.empty()) {
    names = {"base_url",  "build_number", "build_string", "channel",
             "dist_name", "name",         "platform",     "version"};
    if (listing.with_sizes) {
      names.emplace_back("size");
    }
  }
  std::vector<const ListField*> fields;
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(fields.emplace_back(), ListFieldOf(name));
  }
  Json list = Json::array();
  for (const ListRow& row : RowsOf(environment, listing)) {
    if (listing.as_canonical) {
      list.push_back(CanonicalName(row.record));
      continue;
    }
    Json entry = Json::object();
    for (const ListField* field : fields) {
      entry[field->name] = field->of(row);
    }
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace satchel
