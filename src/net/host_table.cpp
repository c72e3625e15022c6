// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "net/host_table.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/view.hpp"
#include "net/url.hpp"

namespace linnet::net {

namespace {

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

bool SameName(StringView a, StringView b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

Result<std::uint8_t> ParseOctet(StringView text) {
  const bool sized = !text.empty() && text.size() <= 3;
  if (!sized || (text.size() > 1 && text.front() == '0')) {
    return Code::kMalformed;
  }
  std::uint32_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return Code::kMalformed;
    }
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (value > 0xFF) {
    return Code::kMalformed;
  }
  return static_cast<std::uint8_t>(value);
}

}  // namespace

Result<hal::Ipv4Address> ParseIpv4(StringView text) {
  hal::Ipv4Address address;
  for (std::size_t i = 0; i < address.octets.size(); ++i) {
    const bool last = i + 1 == address.octets.size();
    const std::size_t dot = text.find('.');
    if ((dot == StringView::npos) != last) {
      return Code::kMalformed;
    }
    LINNET_TRY_ASSIGN(address.octets[i], ParseOctet(text.substr(0, dot)));
    text.remove_prefix(last ? text.size() : dot + 1);
  }
  return address;
}

FixedString<15> ToText(hal::Ipv4Address address) {
  std::array<char, 16> buffer{};
  const auto& o = address.octets;
  FixedString<15> text;
  IgnoreStatus(text.Assign(Format(buffer, "{}.{}.{}.{}", o[0], o[1], o[2], o[3])));
  return text;
}

Status HostTable::Add(StringView line) {
  const std::size_t equals = line.find('=');
  if (equals == StringView::npos) {
    return Code::kMalformed;
  }
  const StringView name = line.substr(0, equals);
  LINNET_TRY(CheckHost(name));
  LINNET_TRY_ASSIGN(const hal::Ipv4Address address, ParseIpv4(line.substr(equals + 1)));
  for (std::size_t i = 0; i < size_; ++i) {
    if (SameName(entries_[i].name, name)) {
      entries_[i].address = address;
      return OkStatus();
    }
  }
  if (size_ == kMaxEntries) {
    return Code::kResourceExhausted;
  }
  LINNET_TRY(entries_[size_].name.Assign(name));
  entries_[size_].address = address;
  ++size_;
  return OkStatus();
}

std::optional<hal::Ipv4Address> HostTable::Find(StringView name) const {
  for (std::size_t i = 0; i < size_; ++i) {
    if (SameName(entries_[i].name, name)) {
      return entries_[i].address;
    }
  }
  return std::nullopt;
}

}  // namespace linnet::net
