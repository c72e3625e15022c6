// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The four-way handshake (IEEE 802.11-2020, 12.7.6): each side proves to the other that it has the
// key, by the MIC of its messages. Bytes come in, bytes go out; no clock, no I/O.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "twin/air/eapol.hpp"
#include "twin/air/keys.hpp"

namespace linnet::air {

/// What both sides know before it begins.
struct HandshakeTerms {
  Akm akm = Akm::kPsk;
  Pmk pmk{};
  Mac authenticator{};
  Mac supplicant{};
  Blob offered{};  ///< The RSN element of the access point's beacon.
  Blob chosen{};   ///< The RSN element with which the station has associated.
};

/// The station's side.
class Supplicant {
 public:
  explicit Supplicant(HandshakeTerms terms);

  /// Takes a message; returns the answer. Nothing: it was not for this moment, or did not verify.
  std::optional<Blob> Take(Bytes message);

  /// It has sent message 2, and nothing that verifies came since: the sign of a wrong key.
  [[nodiscard]] bool has_answered() const { return ptk_.has_value(); }
  [[nodiscard]] bool done() const { return gtk_.has_value(); }

 private:
  std::optional<Blob> TakeFirst(const KeyMessage& first);
  std::optional<Blob> TakeThird(const KeyMessage& third);

  HandshakeTerms terms_;
  Nonce snonce_{};
  std::optional<Nonce> anonce_{};
  std::optional<Ptk> ptk_{};
  std::optional<Gtk> gtk_{};
  std::uint64_t replay_ = 0;
};

/// The access point's side.
class Authenticator {
 public:
  Authenticator(HandshakeTerms terms, const Gtk& gtk);

  /// Message 1 or 3, whichever is due; again when the last one had no answer.
  Blob Send();
  /// True: it goes on, and Send() gives what is next, or it is done.
  bool Take(Bytes message);

  [[nodiscard]] bool done() const { return state_ == State::kDone; }
  /// A message 2 came whose MIC is wrong: the station has another key.
  [[nodiscard]] bool mic_failed() const { return mic_failed_; }

 private:
  enum class State : std::uint8_t { kSecondDue, kFourthDue, kDone };

  bool TakeSecond(const KeyMessage& second);
  [[nodiscard]] std::uint16_t Version() const;

  HandshakeTerms terms_;
  Gtk gtk_;
  Nonce anonce_{};
  std::optional<Ptk> ptk_{};
  State state_ = State::kSecondDue;
  std::uint64_t replay_ = 0;
  bool mic_failed_ = false;
};

}  // namespace linnet::air
