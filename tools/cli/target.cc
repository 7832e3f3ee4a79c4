#include "tools/cli/target.h"

namespace satchel {

EnvironmentPaths UserEnvironments() {
  return FindEnvironmentPaths(&LookUpEnvironment);
}

absl::StatusOr<std::string> ExistingPrefix(const Arguments& arguments) {
  return LocateEnvironment(UserEnvironments(), {arguments.name, arguments.prefix},
                           &LookUpEnvironment);
}

absl::StatusOr<std::string> NewPrefix(const Arguments& arguments) {
  return PlaceEnvironment(UserEnvironments(), {arguments.name, arguments.prefix});
}

}  // namespace satchel
