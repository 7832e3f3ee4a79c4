#include "tests/repodata/io/repodata_text.h"

#include <utility>

#include "absl/strings/str_format.h"

namespace satchel::testing {
namespace {

std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      quoted += absl::StrFormat("\\u%04x", static_cast<unsigned>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string SpecsText(const Index& index, SpecListId list) {
  std::string text = "[";
  for (const SpecId spec : index.SpecList(list)) {
    text += text.size() > 1 ? "," : "";
    text += Quote(index.String(index.Spec(spec).text));
  }
  return text + "]";
}

std::string RecordJson(const Index& index, RecordId id) {
  const RecordRow& row = index.Record(id);
  const ColdRow& cold = index.Cold(id);
  std::string json = absl::StrFormat(
      R"({"name":%s,"version":%s,"build":%s,"build_number":%d,"timestamp":%d,"size":%d)",
      Quote(index.Name(row.name)), Quote(index.VersionOf(row.version).text),
      Quote(index.String(row.build)), row.build_number, row.timestamp_ms, row.size_bytes);
  json += absl::StrFormat(R"(,"depends":%s,"constrains":%s)", SpecsText(index, row.depends),
                          SpecsText(index, row.constrains));
  if (row.noarch != NoarchKind::kNone) {
    json += row.noarch == NoarchKind::kPython ? R"(,"noarch":"python")" : R"(,"noarch":"generic")";
  }
  const std::pair<const char*, StringId> texts[] = {
      {"md5", cold.md5},
      {"sha256", cold.sha256},
      {"license", cold.license},
      {"license_family", cold.license_family},
      {"track_features", cold.track_features},
      {"features", cold.features},
      {"python_site_packages_path", cold.python_site_packages_path},
      {"url", cold.url}};
  for (const auto& text : texts) {
    if (text.second.ok()) {
      // One feature may have blanks in it: an item of a list.
      const bool is_item = text.second == cold.track_features && row.num_track_features == 1;
      const std::string quoted = Quote(index.String(text.second));
      json += absl::StrFormat(R"(,"%s":%s)", text.first, is_item ? "[" + quoted + "]" : quoted);
    }
  }
  return json + "}";
}

}  // namespace

std::string RepodataText(std::span<const RecordText> records, std::string_view more) {
  std::string text = R"({"info":{"subdir":"linux-64"})";
  for (const bool is_conda : {false, true}) {
    text += is_conda ? R"(,"packages.conda":{)" : R"(,"packages":{)";
    const char* separator = "";
    for (const RecordText& record : records) {
      if (record.fn.ends_with(".conda") == is_conda) {
        text += absl::StrFormat("%s%s:%s", separator, Quote(record.fn), record.json);
        separator = ",\n";
      }
    }
    text += "}";
  }
  text += more;
  return text + "}";
}

RecordText MakeRecord(std::string_view name, std::string_view version, std::string_view build,
                      std::uint64_t build_number, std::string_view more,
                      std::string_view extension) {
  return {absl::StrFormat("%s-%s-%s%s", name, version, build, extension),
          absl::StrFormat(R"({"name":"%s","version":"%s","build":"%s","build_number":%d%s%s})",
                          name, version, build, build_number, more.empty() ? "" : ",", more)};
}

std::vector<RecordText> WriteRecords(const Index& index) {
  std::vector<RecordText> records;
  for (std::size_t i = 0; i < index.num_records(); ++i) {
    const RecordId id(i);
    records.push_back({std::string(index.String(index.Record(id).fn)), RecordJson(index, id)});
  }
  return records;
}

std::uint64_t TouchAll(const Index& index) {
  std::uint64_t sum = index.subdir().size() + index.base_url().size();
  for (std::size_t i = 0; i < index.num_names(); ++i) {
    const NameId name(i);
    sum += index.FindName(index.Name(name)).value();
    const Index::Range range = index.Records(name);
    for (std::uint32_t row = range.first; row != range.last; ++row) {
      const RecordView view = index.View(RecordId(row), "channel");
      for (const std::string_view text :
           {view.name, view.version.text, view.version.key, view.build, view.fn, view.url, view.md5,
            view.sha256, view.license, view.license_family, view.track_features, view.features}) {
        for (const char c : text) {
          sum = sum * 31 + static_cast<unsigned char>(c);
        }
      }
      for (const SpecListId list :
           {index.Record(RecordId(row)).depends, index.Record(RecordId(row)).constrains}) {
        for (const SpecId id : index.SpecList(list)) {
          const SpecRow& spec = index.Spec(id);
          sum += index.String(spec.text).size();
          sum += spec.name.ok() ? index.Name(spec.name).size() : 0;
        }
      }
    }
  }
  return sum;
}

}  // namespace satchel::testing
