// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/site.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"

namespace linnet::provision {

namespace {

/// In front of the body, which is written first.
constexpr std::size_t kHeadRoom = 480;
constexpr std::string_view kHtml = "text/html";
constexpr std::string_view kText = "text/plain";
/// What the page needs, and nothing from elsewhere.
constexpr std::string_view kPageFields =
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: same-origin\r\n";

/// An address of a page of ours: what a browser says that sends a form of ours.
bool SameOrigin(const http::IncomingRequest& request) {
  constexpr std::string_view kScheme = "https://";
  const std::string_view origin = request.origin;
  return origin.empty() ||
         (origin.starts_with(kScheme) && origin.substr(kScheme.size()) == request.host.view());
}

std::string_view ToText(const Trial& trial) {
  switch (trial.state) {
    case Trial::State::kWorked:
      return {};
    case Trial::State::kFailed:
      return wifi::ToString(trial.reason);
    default:
      return "the trial goes on";
  }
}

}  // namespace

bool TryLimit::Take(Instant now) {
  const Instant next = std::max(full_at_, now) + kInterval;
  if (next - now > kInterval * kAtOnce) {
    return false;
  }
  full_at_ = next;
  return true;
}

Result<Bytes> Site::Answer(const http::IncomingRequest& request, Bytes body, Instant now) {
  const std::string_view path = request.path();
  const bool get = request.method == http::Method::kGet;
  const bool head = request.method == http::Method::kHead;
  const bool post = request.method == http::Method::kPost;
  closing_ = !request.keep_alive;
  if (waits_until_.has_value()) {
    return AwaitTrial(now);
  }
  if (!SameOrigin(request)) {
    return Plain("403 Forbidden", "a page of somebody else's");
  }
  if (path == "/prov/networks") {
    return get || head ? ScanResults(head) : Plain("405 Method Not Allowed", {});
  }
  if (path == "/prov/configure") {
    return post ? Configure(body, now) : Plain("405 Method Not Allowed", {});
  }
  if (path == "/join" && post) {
    return Join(AsText(body), now);
  }
  if (get || head) {
    return path == "/" ? Root(request) : SeeOther();
  }
  return Plain(
      request.method == http::Method::kOther ? "501 Not Implemented" : "405 Method Not Allowed",
      {});
}

Bytes Site::Root(const http::IncomingRequest& request) {
  if (request.query() == "scan") {
    error_ = FormError::kNone;
    networks_.StartScan();
    return SeeOther();
  }
  return Page(WritePage, request);
}

Bytes Site::ScanResults(bool head_only) {
  const MutableBytes room = memory_.subspan(kHeadRoom);
  const Result<Bytes> results = wifi::EncodeScanResults(networks_.heard(), room);
  LINNET_ASSERT(results.ok());
  return Wrap("200 OK", {}, "application/x-protobuf", results->size(), head_only);
}

Result<Bytes> Site::Configure(Bytes body, Instant now) {
  const Result<wifi::Configuration> configuration = wifi::DecodeConfiguration(body);
  if (!configuration.ok()) {
    return Plain("400 Bad Request",
                 configuration.code() == Code::kInvalidArgument ? "invalid name or passphrase"
                 : configuration.code() == Code::kUnsupported   ? "unsupported security"
                                                                : "no valid WifiConfig");
  }
  if (!tries_.Take(now)) {
    return Plain("429 Too Many Requests", "too many tries, wait half a minute");
  }
  error_ = FormError::kNone;
  if (const Status begun = networks_.Try(*configuration); !begun.ok()) {
    return begun == Code::kUnsupported ? Plain("400 Bad Request", "volatileMemory is unsupported")
                                       : Plain("409 Conflict", "another trial goes on");
  }
  waits_until_ = now + kLongestWait;
  return Code::kPending;
}

/// Success is said when it is one.
Result<Bytes> Site::AwaitTrial(Instant now) {
  const Trial trial = networks_.trial();
  if (trial.state == Trial::State::kGoing && now < *waits_until_) {
    return Code::kPending;
  }
  waits_until_.reset();
  const bool worked = trial.state == Trial::State::kWorked;
  const bool failed = trial.state == Trial::State::kFailed;
  return Plain(worked   ? "200 OK"
               : failed ? "422 Unprocessable Content"
                        : "504 Gateway Timeout",
               ToText(trial));
}

Bytes Site::Join(std::string_view form, Instant now) {
  error_ = Begin(form, now);
  // A reload, or the way back, sends nothing again.
  return SeeOther();
}

FormError Site::Begin(std::string_view form, Instant now) {
  wifi::Configuration configuration;
  wifi::Network& network = configuration.network;
  std::array<std::byte, 2 * hal::Ssid::capacity()> digits{};
  std::array<std::byte, hal::Ssid::capacity()> name{};
  const Result<std::string_view> chosen = FormValue(form, "n", digits);
  Result<std::string_view> ssid = FromHex(chosen.value_or({}), name);
  if (ssid.ok() && ssid->empty()) {
    ssid = FormValue(form, "o", name);
  }
  if (!chosen.ok() || !ssid.ok() || !network.ssid.Assign(*ssid).ok() || network.ssid.empty()) {
    return FormError::kNoNetwork;
  }
  std::array<std::byte, wifi::kMaxPassphrase> letters{};
  const Result<std::string_view> passphrase = FormValue(form, "p", letters);
  if (passphrase.code() == Code::kTooLarge || passphrase.code() == Code::kMalformed) {
    return FormError::kBadPassphrase;
  }
  IgnoreStatus(network.passphrase.Assign(passphrase.value_or({})));
  network.minimum_security =
      network.passphrase.empty() ? hal::WifiSecurity::kOpen : hal::WifiSecurity::kWpa2Psk;
  for (const hal::AccessPoint& point : networks_.heard()) {
    if (point.ssid.view() == network.ssid.view() && point.security != hal::WifiSecurity::kOpen) {
      network.minimum_security = point.security;
    }
  }
  if (!wifi::Check(network).ok()) {
    return FormError::kBadPassphrase;
  }
  if (!tries_.Take(now)) {
    return FormError::kTooOften;
  }
  // That another trial goes on is what the page then shows.
  IgnoreStatus(networks_.Try(configuration));
  return FormError::kNone;
}

Bytes Site::AnswerInClear(const http::IncomingRequest& request) {
  closing_ = true;
  Text text(memory_.subspan(kHeadRoom));
  WriteWelcome(Content(request), config_.secure_port, text);
  return Wrap("200 OK", kPageFields, kHtml, text.view().size(),
              request.method == http::Method::kHead);
}

Bytes Site::AnswerBusy(const http::IncomingRequest& request) {
  closing_ = true;
  return Page(WriteBusy, request, "503 Service Unavailable", "Retry-After: 30\r\n");
}

Bytes Site::AnswerRefusal(Code why) {
  closing_ = true;
  switch (why) {
    case Code::kTooLarge:
      return Plain("413 Content Too Large", {});
    case Code::kOutOfRange:
      return Plain("431 Request Header Fields Too Large", {});
    case Code::kUnsupported:
      return Plain("501 Not Implemented", {});
    case Code::kDeadlineExceeded:
      return Plain("408 Request Timeout", {});
    default:
      return Plain("400 Bad Request", {});
  }
}

PageContent Site::Content(const http::IncomingRequest& request) const {
  return {.product = config_.product,
          .version = config_.version,
          .network = config_.network,
          .networks = networks_,
          .error = error_,
          .show_passphrase = request.query() == "show"};
}

Bytes Site::Page(void (*write)(const PageContent&, Text&), const http::IncomingRequest& request,
                 std::string_view status, std::string_view fields) {
  Text text(memory_.subspan(kHeadRoom));
  write(Content(request), text);
  LINNET_ASSERT(text.fits());
  return Wrap(status, fields.empty() ? kPageFields : fields, kHtml, text.view().size(),
              request.method == http::Method::kHead);
}

Bytes Site::SeeOther() {
  return Wrap("303 See Other", "Location: /\r\n", kText, 0);
}

Bytes Site::Plain(std::string_view status, std::string_view text) {
  CopyBytes(AsBytes(text), memory_.subspan(kHeadRoom));
  return Wrap(status, {}, kText, text.size());
}

/// Puts the header right in front of the body.
Bytes Site::Wrap(std::string_view status, std::string_view fields, std::string_view type,
                 std::size_t body_size, bool head_only) {
  std::array<std::byte, kHeadRoom> memory;
  Text head(memory);
  head.Put("HTTP/1.1 ");
  head.Put(status);
  head.Put("\r\nContent-Type: ");
  head.Put(type);
  head.Put("\r\nContent-Length: ");
  head.PutNumber(static_cast<std::uint32_t>(body_size));
  head.Put("\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n");
  head.Put(closing_ ? "Connection: close\r\n" : "");
  head.Put(fields);
  head.Put("\r\n");
  LINNET_ASSERT(head.fits());
  const std::size_t begin = kHeadRoom - head.view().size();
  CopyBytes(AsBytes(head.view()), memory_.subspan(begin));
  return memory_.subspan(begin, head.view().size() + (head_only ? 0 : body_size));
}

}  // namespace linnet::provision
