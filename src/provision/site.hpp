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
  std::string_view network;  ///< The device's own.
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
  static constexpr std::size_t kResponseSize = std::size_t{11} * 1024;
  /// A phone's own patience is a minute.
  static constexpr Milliseconds kLongestWait = Seconds{50};

  /// All outlive the site; `memory` has kResponseSize bytes.
  Site(const SiteConfig& config, Networks& networks, MutableBytes memory);

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
  void Look(const http::IncomingRequest& request);
  // A response: its header, its body, its end.
  void Begin(Piece status, Piece fields);
  Bytes End();
  void Plain(Piece status);
  void Page(Piece status, Piece title);
  // Each leaves a response without its end, or none while a trial goes on.
  void Decide(const http::IncomingRequest& request, Bytes body, Instant now);
  void AwaitTrial(Instant now);
  void ScanResults();
  void Configure(Bytes body, Instant now);
  /// Why no trial begins; kNone: it does.
  Piece Join(std::string_view form, Instant now);

  Networks& networks_;
  MutableBytes memory_;
  Writer out_;
  std::size_t head_size_ = 0;
  Piece error_ = Piece::kNone;  // why the last form was not taken
  bool head_only_ = false;
  bool closing_ = false;  // the connection ends with this response
  std::optional<Instant> waits_until_;
  TryLimit tries_;
};

}  // namespace linnet::provision
