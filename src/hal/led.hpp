// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The board's user light.
#pragma once

namespace linnet::hal {

class Led {
 public:
  virtual void Set(bool on) = 0;
  [[nodiscard]] virtual bool on() const = 0;

 protected:
  ~Led() = default;  // nobody deletes through it
};

}  // namespace linnet::hal
