// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Stock MCUboot's decisions, as its documentation and sources describe them: swap types, the loop
// over several images, dependencies. The exchange of two slots happens at once here; what is tested
// are the application's writes around it.
#pragma once

#include <span>
#include <vector>

#include "image/verify.hpp"
#include "mcuboot/slots.hpp"
#include "release/store_view.hpp"

namespace linnet::mcuboot::testing {

/// Erases all of the slot and writes the image at `offset`.
inline Status FillSlot(hal::Flash& slot, std::vector<std::byte> bytes, std::uint32_t offset) {
  const hal::FlashGeometry& geometry = slot.geometry();
  for (std::uint32_t page = 0; page < geometry.size; page += geometry.page_size) {
    LINNET_TRY(slot.ErasePage(page));
  }
  const std::size_t unit = geometry.program_unit;
  bytes.resize((bytes.size() + unit - 1) / unit * unit, geometry.erased_value);
  return bytes.empty() ? OkStatus() : slot.Program(offset, bytes);
}

class LoaderModel {
 public:
  explicit LoaderModel(const Setup& setup) : setup_(setup) {}

  /// One start. ok also when nothing was to be done.
  Status Boot() {
    LINNET_TRY(Decide());
    Review();
    if (!DependenciesHold()) {
      types_.assign(types_.size(), SwapType::kNone);
    }
    for (std::size_t i = 0; i < types_.size(); ++i) {
      if (types_[i] != SwapType::kNone) {
        LINNET_TRY(Swap(i));
      }
    }
    return OkStatus();
  }

 private:
  Status Decide() {
    types_.clear();
    refused_.clear();
    for (std::size_t i = 0; i < setup_.images.size(); ++i) {
      ImageView view;
      LINNET_TRY(ReadView(setup_, i, view));
      const bool request = view.next != SwapType::kNone;
      const bool bad = request && !Whole(*setup_.images[i].secondary, Offset(i, view.next));
      if (bad) {
        LINNET_TRY(FillSlot(*setup_.images[i].secondary, {}, 0));
      }
      refused_.push_back(bad);
      types_.push_back(bad ? SwapType::kNone : view.next);
    }
    return OkStatus();
  }

  // A request of a later image looks like a group upgrade that was interrupted.
  void Review() {
    bool later = false;
    for (std::size_t i = types_.size(); i-- > 0;) {
      if (types_[i] == SwapType::kRevert && later) {
        types_[i] = SwapType::kNone;
      }
      later =
          later || refused_[i] || types_[i] == SwapType::kTest || types_[i] == SwapType::kPermanent;
    }
  }

  [[nodiscard]] std::uint32_t Offset(std::size_t i, SwapType type) const {
    return type == SwapType::kRevert ? 0 : CandidateOffset(setup_, i);
  }

  [[nodiscard]] Result<image::Info> Effective(std::size_t i) const {
    const bool other = types_[i] != SwapType::kNone;
    hal::Flash& slot = other ? *setup_.images[i].secondary : *setup_.images[i].primary;
    const std::uint32_t offset = other ? Offset(i, types_[i]) : 0;
    release::FlashSource source(slot, offset, slot.geometry().size - offset);
    return image::Inspect(source);
  }

  [[nodiscard]] bool DependenciesHold() const {
    for (std::size_t i = 0; i < types_.size(); ++i) {
      const Result<image::Info> info = Effective(i);
      for (std::size_t d = 0; info.ok() && d < info->dependency_count; ++d) {
        const image::Dependency& needs = info->dependencies.at(d);
        if (needs.image >= types_.size()) {
          return false;
        }
        const Result<image::Info> other = Effective(needs.image);
        if (!other.ok() || other->header.version < needs.minimum) {
          return false;
        }
      }
    }
    return true;
  }

  static bool Whole(hal::Flash& slot, std::uint32_t offset) {
    release::FlashSource source(slot, offset, slot.geometry().size - offset);
    std::array<std::byte, 256> scratch;
    const Result<image::Info> info = image::Inspect(source);
    const Result<crypto::Digest> digest = image::HashImage(source, scratch);
    return info.ok() && digest.ok() && info->digest == *digest;
  }

  static std::vector<std::byte> Content(hal::Flash& slot, std::uint32_t offset) {
    release::FlashSource source(slot, offset, slot.geometry().size - offset);
    const Result<image::Info> info = image::Inspect(source);
    std::vector<std::byte> bytes(info.ok() ? info->total_size : 0);
    return source.Read(0, bytes).ok() ? bytes : std::vector<std::byte>{};
  }

  Status Swap(std::size_t i) {
    const ImageSlots& slots = setup_.images[i];
    const std::uint32_t back = setup_.mode == SwapMode::kOffset && types_[i] == SwapType::kRevert
                                   ? slots.secondary->geometry().page_size
                                   : 0;
    const std::vector<std::byte> old = Content(*slots.primary, 0);
    LINNET_TRY(FillSlot(*slots.primary, Content(*slots.secondary, Offset(i, types_[i])), 0));
    LINNET_TRY(FillSlot(*slots.secondary, old, back));
    LINNET_TRY(
        WriteSwapInfo(*slots.primary, setup_.layout, types_[i], static_cast<std::uint8_t>(i)));
    if (types_[i] != SwapType::kTest) {
      LINNET_TRY(WriteImageOk(*slots.primary, setup_.layout));
    }
    LINNET_TRY(WriteMagic(*slots.primary, setup_.layout));
    return WriteCopyDone(*slots.primary, setup_.layout);
  }

  Setup setup_;
  std::vector<SwapType> types_;
  std::vector<bool> refused_;
};

}  // namespace linnet::mcuboot::testing
