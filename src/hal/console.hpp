// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A text console: output only, line by line.
#pragma once

#include "base/view.hpp"

namespace linnet::hal {

class Console {
 public:
  /// Writes all of `text`; may wait for the wire. Never fails: a console that is not there
  /// swallows what it gets.
  virtual void Write(StringView text) = 0;

 protected:
  ~Console() = default;  // nobody deletes through it
};

}  // namespace linnet::hal
