// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "ports/an505/retained.hpp"

#include "layout/an505.hpp"
#include "ports/an505/memory.hpp"
#include "ports/an505/registers.hpp"

namespace linnet::an505 {

namespace {

constexpr std::uint32_t kMagic = 0x4C6E7452;  // Memory that just got power holds no such word.
constexpr std::uint32_t kUnannounced = 0xFF;

struct Cell {
  std::uint32_t magic;
  std::uint32_t next;  ///< The cause that the next start shall report, or kUnannounced.
  std::uint32_t last;
};
static_assert(sizeof(Cell) <= kRetainedSize);

volatile Cell& TheCell() {
  return *At<volatile Cell>(kRetainedAddress);
}

hal::ResetCause Decode(std::uint32_t value) {
  return value <= static_cast<std::uint32_t>(hal::ResetCause::kAssert)
             ? static_cast<hal::ResetCause>(value)
             : hal::ResetCause::kWatchdog;
}

}  // namespace

hal::ResetCause TakeResetCause() {
  volatile Cell& cell = TheCell();
  const auto cause = cell.magic == kMagic ? Decode(cell.next) : hal::ResetCause::kPowerOn;
  cell.last = static_cast<std::uint32_t>(cause);
  cell.next = kUnannounced;
  cell.magic = kMagic;
  return cause;
}

hal::ResetCause LastResetCause() {
  return Decode(TheCell().last);
}

void ResetDevice(hal::ResetCause cause) {
  TheCell().next = static_cast<std::uint32_t>(cause);
  Barrier();
  Register(scs::kAircr) = scs::kAircrKey | scs::kAircrResetRequest;
  Barrier();
  while (true) {
  }
}

}  // namespace linnet::an505
