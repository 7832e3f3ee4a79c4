#include "corpora/revision3.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

#include "corpora/scenario_record.h"

namespace satchel {
namespace {

// A number of the record's own; its digest was made up from its name.
std::uint64_t Number(const PackageRecord& record, std::size_t byte) {
  return std::stoul(record.sha256.substr(2 * byte, 2), nullptr, 16);
}

// "numpy >=1.21,<2 py312_0" in brackets, with `more` in them.
std::string InBrackets(const std::string& spec, const std::string& more) {
  const std::vector<std::string_view> words = ScenarioWords(spec);
  std::string fields;
  if (words.size() > 1) {
    fields += absl::StrFormat("version=\"%s\"", words[1]);
  }
  if (words.size() > 2) {
    fields += absl::StrFormat(",build=\"%s\"", words[2]);
  }
  fields += (fields.empty() || more.empty() ? "" : ",") + more;
  return std::string(words[0]) + (fields.empty() ? "" : "[" + fields + "]");
}

}  // namespace

bool IsChosenForRevision3(const PackageRecord& record, std::int64_t percent) {
  return record.fn.ends_with(".conda") &&
         static_cast<std::int64_t>(Number(record, 0) * 100 / 256) < percent;
}

void MakeRevision3(PackageRecord* record) {
  const char* const conditions[] = {"python>=3.11", "__unix", "python<3.10 or __cuda",
                                    "python>=3.9 and __glibc>=2.28"};
  const std::string last = record->depends.size() > 1 ? record->depends.back() : "";
  if (!last.empty()) {
    record->depends.pop_back();
  }
  for (std::vector<std::string>* specs : {&record->depends, &record->constrains}) {
    for (std::string& spec : *specs) {
      spec = InBrackets(spec, "");
    }
  }
  if (!last.empty() && Number(*record, 1) % 4 == 0) {
    record->extra_depends.push_back({"full", {InBrackets(last, "")}});
  } else if (!last.empty()) {
    const std::string condition = conditions[Number(*record, 2) % std::size(conditions)];
    record->depends.push_back(InBrackets(last, "when=\"" + condition + "\""));
  }
  record->flags = Number(*record, 3) % 2 == 0 ? "release" : "release blas:mkl";
}

}  // namespace satchel
