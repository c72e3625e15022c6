// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A NOR flash in memory that is nastier than hardware.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/view.hpp"
#include "hal/flash.hpp"
#include "sim/power.hpp"
#include "sim/random.hpp"

namespace linnet::sim {

/// Breaking a promise of hal/flash.hpp (a unit programmed twice between two erases) calls the
/// violation handler; without one it prints what and where, and ends the process. Wrong arguments
/// get the codes of the interface. A unit in which an operation was torn counts as programmed even
/// where it still reads as erased, except that all of its bits may be set.
class NorFlash final : public hal::Flash {
 public:
  /// Erased throughout. `power` outlives the flash; several flashes may share it.
  NorFlash(const hal::FlashGeometry& geometry, Power& power);
  /// With a supply of its own; see power().
  explicit NorFlash(const hal::FlashGeometry& geometry);

  [[nodiscard]] const hal::FlashGeometry& geometry() const override { return geometry_; }
  Status Read(std::uint32_t offset, MutableBytes out) override;
  Status Program(std::uint32_t offset, Bytes data) override;
  Status ErasePage(std::uint32_t offset) override;

  [[nodiscard]] Power& power() { return *power_; }

  /// Program and erase operations and bytes since construction, and how often each page was erased.
  [[nodiscard]] std::uint64_t programs() const { return programs_; }
  [[nodiscard]] std::uint64_t programmed_bytes() const { return programmed_bytes_; }
  [[nodiscard]] std::uint64_t read_bytes() const { return read_bytes_; }
  [[nodiscard]] std::uint64_t erases() const { return erases_; }
  [[nodiscard]] std::uint32_t page_erases(std::uint32_t page) const { return page_erases_[page]; }

  /// The operation number `operation` from now (0 is the next one) fails with `code` and leaves
  /// half of its range done. Power stays on.
  void FailOperation(std::uint64_t operation, Code code);

  /// From now on the byte at `offset` reads as `value` whatever is written: a worn cell, which no
  /// operation reports. One at a time.
  void Stick(std::uint32_t offset, std::byte value) { stuck_ = {offset, value}; }

  /// The content behind the back of the interface: works without power, shows torn bytes as they
  /// were left. The range must be inside.
  [[nodiscard]] std::vector<std::byte> Peek(std::uint32_t offset, std::uint32_t size) const;
  /// Replaces content, as a factory programmer or a bit error would; units count as programmed.
  void Poke(std::uint32_t offset, Bytes data);

  /// A copy of content, torn bytes and wear. Cheap: pages are shared until they change.
  class Snapshot;
  [[nodiscard]] Snapshot Save() const;
  void Restore(const Snapshot& snapshot);

  using ViolationHandler = std::function<void(const std::string& what)>;
  void SetViolationHandler(ViolationHandler handler) { on_violation_ = std::move(handler); }

 private:
  /// Bytes that read as the page's content or as `other`.
  struct Unstable {
    std::uint32_t begin = 0;  ///< Offset in the page.
    std::vector<std::byte> other;
    CutMode mode = CutMode::kUnstableBits;
    std::uint32_t seed = 0;
  };
  enum class Unit : std::uint8_t { kErased, kTorn, kProgrammed };
  struct Page {
    std::vector<std::byte> bytes;
    std::vector<Unit> units;
    std::vector<Unstable> unstable;
  };

  Status CheckRange(std::uint32_t offset, std::size_t size) const;
  Page& MutablePage(std::uint32_t page);
  Status ReadPage(std::uint32_t page, std::uint32_t begin, MutableBytes out);
  void CheckProgrammable(std::uint32_t offset, Bytes data);
  void Apply(std::uint32_t offset, Bytes data, const Cut& cut, bool erase);
  void ApplyInPage(std::uint32_t page, std::uint32_t begin, Bytes data, const Cut& cut);
  void MarkUnits(Page& page, std::uint32_t begin, std::size_t size, Unit state) const;
  static void Stabilize(Page& page, std::uint32_t begin, Bytes data);
  Status Operate(std::uint32_t offset, Bytes data, bool erase);
  void Violation(const std::string& what) const;

  hal::FlashGeometry geometry_;
  std::unique_ptr<Power> own_power_;
  Power* power_;
  std::vector<std::shared_ptr<Page>> pages_;
  std::vector<std::uint32_t> page_erases_;
  std::uint64_t programs_ = 0;
  std::uint64_t programmed_bytes_ = 0;
  std::uint64_t read_bytes_ = 0;
  std::uint64_t erases_ = 0;
  std::uint64_t fail_at_ = UINT64_MAX;
  Code fail_code_ = Code::kOk;
  std::optional<std::pair<std::uint32_t, std::byte>> stuck_;
  SeededRandom noise_{1};
  ViolationHandler on_violation_;

 public:
  class Snapshot {
    friend class NorFlash;
    std::vector<std::shared_ptr<Page>> pages_;
    std::vector<std::uint32_t> page_erases_;
  };
};

/// The case that a sweep is running, named in violation messages. Empty outside of sweeps.
void SetCurrentCase(StringView id);
[[nodiscard]] StringView CurrentCase();

}  // namespace linnet::sim
