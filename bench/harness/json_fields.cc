#include "bench/harness/json_fields.h"

#include <utility>

#include "absl/strings/str_format.h"

#include "base/strings.h"

namespace satchel {
namespace {

const nlohmann::json* Find(const nlohmann::json& object, const char* key) {
  if (!object.is_object()) {
    return nullptr;
  }
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

std::string StringField(const nlohmann::json& object, const char* key, std::string otherwise) {
  const nlohmann::json* const value = Find(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::move(otherwise);
}

double NumberField(const nlohmann::json& object, const char* key, double otherwise) {
  const nlohmann::json* const value = Find(object, key);
  return value != nullptr && value->is_number() ? value->get<double>() : otherwise;
}

std::int64_t IntegerField(const nlohmann::json& object, const char* key, std::int64_t otherwise) {
  const nlohmann::json* const value = Find(object, key);
  return value != nullptr && value->is_number() ? value->get<std::int64_t>() : otherwise;
}

bool BoolField(const nlohmann::json& object, const char* key) {
  const nlohmann::json* const value = Find(object, key);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

std::vector<std::string> StringsField(const nlohmann::json& object, const char* key) {
  std::vector<std::string> strings;
  const nlohmann::json* const value = Find(object, key);
  if (value != nullptr && value->is_array()) {
    for (const nlohmann::json& element : *value) {
      if (element.is_string()) {
        strings.push_back(element.get<std::string>());
      }
    }
  }
  return strings;
}

const nlohmann::json& ObjectField(const nlohmann::json& object, const char* key) {
  static const nlohmann::json empty = nlohmann::json::object();
  const nlohmann::json* const value = Find(object, key);
  return value != nullptr && value->is_object() ? *value : empty;
}

std::string JsonLine(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace satchel
