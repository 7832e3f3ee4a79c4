// Files of credentials (mamba's, rattler's), anaconda-client's tokens, and URLs that hold some.

#include "base/strings.h"
#include "frontend/fetch/auth_store.h"
#include "frontend/fetch/url.h"
#include "frontend/request/explicit_package.h"
#include "repodata/io/url.h"
#include "repodata/spec/channel_name.h"
#include "tests/fuzz/fuzz_support.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(satchel::testing::TextOf(data, size));
  satchel::AuthStore store;
  for (const absl::Status& status :
       {store.AddMamba(text, "authentication.json"), store.AddRattler(text, "credentials.json")}) {
    if (!status.ok()) {
      satchel::testing::CheckRefusal(status);
    }
  }
  store.AddUrl(text);
  store.AddAnacondaToken(text, text);
  store.Find(text);
  store.Find("https://conda.anaconda.org/conda-forge/linux-64/repodata.json");

  const satchel::UrlCredentials found = satchel::CredentialsOf(text);
  const std::string stripped = satchel::StripCredentials(text);
  SATCHEL_CHECK(satchel::CredentialsOf(stripped).password.empty());
  satchel::WithoutCredentials(text);
  satchel::WithSecrets(text, found);
  satchel::ParseChannel(text);
  satchel::ParseExplicitPackage(text, "x").status().IgnoreError();
  const std::string directory = "https://host/channel/linux-64";
  if (satchel::WhyBadBaseUrl("base_url", directory, text).empty()) {
    const std::string url =
        satchel::PackageUrl("https://host/channel", "linux-64", text, "a.conda");
    const std::string scheme = satchel::ToLower(satchel::UrlScheme(url));
    SATCHEL_CHECK(scheme == "http" || scheme == "https");
  }
  return 0;
}
