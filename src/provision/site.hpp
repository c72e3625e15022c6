// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// What the device's own network serves over HTTP: the vendor's protocol, and the page.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "base/view.hpp"
#include "http/request_parser.hpp"
#include "provision/networks.hpp"
#include "provision/page.hpp"

namespace linnet::provision {

struct SiteConfig {
  StringView product;
  StringView version;
  StringView network;  ///< The device's own.
};

enum class Asker : std::uint8_t {
  kClient,   ///< Who is served, over TLS.
  kInClear,  ///< Without it there is nothing but the way to the page.
  kOther,    ///< Somebody else than the one who is served: has to wait.
};

/// A machine: a request comes in, the bytes of its response go out. One at a time.
class Site {
 public:
  /// For the longest page, with its header: every network has the longest name, all to be escaped.
  static constexpr std::size_t kResponseSize = std::size_t{11} * 1024;
  /// A phone's own patience is a minute.
  static constexpr Milliseconds kLongestWait = Seconds{50};

  /// Tries that are allowed at once, then one each interval.
  static constexpr std::uint8_t kTriesAtOnce = 5;
  static constexpr Milliseconds kTryInterval = Seconds{20};

  /// All outlive the site; `memory` has kResponseSize bytes.
  Site(const SiteConfig& config, Networks& networks, MutableBytes memory);

  void Answer(Asker asker, const http::IncomingRequest& request, Bytes body, Instant now);
  /// To what is no request: `why` is the parser's.
  void AnswerRefusal(Code why);

  /// Of the last answer; it is in the memory, and valid until the next. Empty: it comes with the
  /// end of a trial; answer the same request again.
  Bytes response();
  /// The connection ends with it.
  [[nodiscard]] bool closing() const { return closing_; }
  /// The one who waited is gone.
  void Abandon() { waits_ = false; }

 private:
  void Begin(Piece status, Piece fields);
  void Plain(Piece status);
  void Page(Piece status, Piece title);
  void Decide(const http::IncomingRequest& request, Bytes body, Instant now);
  void AwaitTrial(Instant now);
  void ScanResults();
  void Configure(Bytes body, Instant now);
  /// Why no trial begins; kNone: it does.
  Piece Join(StringView form, Instant now);
  /// Also Networks::Try()'s codes. kResourceExhausted: too often.
  Status Try(const wifi::Network& network, Instant now);

  Networks& networks_;
  MutableBytes memory_;
  Writer out_;
  std::size_t status_end_ = 0;
  std::size_t head_size_ = 0;
  Piece error_ = Piece::kNone;  // why the last form was not taken
  bool head_only_ = false;
  bool closing_ = false;
  bool waits_ = false;  // for the end of a trial
  Instant waits_until_{};
  Instant tries_at_{};  // when all of them are allowed again
};

}  // namespace linnet::provision
