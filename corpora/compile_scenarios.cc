// compile_scenarios OUTPUT_DIRECTORY SCENARIO...: the build's tool that turns the scenarios into
// channels.

#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "corpora/scenario.h"
#include "corpora/scenario_repodata.h"

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: compile_scenarios OUTPUT_DIRECTORY SCENARIO...\n");
    return 2;
  }
  int failures = 0;
  for (int i = 2; i < argc; ++i) {
    const absl::StatusOr<satchel::Scenario> scenario = satchel::ReadScenarioFile(argv[i]);
    const absl::Status status =
        scenario.ok() ? satchel::WriteScenario(*scenario, argv[1]) : scenario.status();
    if (!status.ok()) {
      std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
      ++failures;
    }
  }
  return failures == 0 ? 0 : 1;
}
