// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Text as all of Kconfig's files have it.
#pragma once

#include <string_view>

namespace linnet::kconfig {

/// Without blanks, and the CR of a foreign line end, on either side.
inline std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  const auto last = text.find_last_not_of(" \t\r");
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, last - first + 1);
}

}  // namespace linnet::kconfig
