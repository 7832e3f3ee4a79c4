#include "frontend/fetch/easy_handle.h"

#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <new>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "base/allocated.h"
#include "base/check.h"
#include "base/strings.h"
#include "frontend/fetch/curl_library.h"
#include "frontend/fetch/url.h"
#include "frontend/files.h"

namespace satchel {
namespace {

// The page that comes with an error; more is not read just to keep the connection.
constexpr std::uint64_t kMaxIgnoredBytes = 64 << 10;
// CURLOPT_PROTOCOLS and CURLOPT_REDIR_PROTOCOLS, which libcurl before 7.85 (Debian 11, RHEL 9) has;
// the header warns of their names.
constexpr auto kProtocols = static_cast<CURLoption>(CURLOPTTYPE_LONG + 181);
constexpr auto kRedirProtocols = static_cast<CURLoption>(CURLOPTTYPE_LONG + 182);
constexpr long kSlowBytesPerSecond = 30;

std::uint64_t ToNumber(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// conda's order: the most particular entry first.
std::string ProxyFor(const std::map<std::string, std::string>& proxies, const std::string& url) {
  const std::string scheme(UrlScheme(url));
  std::string host = UrlHost(url);
  host.resize(std::min(host.find(':'), host.size()));
  for (const std::string& key : {absl::StrCat(scheme, "://", host), scheme,
                                 absl::StrCat("all://", host), std::string("all")}) {
    if (const auto found = proxies.find(key); found != proxies.end()) {
      return found->second;
    }
  }
  return {};
}

}  // namespace

template <typename Value>
void EasyHandle::Set(CURL* curl, CURLoption option, Value value) {
  const CURLcode code = Curl().easy_setopt(curl, option, value);
  if (code == CURLE_BAD_FUNCTION_ARGUMENT) {  // A text of more than 8 MB.
    status_ = absl::InvalidArgumentError("a credential, a proxy or another setting is too long");
    return;
  }
  if (code == CURLE_OUT_OF_MEMORY) {
    throw std::bad_alloc();
  }
  SATCHEL_CHECK(code == CURLE_OK);  // Or this libcurl was built without the option.
}

void EasyHandle::SetProtocols(CURLoption option, CURLoption before, const char* names, long bits) {
  if (Curl().easy_setopt(curl_, option, names) != CURLE_OK) {
    Set(curl_, before, bits);
  }
}

EasyHandle::EasyHandle(const NetworkOptions& options, Request request, Sink sink)
    : curl_(Allocated(Curl().easy_init())), sink_(std::move(sink)) {
  SetTarget(options, request);
  SetSecurity(options);
  SetCredentials(options, request.url);
  SetHeaders(request);
}

EasyHandle::~EasyHandle() {
  Curl().easy_cleanup(curl_);
  Curl().slist_free_all(headers_);
}

void EasyHandle::SetTarget(const NetworkOptions& options, const Request& request) {
  const bool is_https = UrlScheme(request.url) == "https";
  Set(curl_, CURLOPT_NOSIGNAL, 1L);
  Set(curl_, CURLOPT_ERRORBUFFER, error_);
  constexpr long kWeb = CURLPROTO_HTTP | CURLPROTO_HTTPS;
  SetProtocols(CURLOPT_PROTOCOLS_STR, kProtocols, "http,https,file", kWeb | CURLPROTO_FILE);
  // What was asked for in private is not to be answered in public.
  SetProtocols(CURLOPT_REDIR_PROTOCOLS_STR, kRedirProtocols, is_https ? "https" : "http,https",
               is_https ? CURLPROTO_HTTPS : kWeb);
  Set(curl_, CURLOPT_FOLLOWLOCATION, 1L);
  Set(curl_, CURLOPT_MAXREDIRS, 10L);
  Set(curl_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  if (is_https) {
    Set(curl_, CURLOPT_PIPEWAIT, 1L);  // Rather one more stream than one more handshake.
  }
  Set(curl_, CURLOPT_USERAGENT, options.user_agent.c_str());
  Set(curl_, CURLOPT_CONNECTTIMEOUT_MS, std::lround(options.connect_timeout_s * 1000));
  Set(curl_, CURLOPT_LOW_SPEED_LIMIT, kSlowBytesPerSecond);
  Set(curl_, CURLOPT_LOW_SPEED_TIME, std::max(1L, std::lround(options.read_timeout_s)));
  if (const std::string proxy = ProxyFor(options.proxies, request.url); !proxy.empty()) {
    Set(curl_, CURLOPT_PROXY, proxy.c_str());
  }
  if (request.resume_from > 0) {
    Set(curl_, CURLOPT_RANGE, absl::StrFormat("%d-", request.resume_from).c_str());
  }
  if (request.download->accept_compressed) {
    Set(curl_, CURLOPT_ACCEPT_ENCODING, "");  // All that libcurl can undo.
  }
  Set(curl_, CURLOPT_HEADERFUNCTION, &EasyHandle::OnHeader);
  Set(curl_, CURLOPT_HEADERDATA, this);
  Set(curl_, CURLOPT_WRITEFUNCTION, &EasyHandle::OnBody);
  Set(curl_, CURLOPT_WRITEDATA, this);
}

void EasyHandle::SetSecurity(const NetworkOptions& options) {
  Set(curl_, CURLOPT_SSL_VERIFYPEER, options.verify_tls ? 1L : 0L);
  Set(curl_, CURLOPT_SSL_VERIFYHOST, options.verify_tls ? 2L : 0L);
  if (!options.ca_file.empty()) {
    if (IsDirectory(options.ca_file)) {
      Set(curl_, CURLOPT_CAPATH, options.ca_file.c_str());
    } else {
      Set(curl_, CURLOPT_CAINFO, options.ca_file.c_str());
    }
  }
  if (!options.client_cert.empty()) {
    Set(curl_, CURLOPT_SSLCERT, options.client_cert.c_str());
  }
  if (!options.client_key.empty()) {
    Set(curl_, CURLOPT_SSLKEY, options.client_key.c_str());
  }
}

void EasyHandle::SetCredentials(const NetworkOptions& options, const std::string& url) {
  Credentials credentials;
  if (options.credentials) {
    credentials = options.credentials(url);
  }
  Set(curl_, CURLOPT_URL, WithSecrets(url, credentials).c_str());
  if (!credentials.bearer.empty()) {
    Set(curl_, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    Set(curl_, CURLOPT_XOAUTH2_BEARER, credentials.bearer.c_str());
  } else if (!credentials.user.empty()) {
    Set(curl_, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    Set(curl_, CURLOPT_USERNAME, credentials.user.c_str());
    Set(curl_, CURLOPT_PASSWORD, credentials.password.c_str());
  } else if (options.use_netrc) {
    Set(curl_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_OPTIONAL));
    if (const char* file = std::getenv("NETRC"); file != nullptr) {
      Set(curl_, CURLOPT_NETRC_FILE, file);
    }
  }
}

void EasyHandle::SetHeaders(const Request& request) {
  const auto add = [this](const std::string& header) {
    headers_ = Allocated(Curl().slist_append(headers_, header.c_str()));
  };
  if (!request.download->if_none_match.empty()) {
    add("If-None-Match: " + request.download->if_none_match);
  }
  if (!request.download->if_modified_since.empty()) {
    add("If-Modified-Since: " + request.download->if_modified_since);
  }
  if (request.resume_from > 0 && !request.if_range.empty()) {
    add("If-Range: " + request.if_range);
  }
  if (headers_ != nullptr) {
    Set(curl_, CURLOPT_HTTPHEADER, headers_);
  }
}

std::uint64_t EasyHandle::content_length() const {
  curl_off_t length = 0;
  Curl().easy_getinfo(curl_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  return length > 0 ? static_cast<std::uint64_t>(length) : 0;
}

double EasyHandle::retry_after_s() const {
  curl_off_t seconds = 0;
  Curl().easy_getinfo(curl_, CURLINFO_RETRY_AFTER, &seconds);
  return static_cast<double>(seconds);
}

bool EasyHandle::was_sent() const {
  long bytes = 0;
  Curl().easy_getinfo(curl_, CURLINFO_REQUEST_SIZE, &bytes);
  return bytes > 0;
}

std::size_t EasyHandle::OnHeader(char* data, std::size_t size, std::size_t count, void* self) {
  try {
    static_cast<EasyHandle*>(self)->ReadHeader({data, size * count});
  } catch (const std::bad_alloc&) {
    return 0;  // Not through libcurl: this ends the transfer.
  }
  return size * count;
}

void EasyHandle::ReadHeader(std::string_view line) {
  if (line.starts_with("HTTP/")) {  // Of each answer on the way: redirections, proxies.
    response_ = {};
    const std::size_t space = std::min(line.find(' '), line.size());
    response_.status = static_cast<int>(ToNumber(line.substr(std::min(space + 1, line.size()))));
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return;
  }
  const std::string name = ToLower(line.substr(0, colon));
  const std::string_view value = StripSpace(line.substr(colon + 1));
  if (name == "etag") {
    response_.etag = value;
  } else if (name == "last-modified") {
    response_.last_modified = value;
  } else if (name == "cache-control") {
    response_.cache_control = value;
  } else if (name == "content-range" && value.starts_with("bytes ")) {
    response_.range_start = ToNumber(value.substr(6));
    response_.range_total = ToNumber(value.substr(std::min(value.find('/') + 1, value.size())));
  }
}

std::size_t EasyHandle::OnBody(char* data, std::size_t size, std::size_t count, void* self) {
  auto& handle = *static_cast<EasyHandle*>(self);
  const std::string_view bytes(data, size * count);
  const int status = handle.response_.status;
  if (status == 0 || status == 200 || status == 203 || status == 206) {
    try {
      return handle.sink_(handle.response_, bytes) ? bytes.size() : 0;
    } catch (const std::bad_alloc&) {
      return 0;
    }
  }
  handle.ignored_bytes_ += bytes.size();
  return handle.ignored_bytes_ <= kMaxIgnoredBytes ? bytes.size() : 0;
}

}  // namespace satchel
