// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Apart from what devices link: whoever looks for the mark holds it, too.
#include "base/endian.hpp"
#include "radio/requirement.hpp"

namespace linnet::radio {
namespace {

bool HasMark(Bytes bytes) {
  for (std::size_t i = 0; i < RequirementNote::kMark.size(); ++i) {
    if (LoadLe32(bytes.subspan(4 * i)) != RequirementNote::kMark.at(i)) {
      return false;
    }
  }
  return true;
}

}  // namespace

Result<std::optional<hal::RadioFirmware>> FindRequirementNote(Bytes program) {
  std::optional<hal::RadioFirmware> found;
  for (; program.size() >= sizeof(RequirementNote); program = program.subspan(1)) {
    if (!HasMark(program)) {
      continue;
    }
    const Bytes stated = program.subspan(sizeof(RequirementNote::kMark));
    const hal::RadioFirmware firmware{.version = LoadLe32(stated),
                                      .features = LoadLe32(stated.subspan(4))};
    if (found && *found != firmware) {
      return Code::kMalformed;
    }
    found = firmware;
  }
  return found;
}

}  // namespace linnet::radio
