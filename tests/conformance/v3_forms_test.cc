// v3_forms.tsv: specs with flags, extras and conditions (CEP 43 to 45).

#include <fstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "base/strings.h"
#include "repodata/spec/match_spec.h"
#include "repodata/version/version.h"

namespace satchel {
namespace {

std::string Verdict(std::string_view text, std::string_view flags) {
  const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
  if (!spec.ok()) {
    return "invalid";
  }
  const absl::StatusOr<Version> version = Version::Parse("2.0");
  RecordView record;
  record.name = "d";
  record.version = version->ref();
  record.build = "h_0";
  record.flags = flags;
  return spec->Matches(record) ? "yes" : "no";
}

TEST(V3Forms, AreReadAsTheCepsSay) {
  std::ifstream file(SATCHEL_V3_FORMS);
  int num_lines = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) {
      continue;
    }
    const std::vector<std::string_view> fields = Split(line, '\t');
    ASSERT_GE(fields.size(), 4U) << line;
    ++num_lines;
    EXPECT_EQ(Verdict(fields[0], fields[1] == "-" ? "" : fields[1]), fields[2]) << line;
    EXPECT_TRUE(fields[2] == fields[3] || fields.size() == 5) << "no reason: " << line;
  }
  EXPECT_GT(num_lines, 100);
}

// What is printed means the same.
TEST(V3Forms, SurvivePrinting) {
  std::ifstream file(SATCHEL_V3_FORMS);
  for (std::string line; std::getline(file, line);) {
    const std::string text(Split(line, '\t').front());
    const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text);
    if (line.starts_with('#') || !spec.ok()) {
      continue;
    }
    const absl::StatusOr<MatchSpec> again = MatchSpec::Parse(spec->ToString());
    ASSERT_TRUE(again.ok()) << text << ": " << again.status();
    EXPECT_EQ(again->ToString(), spec->ToString());
    for (const SpecField field : {SpecField::kFlags, SpecField::kExtras, SpecField::kWhen}) {
      EXPECT_EQ(again->FieldText(field), spec->FieldText(field)) << text;
    }
  }
}

}  // namespace
}  // namespace satchel
