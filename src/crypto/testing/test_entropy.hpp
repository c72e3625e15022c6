// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Entropy that a test can predict and take away.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "crypto/random.hpp"

namespace linnet::crypto::testing {

/// A different, repeatable sequence for each seed; never for anything but tests.
class TestEntropy final : public EntropySource {
 public:
  explicit TestEntropy(std::uint32_t seed = 1) : state_(seed) {}

  /// From now on Fill() fails with this; kOk makes it work again.
  void FailWith(Code code) { failure_ = code; }
  [[nodiscard]] std::uint32_t calls() const { return calls_; }

  Status Fill(MutableBytes out) override {
    ++calls_;
    if (failure_ != Code::kOk) {
      // A failing source leaves half of its work behind.
      std::fill_n(out.begin(), out.size() / 2, std::byte{0xA5});
      return failure_;
    }
    for (std::byte& byte : out) {
      state_ = state_ * 1664525U + 1013904223U;
      byte = static_cast<std::byte>(state_ >> 24);
    }
    return OkStatus();
  }

 private:
  std::uint32_t state_;
  std::uint32_t calls_ = 0;
  Code failure_ = Code::kOk;
};

}  // namespace linnet::crypto::testing
