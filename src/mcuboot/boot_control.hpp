// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// release::BootControl on a board whose loader is stock MCUboot.
#pragma once

#include "mcuboot/slots.hpp"
#include "release/boot_control.hpp"
#include "release/verifier.hpp"

namespace linnet::mcuboot {

/// Each call reads what it needs from flash; nothing is kept in between, so that a reset at any
/// place changes nothing. The README says what this loader cannot promise.
class SlotBootControl final : public release::BootControl {
 public:
  /// `setup`'s table and flashes and `verifier` outlive this.
  SlotBootControl(const Setup& setup, release::Verifier& verifier)
      : setup_(setup), verifier_(verifier) {}

  /// State and digests; attempts_left is 1 when staged (this loader tries once), events and
  /// counters are not known here.
  Status Query(release::ReleaseStatus& out) override;

  /// The candidates already lie in their secondary slots. Besides what BootControl says:
  /// kNotFound, an image that the release names is in neither of its slots; kUnsupported, several
  /// images change and their dependencies do not tie them, or one has no slots here.
  Status Stage(const crypto::Digest& release) override;
  Status Accept(const crypto::Digest& release) override;
  /// A release on trial is taken back by the next start, until then it stays on trial.
  /// kFailedPrecondition: under swap-offset, when a cut has left it half accepted.
  Status Reject(const crypto::Digest& release, release::RejectReason reason) override;

 private:
  using Views = std::array<ImageView, release::kMaxBootImages>;

  /// How image_ok of the running images read: a bit each. Both bits, if it differed.
  struct Flags {
    std::uint32_t unset = 0;
    std::uint32_t written = 0;
    bool going_back = false;
  };

  [[nodiscard]] std::size_t count() const { return setup_.images.size(); }
  Status ReadViews(Views& out) const;
  Status ReadFlags(Flags& out) const;
  [[nodiscard]] release::ReleaseState StateOf(const Views& views) const;
  [[nodiscard]] bool AllPending(const Views& views) const;
  Status VerifyCandidate(std::size_t image, const crypto::Digest& digest, image::Info& out);
  /// Sets `changes` bit by bit to the images that the release in the slots changes.
  Status CheckSet(const crypto::Digest& release, std::uint32_t& changes);
  Status CheckPart(const image::ManifestEntry& part, const image::Info& application,
                   std::uint32_t& changes);
  Status SetPending(std::size_t image, SwapType type);
  Status TakeBack(const Views& views);
  [[nodiscard]] bool CameWithTheApplication(std::size_t image) const;

  Setup setup_;
  release::Verifier& verifier_;
};

}  // namespace linnet::mcuboot
