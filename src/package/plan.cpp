// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "package/plan.hpp"

#include <algorithm>

#include "base/view.hpp"
#include "package/multi_image.hpp"

namespace linnet::package {
namespace {

using release::PartKind;

Verdict Refuse(Reason reason, const PlanPart& part, std::uint32_t found = 0,
               std::uint32_t wanted = 0) {
  return {
      .reason = reason, .kind = part.kind, .index = part.index, .found = found, .wanted = wanted};
}

Verdict OfHead(Status status) {
  switch (status.code()) {
    case Code::kPending:
      return {.reason = Reason::kTruncated};
    case Code::kDataLoss:
      return {.reason = Reason::kDamaged};
    case Code::kUnsupported:
      return {.reason = Reason::kNewerFormat};
    case Code::kTooLarge:
      return {.reason = Reason::kTooManyParts};
    default:
      return {.reason = Reason::kMalformed};
  }
}

/// Appends the part if the device has a place for it that it fits.
Verdict Append(const PlanPart& part, const Device& device, Plan& out) {
  const auto area = std::ranges::find_if(device.areas, [&](const Area& candidate) {
    return candidate.kind == part.kind && candidate.index == part.index;
  });
  if (area == device.areas.end()) {
    return Refuse(Reason::kUnknownPart, part);
  }
  if (part.length > area->size) {
    return Refuse(Reason::kTooLarge, part, part.length, area->size);
  }
  if (part.identified) {
    LINNET_TRY_VERDICT(CheckCounter(part, device));
  }
  if (out.Find(part.kind, part.index) != nullptr) {
    return Refuse(Reason::kMalformed, part);
  }
  if (out.count == Plan::kMaxParts) {
    return Refuse(Reason::kTooManyParts, part);
  }
  out.parts[out.count++] = part;
  return Accepted();
}

bool IsUsable(const Entry& entry, const Device& device, const Inventory& inventory) {
  switch (entry.encoding) {
    case Encoding::kRaw:
      return true;
    case Encoding::kCompressed:
      return device.decodes_streams;
    case Encoding::kDelta:
      return device.decodes_streams && inventory.Has(entry.base);
  }
  return false;
}

PlanPart FromEntry(const Entry& entry) {
  return {.kind = entry.kind,
          .index = entry.index,
          .encoding = entry.encoding,
          .identified = true,
          .offset = entry.offset,
          .stored_length = entry.stored_length,
          .length = entry.length,
          .version = entry.version,
          .security_counter = entry.security_counter,
          .digest = entry.digest,
          .base = entry.base};
}

/// The shortest encoding of the part of entry `first` that the device can use.
Verdict Choose(const HeadView& head, std::size_t first, const Device& device,
               const Inventory& inventory, PlanPart& out) {
  bool found = false;
  const Entry part = head.At(first);
  for (std::size_t i = first; i < head.count(); ++i) {
    const Entry entry = head.At(i);
    if (SamePart(entry, part) && IsUsable(entry, device, inventory) &&
        (!found || entry.stored_length < out.stored_length)) {
      out = FromEntry(entry);
      found = true;
    }
  }
  return found ? Accepted() : Refuse(Reason::kNoUsableEncoding, FromEntry(part));
}

Verdict PlanPackage(Bytes bytes, std::uint32_t file_size, const Device& device,
                    const Inventory& inventory, Plan& out) {
  const Result<HeadView> head = HeadView::Parse(bytes);
  if (!head.ok()) {
    return OfHead(head.status());
  }
  const Summary& summary = head->summary();
  if (summary.product != device.product) {
    return {.reason = Reason::kWrongProduct};
  }
  if (summary.board != device.board) {
    return {.reason = Reason::kWrongBoard};
  }
  if (summary.file_size != file_size) {
    return {.reason = Reason::kWrongLength, .found = file_size, .wanted = summary.file_size};
  }
  out.release = summary.release;
  for (std::size_t i = 0; i < head->count(); ++i) {
    const Entry entry = head->At(i);
    if (out.Find(entry.kind, entry.index) != nullptr) {
      continue;
    }
    PlanPart part;
    LINNET_TRY_VERDICT(Choose(*head, i, device, inventory, part));
    LINNET_TRY_VERDICT(Append(part, device, out));
  }
  return Accepted();
}

Verdict PlanImage(Bytes bytes, std::uint32_t file_size, const Device& device, Plan& out) {
  PlanPart part{.kind = PartKind::kApplication, .stored_length = file_size, .length = file_size};
  if (bytes.size() < image::kHeaderSize) {
    return Refuse(Reason::kTruncated, part);
  }
  image::Header header;
  if (!image::DecodeHeader(bytes.first<image::kHeaderSize>(), header).ok()) {
    return Refuse(Reason::kMalformed, part);
  }
  if (header.digest_end() > file_size) {
    return Refuse(Reason::kTruncated, part);
  }
  part.version = header.version;
  return Append(part, device, out);
}

Verdict PlanMultiImage(Bytes bytes, std::uint32_t file_size, const Device& device, Plan& out) {
  const Result<MultiImage> head = ReadMultiImage(bytes);
  if (!head.ok()) {
    return OfHead(head.status());
  }
  if (head->file_size != file_size) {
    return {.reason = Reason::kWrongLength, .found = file_size, .wanted = head->file_size};
  }
  for (const MultiImage::Image& image : head->view()) {
    const auto component = std::ranges::find(device.components, image.id, &Component::id);
    if (component == device.components.end()) {
      return {.reason = Reason::kUnknownComponent, .found = static_cast<std::uint32_t>(image.id)};
    }
    LINNET_TRY_VERDICT(Append({.kind = component->kind,
                               .index = component->index,
                               .wrapped = component->wrapped,
                               .offset = image.offset,
                               .stored_length = image.size,
                               .length = image.size},
                              device, out));
  }
  const Span<PlanPart> parts = std::span(out.parts).first(out.count);
  const auto application = std::ranges::find(parts, PartKind::kApplication, &PlanPart::kind);
  if (application != parts.end()) {
    std::rotate(parts.begin(), application, application + 1);
  }
  return Accepted();
}

}  // namespace

const PlanPart* Plan::Find(PartKind kind, std::uint8_t index) const {
  const auto all = view();
  const auto found = std::ranges::find_if(
      all, [&](const PlanPart& part) { return part.kind == kind && part.index == index; });
  return found != all.end() ? &*found : nullptr;
}

Verdict MakePlan(Bytes head, std::uint32_t file_size, const Device& device,
                 const Inventory& inventory, Plan& out) {
  out.count = 0;
  out.release = {};
  out.file = package::Identify(head);
  switch (out.file) {
    case FileKind::kPackage:
      return PlanPackage(head, file_size, device, inventory, out);
    case FileKind::kImage:
      return PlanImage(head, file_size, device, out);
    case FileKind::kMultiImage:
      return PlanMultiImage(head, file_size, device, out);
    case FileKind::kUnknown:
      break;
  }
  return {.reason = Reason::kUnknownFile};
}

Verdict CheckCounter(const PlanPart& image, const Device& device) {
  const bool counted =
      image.kind != PartKind::kCompanion && image.index < device.counter_floor.size();
  const std::uint32_t floor = counted ? device.counter_floor[image.index] : 0;
  return image.security_counter < floor
             ? Refuse(Reason::kOldCounter, image, image.security_counter, floor)
             : Accepted();
}

Verdict Unwrap(Bytes header, PlanPart& part) {
  image::Header read;
  if (!part.wrapped || header.size() < image::kHeaderSize ||
      !image::DecodeHeader(header.first<image::kHeaderSize>(), read).ok() || read.body_size == 0) {
    return Refuse(Reason::kMalformed, part);
  }
  if (read.body_end() > part.stored_length) {
    return Refuse(Reason::kTruncated, part);
  }
  part.wrapped = false;
  part.offset += read.header_size;
  part.stored_length = read.body_size;
  part.length = read.body_size;
  return Accepted();
}

}  // namespace linnet::package
