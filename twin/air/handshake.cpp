// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/air/handshake.hpp"

#include <utility>

namespace linnet::air {
namespace {

constexpr std::uint16_t kCcmpKey = 16;

std::uint16_t VersionFor(Akm akm) {
  return akm == Akm::kSae ? key_info::kMicIsOfAkm : key_info::kMicIsHmacSha1;
}

bool Has(const KeyMessage& message, std::uint16_t flags) {
  constexpr std::uint16_t kFlags = key_info::kPairwise | key_info::kInstall | key_info::kAck |
                                   key_info::kMic | key_info::kSecure | key_info::kEncrypted;
  return (message.info & kFlags) == flags;
}

constexpr std::uint16_t kFirst = key_info::kPairwise | key_info::kAck;
constexpr std::uint16_t kSecond = key_info::kPairwise | key_info::kMic;
constexpr std::uint16_t kThird = key_info::kPairwise | key_info::kInstall | key_info::kAck |
                                 key_info::kMic | key_info::kSecure | key_info::kEncrypted;
constexpr std::uint16_t kFourth = key_info::kPairwise | key_info::kMic | key_info::kSecure;

}  // namespace

Supplicant::Supplicant(HandshakeTerms terms) : terms_(std::move(terms)) {
  FillRandom(snonce_);
}

std::optional<Blob> Supplicant::Take(Bytes bytes) {
  const Result<KeyMessage> message = ParseKeyMessage(bytes);
  if (!message.ok() || (message->info & key_info::kVersionMask) != VersionFor(terms_.akm) ||
      (replay_ != 0 && message->replay <= replay_)) {
    return std::nullopt;
  }
  if (Has(*message, kFirst)) {
    return TakeFirst(*message);
  }
  return Has(*message, kThird) ? TakeThird(*message) : std::nullopt;
}

std::optional<Blob> Supplicant::TakeFirst(const KeyMessage& first) {
  if (done()) {
    return std::nullopt;
  }
  anonce_ = first.nonce;
  ptk_ = DerivePtk(terms_.akm, terms_.pmk,
                   {terms_.authenticator, terms_.supplicant, *anonce_, snonce_});
  KeyMessage second;
  second.info = VersionFor(terms_.akm) | kSecond;
  second.replay = first.replay;
  second.nonce = snonce_;
  second.data = terms_.chosen;
  return Sign(terms_.akm, *ptk_, second);
}

std::optional<Blob> Supplicant::TakeThird(const KeyMessage& third) {
  if (!ptk_ || third.nonce != *anonce_ || !IsSigned(terms_.akm, *ptk_, third)) {
    return std::nullopt;
  }
  const std::optional<Blob> plain = UnwrapKey(*ptk_, third.data);
  const Result<KeyData> data = plain ? ParseKeyData(*plain) : Code::kMalformed;
  if (!data.ok() || !data->gtk || data->rsn != terms_.offered) {
    return std::nullopt;  // also when somebody has weakened the beacon's offer
  }
  gtk_ = data->gtk;
  replay_ = third.replay;
  KeyMessage fourth;
  fourth.info = VersionFor(terms_.akm) | kFourth;
  fourth.replay = third.replay;
  return Sign(terms_.akm, *ptk_, fourth);
}

Authenticator::Authenticator(HandshakeTerms terms, const Gtk& gtk)
    : terms_(std::move(terms)), gtk_(gtk) {
  FillRandom(anonce_);
}

std::uint16_t Authenticator::Version() const {
  return VersionFor(terms_.akm);
}

Blob Authenticator::Send() {
  KeyMessage message;
  message.key_length = kCcmpKey;
  message.replay = ++replay_;
  message.nonce = anonce_;
  if (state_ == State::kSecondDue) {
    message.info = Version() | kFirst;
    return Serialize(message);
  }
  message.info = Version() | kThird;
  message.data = WrapKey(*ptk_, SerializeKeyData({terms_.offered, gtk_}));
  return Sign(terms_.akm, *ptk_, message);
}

bool Authenticator::Take(Bytes bytes) {
  const Result<KeyMessage> message = ParseKeyMessage(bytes);
  if (!message.ok() || (message->info & key_info::kVersionMask) != Version() ||
      message->replay != replay_) {
    return false;
  }
  if (state_ == State::kSecondDue && Has(*message, kSecond)) {
    return TakeSecond(*message);
  }
  if (state_ != State::kFourthDue || !Has(*message, kFourth) ||
      !IsSigned(terms_.akm, *ptk_, *message)) {
    return false;
  }
  state_ = State::kDone;
  return true;
}

bool Authenticator::TakeSecond(const KeyMessage& second) {
  const Ptk ptk = DerivePtk(terms_.akm, terms_.pmk,
                            {terms_.authenticator, terms_.supplicant, anonce_, second.nonce});
  mic_failed_ = !IsSigned(terms_.akm, ptk, second);
  if (mic_failed_ || second.data != terms_.chosen) {
    return false;
  }
  ptk_ = ptk;
  state_ = State::kFourthDue;
  return true;
}

}  // namespace linnet::air
