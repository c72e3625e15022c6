// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the device's own network serves over HTTP: the vendor's protocol, and the page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "http/request_parser.hpp"
#include "provision/networks.hpp"
#include "provision/page.hpp"

namespace linnet::provision {

struct SiteConfig {
  std::string_view product;
  std::string_view version;
  std::string_view network;         ///< The device's own.
  std::uint16_t secure_port = 443;  ///< Where the page is.
};

/// Tries that are allowed at once, then one each interval.
class TryLimit {
 public:
  static constexpr std::uint8_t kAtOnce = 5;
  static constexpr Milliseconds kInterval = Seconds{20};

  [[nodiscard]] bool Take(Instant now);

 private:
  Instant full_at_{};  ///< When all of them are allowed again.
};

/// A machine: a request comes in, the bytes of its response go out. One at a time.
class Site {
 public:
  /// For the longest page, with its header: every network has the longest name, all to be escaped.
  static constexpr std::size_t kResponseSize = std::size_t{12} * 1024;
  /// A phone's own patience is a minute.
  static constexpr Milliseconds kLongestWait = Seconds{50};

  /// Both outlive the site; `memory` has kResponseSize bytes.
  Site(const SiteConfig& config, Networks& networks, MutableBytes memory)
      : config_(config), networks_(networks), memory_(memory) {}

  /// Over TLS. kPending: the answer comes with the end of a trial; ask again with the same request.
  /// The response points into the memory and is valid until the next call.
  Result<Bytes> Answer(const http::IncomingRequest& request, Bytes body, Instant now);
  /// Without it: nothing but the way to the page.
  Bytes AnswerInClear(const http::IncomingRequest& request);
  /// To somebody else than the one who is served.
  Bytes AnswerBusy(const http::IncomingRequest& request);
  /// To what is no request: `why` is the parser's.
  Bytes AnswerRefusal(Code why);

  /// The one who waited is gone.
  void Abandon() { waits_until_.reset(); }

 private:
  [[nodiscard]] PageContent Content(const http::IncomingRequest& request) const;
  Bytes Page(void (*write)(const PageContent&, Text&), const http::IncomingRequest& request,
             std::string_view status = "200 OK", std::string_view fields = {});
  Bytes Wrap(std::string_view status, std::string_view fields, std::string_view type,
             std::size_t body_size, bool head_only = false);
  Bytes Plain(std::string_view status, std::string_view text);
  Bytes SeeOther();
  Bytes ScanResults(bool head_only);
  Result<Bytes> Configure(Bytes body, Instant now);
  Result<Bytes> AwaitTrial(Instant now);
  Bytes Root(const http::IncomingRequest& request);
  Bytes Join(std::string_view form, Instant now);
  FormError Begin(std::string_view form, Instant now);

  const SiteConfig config_;
  Networks& networks_;
  MutableBytes memory_;
  FormError error_ = FormError::kNone;
  bool closing_ = false;  // the connection ends with this response
  std::optional<Instant> waits_until_;
  TryLimit tries_;
};

}  // namespace linnet::provision
