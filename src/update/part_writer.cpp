// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "update/part_writer.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "update/store_room.hpp"

namespace linnet::update {

Status PartWriter::Open(const package::PlanPart& part) {
  part_ = part;
  unsound_ = false;
  store_.Suspend();
  LINNET_TRY(store_.Mount());  // A failed write takes it out of use.
  base_.reset();
  if (part.encoding == package::Encoding::kDelta) {
    LINNET_TRY_ASSIGN(const release::Part base, store_.Find(part.base));
    base_.emplace(store_.region(), base.offset, base.length);
  }
  const release::PartTag tag = TagOf(part.digest);
  Status status = store_.Begin(part.kind, part.length, tag);
  if (status == Code::kAlreadyExists) {
    LINNET_TRY(store_.Abandon(tag));
    status = store_.Begin(part.kind, part.length, tag);
  }
  if (status.ok() && !raw()) {
    workspace_.BeginDecoder(base_ ? &*base_ : nullptr, *this).Begin(part.length, store_.position());
  }
  return status;
}

PartWriter::Range PartWriter::wanted() const {
  if (!store_.writing() || store_.position() == part_.length) {
    return {};
  }
  const std::uint32_t end = part_.offset + part_.stored_length;
  if (raw()) {
    return {part_.offset + store_.position(), end};
  }
  const delta::Decoder& decoder = std::as_const(workspace_).decoder();
  const std::uint32_t next = part_.offset + std::min(decoder.next(), part_.stored_length);
  return {next, decoder.stream_length() > 0 ? end : std::min(end, next + kTableStretch)};
}

Status PartWriter::OnBytes(std::uint32_t offset, Bytes data) {
  if (raw()) {
    return OnTarget(offset - part_.offset, data);
  }
  const Status status = workspace_.decoder().Feed(offset - part_.offset, data);
  unsound_ = !status.ok() && status != Code::kDataLoss;
  return status;
}

Status PartWriter::OnTarget(std::uint32_t offset, Bytes data) {
  if (!store_.writing() || offset != store_.position()) {
    return Code::kDataLoss;
  }
  const Status status = store_.Write(data);
  if (!status.ok()) {
    // The next attempt opens the part again and finds what is good of it.
    log::Error("update", "the store did not take the bytes: {}", status);
    store_.Suspend();
    return Code::kDataLoss;
  }
  return OkStatus();
}

}  // namespace linnet::update
