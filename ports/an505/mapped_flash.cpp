// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/an505/mapped_flash.hpp"

#include <algorithm>
#include <atomic>

namespace linnet::an505 {

namespace {

/// The compiler may neither drop a store to the medium nor move it past the end of the operation.
void Settle() {
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

}  // namespace

Status MappedFlash::Read(std::uint32_t offset, MutableBytes out) {
  if (!InRange(offset, out.size())) {
    return Code::kOutOfRange;
  }
  Settle();
  CopyBytes(medium_.subspan(offset, out.size()), out);
  return OkStatus();
}

Status MappedFlash::Program(std::uint32_t offset, Bytes data) {
  if (!InRange(offset, data.size())) {
    return Code::kOutOfRange;
  }
  if (offset % geometry_.program_unit != 0 || data.size() % geometry_.program_unit != 0) {
    return Code::kInvalidArgument;
  }
  const auto target = medium_.subspan(offset, data.size());
  const auto taken = std::find_if(target.begin(), target.end(), [this](std::byte value) {
    return value != geometry_.erased_value;
  });
  if (taken != target.end()) {
    FlashRuleBroken("a unit was programmed twice",
                    offset + static_cast<std::uint32_t>(taken - target.begin()));
  }
  std::copy(data.begin(), data.end(), target.begin());
  Settle();
  return OkStatus();
}

Status MappedFlash::ErasePage(std::uint32_t offset) {
  if (!InRange(offset, geometry_.page_size)) {
    return Code::kOutOfRange;
  }
  if (offset % geometry_.page_size != 0) {
    return Code::kInvalidArgument;
  }
  const auto page = medium_.subspan(offset, geometry_.page_size);
  std::fill(page.begin(), page.end(), geometry_.erased_value);
  if (const std::size_t index = offset / geometry_.page_size; index < wear_.size()) {
    ++wear_[index];
  }
  Settle();
  return OkStatus();
}

}  // namespace linnet::an505
