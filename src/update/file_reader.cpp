// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "update/file_reader.hpp"

#include <algorithm>

#include "image/verify.hpp"
#include "package/admission.hpp"
#include "radio/requirement.hpp"

namespace linnet::update {

namespace {

using release::PartKind;

/// An image of which only the header and what lies behind the body are here.
class Outline final : public image::Source {
 public:
  Outline(Bytes header, std::uint32_t tail_at, Bytes tail)
      : header_(header), tail_at_(tail_at), tail_(tail) {}

  Status Read(std::uint32_t offset, MutableBytes out) override {
    const bool in_tail = offset >= tail_at_;
    const Bytes from = in_tail ? tail_ : header_;
    const std::uint32_t at = in_tail ? offset - tail_at_ : offset;
    if (at > from.size() || out.size() > from.size() - at) {
      return Code::kOutOfRange;
    }
    CopyBytes(from.subspan(at, out.size()), out);
    return OkStatus();
  }
  [[nodiscard]] std::uint32_t size() const override {
    return tail_at_ + static_cast<std::uint32_t>(tail_.size());
  }

 private:
  Bytes header_;
  std::uint32_t tail_at_;
  Bytes tail_;
};

}  // namespace

Status FileReader::Refuse(const Finding& finding) {
  finding_ = finding;
  return Code::kPermissionDenied;
}

Status FileReader::Want(State state, std::uint32_t offset, std::uint32_t size) {
  state_ = state;
  wanted_ = {offset, offset + size};
  size_ = 0;
  return Code::kPending;
}

void FileReader::Begin() {
  workspace_.BeginHead();
  plan_ = {};
  manifest_ = {};
  has_manifest_ = false;
  firmware_.reset();
  finding_ = {};
  IgnoreStatus(Want(State::kFirst, 0, kFirstBytes));
}

Status FileReader::OnBytes(std::uint32_t /*offset*/, Bytes data) {
  const MutableBytes room = workspace_.head().subspan(size_);
  if (data.size() > room.size()) {
    return Code::kTooLarge;
  }
  size_ += CopyBytes(data, room);
  return OkStatus();
}

Status FileReader::Advance(std::uint32_t file_size) {
  switch (state_) {
    case State::kFirst:
      return OnFirst(file_size);
    case State::kHead:
      return OnHead(file_size);
    case State::kHeader:
      return OnHeader();
    case State::kTlvs:
      return OnTlvs();
    case State::kWrapped:
    case State::kDone:
      break;
  }
  return NextWrapped();
}

Status FileReader::OnFirst(std::uint32_t file_size) {
  const Result<std::size_t> head = package::FileHeadSize(here());
  if (head.ok() && *head > size_ && *head <= file_size) {
    return Want(State::kHead, 0, static_cast<std::uint32_t>(*head));
  }
  return OnHead(file_size);  // It also says what is wrong with a head that cannot be.
}

Status FileReader::OnHead(std::uint32_t file_size) {
  const package::Verdict verdict = package::MakePlan(here(), file_size, device_, inventory_, plan_);
  if (!verdict.ok()) {
    return Refuse(Found(verdict));
  }
  const package::PlanPart* const application = plan_.Find(PartKind::kApplication, 0);
  if (application == nullptr || application->encoding != package::Encoding::kRaw) {
    return Complete();
  }
  if (application->offset == 0) {
    return OnHeader();
  }
  return Want(State::kHeader, application->offset, image::kHeaderSize);
}

/// The buffer begins with the application's header.
Status FileReader::OnHeader() {
  const package::PlanPart& application = plan_.parts[0];
  CopyBytes(here().first(std::min(size_, image::kHeaderSize)), header_bytes_);
  if (const image::Verdict verdict = image::DecodeHeader(header_bytes_, header_); !verdict.ok()) {
    return Refuse(Found(Fault::kFormat, image::ToText(verdict.reason)));
  }
  if (header_.digest_end() >= application.length) {
    return Refuse(Found(Fault::kSize, "the image is larger than its file"));
  }
  const std::uint32_t tail = application.length - header_.body_end();
  if (application.identified && tail > kMaxTlvs) {
    return Refuse(
        FoundThat(Fault::kFormat, "the image has {} bytes of TLVs, more than {}", tail, kMaxTlvs));
  }
  return Want(State::kTlvs, application.offset + header_.body_end(),
              std::min<std::uint32_t>(tail, kMaxTlvs));
}

Status FileReader::OnTlvs() {
  package::PlanPart& application = plan_.parts[0];
  Outline outline(header_bytes_, header_.body_end(), here());
  image::Info info;
  if (const image::Verdict verdict = image::Inspect(outline, info); !verdict.ok()) {
    return Refuse(Found(Fault::kFormat, image::ToText(verdict.reason)));
  }
  const bool as_named = application.digest == info.digest && application.version == header_.version;
  if (application.identified && !as_named) {
    return Refuse(
        Found(Fault::kContent, "the image in the package is not the one that its head names"));
  }
  application.identified = true;
  application.digest = info.digest;
  application.version = header_.version;
  application.security_counter = info.security_counter;
  if (const package::Verdict verdict = package::CheckCounter(application, device_); !verdict.ok()) {
    return Refuse(Found(verdict));
  }
  application.length = application.stored_length = info.total_size;
  if (const Status status = image::ReadManifest(outline, header_, manifest_); !status.ok()) {
    return Refuse(
        Found(Fault::kFormat, status == Code::kUnsupported
                                  ? "the release names a kind of part that is unknown here"
                                  : "the release's manifest cannot be read"));
  }
  has_manifest_ = true;
  const auto firmware = radio::ReadRequirement(outline, header_);
  if (!firmware.ok()) {
    return Refuse(Found(Fault::kFormat, "the image states its Wi-Fi firmware wrongly"));
  }
  firmware_ = *firmware;
  return Complete();
}

Status FileReader::Complete() {
  if (has_manifest_) {
    const package::Verdict verdict =
        package::CheckRelease(manifest_, plan_, device_, inventory_, firmware_);
    if (!verdict.ok()) {
      return Refuse(Found(verdict));
    }
    package::NameParts(manifest_, plan_);
  }
  const bool nameless = std::ranges::any_of(
      plan_.view(), [](const package::PlanPart& part) { return !part.identified; });
  if (nameless) {
    return Refuse(Found(Fault::kPairing,
                        "a part of the file has no name: sign the application "
                        "with a manifest"));
  }
  state_ = State::kDone;
  return NextWrapped();
}

/// Images around companions are taken off.
Status FileReader::NextWrapped() {
  for (package::PlanPart& part : std::span(plan_.parts).first(plan_.count)) {
    if (!part.wrapped) {
      continue;
    }
    if (state_ != State::kWrapped) {
      return Want(State::kWrapped, part.offset, image::kHeaderSize);
    }
    state_ = State::kDone;
    if (const package::Verdict verdict = package::Unwrap(here(), part); !verdict.ok()) {
      return Refuse(Found(verdict));
    }
  }
  return OkStatus();
}

}  // namespace linnet::update
