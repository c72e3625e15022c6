// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/site.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "base/words.hpp"

namespace linnet::provision {

namespace {

/// What is served, as kTargets has it.
enum class Target : std::uint8_t { kPage, kShow, kScan, kNetworks, kConfigure, kJoin };
constexpr const char* kTargets = "/|/?show|/?scan|/prov/networks|/prov/configure|/join";

/// An address of a page of ours: what a browser says that sends a form of ours.
bool SameOrigin(const http::IncomingRequest& request) {
  constexpr std::string_view kScheme = "https://";
  const std::string_view origin = request.origin;
  return origin.empty() ||
         (origin.starts_with(kScheme) && origin.substr(kScheme.size()) == request.host);
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

Site::Site(const SiteConfig& config, Networks& networks, MutableBytes memory)
    : networks_(networks), memory_(memory), out_(memory) {
  out_.Set(Slot::kProduct, config.product);
  out_.Set(Slot::kVersion, config.version);
  out_.Set(Slot::kNetwork, config.network);
}

void Site::Look(const http::IncomingRequest& request) {
  closing_ = !request.keep_alive;
  head_only_ = request.method == http::Method::kHead;
}

Result<Bytes> Site::Answer(const http::IncomingRequest& request, Bytes body, Instant now) {
  Look(request);
  if (waits_until_.has_value()) {
    AwaitTrial(now);
  } else {
    Decide(request, body, now);
  }
  if (waits_until_.has_value()) {
    return Code::kPending;
  }
  return End();
}

void Site::Decide(const http::IncomingRequest& request, Bytes body, Instant now) {
  if (!SameOrigin(request)) {
    return Plain(Piece::kForbidden);
  }
  const auto target = static_cast<Target>(IndexOf(request.target, kTargets));
  const bool post = request.method == http::Method::kPost;
  if (target == Target::kConfigure) {
    return post ? Configure(body, now) : Plain(Piece::kNotAllowed);
  }
  if (target == Target::kJoin && post) {
    error_ = Join(AsText(body), now);
    // A reload, or the way back, sends nothing again.
    return Plain(Piece::kSeeOther);
  }
  if (request.method != http::Method::kGet && !head_only_) {
    return Plain(request.method == http::Method::kOther ? Piece::kUnknown : Piece::kNotAllowed);
  }
  switch (target) {
    case Target::kPage:
    case Target::kShow:
      Begin(Piece::kOk, Piece::kPageFields);
      return WritePage({networks_, error_, target == Target::kShow}, out_);
    case Target::kNetworks:
      return ScanResults();
    case Target::kScan:
      error_ = Piece::kNone;
      networks_.StartScan();
      [[fallthrough]];
    default:
      return Plain(Piece::kSeeOther);
  }
}

void Site::ScanResults() {
  Begin(Piece::kOk, Piece::kProtobufFields);
  const Result<Bytes> results = wifi::EncodeScanResults(networks_.heard(), out_.room());
  LINNET_ASSERT(results.ok());
  out_.Take(results->size());
}

void Site::Configure(Bytes body, Instant now) {
  const Result<wifi::Configuration> configuration = wifi::DecodeConfiguration(body);
  if (!configuration.ok()) {
    return Plain(configuration.code() == Code::kInvalidArgument ? Piece::kBadConfiguration
                 : configuration.code() == Code::kUnsupported   ? Piece::kBadSecurity
                                                                : Piece::kNotAConfiguration);
  }
  if (!configuration->keep) {
    return Plain(Piece::kBadMemory);
  }
  if (!tries_.Take(now)) {
    return Plain(Piece::kTooManyTries);
  }
  error_ = Piece::kNone;
  if (!networks_.Try(configuration->network).ok()) {
    return Plain(Piece::kBusyTrial);
  }
  waits_until_ = now + kLongestWait;
}

/// Success is said when it is one.
void Site::AwaitTrial(Instant now) {
  const Trial& trial = networks_.trial();
  if (trial.state == Trial::State::kGoing && now < *waits_until_) {
    return;
  }
  waits_until_.reset();
  switch (trial.state) {
    case Trial::State::kWorked:
      return Begin(Piece::kOk, Piece::kPlainFields);
    case Trial::State::kFailed:
      Begin(Piece::kFailed, Piece::kPlainFields);
      return out_.Put(wifi::ToString(trial.reason));
    default:
      return Plain(Piece::kTrialGoesOn);
  }
}

Piece Site::Join(std::string_view form, Instant now) {
  wifi::Network network;
  std::array<std::byte, 3 * hal::Ssid::capacity()> memory;
  Result<std::string_view> ssid = FromUrl(FormValue(form, 'n'), memory);
  if (ssid.ok()) {
    ssid = FromUrl(ssid->empty() ? FormValue(form, 'o') : *ssid, memory);
  }
  if (!network.ssid.Assign(ssid.value_or({})).ok() || network.ssid.empty()) {
    return Piece::kNoNetwork;
  }
  const Result<std::string_view> passphrase = FromUrl(FormValue(form, 'p'), memory);
  if (!passphrase.ok() || !network.passphrase.Assign(*passphrase).ok()) {
    return Piece::kBadPassphrase;
  }
  network.minimum_security =
      network.passphrase.empty() ? hal::WifiSecurity::kOpen : hal::WifiSecurity::kWpa2Psk;
  for (const hal::AccessPoint& point : networks_.heard()) {
    if (point.ssid.view() == network.ssid.view() && point.security != hal::WifiSecurity::kOpen) {
      network.minimum_security = point.security;
    }
  }
  if (!wifi::Check(network).ok()) {
    return Piece::kBadPassphrase;
  }
  if (!tries_.Take(now)) {
    return Piece::kTooOften;
  }
  // That another trial goes on is what the page then shows.
  IgnoreStatus(networks_.Try(network));
  return Piece::kNone;
}

Bytes Site::AnswerInClear(const http::IncomingRequest& request) {
  Look(request);
  Page(Piece::kOk, Piece::kWelcomeTitle);
  return End();
}

Bytes Site::AnswerBusy(const http::IncomingRequest& request) {
  Look(request);
  Page(Piece::kBusy, Piece::kBusyTitle);
  return End();
}

Bytes Site::AnswerRefusal(Code why) {
  closing_ = true;
  head_only_ = false;
  Plain(why == Code::kOutOfRange         ? Piece::kLargeBody
        : why == Code::kTooLarge         ? Piece::kLargeHead
        : why == Code::kUnsupported      ? Piece::kUnknown
        : why == Code::kDeadlineExceeded ? Piece::kTooSlow
                                         : Piece::kBadRequest);
  return End();
}

void Site::Page(Piece status, Piece title) {
  closing_ = true;
  Begin(status, Piece::kPageFields);
  WritePlainPage(title, out_);
}

/// The body is what stands behind the number in the first line.
void Site::Plain(Piece status) {
  Begin(status, Piece::kPlainFields);
  const std::string_view text = out_.view().substr(std::string_view("HTTP/1.1 200 ").size());
  out_.Put(text.substr(0, text.find('\r')));
}

void Site::Begin(Piece status, Piece fields) {
  out_.Clear();
  out_.Put(Piece::kHttp);
  out_.Put(status);
  out_.Put(fields);
  if (closing_) {
    out_.Put(Piece::kCloseField);
  }
  out_.Put(Piece::kLastFields);
  head_size_ = out_.view().size();
}

/// The header ends with a zero and two line ends; the size of the body goes over the zero and what
/// is in front of it.
Bytes Site::End() {
  LINNET_ASSERT(out_.fits());
  constexpr std::size_t kLineEnds = 4;
  const std::size_t size = out_.view().size();
  std::size_t at = head_size_ - kLineEnds;
  for (std::size_t left = size - head_size_; left > 0; left /= 10) {
    memory_[--at] = static_cast<std::byte>('0' + left % 10);
  }
  return memory_.first(head_only_ ? head_size_ : size);
}

}  // namespace linnet::provision
