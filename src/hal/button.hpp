// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The board's user button.
#pragma once

namespace linnet::hal {

class Button {
 public:
  [[nodiscard]] virtual bool pressed() const = 0;

 protected:
  ~Button() = default;  // nobody deletes through it
};

}  // namespace linnet::hal
