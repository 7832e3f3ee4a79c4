#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/json.h"

#include <nlohmann/json.hpp>

namespace satchel {

// Fields of JSON that others wrote: what is missing or of another kind is the given default, so
// that no exception of the library can come up.

std::string StringField(const nlohmann::json& object, const char* key, std::string otherwise = "");
double NumberField(const nlohmann::json& object, const char* key, double otherwise = 0);
std::int64_t IntegerField(const nlohmann::json& object, const char* key,
                          std::int64_t otherwise = 0);
bool BoolField(const nlohmann::json& object, const char* key);
std::vector<std::string> StringsField(const nlohmann::json& object, const char* key);
// An empty object if there is none.
const nlohmann::json& ObjectField(const nlohmann::json& object, const char* key);

// On one line; bytes that are no UTF-8 are replaced.
std::string JsonLine(const nlohmann::json& json);

}  // namespace satchel
