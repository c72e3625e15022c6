// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/an505/partition.hpp"

#include "ports/an505/emulator_extras.hpp"
#include "ports/an505/registers.hpp"

namespace linnet::an505 {

MappedFlash OpenPartition(const layout::an505::Partition& partition) {
  const hal::FlashGeometry geometry{.size = partition.size,
                                    .page_size = partition.region.page_size,
                                    .program_unit = partition.region.program_unit};
  const std::uintptr_t address = partition.address();
  const std::size_t page = (address - kMediumBase) / partition.region.page_size;
  auto* medium = At<std::byte>(address);
  auto* wear = At<std::uint32_t>(kMediumBase + kWearCountersOffset) + page;
  return {{medium, partition.size}, geometry, {wear, partition.size / geometry.page_size}};
}

}  // namespace linnet::an505
