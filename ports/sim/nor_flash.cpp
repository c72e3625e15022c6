// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "sim/nor_flash.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/assert.hpp"
#include "base/view.hpp"

namespace linnet::sim {

namespace {

std::string g_current_case;  // NOLINT: one sweep at a time, in one thread

std::byte RandomByte(SeededRandom& random) {
  return static_cast<std::byte>(random.Next() & 0xFF);
}

/// Bits of `mask` from `to`, the others from `from`.
std::byte Mix(std::byte from, std::byte to, std::byte mask) {
  return (from & ~mask) | (to & mask);
}

}  // namespace

void SetCurrentCase(StringView id) {
  g_current_case = id;
}

StringView CurrentCase() {
  return g_current_case;
}

NorFlash::NorFlash(const hal::FlashGeometry& geometry, Power& power)
    : geometry_(geometry), power_(&power) {
  const std::uint32_t unit = geometry.program_unit;
  LINNET_ASSERT(unit >= 1 && unit <= 32 && (unit & (unit - 1)) == 0);
  LINNET_ASSERT(geometry.page_size > 0 && geometry.page_size % unit == 0);
  LINNET_ASSERT(geometry.size > 0 && geometry.size % geometry.page_size == 0);
  const auto blank = std::make_shared<Page>();
  blank->bytes.assign(geometry.page_size, geometry.erased_value);
  blank->units.assign(geometry.page_size / unit, Unit::kErased);
  pages_.assign(geometry.size / geometry.page_size, blank);
  page_erases_.assign(pages_.size(), 0);
}

NorFlash::NorFlash(const hal::FlashGeometry& geometry) : NorFlash(geometry, *new Power) {
  own_power_.reset(power_);
}

void NorFlash::Violation(const std::string& what) const {
  std::string text = "flash rule broken: " + what;
  if (!g_current_case.empty()) {
    text += "\nreplay with LINNET_CASE=" + g_current_case;
  }
  if (on_violation_) {
    on_violation_(text);
    return;
  }
  std::fprintf(stderr, "%s\n", text.c_str());
  std::abort();
}

Status NorFlash::CheckRange(std::uint32_t offset, std::size_t size) const {
  if (offset > geometry_.size || size > geometry_.size - offset) {
    return Code::kOutOfRange;
  }
  return power_->on() ? OkStatus() : Status(Code::kUnavailable);
}

NorFlash::Page& NorFlash::MutablePage(std::uint32_t page) {
  std::shared_ptr<Page>& slot = pages_[page];
  if (slot.use_count() > 1) {
    slot = std::make_shared<Page>(*slot);
  }
  return *slot;
}

Status NorFlash::Read(std::uint32_t offset, MutableBytes out) {
  LINNET_TRY(CheckRange(offset, out.size()));
  read_bytes_ += out.size();
  for (std::size_t done = 0; done < out.size();) {
    const auto at = static_cast<std::uint32_t>(offset + done);
    const std::uint32_t begin = at % geometry_.page_size;
    const std::size_t count = std::min<std::size_t>(out.size() - done, geometry_.page_size - begin);
    LINNET_TRY(ReadPage(at / geometry_.page_size, begin, out.subspan(done, count)));
    done += count;
  }
  if (stuck_ && stuck_->first >= offset && stuck_->first - offset < out.size()) {
    out[stuck_->first - offset] = stuck_->second;
  }
  return OkStatus();
}

Status NorFlash::ReadPage(std::uint32_t page, std::uint32_t begin, MutableBytes out) {
  const Page& from = *pages_[page];
  std::copy_n(from.bytes.begin() + begin, out.size(), out.begin());
  for (const Unstable& range : from.unstable) {
    const std::uint32_t first = std::max(begin, range.begin);
    const std::uint32_t last =
        std::min(begin + static_cast<std::uint32_t>(out.size()),
                 range.begin + static_cast<std::uint32_t>(range.other.size()));
    if (range.mode == CutMode::kUnreadable && first < last) {
      return Code::kDataLoss;
    }
    const bool noisy = range.mode == CutMode::kUnstableBits;
    const bool other = (SeededRandom(range.seed + power_->session()).Next() & 1) != 0;
    for (std::uint32_t i = first; i < last; ++i) {
      const std::byte mask = noisy ? RandomByte(noise_) : other ? std::byte{0xFF} : std::byte{0};
      out[i - begin] = Mix(out[i - begin], range.other[i - range.begin], mask);
    }
  }
  return OkStatus();
}

void NorFlash::CheckProgrammable(std::uint32_t offset, Bytes data) {
  const std::uint32_t unit = geometry_.program_unit;
  for (std::size_t done = 0; done < data.size(); done += unit) {
    const std::uint32_t at = offset + static_cast<std::uint32_t>(done);
    const Unit state = pages_[at / geometry_.page_size]->units[at % geometry_.page_size / unit];
    const Bytes value = data.subspan(done, unit);
    const bool sets_all = std::all_of(value.begin(), value.end(), [this](std::byte byte) {
      return byte == ~geometry_.erased_value;
    });
    if (state == Unit::kProgrammed || (state == Unit::kTorn && !sets_all)) {
      Violation("program of " + std::to_string(data.size()) + " bytes at " +
                std::to_string(offset) + ": the unit at " + std::to_string(at) +
                " was programmed, or torn, since its page was last erased");
      return;
    }
  }
}

Status NorFlash::Program(std::uint32_t offset, Bytes data) {
  LINNET_TRY(CheckRange(offset, data.size()));
  if (offset % geometry_.program_unit != 0 || data.size() % geometry_.program_unit != 0) {
    return Code::kInvalidArgument;
  }
  if (data.empty()) {
    return OkStatus();
  }
  CheckProgrammable(offset, data);
  ++programs_;
  programmed_bytes_ += data.size();
  return Operate(offset, data, false);
}

Status NorFlash::ErasePage(std::uint32_t offset) {
  LINNET_TRY(CheckRange(offset, 1));
  if (offset % geometry_.page_size != 0) {
    return Code::kInvalidArgument;
  }
  ++erases_;
  ++page_erases_[offset / geometry_.page_size];
  const std::vector<std::byte> blank(geometry_.page_size, geometry_.erased_value);
  return Operate(offset, blank, true);
}

Status NorFlash::Operate(std::uint32_t offset, Bytes data, bool erase) {
  const std::optional<Cut> cut = power_->BeginOperation();
  if (cut) {
    Apply(offset, data, *cut, erase);
    return Code::kUnavailable;
  }
  if (fail_at_ != UINT64_MAX && fail_at_-- == 0) {
    fail_at_ = UINT64_MAX;
    Apply(offset, data, {0, CutMode::kTornBits, 1}, erase);
    return fail_code_;
  }
  Apply(offset, data, {0, CutMode::kAfter, 0}, erase);
  return OkStatus();
}

void NorFlash::FailOperation(std::uint64_t operation, Code code) {
  fail_at_ = operation;
  fail_code_ = code;
}

void NorFlash::MarkUnits(Page& page, std::uint32_t begin, std::size_t size, Unit state) const {
  const std::uint32_t unit = geometry_.program_unit;
  for (std::size_t at = begin; at < begin + size; at += unit - at % unit) {
    page.units[at / unit] = state;
  }
}

void NorFlash::Apply(std::uint32_t offset, Bytes data, const Cut& cut, bool erase) {
  if (cut.mode == CutMode::kBefore) {
    return;
  }
  std::size_t reached = data.size();
  if (cut.mode == CutMode::kTornPrefix) {
    reached = 1 + SeededRandom(cut.seed * 77 + 5).Below(data.size());
    // The first variants are the corners: one byte, and all but one.
    reached = cut.seed == 0   ? 1
              : cut.seed == 1 ? std::max<std::size_t>(1, data.size() - 1)
                              : reached;
  }
  data = data.first(reached);
  while (!data.empty()) {
    const std::uint32_t begin = offset % geometry_.page_size;
    const std::size_t count = std::min<std::size_t>(data.size(), geometry_.page_size - begin);
    const std::uint32_t index = offset / geometry_.page_size;
    ApplyInPage(index, begin, data.first(count), cut);
    Page& page = MutablePage(index);
    const bool whole = cut.mode == CutMode::kAfter;
    if (!erase) {
      MarkUnits(page, begin, count, whole ? Unit::kProgrammed : Unit::kTorn);
    } else {
      MarkUnits(page, 0, geometry_.page_size, whole ? Unit::kErased : Unit::kTorn);
    }
    data = data.subspan(count);
    offset += static_cast<std::uint32_t>(count);
  }
}

void NorFlash::ApplyInPage(std::uint32_t index, std::uint32_t begin, Bytes data, const Cut& cut) {
  Page& page = MutablePage(index);
  if (cut.mode >= CutMode::kUnstableBits) {
    page.unstable.push_back({begin, {data.begin(), data.end()}, cut.mode, cut.seed});
    return;
  }
  if (cut.mode == CutMode::kAfter || cut.mode == CutMode::kTornPrefix) {
    Stabilize(page, begin, data);
  }
  SeededRandom random(cut.seed * 31 + begin);
  for (std::size_t i = 0; i < data.size(); ++i) {
    std::byte& byte = page.bytes[begin + i];
    const std::byte mask = cut.mode == CutMode::kTornBits ? RandomByte(random) : std::byte{0xFF};
    byte = Mix(byte, data[i], mask);
  }
}

/// What is programmed or erased completely reads the same from now on.
void NorFlash::Stabilize(Page& page, std::uint32_t begin, Bytes data) {
  for (Unstable& range : page.unstable) {
    for (std::uint32_t i = 0; i < range.other.size(); ++i) {
      const std::uint32_t at = range.begin + i;
      if (at >= begin && at < begin + data.size()) {
        range.other[i] = data[at - begin];
      }
    }
  }
  if (data.size() == page.bytes.size()) {
    page.unstable.clear();
  }
}

std::vector<std::byte> NorFlash::Peek(std::uint32_t offset, std::uint32_t size) const {
  LINNET_ASSERT(offset <= geometry_.size && size <= geometry_.size - offset);
  std::vector<std::byte> out;
  out.reserve(size);
  for (std::uint32_t at = offset; at < offset + size; ++at) {
    out.push_back(pages_[at / geometry_.page_size]->bytes[at % geometry_.page_size]);
  }
  return out;
}

void NorFlash::Poke(std::uint32_t offset, Bytes data) {
  LINNET_ASSERT(offset <= geometry_.size && data.size() <= geometry_.size - offset);
  Apply(offset, data, {0, CutMode::kAfter, 0}, false);
}

NorFlash::Snapshot NorFlash::Save() const {
  Snapshot snapshot;
  snapshot.pages_ = pages_;
  snapshot.page_erases_ = page_erases_;
  return snapshot;
}

void NorFlash::Restore(const Snapshot& snapshot) {
  pages_ = snapshot.pages_;
  page_erases_ = snapshot.page_erases_;
  noise_ = SeededRandom(1);  // A replay from here reads the same noise.
}

}  // namespace linnet::sim
