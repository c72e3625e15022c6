// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/boot.hpp"

#include <array>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "base/view.hpp"
#include "boot/copy.hpp"

namespace linnet::boot {
namespace {

using release::Outcome;
using release::Places;
using release::ReleaseState;

constexpr const char* kTag = "boot";

/// One line about one release: its digest's first bytes, and one value more. Kept out of line: a
/// line then costs little more than its text.
[[gnu::noinline]] void Say(log::Level level, const char* format, const crypto::Digest& digest,
                           const FormatArgument& value = 0) {
  const std::array arguments = {FormatArgument(Bytes(digest).first(4)), value};
  log::Write(level, kTag, format, arguments);
}

}  // namespace

Boot::Boot(const Config& config) : config_(config) {
  LINNET_ASSERT(!config.images.empty() && config.images.size() <= release::kMaxBootImages &&
                config.scratch.size() >= kScratchSize);
}

Decision Boot::Run() {
  if (const Status status = config_.record->Mount(); !status.ok()) {
    log::Error(kTag, "the record's flash failed: {}", status);
  }
  wanted_ = config_.record->data();
  ++wanted_.boot_count;  // counts if this start writes the record

  Decision decision;
  const bool has_candidate =
      wanted_.state == ReleaseState::kStaged || wanted_.state == ReleaseState::kTrial;
  const bool found = (has_candidate && TryCandidate(decision)) || TryConfirmed(decision) ||
                     TryGolden(decision) || TryExecutionArea(decision) ||
                     TryAnythingInStore(decision);
  decision.refusal = refusal_;
  if (!found) {
    log::Error(kTag, "nothing to start: {}", image::ToText(refusal_.verdict.reason));
  }
  return decision;
}

release::SetSearch Boot::Search() const {
  return {config_.images, wanted_.counter_floor, config_.store, config_.watchdog, config_.scratch};
}

/// Rule 1: what the record names was verified before it was named, so where it lies already, its
/// digest is enough; and that digest covers the manifest, which names all others.
bool Boot::Find(const crypto::Digest& release, Places places) {
  refusal_ = FindSet(Search(), release, places, set_);
  if (!refusal_.ok()) {
    failure_ = {Outcome::kInstallFailed, static_cast<std::uint8_t>(refusal_.verdict.reason),
                refusal_.image};
    Say(log::Level::kWarning, "image {} refused: {}", set_.members[refusal_.image].digest,
        image::ToText(refusal_.verdict.reason));
  }
  return refusal_.ok();
}

bool Boot::Bring(const crypto::Digest& release, Places places) {
  return Find(release, places) && Install(release);
}

bool Boot::Start(Decision::Start start, const crypto::Digest& release, Decision& decision) {
  release::FlashSource source(*config_.images.front().area, config_.watchdog);
  const Result<image::Header> header = image::ReadHeader(source);
  if (!header.ok()) {
    return false;
  }
  decision.start = start;
  decision.running = release;
  decision.header = *header;
  Say(log::Level::kInfo,
      start == Decision::Start::kTrial ? "trial release {}, version {}" : "release {}, version {}",
      release, image::ToText(header->version).view());
  return true;
}

bool Boot::TryCandidate(Decision& decision) {
  const crypto::Digest& candidate = wanted_.candidate;
  const auto cause = static_cast<std::uint8_t>(config_.reset_cause);
  if (wanted_.state == ReleaseState::kTrial) {
    Log(candidate, {Outcome::kAttemptEnded, cause});
    Say(log::Level::kWarning, "trial of release {} ended without acceptance: {}", candidate,
        hal::ToString(config_.reset_cause));
  }
  if (wanted_.attempts_left == 0) {
    GiveUp("no attempt left", {Outcome::kAttemptsSpent, cause});
    return false;
  }
  const bool may_install = wanted_.install_starts_left != 0;
  if (!Find(candidate, may_install ? Places::kBoth : Places::kAreas)) {
    if (!may_install) {
      failure_ = {Outcome::kInstallStartsSpent};
    }
    GiveUp(may_install ? "not installable" : "no install start left", failure_);
    return false;
  }
  return InstallCandidate() && BeginAttempt() &&
         Start(Decision::Start::kTrial, candidate, decision);
}

/// Rule 4: the attempt is spent before the trial starts, and nothing starts that is not bounded.
bool Boot::BeginAttempt() {
  wanted_.state = ReleaseState::kTrial;
  --wanted_.attempts_left;
  return Commit().ok();
}

bool Boot::InstallCandidate() {
  if (set_.in_place) {
    return true;
  }
  --wanted_.install_starts_left;
  if (!Commit().ok()) {
    return false;  // without a record that bounds it, the execution areas are left alone
  }
  if (!Install(wanted_.candidate)) {
    GiveUp("not installable", failure_);
    return false;
  }
  return true;
}

bool Boot::TryConfirmed(Decision& decision) {
  const crypto::Digest& confirmed = wanted_.confirmed;
  if (!release::IsSet(confirmed)) {
    return false;
  }
  repaired_ = false;
  if (!Bring(confirmed, Places::kBoth)) {
    Log(confirmed, failure_);
    return false;
  }
  if (repaired_) {
    Log(confirmed, {Outcome::kRepaired});
    IgnoreStatus(Commit());  // only the log is lost
  }
  return Start(Decision::Start::kConfirmed, confirmed, decision);
}

bool Boot::TryGolden(Decision& decision) {
  const crypto::Digest& golden = wanted_.golden;
  if (!release::IsSet(golden) || golden == wanted_.confirmed) {
    return false;
  }
  if (!Bring(golden, Places::kBoth)) {
    Log(golden, failure_);
    return false;
  }
  return Adopt(golden, Outcome::kGoldenRestored, decision);
}

/// Rule 3: there is no record, or the store lost what it names. What verifies is adopted.
bool Boot::TryExecutionArea(Decision& decision) {
  const release::BootImage& application = config_.images.front();
  release::FlashSource source(*application.area, config_.watchdog);
  image::Info info;
  const image::Verdict verdict = application.verifier->Verify(
      source, application.area->geometry().size, wanted_.counter_floor[0], info);
  if (!verdict.ok()) {
    refusal_ = {verdict};
    return false;
  }
  return Bring(info.digest, Places::kBoth) && Adopt(info.digest, Outcome::kAdopted, decision);
}

/// Nobody vouches for these digests: the application counts only where it verifies.
bool Boot::TryAnythingInStore(Decision& decision) {
  if (!config_.store->EnsureMounted().ok()) {
    return false;
  }
  for (std::size_t i = 0; i < config_.store->part_count(); ++i) {
    const release::Part* part = config_.store->PartAt(i);
    if (part != nullptr && part->kind == release::PartKind::kApplication &&
        part->state == release::PartState::kComplete &&
        Bring(part->digest, Places::kStoreAndOther)) {
      return Adopt(part->digest, Outcome::kAdopted, decision);
    }
  }
  return false;
}

bool Boot::Adopt(const crypto::Digest& release, Outcome outcome, Decision& decision) {
  wanted_.confirmed = release;
  DropCandidate(wanted_);
  Log(release, {outcome});
  IgnoreStatus(Commit());  // it verifies; the next start adopts it again
  return Start(Decision::Start::kConfirmed, release, decision);
}

/// Rule 2: only what was verified is copied, all of it before the first page is touched, and what
/// was copied is hashed as the area gives it, all of it before anything starts.
bool Boot::Install(const crypto::Digest& release) {
  if (set_.in_place) {
    return true;
  }
  Say(log::Level::kInfo, "installing release {}", release);
  for (std::size_t i = 0; i < config_.images.size(); ++i) {
    if (!set_.members[i].wanted() || set_.members[i].in_place) {
      continue;
    }
    if (const Status status = CopyImage(i); !status.ok()) {
      failure_ = {Outcome::kCopyFailed, static_cast<std::uint8_t>(status.code()),
                  static_cast<std::uint8_t>(i)};
      return false;
    }
  }
  repaired_ = true;
  return true;
}

Status Boot::CopyImage(std::size_t index) {
  const release::SetMember& member = set_.members[index];
  release::FlashSource source =
      config_.store->Open({.offset = member.offset, .length = member.size});
  CopyResult copied;
  Status status = CopyChangedPages(source, {.hashed = member.hashed, .size = member.size},
                                   *config_.images[index].area, config_.scratch, copied);
  Say(log::Level::kInfo, "image {}: {} pages written", member.digest, copied.pages_written);
  if (status.ok() && copied.digest != member.digest) {
    status = Code::kMismatch;
  }
  return status;
}

void Boot::Log(const crypto::Digest& release, const Failure& what) {
  release::AddEvent(wanted_, release, what.image, what.outcome, what.detail);
}

/// The confirmed release is wanted again.
void Boot::GiveUp(StringView why, const Failure& failure) {
  Say(log::Level::kWarning, "giving up release {}: {}", wanted_.candidate, why);
  Log(wanted_.candidate, failure);
  DropCandidate(wanted_);
  IgnoreStatus(Commit());  // not written: the next start comes to the same end
}

Status Boot::Commit() {
  const Status status = config_.record->Write(wanted_);
  if (!status.ok()) {
    log::Error(kTag, "the record cannot be written: {}", status);
  }
  return status;
}

}  // namespace linnet::boot
