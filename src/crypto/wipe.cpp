// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "crypto/wipe.hpp"

namespace linnet::crypto {

void Wipe(MutableBytes secret) {
  volatile std::byte* bytes = secret.data();
  for (std::size_t i = 0; i < secret.size(); ++i) {
    bytes[i] = std::byte{0};
  }
}

}  // namespace linnet::crypto
