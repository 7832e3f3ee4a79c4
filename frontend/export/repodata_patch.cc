#include "frontend/export/repodata_patch.h"

#include <functional>
#include <string_view>

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

// What conda-index does to a .tar.bz2 it does to the .conda of the same name, too.
std::string NameIn(const char* section, std::string fn) {
  constexpr std::string_view kOld = ".tar.bz2";
  if (std::string_view(section) == "packages.conda" && fn.ends_with(kOld)) {
    fn.replace(fn.size() - kOld.size(), kOld.size(), ".conda");
  }
  return fn;
}

// The record of that file name; null if there is none.
Json* FindRecord(Json* repodata, const char* section, const std::string& fn) {
  const auto records = repodata->find(section);
  if (records == repodata->end() || !records->is_object()) {
    return nullptr;
  }
  const auto found = records->find(fn);
  return found == records->end() || !found->is_object() ? nullptr : &*found;
}

void Revoke(Json* record) {
  if (!(*record)["depends"].is_array()) {
    (*record)["depends"] = Json::array();
  }
  (*record)["depends"].push_back("package_has_been_revoked");
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
      for (const char* in : kSections) {
        const bool is_own = std::string_view(in) == section;
        Json* const record = FindRecord(&patched, in, is_own ? fn : NameIn(in, fn));
        if (record != nullptr && (is_own || std::string_view(in) == "packages.conda")) {
          record->update(fields);
        }
      }
    }
  }
  RETURN_IF_ERROR(ForEachName(patch, "revoke", label, [&patched](const std::string& name) {
    for (const char* in : kSections) {
      if (Json* const record = FindRecord(&patched, in, NameIn(in, name)); record != nullptr) {
        Revoke(record);
      }
    }
  }));
  RETURN_IF_ERROR(ForEachName(patch, "remove", label, [&patched](const std::string& name) {
    for (const char* in : kSections) {
      if (FindRecord(&patched, in, NameIn(in, name)) != nullptr) {
        patched[in].erase(NameIn(in, name));
      }
    }
  }));
  return patched.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace satchel
