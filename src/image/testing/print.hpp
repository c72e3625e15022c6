// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Lets failing tests print words instead of numbers.
#pragma once

#include <ostream>

#include "image/verdict.hpp"

namespace linnet::image {

inline void PrintTo(Reason reason, std::ostream* out) {
  *out << ToText(reason);
}

}  // namespace linnet::image
