#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "frontend/json.h"

#include <nlohmann/json.hpp>

namespace satchel {

// Fields of JSON from others: a missing field or one of another kind gives the default, so that the
// library throws no exception.

std::string StringField(const nlohmann::json& object, const char* key, std::string otherwise = "");
double NumberField(const nlohmann::json& object, const char* key, double otherwise = 0);
std::int64_t IntegerField(const nlohmann::json& object, const char* key,
                          std::int64_t otherwise = 0);
bool BoolField(const nlohmann::json& object, const char* key);
std::vector<std::string> StringsField(const nlohmann::json& object, const char* key);
// An empty object if there is none.
const nlohmann::json& ObjectField(const nlohmann::json& object, const char* key);

// On one line; replaces invalid UTF-8.
std::string JsonLine(const nlohmann::json& json);

}  // namespace satchel
