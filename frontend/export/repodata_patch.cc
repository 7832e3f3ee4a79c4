#include "frontend/export/repodata_patch.h"

#include <functional>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"

#include <nlohmann/json.hpp>

namespace satchel {
namespace {

using Json = nlohmann::json;

constexpr const char* kSections[] = {"packages", "packages.conda"};

absl::StatusOr<Json> ParseObject(const std::string& text, const std::string& label) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return absl::InvalidArgumentError(label + ": not a JSON object");
  }
  return json;
}

// Calls `change` with each record of that file name.
template <typename Change>
void ForRecord(Json* repodata, const std::string& fn, const Change& change) {
  for (const char* section : kSections) {
    if (const auto found = repodata->find(section);
        found != repodata->end() && found->is_object() && found->contains(fn)) {
      change(&*found, fn);
    }
  }
}

absl::Status ForEachName(const Json& instructions, const char* key, const std::string& label,
                         const std::function<void(const std::string&)>& change) {
  const auto list = instructions.find(key);
  if (list == instructions.end()) {
    return absl::OkStatus();
  }
  for (const Json& fn : *list) {
    if (!list->is_array() || !fn.is_string()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: '%s' must be a list of file names", label, key));
    }
    change(fn.get<std::string>());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> PatchRepodata(const std::string& repodata,
                                          const std::string& repodata_label,
                                          const std::string& instructions,
                                          const std::string& label) {
  ASSIGN_OR_RETURN(Json patched, ParseObject(repodata, repodata_label));
  ASSIGN_OR_RETURN(const Json patch, ParseObject(instructions, label));
  if (patch.value("patch_instructions_version", Json(1)) != 1) {
    return absl::InvalidArgumentError(label + ": only patch_instructions_version 1 is known");
  }
  for (const char* section : kSections) {
    const auto records = patch.find(section);
    if (records == patch.end()) {
      continue;
    }
    if (!records->is_object()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: '%s' must be a map from file names", label, section));
    }
    for (const auto& [fn, fields] : records->items()) {
      if (!fields.is_object()) {
        return absl::InvalidArgumentError(
            absl::StrFormat("%s: '%s' must be a map of fields", label, fn));
      }
      const auto in = patched.find(section);
      if (in != patched.end() && in->is_object() && in->contains(fn)) {
        (*in)[fn].update(fields);
      }
    }
  }
  RETURN_IF_ERROR(ForEachName(patch, "revoke", label, [&patched](const std::string& name) {
    ForRecord(&patched, name, [](Json* section, const std::string& fn) {
      (*section)[fn]["depends"].push_back("package_has_been_revoked");
    });
  }));
  RETURN_IF_ERROR(ForEachName(patch, "remove", label, [&patched](const std::string& name) {
    ForRecord(&patched, name, [](Json* section, const std::string& fn) { section->erase(fn); });
  }));
  return patched.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace satchel
