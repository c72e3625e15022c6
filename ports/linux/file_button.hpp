// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The button of a Linux device.
#pragma once

#include <unistd.h>

#include <string>

#include "hal/button.hpp"

namespace linnet::posix {

/// Its file in a device directory.
inline constexpr const char* kButtonFile = "button";

/// Pressed while there is a file of that name: `linnet board press` makes it, and takes it away.
class FileButton final : public hal::Button {
 public:
  explicit FileButton(const std::string& directory) : path_(directory + "/" + kButtonFile) {}
  [[nodiscard]] bool pressed() const override { return access(path_.c_str(), F_OK) == 0; }

 private:
  const std::string path_;
};

}  // namespace linnet::posix
