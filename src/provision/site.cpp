// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/site.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "base/view.hpp"
#include "base/words.hpp"

namespace linnet::provision {

namespace {

/// What is served, as kTargets has it: what takes a form comes first.
enum class Target : std::uint8_t { kConfigure, kJoin, kPage, kShow, kScan, kNetworks };
constexpr const char* kTargets = "/prov/configure|/join|/|/?show|/?scan|/prov/networks";

/// Of the page's form.
enum Field : std::size_t { kChosen, kTyped, kPassphrase };
constexpr const char* kFields = "n|o|p";

/// An address of a page of ours: what a browser says that sends a form of ours.
bool SameOrigin(const http::IncomingRequest& request) {
  constexpr StringView kScheme = "https://";
  const StringView origin = request.origin;
  return origin.empty() ||
         (origin.starts_with(kScheme) && origin.substr(kScheme.size()) == request.host);
}

}  // namespace

Site::Site(const SiteConfig& config, Networks& networks, MutableBytes memory)
    : networks_(networks), memory_(memory), out_(memory) {
  out_.Set(Slot::kProduct, config.product);
  out_.Set(Slot::kVersion, config.version);
  out_.Set(Slot::kNetwork, config.network);
}

void Site::Answer(Asker asker, const http::IncomingRequest& request, Bytes body, Instant now) {
  closing_ = !request.keep_alive;
  head_only_ = request.method == http::Method::kHead;
  if (asker == Asker::kInClear) {
    Page(Piece::kOk, Piece::kWelcomeTitle);
  } else if (asker == Asker::kOther) {
    Page(Piece::kBusy, Piece::kBusyTitle);
  } else if (waits_) {
    AwaitTrial(now);
  } else {
    Decide(request, body, now);
  }
}

void Site::Decide(const http::IncomingRequest& request, Bytes body, Instant now) {
  if (!SameOrigin(request)) {
    return Plain(Piece::kForbidden);
  }
  const auto target = static_cast<Target>(IndexOf(request.target, kTargets));
  const bool post = request.method == http::Method::kPost;
  if (request.method == http::Method::kOther) {
    return Plain(Piece::kUnknown);
  }
  if (request.method == http::Method::kOptions ||
      (post ? target > Target::kJoin : target == Target::kConfigure)) {
    return Plain(Piece::kNotAllowed);
  }
  switch (target) {
    case Target::kConfigure:
      return Configure(body, now);
    case Target::kPage:
    case Target::kShow:
      Begin(Piece::kOk, Piece::kPageFields);
      return WritePage({networks_, error_, target == Target::kShow}, out_);
    case Target::kNetworks:
      return ScanResults();
    case Target::kJoin:
      if (post) {
        error_ = Join(AsText(body), now);
      }
      break;
    case Target::kScan:
      error_ = Piece::kNone;
      networks_.StartScan();
      break;
  }
  // Also after a form: a reload, or the way back, sends nothing again.
  Plain(Piece::kSeeOther);
}

void Site::ScanResults() {
  Begin(Piece::kOk, Piece::kProtobufFields);
  const Result<Bytes> results = wifi::EncodeScanResults(networks_.heard(), out_.room());
  LINNET_ASSERT(results.ok());
  out_.Take(results->size());
}

Status Site::Try(const wifi::Network& network, Instant now) {
  tries_at_ = std::max(tries_at_, now);
  if (now + kTryInterval * (kTriesAtOnce - 1) < tries_at_) {
    return Code::kResourceExhausted;
  }
  LINNET_TRY(networks_.Try(network));
  tries_at_ += kTryInterval;
  error_ = Piece::kNone;
  return OkStatus();
}

void Site::Configure(Bytes body, Instant now) {
  const Result<wifi::Configuration> configuration = wifi::DecodeConfiguration(body);
  Status status = configuration.status();
  if (status.ok()) {
    if (!configuration->keep) {
      return Plain(Piece::kBadMemory);
    }
    status = Try(configuration->network, now);
  }
  switch (status.code()) {
    case Code::kOk:
      waits_ = true;
      waits_until_ = now + kLongestWait;
      return;
    case Code::kInvalidArgument:
      return Plain(Piece::kBadConfiguration);
    case Code::kUnsupported:
      return Plain(Piece::kBadSecurity);
    case Code::kResourceExhausted:
      return Plain(Piece::kTooManyTries);
    case Code::kFailedPrecondition:
      return Plain(Piece::kBusyTrial);
    default:
      return Plain(Piece::kNotAConfiguration);
  }
}

/// Success is said when it is one.
void Site::AwaitTrial(Instant now) {
  const Trial& trial = networks_.trial();
  const bool going = trial.state == Trial::State::kGoing;
  waits_ = going && now < waits_until_;
  if (going) {
    return Plain(Piece::kTrialGoesOn);
  }
  const bool worked = trial.state == Trial::State::kWorked;
  Begin(worked ? Piece::kOk : Piece::kFailed, Piece::kPlainFields);
  if (!worked) {
    out_.Put(wifi::ToString(trial.reason));
  }
}

Piece Site::Join(StringView form, Instant now) {
  wifi::Network network;
  Status status;
  std::array<std::byte, 3 * hal::Ssid::capacity()> memory;
  while (!form.empty()) {
    StringView value = TakeWord(form, '&');
    const std::size_t name = IndexOf(TakeWord(value, '='), kFields);
    value = FromUrl(value, memory);
    switch (name) {
      case kChosen:
        value = FromUrl(value, memory);  // The page encodes it, too.
        [[fallthrough]];
      case kTyped:
        if (network.ssid.empty()) {
          IgnoreStatus(network.ssid.Assign(value));
        }
        break;
      case kPassphrase:
        status = network.passphrase.Assign(value);
        break;
      default:
        break;
    }
  }
  if (network.ssid.empty()) {
    return Piece::kNoNetwork;
  }
  const hal::AccessPoint* const heard = networks_.Find(network.ssid);
  if (heard != nullptr && heard->security != hal::WifiSecurity::kOpen) {
    network.minimum_security = heard->security;
  } else {
    network.minimum_security =
        network.passphrase.empty() ? hal::WifiSecurity::kOpen : hal::WifiSecurity::kWpa2Psk;
  }
  if (status.ok()) {
    status = Try(network, now);
  }
  switch (status.code()) {
    case Code::kTooLarge:
    case Code::kInvalidArgument:
      return Piece::kBadPassphrase;
    case Code::kResourceExhausted:
      return Piece::kTooOften;
    default:
      // That another trial goes on is what the page then shows.
      return Piece::kNone;
  }
}

void Site::AnswerRefusal(Code why) {
  closing_ = true;
  head_only_ = false;
  Plain(why == Code::kOutOfRange    ? Piece::kLargeBody
        : why == Code::kTooLarge    ? Piece::kLargeHead
        : why == Code::kUnsupported ? Piece::kUnknown
                                    : Piece::kBadRequest);
}

void Site::Page(Piece status, Piece title) {
  closing_ = true;
  Begin(status, Piece::kPageFields);
  WritePlainPage(title, out_);
}

/// The body is what stands behind the number in the first line.
void Site::Plain(Piece status) {
  Begin(status, Piece::kPlainFields);
  constexpr std::size_t kNumberEnd = StringView("HTTP/1.1 200 ").size();
  out_.Put(out_.view().substr(kNumberEnd, status_end_ - kNumberEnd));
}

void Site::Begin(Piece status, Piece fields) {
  out_.Clear();
  out_.Put(Piece::kHttp);
  out_.Put(status);
  status_end_ = out_.view().size();
  out_.Put(fields);
  if (closing_) {
    out_.Put(Piece::kCloseField);
  }
  out_.Put(Piece::kLastFields);
  head_size_ = out_.view().size();
}

/// The header ends with a zero and two line ends; the size of the body goes over the zero and what
/// is in front of it.
Bytes Site::response() {
  if (waits_) {
    return {};
  }
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
