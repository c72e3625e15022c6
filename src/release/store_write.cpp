// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The store's content: pages made ready one ahead, data programmed, the place found again.
//
// While a part is written, its pages are, from the start: programmed in order; the current one,
// erased before anything was programmed in it; the next one, erased before anything was programmed
// in the current one; then whatever lay there. So the first blank page is the current one or the
// next, wherever power failed, and no note of the progress is needed. Two things would spoil that:
// a page whose content looks blank (`progress` is moved behind it), and erasing pages again to
// resume (`rewinding` says so until it is done).
#include <algorithm>

#include "base/log.hpp"
#include "release/store.hpp"
#include "release/store_view.hpp"

namespace linnet::release {
namespace {

constexpr std::size_t kReadSize = 256;

bool AllEqual(Bytes bytes, std::byte value) {
  return std::all_of(bytes.begin(), bytes.end(), [value](std::byte b) { return b == value; });
}

}  // namespace

Status Store::IsBlankPage(std::uint32_t offset, bool& blank) {
  const hal::FlashGeometry& geometry = region().geometry();
  std::array<std::byte, kReadSize> buffer;
  for (std::uint32_t done = 0; done < geometry.page_size;) {
    const MutableBytes part =
        MutableBytes(buffer).first(std::min<std::size_t>(kReadSize, geometry.page_size - done));
    const Status status = region().Read(offset + done, part);
    if (!status.ok() && status != Code::kDataLoss) {
      return status;
    }
    if (!status.ok() || !AllEqual(part, geometry.erased_value)) {
      blank = false;
      return OkStatus();
    }
    done += static_cast<std::uint32_t>(part.size());
  }
  blank = true;
  return OkStatus();
}

/// Sets `progress` to where writing goes on: the page before the first blank one, which may be
/// torn.
Status Store::FindProgress(Part& part) {
  const std::uint32_t page = region().geometry().page_size;
  std::uint32_t at = part.progress;
  bool blank = false;
  while (at < part.length) {
    LINNET_TRY(IsBlankPage(part.offset + at, blank));
    if (blank) {
      break;
    }
    at += page;
  }
  part.progress = at > part.progress ? at - page : at;
  return OkStatus();
}

Status Store::Resume(std::size_t index) {
  Part part = directory_.At(index);
  const std::uint32_t page = region().geometry().page_size;
  if (part.rewinding == 0) {
    if (const Status status = FindProgress(part); !status.ok()) {
      return Fail(status);
    }
    part.rewinding = 1;
    directory_.Set(index, part);
    LINNET_TRY(Commit());
  }
  session_ = {};
  session_.ready_end = part.progress;
  session_.page_blank = false;  // whatever lies before `progress` needs no note any more
  LINNET_TRY(EraseUpTo(part, part.progress + page));
  part.rewinding = 0;
  directory_.Set(index, part);
  LINNET_TRY(Commit());
  session_.open = true;
  session_.index = index;
  session_.position = part.progress;
  log::Info("store", "resuming a part of {} bytes at {}", part.length, part.progress);
  return OkStatus();
}

/// Erases the pages of `part` from `ready_end` until that is at least `end`, or the part's last
/// page is done.
Status Store::EraseUpTo(const Part& part, std::uint32_t end) {
  while (session_.ready_end < end && session_.ready_end < part.length) {
    if (const Status status = region().ErasePage(part.offset + session_.ready_end); !status.ok()) {
      return Fail(status);
    }
    session_.ready_end += region().geometry().page_size;
  }
  return OkStatus();
}

Status Store::EnterPage(const Part& part) {
  session_.previous_blank = session_.page_blank && session_.position != 0;
  session_.page_blank = true;
  return EraseUpTo(part, session_.position + 2 * region().geometry().page_size);
}

Status Store::ProgramAt(const Part& part, std::uint32_t position, Bytes data) {
  if (AllEqual(data, region().geometry().erased_value)) {
    return OkStatus();  // as it is; and a page of nothing else stays recognizably unprogrammed
  }
  if (session_.page_blank && session_.previous_blank) {
    Part noted = part;
    noted.progress = position - position % region().geometry().page_size;
    directory_.Set(session_.index, noted);
    LINNET_TRY(Commit());
  }
  session_.page_blank = false;
  const Status status = region().Program(part.offset + position, data);
  return status.ok() ? status : Fail(status);
}

Status Store::FlushTail(const Part& part) {
  const std::uint32_t unit = region().geometry().program_unit;
  const auto start = static_cast<std::uint32_t>(session_.position - session_.tail_size);
  std::fill(session_.tail.begin() + static_cast<std::ptrdiff_t>(session_.tail_size),
            session_.tail.end(), region().geometry().erased_value);
  session_.tail_size = 0;
  return ProgramAt(part, start, Bytes(session_.tail).first(unit));
}

/// Takes from the front of `data` what goes into the current page, or into one program unit.
Status Store::TakeChunk(const Part& part, Bytes& data) {
  const hal::FlashGeometry& geometry = region().geometry();
  const std::uint32_t unit = geometry.program_unit;
  const std::uint32_t in_page = session_.position % geometry.page_size;
  if (in_page == 0) {
    LINNET_TRY(EnterPage(part));
  }
  std::size_t count = std::min<std::size_t>(data.size(), geometry.page_size - in_page);
  if (session_.tail_size == 0 && count >= unit) {
    count -= count % unit;
    LINNET_TRY(ProgramAt(part, session_.position, data.first(count)));
    session_.position += static_cast<std::uint32_t>(count);
    data = data.subspan(count);
    return OkStatus();
  }
  count = CopyBytes(data.first(std::min<std::size_t>(count, unit - session_.tail_size)),
                    MutableBytes(session_.tail).subspan(session_.tail_size));
  session_.tail_size += count;
  session_.position += static_cast<std::uint32_t>(count);
  data = data.subspan(count);
  return session_.tail_size == unit ? FlushTail(part) : OkStatus();
}

Status Store::Write(Bytes data) {
  LINNET_TRY(RequireMounted());
  if (!session_.open) {
    return Code::kFailedPrecondition;
  }
  const Part part = directory_.At(session_.index);
  if (data.size() > part.length - session_.position) {
    return Code::kOutOfRange;
  }
  while (!data.empty()) {
    LINNET_TRY(TakeChunk(part, data));
  }
  return OkStatus();
}

Status Store::Finish(const crypto::Digest& digest) {
  LINNET_TRY(RequireMounted());
  if (!session_.open) {
    return Code::kFailedPrecondition;
  }
  Part part = directory_.At(session_.index);
  if (session_.position != part.length) {
    return Code::kFailedPrecondition;
  }
  if (session_.tail_size != 0) {
    LINNET_TRY(FlushTail(part));
  }
  FlashSource source(region(), part.offset, part.length);
  std::array<std::byte, kReadSize> buffer;
  LINNET_TRY(CheckContent(source, part, digest, buffer));

  part.state = PartState::kComplete;
  part.digest = digest;
  part.progress = 0;
  const Result<std::size_t> older = IndexOf(digest);
  directory_.Set(session_.index, part);
  session_ = {};
  if (older.ok()) {
    directory_.Remove(*older);
  }
  return Commit();
}

}  // namespace linnet::release
