#pragma once

#include <string>

#include "frontend/export/plan_json.h"
#include "solver/explain/fixes.h"
#include "solver/solve.h"

namespace satchel {

// A conflict and its fixes as a self-contained HTML page that needs no network: the reasons as a
// graph whose nodes open and fold, with a search, by mouse or keyboard; dark if the reader prefers
// that.
[[nodiscard]] std::string ToHtml(const Conflict& conflict, const FixList& fixes,
                                 const AnswerContext& context);

}  // namespace satchel
