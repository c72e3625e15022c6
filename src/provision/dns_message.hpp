// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The questions of DNS (RFC 1035, RFC 6762), for a device that answers for itself.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/fixed_string.hpp"
#include "base/status.hpp"

namespace linnet::provision {

/// The values are the protocol's.
enum class DnsType : std::uint16_t { kA = 1, kPtr = 12, kTxt = 16, kSrv = 33, kAny = 255 };

inline constexpr std::size_t kDnsHeaderSize = 12;

/// A whole name as a message has it where nothing is compressed: each label behind its length, and
/// an empty one at the end.
using DnsName = FixedString<255>;

struct DnsQuestion {
  std::uint16_t id = 0;  ///< Of its query.
  DnsType type = DnsType::kA;
  DnsName name{};
};

/// Walks over the questions of one query. What is shorter than a header, a response or no standard
/// query has none.
class DnsReader {
 public:
  explicit DnsReader(Bytes message);

  /// kNotFound: there are no more. kMalformed: a name that is too long or does not end, or a
  /// question that goes beyond the end.
  Status Next(DnsQuestion& out);

 private:
  Status ReadName(DnsName& out);

  const Bytes message_;
  std::size_t at_ = kDnsHeaderSize;
  std::uint16_t left_ = 0;
};

}  // namespace linnet::provision
