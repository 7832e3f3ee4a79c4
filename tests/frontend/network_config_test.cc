#include "frontend/fetch/network_config.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/frontend/temporary_directory.h"

namespace satchel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

NetworkOptions Of(const std::string& condarc, const std::map<std::string, std::string>& variables) {
  Configuration configuration;
  absl::StatusOr<CondarcContent> content = ParseCondarc(condarc, "condarc");
  EXPECT_TRUE(content.ok()) << content.status();
  for (ConfigSetting& setting : content->settings) {
    configuration.Add(std::move(setting));
  }
  const absl::StatusOr<NetworkOptions> options = MakeNetworkOptions(
      configuration, [&variables](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
      });
  EXPECT_TRUE(options.ok()) << options.status();
  return options.value_or(NetworkOptions());
}

TEST(NetworkConfig, NumbersAndSwitches) {
  const NetworkOptions usual = Of("", {});
  EXPECT_EQ(usual.connect_timeout_s, 9.15);
  EXPECT_EQ(usual.read_timeout_s, 60);
  EXPECT_EQ(usual.max_retries, 3);
  EXPECT_TRUE(usual.verify_tls);
  const NetworkOptions options =
      Of("remote_connect_timeout_secs: 2.5\nremote_read_timeout_secs: 7\nremote_max_retries: 1\n"
         "remote_backoff_factor: 3\nfetch_threads: 4\nnetrc: false\noffline: true\n"
         "client_ssl_cert: /c.pem\nclient_ssl_cert_key: /k.pem\n"
         "proxy_servers: {https: 'http://p:1'}\n",
         {});
  EXPECT_EQ(options.connect_timeout_s, 2.5);
  EXPECT_EQ(options.read_timeout_s, 7);
  EXPECT_EQ(options.max_retries, 1);
  EXPECT_EQ(options.backoff_s, 3);
  EXPECT_EQ(options.max_connections, 4);
  EXPECT_FALSE(options.use_netrc);
  EXPECT_TRUE(options.offline);
  EXPECT_EQ(options.client_cert, "/c.pem");
  EXPECT_EQ(options.client_key, "/k.pem");
  EXPECT_EQ(options.proxies.at("https"), "http://p:1");
}

TEST(NetworkConfig, WhichCertificatesAreTrusted) {
  const std::map<std::string, std::string> variables = {{"CURL_CA_BUNDLE", "/curl.pem"},
                                                        {"SSL_CERT_FILE", "/ssl.pem"}};
  EXPECT_EQ(Of("", {}).ca_file, "");
  EXPECT_EQ(Of("", variables).ca_file, "/curl.pem");
  EXPECT_EQ(Of("ssl_verify: /own.pem\n", variables).ca_file, "/own.pem");
  EXPECT_EQ(Of("ssl_verify: truststore\n", variables).ca_file, "");
  EXPECT_FALSE(Of("ssl_verify: false\n", variables).verify_tls);
}

TEST(NetworkConfig, TokensOfAnaconda) {
  const testing::TemporaryDirectory home;
  home.Write(".local/share/binstar/https%3A%2F%2Fapi.anaconda.org.token", "an-ac");
  const std::map<std::string, std::string> variables = {{"HOME", home.path()}};
  const std::string url = "https://conda.anaconda.org/x/noarch/repodata.json";
  EXPECT_EQ(Of("", variables).credentials(url).token, "an-ac");
  EXPECT_EQ(Of("add_anaconda_token: false\n", variables).credentials(url).token, "");
  EXPECT_EQ(Of("channels: ['https://ann:pw@host/c']\n", {}).credentials("https://host/c/x").user,
            "ann");
}

TEST(NetworkConfig, Mirrors) {
  const NetworkOptions options =
      Of("mirrored_channels:\n  c: [https://a/c, https://b/d/c/, https://c/c]\n", {});
  EXPECT_THAT(options.mirrors("https://b/d/c/noarch/x.conda"),
              ElementsAre("https://a/c/noarch/x.conda", "https://c/c/noarch/x.conda"));
  EXPECT_THAT(options.mirrors("https://a/cc/noarch/x.conda"), IsEmpty());
}

}  // namespace
}  // namespace satchel
