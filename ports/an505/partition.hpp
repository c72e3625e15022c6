// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The flashes of the board, by partition.
#pragma once

#include "layout/an505.hpp"
#include "ports/an505/mapped_flash.hpp"

namespace linnet::an505 {

/// A partition of either flash as a flash of its own; offsets count from its start. The application
/// gets a fault from the Secure ones.
MappedFlash OpenPartition(const layout::an505::Partition& partition);

}  // namespace linnet::an505
