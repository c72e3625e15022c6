// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// DNS messages (RFC 1035, RFC 6762) as a device needs them that answers for itself: reads
// questions, writes records.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "hal/network.hpp"

namespace linnet::provision {

/// The values are the protocol's.
enum class DnsType : std::uint16_t { kA = 1, kPtr = 12, kTxt = 16, kSrv = 33, kAny = 255 };

inline constexpr std::size_t kDnsHeaderSize = 12;

/// Letters are lower case, a dot between two labels; bytes that would be mistaken for a dot or are
/// no ASCII become '?', which no name of ours has.
using DnsName = FixedString<254>;

struct DnsQuestion {
  DnsName name{};
  DnsType type = DnsType::kA;
  std::size_t end = 0;  ///< Where the question ends in the message.
};

/// Walks over the questions of one query.
class DnsReader {
 public:
  explicit DnsReader(Bytes message) : message_(message) {}

  /// First. kMalformed: shorter than a header. kUnsupported: a response, or no standard query.
  Status Begin();
  /// kNotFound: there are no more. kMalformed: a name that is too long or does not end, or a
  /// question that goes beyond the end.
  Result<DnsQuestion> Next();

  [[nodiscard]] std::uint16_t id() const { return id_; }
  [[nodiscard]] bool recursion_desired() const { return recursion_desired_; }

 private:
  Status ReadName(DnsName& out);

  Bytes message_;
  std::size_t at_ = 0;
  std::uint16_t id_ = 0;
  std::uint16_t left_ = 0;
  bool recursion_desired_ = false;
};

/// Writes one response. What does not fit makes Finish() fail.
class DnsWriter {
 public:
  explicit DnsWriter(MutableBytes out) : out_(out) {}

  /// `flags` are those of the header.
  void Header(std::uint16_t id, std::uint16_t flags, std::uint16_t questions,
              std::uint16_t answers);
  void Copy(Bytes bytes);
  /// A whole name, "wifiprov.local", without compression.
  void Name(std::string_view dotted);
  /// Everything of a record between its name and its data.
  void Record(DnsType type, std::uint16_t record_class, std::uint32_t ttl_s, std::size_t size);
  void Number(std::uint16_t value);
  [[nodiscard]] static std::size_t NameSize(std::string_view dotted) { return dotted.size() + 2; }

  /// kTooLarge.
  [[nodiscard]] Result<Bytes> Finish() const;

 private:
  MutableBytes out_;
  std::size_t size_ = 0;
  bool failed_ = false;
};

}  // namespace linnet::provision
