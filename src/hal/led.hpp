// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The board's user light.
#pragma once

namespace linnet::hal {

class Led {
 public:
  virtual ~Led() = default;
  virtual void Set(bool on) = 0;
  [[nodiscard]] virtual bool on() const = 0;
};

}  // namespace linnet::hal
