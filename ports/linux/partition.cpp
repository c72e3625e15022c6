// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/linux/partition.hpp"

namespace linnet::posix {

Status OpenPartition(const std::string& directory, const layout::linux::Partition& partition,
                     FileFlash& out) {
  const layout::linux::Region& region = partition.region;
  const bool internal = &region == &layout::linux::kFlashPrimary;
  const std::string path = directory + "/" + (internal ? kInternalFlashFile : kExternalFlashFile);
  const hal::FlashGeometry whole{
      .size = region.size, .page_size = region.page_size, .program_unit = region.program_unit};
  return out.Open(path, whole, {.start = partition.offset, .size = partition.size});
}

}  // namespace linnet::posix
