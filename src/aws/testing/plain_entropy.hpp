// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "hal/entropy.hpp"

namespace linnet::aws::testing {

/// Not random: every delay of a back-off becomes its longest, every token its simplest.
class PlainEntropy final : public hal::Entropy {
 public:
  Status Fill(MutableBytes out) override {
    std::fill(out.begin(), out.end(), std::byte{0xFF});
    return OkStatus();
  }
};

}  // namespace linnet::aws::testing
