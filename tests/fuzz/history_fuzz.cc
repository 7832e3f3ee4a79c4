// A conda-meta/history: what was asked for, and the revisions.

#include "frontend/environment/revisions.h"
#include "frontend/request/history.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = satchel::testing::TextOf(data, size);
  for (const auto& [name, spec] : satchel::RequestedSpecs(text)) {
    SATCHEL_CHECK(spec.name() == name);
    SATCHEL_CHECK(!spec.ToString().empty());
  }
  for (const satchel::Revision& revision : satchel::ParseRevisions(text)) {
    for (const std::string& package : revision.packages) {
      satchel::ParseHistoryPackage(package);
    }
  }
  return 0;
}
