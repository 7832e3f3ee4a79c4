// Files of credentials (mamba's, rattler's), anaconda-client's tokens, and URLs that hold some.

#include "frontend/fetch/auth_store.h"
#include "frontend/fetch/url.h"
#include "frontend/request/explicit_package.h"
#include "repodata/channel_name.h"
#include "repodata/url.h"
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
  if (stripped.find('\n') == std::string::npos) {
    const satchel::UrlCredentials left = satchel::CredentialsOf(stripped);
    SATCHEL_CHECK(left.password.empty() && left.token.empty());
  }
  satchel::WithoutCredentials(text);
  satchel::WithToken(text, found.token);
  satchel::ParseChannel(text);
  satchel::ParseExplicitPackage(text, "x").status().IgnoreError();
  const std::string directory = "https://host/channel/linux-64";
  if (satchel::WhyBadBaseUrl("base_url", directory, text).empty()) {
    const std::string_view scheme = satchel::UrlScheme(
        satchel::PackageUrl("https://host/channel", "linux-64", text, "a.conda"));
    SATCHEL_CHECK(scheme.starts_with("http") || scheme.starts_with("HTTP") || scheme.size() == 4 ||
                  scheme.size() == 5);
  }
  return 0;
}
