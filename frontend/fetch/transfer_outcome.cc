#include "frontend/fetch/transfer_outcome.h"

#include "absl/strings/str_format.h"

#include "frontend/fetch/curl_library.h"

namespace satchel {
namespace {

TransferFailure OfHttpStatus(const EasyHandle& handle) {
  TransferFailure failure;
  const int status = handle.response().status;
  failure.retry_after_s = handle.retry_after_s();
  const std::string said = absl::StrFormat("the server answers HTTP %d", status);
  switch (status) {
    case 401:
    case 403:
      failure.status = absl::PermissionDeniedError(
          said +
          ": credentials are missing or wrong; they can be in the channel's URL, in ~/.netrc or in "
          "RATTLER_AUTH_FILE");
      return failure;
    case 407:
      failure.status = absl::PermissionDeniedError(
          said + ": the proxy wants credentials; they can be in the URLs of proxy_servers");
      return failure;
    case 404:
    case 410:
      failure.status = absl::NotFoundError(absl::StrFormat("not found (HTTP %d)", status));
      return failure;
    case 511:
      failure.status = absl::UnavailableError(said + ": the network wants you to log in first");
      return failure;
    case 501:
    case 505:  // It will not learn it.
      break;
    case 416:
      failure.restart = true;
      failure.may_pass = true;
      break;
    case 408:
    case 425:
    case 429:
      failure.may_pass = true;
      break;
    default:
      failure.may_pass = status >= 500;
  }
  failure.status = absl::UnavailableError(said);
  return failure;
}

bool MayPass(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_PARTIAL_FILE:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_BAD_CONTENT_ENCODING:
      return true;
    default:
      return false;
  }
}

}  // namespace

TransferFailure JudgeTransfer(CURLcode code, const EasyHandle& handle) {
  TransferFailure failure;
  const int http = handle.response().status;
  const bool has_file = http == 0 || http == 200 || http == 203 || http == 206 || http == 304;
  if (http >= 400 || (code == CURLE_OK && !has_file)) {
    return OfHttpStatus(handle);
  }
  if (code == CURLE_OK) {
    return failure;
  }
  if (code == CURLE_FILE_COULDNT_READ_FILE) {
    failure.status = absl::NotFoundError("no such file");
    return failure;
  }
  const std::string why =
      handle.error_text()[0] != '\0' ? handle.error_text() : Curl().easy_strerror(code);
  // What comes first over a connection may be the rest of an answer that was longer than it said.
  const bool is_not_http = code == CURLE_UNSUPPORTED_PROTOCOL && http == 0 && handle.was_sent();
  failure.may_pass = MayPass(code) || is_not_http;
  failure.restart = code == CURLE_BAD_CONTENT_ENCODING || code == CURLE_RANGE_ERROR;
  const bool is_certificate = code == CURLE_PEER_FAILED_VERIFICATION;
  failure.status = absl::UnavailableError(
      why + (is_certificate ? "; ssl_verify names the certificates to trust" : ""));
  return failure;
}

}  // namespace satchel
