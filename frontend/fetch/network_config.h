#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "frontend/config/configuration.h"
#include "frontend/fetch/network_options.h"

namespace satchel {

// How the configuration says to talk to servers, with the credentials that are found in its URLs
// and in the files of AuthStore, and those of `urls`. `variable` gives the value of an environment
// variable.
// Certificates to trust are ssl_verify's, else those that REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or
// SSL_CERT_FILE name, as for conda. Errors: those of AuthStore::Load.
[[nodiscard]] absl::StatusOr<NetworkOptions> MakeNetworkOptions(
    const Configuration& configuration,
    const std::function<std::optional<std::string>(const std::string& name)>& variable,
    const std::vector<std::string>& urls = {});

}  // namespace satchel
