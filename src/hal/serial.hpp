// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A serial line in both directions, byte by byte: what a protocol on the console's wire needs.
#pragma once

#include "base/bytes.hpp"

namespace linnet::hal {

class Serial {
 public:
  /// Takes the next byte that has come. False: there is none now.
  virtual bool Take(std::byte& out) = 0;
  /// Sends all of `bytes` as they are; may wait for the wire.
  virtual void Send(Bytes bytes) = 0;

 protected:
  ~Serial() = default;  // nobody deletes through it
};

}  // namespace linnet::hal
