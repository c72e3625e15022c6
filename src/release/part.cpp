// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "release/part.hpp"

#include "base/view.hpp"

namespace linnet::release {

StringView ToString(PartKind kind) {
  switch (kind) {
    case PartKind::kApplication:
      return "application";
    case PartKind::kBootImage:
      return "boot image";
    case PartKind::kCompanion:
      return "companion";
  }
  return "unknown";
}

}  // namespace linnet::release
