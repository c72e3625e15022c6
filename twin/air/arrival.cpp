// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/arrival.hpp"

#include <array>

#include "base/endian.hpp"

namespace linnet::air {
namespace {

constexpr Mac kEverybody = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
constexpr std::uint16_t kDhcpClient = 68;
constexpr std::uint16_t kDhcpServer = 67;
constexpr std::uint32_t kTransaction = 0x4C696E6E;
constexpr std::uint32_t kCookie = 0x63825363;
constexpr std::size_t kOptions = 240;
enum Kind : std::uint8_t { kDiscover = 1, kOffer = 2, kRequest = 3, kAck = 5, kNak = 6 };
enum Option : std::uint8_t { kPad = 0, kRouter = 3, kWanted = 50, kKind = 53, kServer = 54 };
constexpr std::uint8_t kEnd = 255;

constexpr Mac kDnsGroupMac = {0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb};
constexpr std::uint32_t kDnsGroup = 0xE00000FB;  // 224.0.0.251
constexpr std::uint16_t kMulticastDns = 5353;
constexpr std::uint16_t kPtr = 12;
constexpr std::uint16_t kTxt = 16;
constexpr std::uint16_t kSrv = 33;

void Put(Blob& out, std::uint8_t option, std::uint32_t value) {
  std::array<std::byte, 4> bytes{};
  StoreBe32(value, bytes);
  out.insert(out.end(), {static_cast<std::byte>(option), std::byte{4}});
  out.insert(out.end(), bytes.begin(), bytes.end());
}

/// The first option of that kind with so many bytes; empty: there is none.
Bytes Find(Bytes options, std::uint8_t wanted, std::size_t wanted_size) {
  while (options.size() > 1 && options[0] != std::byte{kEnd}) {
    const auto option = std::to_integer<std::uint8_t>(options[0]);
    if (option == kPad) {
      options = options.subspan(1);
      continue;
    }
    const auto size = std::to_integer<std::size_t>(options[1]);
    if (size + 2 > options.size()) {
      return {};
    }
    if (option == wanted && size == wanted_size) {
      return options.subspan(2, size);
    }
    options = options.subspan(2 + size);
  }
  return {};
}

/// "_http._tcp.local" asked for, by everybody's name for it.
Blob ServiceQuestion() {
  Blob out(12);
  StoreBe16(1, MutableBytes(out).subspan(4));
  for (const std::string_view label : {"_http", "_tcp", "local", ""}) {
    out.push_back(static_cast<std::byte>(label.size()));
    out.insert(out.end(), AsBytes(label).begin(), AsBytes(label).end());
  }
  out.insert(out.end(), {std::byte{0}, std::byte{kPtr}, std::byte{0}, std::byte{1}});
  return out;
}

/// Walks over a DNS message; whatever does not fit makes it fail, and then all is empty.
class DnsMessage {
 public:
  explicit DnsMessage(Bytes message) : message_(message) {}

  [[nodiscard]] bool failed() const { return failed_; }
  std::uint16_t Number() {
    const Bytes bytes = Take(2);
    return bytes.empty() ? std::uint16_t{0} : LoadBe16(bytes);
  }
  Bytes Take(std::size_t size) {
    failed_ = failed_ || size > message_.size() - at_;
    if (failed_) {
      return {};
    }
    at_ += size;
    return message_.subspan(at_ - size, size);
  }
  std::string Name() {
    std::string name;
    std::size_t at = at_;
    bool jumped = false;
    for (int labels = 0; labels < 64; ++labels) {
      const std::size_t size = ByteAt(at);
      if (size >= 0xC0) {
        const std::size_t target = (size & 0x3FU) << 8U | ByteAt(at + 1);
        at_ = jumped ? at_ : at + 2;
        jumped = true;
        at = target;
        continue;
      }
      if (failed_ || at + 1 + size > message_.size()) {
        break;
      }
      if (size == 0) {
        at_ = jumped ? at_ : at + 1;
        return name;
      }
      name += (name.empty() ? "" : ".") + std::string(AsText(message_.subspan(at + 1, size)));
      at += 1 + size;
    }
    failed_ = true;
    return {};
  }

 private:
  std::size_t ByteAt(std::size_t at) {
    failed_ = failed_ || at >= message_.size();
    return failed_ ? 0 : std::to_integer<std::size_t>(message_[at]);
  }

  Bytes message_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

std::string JoinTexts(Bytes data) {
  std::string all;
  while (!data.empty()) {
    const auto size = std::min(std::to_integer<std::size_t>(data[0]), data.size() - 1);
    all += (all.empty() ? "" : ",") + std::string(AsText(data.subspan(1, size)));
    data = data.subspan(1 + size);
  }
  return all;
}

/// The service of a response; nothing: it is none, or says none.
std::optional<Arrival::Service> ReadService(Bytes message) {
  constexpr std::uint16_t kResponse = 0x8000;
  DnsMessage dns(message);
  dns.Number();
  const std::uint16_t flags = dns.Number();
  const std::uint16_t questions = dns.Number();
  const unsigned answers = dns.Number();
  const unsigned records = answers + dns.Number() + dns.Number();
  for (unsigned i = 0; i < questions && !dns.failed(); ++i) {
    dns.Name();
    dns.Take(4);
  }
  std::optional<Arrival::Service> service;
  std::string text;
  for (unsigned i = 0; i < records && !dns.failed(); ++i) {
    dns.Name();
    const std::uint16_t type = dns.Number();
    dns.Take(6);
    const std::size_t size = dns.Number();
    if (type == kSrv) {
      dns.Take(4);
      const std::uint16_t port = dns.Number();
      service = {.host = dns.Name(), .port = port, .text = {}};
      continue;
    }
    const Bytes data = dns.Take(size);
    if (type == kTxt) {
      text = JoinTexts(data);
    }
  }
  if (dns.failed() || (flags & kResponse) == 0 || !service) {
    return std::nullopt;
  }
  service->text = text;
  return service;
}

}  // namespace

void Arrival::SetState(State state) {
  state_ = state;
  since_ = now_;
  Ask();
}

void Arrival::Tick(Millis now) {
  now_ = now;
  if (!since_) {
    SetState(State::kDiscovering);
  }
  const Millis passed = now - *since_;
  const bool asks_address = state_ == State::kDiscovering || state_ == State::kRequesting;
  if (asks_address && passed >= kAddressLimit) {
    state_ = State::kNoAddress;
  } else if (state_ == State::kLooking && passed >= kServiceLimit) {
    state_ = State::kDone;
  } else if (now - asked_at_ >= kAskAgain) {
    Ask();
  }
}

void Arrival::Ask() {
  asked_at_ = now_;
  if (state_ == State::kDiscovering) {
    SendDhcp(kDiscover);
  } else if (state_ == State::kRequesting) {
    SendDhcp(kRequest);
  } else if (state_ == State::kLooking) {
    const Blob question = ServiceQuestion();
    send_(WriteDatagram(
        {mac_, kDnsGroupMac, lease_->address, kDnsGroup, kMulticastDns, kMulticastDns, question}));
  }
}

void Arrival::SendDhcp(std::uint8_t kind) {
  Blob out(kOptions);
  const MutableBytes at(out);
  at[0] = at[1] = std::byte{1};
  at[2] = std::byte{6};
  StoreBe32(kTransaction, at.subspan(4));
  CopyBytes(MacBytes(mac_), at.subspan(28));
  StoreBe32(kCookie, at.subspan(236));
  out.insert(out.end(), {std::byte{kKind}, std::byte{1}, static_cast<std::byte>(kind)});
  if (kind == kRequest) {
    Put(out, kWanted, offered_.address);
    Put(out, kServer, offered_.router);
  }
  out.push_back(std::byte{kEnd});
  send_(WriteDatagram({mac_, kEverybody, 0, 0xFFFFFFFF, kDhcpClient, kDhcpServer, out}));
}

void Arrival::OnFrame(Bytes ethernet) {
  const std::optional<Datagram> datagram = ReadDatagram(ethernet);
  if (!datagram) {
    return;
  }
  if (datagram->to_port == kDhcpClient) {
    OnDhcp(datagram->data);
  } else if (datagram->to_port == kMulticastDns && state_ == State::kLooking) {
    service_ = ReadService(datagram->data);
    state_ = service_ ? State::kDone : state_;
  }
}

void Arrival::OnDhcp(Bytes message) {
  const auto own = MacBytes(mac_);
  if (message.size() < kOptions || LoadBe32(message.subspan(4)) != kTransaction ||
      !std::equal(own.begin(), own.end(), message.begin() + 28)) {
    return;
  }
  const Bytes options = message.subspan(kOptions);
  const Bytes kind = Find(options, kKind, 1);
  const Bytes server = Find(options, kServer, 4);
  if (kind.empty() || server.empty()) {
    return;
  }
  if (state_ == State::kDiscovering && kind[0] == std::byte{kOffer}) {
    offered_ = {.address = LoadBe32(message.subspan(16)), .router = LoadBe32(server)};
    SetState(State::kRequesting);
  } else if (state_ == State::kRequesting && kind[0] == std::byte{kAck}) {
    const Bytes router = Find(options, kRouter, 4);
    lease_ = {.address = LoadBe32(message.subspan(16)),
              .router = router.empty() ? offered_.router : LoadBe32(router)};
    SetState(State::kLooking);
  } else if (state_ == State::kRequesting && kind[0] == std::byte{kNak}) {
    state_ = State::kDiscovering;
    Ask();
  }
}

}  // namespace linnet::air
