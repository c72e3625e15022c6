// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A connected, ordered, reliable stream of bytes that never blocks: TCP, TLS over it, or a script.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "base/view.hpp"

namespace linnet::net {

/// Whom to connect to. `host` must outlive the Connect/Poll sequence; it is what names are looked
/// up by, what SNI says and what the server's certificate must be for.
struct Endpoint {
  StringView host;
  std::uint16_t port = 0;
};

class Stream {
 public:
  enum class State : std::uint8_t {
    kClosed,   ///< Never opened, or closed by us.
    kOpening,  ///< Open was called; names, TCP or TLS are still on their way.
    kOpen,     ///< Bytes flow.
    kFailed,   ///< `failure()` says why. Close() to reuse.
  };

  /// Starts connecting; `Poll` brings it forward. kFailedPrecondition: not closed.
  virtual Status Open(const Endpoint& endpoint) = 0;
  /// Moves the connection forward by a bounded step and returns the state after it.
  virtual State Poll(Instant now) = 0;
  [[nodiscard]] virtual State state() const = 0;
  /// Why the state is kFailed. kUnavailable: network. kNotFound: no such name. kUnauthenticated:
  /// the peer's identity was refused, or it refused ours. kDeadlineExceeded. kMalformed: protocol
  /// error.
  [[nodiscard]] virtual Status failure() const = 0;

  /// Bytes received into the front of `out`; 0 when there are none now. kClosed: the peer ended the
  /// stream in an orderly way and everything was read. Any other failure: broken, see failure().
  virtual Result<std::size_t> Read(MutableBytes out) = 0;
  /// How many bytes from the front of `data` were taken; 0 when there is no room now.
  virtual Result<std::size_t> Write(Bytes data) = 0;
  /// Ends the connection at once. Idempotent.
  virtual void Close() = 0;

 protected:
  ~Stream() = default;  // nobody deletes through it
};

}  // namespace linnet::net
