// The only file that includes simdjson, and all of the module: of simdjson only stage 1 is of use,
// which finds the tokens with the processor's vector instructions and checks what cannot be checked
// token by token. The grammar is json_walk.h's, which has to say where a text breaks it, and knows
// which of its values nobody reads.

#include "repodata/json/json_module.h"

#define SIMDJSON_EXCEPTIONS 0
#include <memory>
#include <new>

#include <simdjson.h>  // NOLINT(portability-restrict-system-includes): the one place.

namespace satchel {
namespace {

using Parser = simdjson::internal::dom_parser_implementation;
using Result = JsonModule::Result;

Result ResultOf(simdjson::error_code error) {
  switch (error) {
    case simdjson::SUCCESS:
    case simdjson::EMPTY:
      return Result::kOk;
    case simdjson::UTF8_ERROR:
      return Result::kBadUtf8;
    case simdjson::UNCLOSED_STRING:
      return Result::kOpenString;
    case simdjson::UNESCAPED_CHARS:
      return Result::kControlCharacter;
    case simdjson::CAPACITY:
      return Result::kTooLarge;
    case simdjson::MEMALLOC:
      return Result::kNoMemory;
    default:
      return Result::kFailed;
  }
}

Result FindTokens(const char* text, std::size_t size, std::size_t padding,
                  JsonModule::Tokens* tokens) {
  constexpr std::size_t kNoDepth = 1;  // Stage 1 does not nest.
  if (size > simdjson::SIMDJSON_MAXSIZE_BYTES) {
    return Result::kTooLarge;
  }
  if (padding < simdjson::SIMDJSON_PADDING) {
    return Result::kFailed;
  }
  std::unique_ptr<Parser> parser;
  simdjson::error_code error =
      simdjson::get_active_implementation()->create_dom_parser_implementation(size, kNoDepth,
                                                                              parser);
  if (error == simdjson::SUCCESS) {
    error = parser->stage1(reinterpret_cast<const std::uint8_t*>(text), size,
                           simdjson::stage1_mode::regular);
  }
  if (ResultOf(error) == Result::kOk) {
    tokens->starts = parser->structural_indexes.get();
    tokens->size = error == simdjson::EMPTY ? 0 : parser->n_structural_indexes;
    tokens->owner = parser.release();
  }
  return ResultOf(error);
}

void Forget(JsonModule::Tokens* tokens) {
  delete static_cast<Parser*>(tokens->owner);
  *tokens = {};
}

}  // namespace
}  // namespace satchel

extern "C" __attribute__((visibility("default"))) const satchel::JsonModule* module_of_json() {
  static constexpr satchel::JsonModule kModule = {
      .version = satchel::JsonModule::kVersion,
      .find_tokens = satchel::FindTokens,
      .forget = satchel::Forget,
  };
  return &kModule;
}
