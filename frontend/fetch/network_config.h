#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/config/configuration.h"
#include "frontend/fetch/network_options.h"

namespace satchel {

// The network options of a configuration, with the credentials in its URLs, in the files of
// AuthStore, and in `urls`. `variable` returns the value of an environment variable. The trusted
// certificates are those of ssl_verify, else those that REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or
// SSL_CERT_FILE name, as in conda. Errors: those of AuthStore::Load.
[[nodiscard]] absl::StatusOr<NetworkOptions> MakeNetworkOptions(
    const Configuration& configuration,
    const std::function<std::optional<std::string>(const std::string& name)>& variable,
    const std::vector<std::string>& urls = {});

}  // namespace satchel
