// Versions and specs by themselves.

#include <utility>

#include "absl/strings/escaping.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/export/json_writer.h"
#include "frontend/request/record_json.h"
#include "repodata/spec/condition.h"
#include "repodata/spec/record_match.h"

#include "api/handles.h"

namespace satchel {
namespace {

std::string SpecJson(const MatchSpec& spec) {
  JsonWriter out;
  out.BeginObject();
  out.Member("text", spec.ToString());
  for (std::size_t i = 0; i < kNumSpecFields; ++i) {
    const auto field = static_cast<SpecField>(i);
    if (const std::optional<std::string> text = spec.FieldText(field); text.has_value()) {
      out.Member(SpecFieldName(field), *text);
    }
  }
  out.EndObject();
  return std::move(out).Take();
}

absl::Status CheckPlace(const void* place) {
  return CheckGiven(place, "the place for the answer");
}

}  // namespace
}  // namespace satchel

extern "C" {

satchel_code satchel_version_key(const char* version, char** key, char** error) {
  return satchel::Guarded(error, [&]() -> absl::Status {
    RETURN_IF_ERROR(satchel::CheckGiven(version, "the version"));
    ASSIGN_OR_RETURN(const satchel::Version parsed, satchel::Version::Parse(version));
    return satchel::StoreText(absl::BytesToHexString(parsed.key()), key);
  });
}

satchel_code satchel_version_spec_text(const char* spec, char** text, char** error) {
  return satchel::Guarded(error, [&]() -> absl::Status {
    RETURN_IF_ERROR(satchel::CheckGiven(spec, "the version spec"));
    ASSIGN_OR_RETURN(const satchel::VersionSpec parsed, satchel::VersionSpec::Parse(spec));
    return satchel::StoreText(parsed.text(), text);
  });
}

satchel_code satchel_version_spec_matches(const char* spec, const char* version, int* matches,
                                          char** error) {
  return satchel::Guarded(error, [&]() -> absl::Status {
    RETURN_IF_ERROR(satchel::CheckGiven(spec, "the version spec"));
    RETURN_IF_ERROR(satchel::CheckGiven(version, "the version"));
    RETURN_IF_ERROR(satchel::CheckPlace(matches));
    ASSIGN_OR_RETURN(const satchel::VersionSpec parsed, satchel::VersionSpec::Parse(spec));
    ASSIGN_OR_RETURN(const satchel::Version candidate, satchel::Version::Parse(version));
    *matches = parsed.Matches(candidate.ref()) ? 1 : 0;
    return absl::OkStatus();
  });
}

satchel_code satchel_spec_json(const char* spec, char** json, char** error) {
  return satchel::Guarded(error, [&]() -> absl::Status {
    RETURN_IF_ERROR(satchel::CheckGiven(spec, "the spec"));
    ASSIGN_OR_RETURN(const satchel::MatchSpec parsed, satchel::MatchSpec::Parse(spec));
    return satchel::StoreText(satchel::SpecJson(parsed), json);
  });
}

satchel_code satchel_spec_matches(const char* spec, const char* record, int* matches,
                                  char** error) {
  return satchel::Guarded(error, [&]() -> absl::Status {
    RETURN_IF_ERROR(satchel::CheckGiven(spec, "the spec"));
    RETURN_IF_ERROR(satchel::CheckGiven(record, "the record"));
    RETURN_IF_ERROR(satchel::CheckPlace(matches));
    ASSIGN_OR_RETURN(const satchel::MatchSpec parsed, satchel::MatchSpec::Parse(spec));
    ASSIGN_OR_RETURN(const satchel::JsonRecord read, satchel::ParseCondaMeta(record, "record"));
    *matches = satchel::MatchesRecord(parsed, read.record) ? 1 : 0;
    return absl::OkStatus();
  });
}

}  // extern "C"
