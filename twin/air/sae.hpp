// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// WPA3's SAE (IEEE 802.11-2020, 12.4): both sides prove that they know the passphrase, and neither
// a listener nor the other side learns anything else. Group 19 (P-256), hunting and pecking.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "twin/air/keys.hpp"

namespace linnet::air {

/// One exchange of one side. Not constant in time: this is for tests, and guards nothing.
class Sae {
 public:
  static constexpr std::size_t kCommitSize = 98;   ///< Group, scalar, element.
  static constexpr std::size_t kConfirmSize = 34;  ///< Counter, hash.

  Sae(std::string_view passphrase, const Mac& own, const Mac& peer);
  /// For test vectors: these take the place of random numbers.
  Sae(std::string_view passphrase, const Mac& own, const Mac& peer, Bytes random, Bytes mask);
  ~Sae();
  Sae(Sae&&) noexcept;
  Sae& operator=(Sae&&) noexcept;

  /// What this side sends first.
  [[nodiscard]] const Blob& commit() const;
  /// Takes the other side's. False: another group, a scalar or an element that may not be, or our
  /// own one sent back.
  bool TakeCommit(Bytes commit);
  /// What this side sends second; after TakeCommit().
  [[nodiscard]] Blob Confirm() const;
  /// False: the other side has another passphrase.
  [[nodiscard]] bool CheckConfirm(Bytes confirm) const;

  /// After TakeCommit(); to be trusted after CheckConfirm().
  [[nodiscard]] const Pmk& pmk() const;
  [[nodiscard]] const std::array<std::byte, 32>& kck() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace linnet::air
