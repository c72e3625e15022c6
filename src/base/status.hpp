// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// One vocabulary of outcomes for everything that can fail.
#pragma once

#include <cstdint>

#include "base/view.hpp"

namespace linnet {

/// What happened. Each function lists the codes that it returns and what they mean there.
enum class Code : std::uint8_t {
  kOk = 0,
  kPending,             ///< Not yet: ask again later; nothing went wrong.
  kInvalidArgument,     ///< The caller passed something that can never work.
  kOutOfRange,          ///< An offset or a value lies outside of what is allowed.
  kNotFound,            ///< There is no such thing.
  kAlreadyExists,       ///< It is there already.
  kResourceExhausted,   ///< A fixed buffer, table or region is full.
  kTooLarge,            ///< It can never fit the buffer, slot or limit.
  kFailedPrecondition,  ///< The state does not allow it now.
  kPermissionDenied,    ///< Refused: the caller or the peer lacks the right.
  kUnauthenticated,     ///< An identity, a certificate or a signature did not verify.
  kMalformed,           ///< Input breaks its format.
  kUnsupported,         ///< Valid, but not something this build or device handles.
  kMismatch,            ///< Two things that must be equal are not.
  kDataLoss,            ///< Stored data is damaged.
  kUnavailable,         ///< The peer, the link or the medium cannot be reached; may come back.
  kClosed,              ///< The peer ended the stream in an orderly way.
  kDeadlineExceeded,    ///< It took too long.
  kCancelled,           ///< Somebody asked to stop.
  kInternal,            ///< A broken invariant of our own.
};

/// The code's name without the `k`, for logs and reports.
StringView ToString(Code code);

/// The outcome of a call without a value. Discarding one is a compile error; `IgnoreStatus` says
/// that it is meant.
class [[nodiscard]] Status {
 public:
  constexpr Status() = default;
  constexpr Status(Code code) : code_(code) {}  // NOLINT: implicit, so that `return Code::kX` works

  [[nodiscard]] constexpr bool ok() const { return code_ == Code::kOk; }
  [[nodiscard]] constexpr Code code() const { return code_; }
  friend constexpr bool operator==(Status, Status) = default;

 private:
  Code code_ = Code::kOk;
};

constexpr Status OkStatus() {
  return {};
}

/// Makes a deliberate discard visible.
constexpr void IgnoreStatus(Status /*status*/) {}

}  // namespace linnet

/// Returns the status of `expr` from the enclosing function unless it is ok.
#define LINNET_TRY(expr)                                                      \
  do {                                                                        \
    if (const ::linnet::Status linnet_status = (expr); !linnet_status.ok()) { \
      return linnet_status;                                                   \
    }                                                                         \
  } while (false)
