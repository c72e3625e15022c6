// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The store's table: which parts there are, where there is room, what is unlinked.
#include "release/store.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/log.hpp"

namespace linnet::release {
namespace {

constexpr const char* kTag = "store";

std::uint64_t EndOf(const Part& part, const hal::FlashGeometry& geometry) {
  return part.offset + ExtentSize(geometry, part.length);
}

}  // namespace

Status Store::Mount() {
  mounted_ = false;
  session_ = {};
  LINNET_TRY(directory_.Load());
  bool changed = !directory_.settled();
  for (std::size_t i = 0; i < directory_.count();) {
    if (IsSoundEntry(i)) {
      ++i;
      continue;
    }
    log::Error(kTag, "entry {} of the directory makes no sense and is dropped", i);
    directory_.Remove(i);
    changed = true;
  }
  if (changed) {
    LINNET_TRY(directory_.Commit());
  }
  mounted_ = true;
  return OkStatus();
}

/// Whether it can be read and shares no page with the entries before it.
bool Store::IsSoundEntry(std::size_t index) const {
  const hal::FlashGeometry& geometry = region().geometry();
  const Part& part = directory_.At(index);
  if (!CheckPart(part, geometry).ok()) {
    return false;
  }
  for (std::size_t i = 0; i < index; ++i) {
    const Part other = directory_.At(i);
    if (part.offset < EndOf(other, geometry) && other.offset < EndOf(part, geometry)) {
      return false;
    }
  }
  return true;
}

Status Store::RequireMounted() const {
  return mounted_ ? OkStatus() : Status(Code::kFailedPrecondition);
}

Status Store::Fail(Status status) {
  mounted_ = false;
  session_ = {};
  log::Error(kTag, "flash failed: {}", status);
  return status;
}

Status Store::Commit() {
  const Status status = directory_.Commit();
  return status.ok() ? status : Fail(status);
}

Result<std::size_t> Store::IndexOf(const crypto::Digest& digest) const {
  for (std::size_t i = 0; i < directory_.count(); ++i) {
    const Part& part = directory_.At(i);
    if (part.state == PartState::kComplete && part.digest == digest) {
      return i;
    }
  }
  return Code::kNotFound;
}

Result<std::size_t> Store::IndexOfPartial(PartTag tag) const {
  for (std::size_t i = 0; i < directory_.count(); ++i) {
    const Part& part = directory_.At(i);
    if (part.state == PartState::kPartial && part.tag == tag) {
      return i;
    }
  }
  return Code::kNotFound;
}

Result<Part> Store::Find(const crypto::Digest& digest) const {
  LINNET_TRY(RequireMounted());
  LINNET_TRY_ASSIGN(const std::size_t index, IndexOf(digest));
  return PartAt(index);
}

Result<Part> Store::FindPartial(PartTag tag) const {
  LINNET_TRY(RequireMounted());
  LINNET_TRY_ASSIGN(const std::size_t index, IndexOfPartial(tag));
  return PartAt(index);
}

/// What is free from `offset` to the next part's start or the region's end.
Store::Gap Store::GapFrom(std::uint32_t offset) const {
  const hal::FlashGeometry& geometry = region().geometry();
  std::uint32_t end = geometry.size;
  for (std::size_t i = 0; i < directory_.count(); ++i) {
    const Part& part = directory_.At(i);
    if (part.offset <= offset && offset < EndOf(part, geometry)) {
      return {offset, 0};
    }
    if (part.offset > offset) {
      end = std::min(end, part.offset);
    }
  }
  return {offset, end - offset};
}

template <typename Visit>
void Store::ForEachGap(Visit visit) const {
  const hal::FlashGeometry& geometry = region().geometry();
  visit(GapFrom(FirstPartOffset(geometry)));
  for (std::size_t i = 0; i < directory_.count(); ++i) {
    const std::uint64_t end = EndOf(directory_.At(i), geometry);
    if (end < geometry.size) {
      visit(GapFrom(static_cast<std::uint32_t>(end)));
    }
  }
}

std::uint32_t Store::LargestFree() const {
  if (!mounted_ || directory_.count() == kMaxParts) {
    return 0;
  }
  std::uint32_t largest = 0;
  ForEachGap([&](const Gap& gap) { largest = std::max(largest, gap.size); });
  const std::uint32_t page = region().geometry().page_size;
  return largest - largest % page;
}

Status Store::Begin(PartKind kind, std::uint32_t length, PartTag tag) {
  LINNET_TRY(RequireMounted());
  if (session_.open) {
    return Code::kFailedPrecondition;
  }
  if (length == 0) {
    return Code::kInvalidArgument;
  }
  const Result<std::size_t> partial = IndexOfPartial(tag);
  if (!partial.ok()) {
    return Reserve(kind, length, tag);
  }
  const Part part = directory_.At(*partial);
  if (part.kind != kind || part.length != length) {
    return Code::kAlreadyExists;
  }
  return Resume(*partial);
}

Status Store::Reserve(PartKind kind, std::uint32_t length, PartTag tag) {
  const hal::FlashGeometry& geometry = region().geometry();
  const std::uint64_t size = ExtentSize(geometry, length);
  if (size > geometry.size - FirstPartOffset(geometry)) {
    return Code::kTooLarge;
  }
  // The tightest gap leaves the largest one for the next part.
  Gap best;
  ForEachGap([&](const Gap& gap) {
    if (gap.size >= size && (best.size == 0 || gap.size < best.size)) {
      best = gap;
    }
  });
  if (best.size == 0 || directory_.count() == kMaxParts) {
    return Code::kResourceExhausted;
  }
  Part part;
  part.kind = kind;
  part.state = PartState::kPartial;
  part.offset = best.offset;
  part.length = length;
  part.tag = tag;
  // A resumed write looks for the first blank page: the entry may only count once there is one.
  if (const Status status = EraseUpTo(part, geometry.page_size); !status.ok()) {
    return status;
  }
  directory_.Add(part);
  LINNET_TRY(Commit());
  session_.open = true;
  session_.index = directory_.count() - 1;
  return OkStatus();
}

void Store::RemoveEntry(std::size_t index) {
  directory_.Remove(index);
  if (session_.open && session_.index == index) {
    session_ = {};
  } else if (session_.open && session_.index > index) {
    --session_.index;
  }
}

Status Store::Abandon(PartTag tag) {
  LINNET_TRY(RequireMounted());
  LINNET_TRY_ASSIGN(const std::size_t index, IndexOfPartial(tag));
  RemoveEntry(index);
  return Commit();
}

}  // namespace linnet::release
