#include "tools/cli/target.h"

#include "frontend/config/configuration.h"

namespace satchel {

EnvironmentPaths UserEnvironments() {
  ConfigPlaces places;
  places.variable = &LookUpEnvironment;
  // What is wrong with the configuration is told by the commands that need it.
  const absl::StatusOr<Configuration> configuration = Configuration::Load(places);
  return FindEnvironmentPaths(&LookUpEnvironment, configuration.ok()
                                                      ? configuration->List("envs_dirs")
                                                      : std::vector<std::string>());
}

absl::StatusOr<std::string> ExistingPrefix(const Arguments& arguments) {
  return LocateEnvironment(UserEnvironments(), {arguments.name, arguments.prefix},
                           &LookUpEnvironment);
}

absl::StatusOr<std::string> NewPrefix(const Arguments& arguments) {
  return PlaceEnvironment(UserEnvironments(), {arguments.name, arguments.prefix});
}

}  // namespace satchel
