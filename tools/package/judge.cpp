// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/package/judge.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "delta/decoder.hpp"
#include "package/admission.hpp"
#include "package/multi_image.hpp"
#include "package/plan.hpp"
#include "radio/patch.hpp"
#include "radio/requirement.hpp"
#include "tools/sign/sign.hpp"

namespace linnet::package {
namespace {

using release::PartKind;
using sign::Error;

constexpr std::uint32_t kAnySize = std::numeric_limits<std::uint32_t>::max();

void Require(const Verdict& verdict) {
  if (!verdict.ok()) {
    std::array<char, kMaxExplanation> text{};
    throw Error(std::string(Explain(verdict, text)) + ".");
  }
}

class Held final : public Inventory {
 public:
  explicit Held(const std::vector<PartFile>& parts) : parts_(parts) {}
  [[nodiscard]] bool Has(const crypto::Digest& identity) const override {
    return Find(identity) != nullptr;
  }
  [[nodiscard]] const PartFile* Find(const crypto::Digest& identity) const {
    const auto found = std::ranges::find(parts_, identity, &PartFile::digest);
    return found != parts_.end() ? &*found : nullptr;
  }

 private:
  const std::vector<PartFile>& parts_;
};

class Collector final : public delta::TargetSink {
 public:
  Status OnTarget(std::uint32_t offset, Bytes data) override {
    static_cast<void>(offset);
    bytes.insert(bytes.end(), data.begin(), data.end());
    return OkStatus();
  }
  std::vector<std::byte> bytes;
};

std::vector<std::byte> Decode(Bytes stream, std::uint32_t length, const PartFile* base,
                              const std::string& name) {
  image::MemorySource source(base != nullptr ? Bytes(base->bytes) : Bytes());
  Collector collector;
  delta::Decoder decoder(base != nullptr ? &source : nullptr, collector);
  decoder.Begin(length, 0);
  const Status status = decoder.Feed(0, stream);
  if (!status.ok() || !decoder.complete() || decoder.stream_length() != stream.size()) {
    throw Error(name + ": its stream cannot be decoded (" + std::string(ToString(status.code())) +
                ").");
  }
  return collector.bytes;
}

class Judging {
 public:
  Judging(Bytes file, const JudgeOptions& options)
      : file_(file), options_(options), held_(options.held), areas_(options.areas) {}

  Judgement Run() {
    Describe();
    Require(MakePlan(file_, static_cast<std::uint32_t>(file_.size()), device_, held_, plan_));
    for (PlanPart& part : std::span(plan_.parts).first(plan_.count)) {
      if (part.wrapped) {
        Require(Unwrap(Stored(part.offset, part.stored_length), part));
      }
    }
    const PlanPart* application = plan_.Find(PartKind::kApplication, 0);
    if (application == nullptr) {
      Require({.reason = Reason::kNoApplication});
    }
    JudgeApplication(*application);
    NameParts(manifest_, plan_);
    for (const PlanPart& part : plan_.view()) {
      JudgePart(part);
    }
    judgement_.kind = plan_.file;
    if (plan_.file == FileKind::kPackage) {
      JudgeEntries();
    }
    return std::move(judgement_);
  }

 private:
  Bytes Stored(std::uint32_t offset, std::uint32_t length) const {
    return file_.subspan(offset, length);
  }

  /// A device that has what was asked for, and otherwise a place for everything in the file.
  void Describe() {
    device_ = {.product = options_.product,
               .board = options_.board,
               .components = options_.components,
               .counter_floor = options_.counter_floor,
               .allow_unnamed = options_.allow_unnamed,
               .decodes_streams = true};
    const Result<HeadView> head = HeadView::Parse(file_);
    if (head.ok()) {
      device_.product = options_.product.empty() ? head->summary().product : device_.product;
      device_.board = options_.board.empty() ? head->summary().board : device_.board;
    }
    if (areas_.empty()) {
      AnyAreas();
    }
    device_.areas = areas_;
  }

  void AnyAreas() {
    areas_.push_back({PartKind::kApplication, 0, kAnySize});
    for (unsigned index = 1; index <= 7; ++index) {
      areas_.push_back({PartKind::kBootImage, static_cast<std::uint8_t>(index), kAnySize});
    }
    for (unsigned index = 1; index <= 0xFF; ++index) {
      areas_.push_back({PartKind::kCompanion, static_cast<std::uint8_t>(index), kAnySize});
    }
  }

  std::vector<std::byte> ContentOf(const PlanPart& part) const {
    const Bytes stored = Stored(part.offset, part.stored_length);
    if (part.encoding == Encoding::kRaw) {
      return {stored.begin(), stored.end()};
    }
    return Decode(stored, part.length, held_.Find(part.base), NameOf(part.kind, part.index));
  }

  image::Info JudgeImage(const PlanPart& part, Bytes bytes) const {
    const std::string name = NameOf(part.kind, part.index);
    const sign::Judgement judged =
        sign::VerifyImage(bytes, options_.keys, part.length, options_.counter_floor.at(part.index));
    if (!judged.verdict.ok()) {
      throw Error(name + ": " + sign::ToText(judged.verdict) + ".");
    }
    if (part.identified && judged.info.digest != part.digest) {
      throw Error(name + ": it is sound, but another one than is named.");
    }
    if (part.identified && judged.info.header.version != part.version) {
      throw Error(name + ": it is not of the version that the head states.");
    }
    return judged.info;
  }

  void JudgeApplication(const PlanPart& part) {
    const PartFile file{.name = "the application", .bytes = ContentOf(part)};
    const image::Info info = JudgeImage(part, file.bytes);
    manifest_ = ManifestOf(file);
    image::MemorySource source(file.bytes);
    const Result<std::optional<hal::RadioFirmware>> firmware =
        radio::ReadRequirement(source, info.header);
    if (!firmware.ok()) {
      throw Error(
          "the application states in a way that cannot be read what its Wi-Fi driver needs.");
    }
    firmware_ = *firmware;
    Require(CheckRelease(manifest_, plan_, device_, held_, firmware_));
  }

  void JudgePart(const PlanPart& part) {
    const std::vector<std::byte> bytes = ContentOf(part);
    const std::string name = NameOf(part.kind, part.index);
    if (part.kind == PartKind::kCompanion) {
      if (part.identified && crypto::Hash(bytes) != part.digest) {
        throw Error(name + ": its content is not what is named.");
      }
      if (part.index == image::companion::kWifiFirmware) {
        JudgeFirmware(bytes);
      }
    } else {
      JudgeImage(part, bytes);
    }
    if (plan_.file != FileKind::kPackage) {
      judgement_.parts.push_back({name, part.encoding, part.stored_length, true});
    }
  }

  void JudgeFirmware(Bytes bytes) const {
    image::MemorySource source(bytes);
    std::array<std::byte, 512> scratch;
    const Result<radio::Patch> patch = radio::VerifyPatch(source, scratch);
    if (!patch.ok() || patch->size() != bytes.size()) {
      throw Error("Wi-Fi firmware: it is no whole patch container.");
    }
    Require(CheckWifiFirmware(
        bytes, manifest_.Find(image::ManifestKind::kCompanion, image::companion::kWifiFirmware),
        firmware_));
  }

  /// Every form of every part, also those that this device would not take.
  void JudgeEntries() {
    const HeadView head = HeadView::Parse(file_).value();
    for (std::size_t i = 0; i < head.count(); ++i) {
      const Entry entry = head.At(i);
      const std::string name = NameOf(entry.kind, entry.index);
      const Bytes stored = Stored(entry.offset, entry.stored_length);
      if (crypto::Hash(stored) != entry.stored_digest) {
        throw Error(name + ", " + std::string(ToString(entry.encoding)) +
                    ": its bytes are not what the head says.");
      }
      const bool decodable = entry.encoding != Encoding::kDelta || held_.Has(entry.base);
      if (decodable && entry.encoding != Encoding::kRaw) {
        JudgeStream(head, entry, stored, name);
      }
      judgement_.parts.push_back({name, entry.encoding, entry.stored_length, decodable});
    }
  }

  void JudgeStream(const HeadView& head, const Entry& entry, Bytes stored,
                   const std::string& name) const {
    const std::vector<std::byte> bytes = Decode(stored, entry.length, held_.Find(entry.base), name);
    for (std::size_t i = 0; i < head.count(); ++i) {
      const Entry other = head.At(i);
      if (SamePart(other, entry) && other.encoding == Encoding::kRaw &&
          crypto::Hash(bytes) != other.stored_digest) {
        throw Error(name + ", " + std::string(ToString(entry.encoding)) +
                    ": it gives other bytes than the raw form.");
      }
    }
  }

  Bytes file_;
  const JudgeOptions& options_;
  Held held_;
  std::vector<Area> areas_;
  Device device_{};
  Plan plan_{};
  image::Manifest manifest_{};
  std::optional<hal::RadioFirmware> firmware_{};
  Judgement judgement_{};
};

}  // namespace

Judgement Judge(Bytes file, const JudgeOptions& options) {
  return Judging(file, options).Run();
}

}  // namespace linnet::package
