// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "boot/boot.hpp"

#include <array>

#include "base/assert.hpp"
#include "base/log.hpp"
#include "boot/copy.hpp"

namespace linnet::boot {
namespace {

using release::Outcome;
using release::ReleaseState;

constexpr std::string_view kTag = "boot";

/// One line about one release: its digest's first bytes, and one value more. Kept out of line: a
/// line then costs little more than its text.
[[gnu::noinline]] void Say(log::Level level, std::string_view format, const crypto::Digest& digest,
                           const FormatArgument& value = 0) {
  const std::array arguments = {FormatArgument(Bytes(digest).first(4)), value};
  log::Write(level, kTag, format, arguments);
}

[[gnu::noinline]] void SayVersion(std::string_view format, const crypto::Digest& digest,
                                  const image::Version& version) {
  Say(log::Level::kInfo, format, digest, image::ToText(version).view());
}

}  // namespace

Boot::Boot(const Config& config) : config_(config) {
  LINNET_ASSERT(config.images.size() == 1 && config.scratch.size() >= kScratchSize);
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
                     TryExecutionArea(decision) || TryAnythingInStore(decision);
  decision.refusal = refusal_;
  if (!found) {
    log::Error(kTag, "nothing to start: {} (at byte {})", image::ToText(refusal_.reason),
               refusal_.offset);
  }
  return decision;
}

release::FlashSource Boot::Execution() const {
  return release::FlashSource(*application().area, config_.watchdog);
}

release::Limits Boot::Accepts() const {
  return {application().area->geometry().size, wanted_.counter_floor[0]};
}

/// Rule 1: what the record names was verified before it was named, so its digest is enough.
bool Boot::Matches(const crypto::Digest& digest) const {
  release::FlashSource source = Execution();
  const Result<crypto::Digest> found = image::HashImage(source, config_.scratch);
  return found.ok() && *found == digest;
}

bool Boot::Start(Decision::Start start, const crypto::Digest& digest, Decision& decision) {
  release::FlashSource source = Execution();
  const Result<image::Header> header = image::ReadHeader(source);
  if (!header.ok()) {
    return false;
  }
  decision.start = start;
  decision.running = digest;
  decision.header = *header;
  SayVersion(start == Decision::Start::kTrial ? "starting trial release {}, version {}"
                                              : "starting confirmed release {}, version {}",
             digest, header->version);
  return true;
}

bool Boot::TryCandidate(Decision& decision) {
  if (wanted_.state == ReleaseState::kTrial) {
    Log(wanted_.candidate, Outcome::kAttemptEnded, static_cast<std::uint8_t>(config_.reset_cause));
    Say(log::Level::kWarning, "trial of release {} ended without acceptance: {}", wanted_.candidate,
        hal::ToString(config_.reset_cause));
  }
  if (wanted_.attempts_left == 0) {
    GiveUp("no attempt left", Outcome::kAttemptsSpent,
           static_cast<std::uint8_t>(config_.reset_cause));
    return false;
  }
  if (!Matches(wanted_.candidate) && !InstallCandidate()) {
    return false;
  }
  return BeginAttempt() && Start(Decision::Start::kTrial, wanted_.candidate, decision);
}

/// Rule 4: the attempt is spent before the trial starts, and nothing starts that is not bounded.
bool Boot::BeginAttempt() {
  wanted_.state = ReleaseState::kTrial;
  --wanted_.attempts_left;
  return Commit().ok();
}

bool Boot::InstallCandidate() {
  release::VerifiedPart part;
  if (wanted_.install_starts_left == 0) {
    GiveUp("no install start left", Outcome::kInstallStartsSpent, 0);
    return false;
  }
  if (!FindInStore(wanted_.candidate, part)) {
    GiveUp("not in the store as it should be", Outcome::kInstallFailed,
           static_cast<std::uint8_t>(refusal_.reason));
    return false;
  }
  --wanted_.install_starts_left;
  if (!Commit().ok()) {
    return false;  // without a record that bounds it, the execution area is left alone
  }
  if (const Status status = Install(part); !status.ok()) {
    GiveUp("it cannot be written", Outcome::kCopyFailed, static_cast<std::uint8_t>(status.code()));
    return false;
  }
  return true;
}

bool Boot::TryConfirmed(Decision& decision) {
  if (!release::IsSet(wanted_.confirmed)) {
    return false;
  }
  if (Matches(wanted_.confirmed)) {
    return Start(Decision::Start::kConfirmed, wanted_.confirmed, decision);
  }
  Say(log::Level::kWarning, "confirmed release {} is not in the area of the {}", wanted_.confirmed,
      application().name);
  release::VerifiedPart part;
  if (!FindInStore(wanted_.confirmed, part) || !Install(part).ok()) {
    return false;
  }
  Log(wanted_.confirmed, Outcome::kRepaired);
  IgnoreStatus(Commit());  // only the log is lost
  return Start(Decision::Start::kConfirmed, wanted_.confirmed, decision);
}

/// Rule 3: there is no record, or the store lost what it names. What verifies is adopted.
bool Boot::TryExecutionArea(Decision& decision) {
  release::FlashSource source = Execution();
  const release::Limits limits = Accepts();
  image::Info info;
  const image::Verdict verdict =
      config_.verifier->Verify(source, limits.area_size, limits.minimum_counter, info);
  if (!verdict.ok()) {
    refusal_ = verdict;
    return false;
  }
  return Adopt(info.digest, decision);
}

bool Boot::TryAnythingInStore(Decision& decision) {
  if (!MountStore()) {
    return false;
  }
  for (std::size_t i = 0; i < config_.store->part_count(); ++i) {
    const release::Part* part = config_.store->PartAt(i);
    release::VerifiedPart found;
    if (part != nullptr && part->kind == release::PartKind::kApplication &&
        FindInStore(part->digest, found) && Install(found).ok()) {
      return Adopt(found.info.digest, decision);
    }
  }
  return false;
}

bool Boot::Adopt(const crypto::Digest& digest, Decision& decision) {
  wanted_.state = ReleaseState::kReady;
  wanted_.confirmed = digest;
  Log(digest, Outcome::kAdopted);
  IgnoreStatus(Commit());  // it verifies; the next start adopts it again
  return Start(Decision::Start::kConfirmed, digest, decision);
}

bool Boot::MountStore() {
  if (!store_mounted_) {
    const Status status = config_.store->Mount();
    store_mounted_ = status.ok();
    if (!status.ok()) {
      log::Error(kTag, "the store cannot be read: {}", status);
    }
  }
  return store_mounted_;
}

bool Boot::FindInStore(const crypto::Digest& digest, release::VerifiedPart& out) {
  refusal_ = {image::Reason::kReadFailed, 0};
  if (!MountStore()) {
    return false;
  }
  const Status status =
      release::FindVerified(*config_.store, digest, *config_.verifier, Accepts(), out);
  if (!status.ok()) {
    refusal_ = out.verdict;
    Say(log::Level::kWarning, "release {} in the store: {}", digest,
        status == Code::kNotFound ? "missing" : image::ToText(refusal_.reason));
  }
  return status.ok();
}

/// Rule 2: only what was verified in the store is copied, and what was copied is hashed again.
Status Boot::Install(const release::VerifiedPart& from) {
  release::FlashSource source = config_.store->Open(from.part);
  SayVersion("installing release {}, version {}", from.info.digest, from.info.header.version);
  CopyResult copied;
  const CopyExtent extent{from.info.header.digest_end(), from.info.total_size};
  LINNET_TRY(CopyChangedPages(source, extent, *application().area, config_.scratch, copied));
  if (!Matches(from.info.digest)) {
    Say(log::Level::kError, "release {} does not read as it was written", from.info.digest);
    return Code::kMismatch;
  }
  Say(log::Level::kInfo, "installed release {}: {} pages written", from.info.digest,
      copied.pages_written);
  return OkStatus();
}

void Boot::Log(const crypto::Digest& digest, Outcome outcome, std::uint8_t detail) {
  release::AddEvent(wanted_, digest, 0, outcome, detail);
}

/// The confirmed release is wanted again.
void Boot::GiveUp(std::string_view why, Outcome outcome, std::uint8_t detail) {
  Say(log::Level::kWarning, "giving up release {}: {}", wanted_.candidate, why);
  Log(wanted_.candidate, outcome, detail);
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
