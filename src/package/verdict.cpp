// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "package/verdict.hpp"

#include <array>

#include "base/format.hpp"
#include "base/view.hpp"
#include "image/manifest.hpp"
#include "radio/patch.hpp"

namespace linnet::package {
namespace {

using release::PartKind;

StringView CompanionName(std::uint8_t index) {
  switch (index) {
    case image::companion::kWifiFirmware:
      return "Wi-Fi firmware";
    case image::companion::kCertificates:
      return "certificates";
    case image::companion::kModel:
      return "model";
    default:
      return {};
  }
}

StringView OfTheFile(Reason reason) {
  switch (reason) {
    case Reason::kAccepted:
      return "accepted";
    case Reason::kUnknownFile:
      return "neither a package nor an image: give what `linnet package` or `linnet sign` made";
    case Reason::kTruncated:
      return "the file ends too early: upload it again, whole";
    case Reason::kMalformed:
      return "the file's head breaks its format: make it again with `linnet package`";
    case Reason::kDamaged:
      return "the file's head is damaged: upload it again";
    case Reason::kNewerFormat:
      return "the package has a newer format: update the device with an older package first";
    case Reason::kWrongLength:
      return "the file is not as long as its head says: upload it again, whole";
    case Reason::kTooManyParts:
      return "the file has more parts than a device handles: at most 16";
    case Reason::kWrongProduct:
      return "made for another product: choose the package of this one";
    case Reason::kWrongBoard:
      return "made for another board: choose the package of this one";
    case Reason::kNoApplication:
      return "has no application and does not fit the one that runs: package it with its own";
    default:
      return {};
  }
}

/// "1.2.14.8" of Wi-Fi firmware, "2.1.0" of anything else; both where they tell the two apart.
StringView OfAnother(const Verdict& verdict, StringView part, Span<char> out) {
  if (verdict.found == verdict.wanted || verdict.found == 0 || verdict.wanted == 0) {
    return Format(out,
                  "{}: not the one that the application names: package the one that it was signed "
                  "with",
                  part);
  }
  const bool wifi = IsWifiFirmware(verdict.kind, verdict.index);
  const auto text = [wifi](std::uint32_t number) -> image::VersionText {
    image::VersionText version;
    IgnoreStatus(version.Assign(
        wifi ? radio::FirmwareText(number).view()
             : image::ToText(image::Version{.major = static_cast<std::uint8_t>(number >> 24),
                                            .minor = static_cast<std::uint8_t>(number >> 16),
                                            .revision = static_cast<std::uint16_t>(number)})
                   .view()));
    return version;
  };
  return Format(out,
                "{}: version {}, the application names {}: package the one that it was signed with",
                part, text(verdict.found).view(), text(verdict.wanted).view());
}

StringView OfTheParts(const Verdict& verdict, StringView part, Span<char> out) {
  switch (verdict.reason) {
    case Reason::kUnknownPart:
      return Format(out, "{}: this board has no place for it: leave it out", part);
    case Reason::kUnknownComponent:
      return Format(out, "image id {} is not in this board's component table: add it there",
                    static_cast<std::int32_t>(verdict.found));
    case Reason::kTooLarge:
      return Format(out, "{}: {} bytes do not fit into {}: make it smaller", part, verdict.found,
                    verdict.wanted);
    case Reason::kOldCounter:
      return Format(out,
                    "{}: security counter {}, at least {} is needed: sign it with --counter {}",
                    part, verdict.found, verdict.wanted, verdict.wanted);
    case Reason::kNoUsableEncoding:
      return Format(out, "{}: no encoding that this device can use: package it raw, too", part);
    case Reason::kUnnamedPart:
      return Format(out, "{}: the application does not name it: sign the application with --needs",
                    part);
    case Reason::kMissingPart:
      return Format(out,
                    "{}: named by the application, but neither here nor on the device: "
                    "package both together",
                    part);
    case Reason::kOtherPart:
      return OfAnother(verdict, part, out);
    default:
      return {};
  }
}

StringView OfTheFirmware(const Verdict& verdict, Span<char> out) {
  const radio::FirmwareVersionText wanted = radio::FirmwareText(verdict.wanted);
  if (verdict.reason == Reason::kNoFirmware) {
    return Format(out,
                  "the application's Wi-Fi driver needs firmware {}, and it names none: sign it "
                  "with --needs wifi:FILE",
                  wanted.view());
  }
  return Format(out,
                "the Wi-Fi firmware is {}, the application's driver needs {}: sign it with that",
                radio::FirmwareText(verdict.found).view(), wanted.view());
}

}  // namespace

Status Verdict::status() const {
  switch (reason) {
    case Reason::kAccepted:
      return OkStatus();
    case Reason::kDamaged:
      return Code::kDataLoss;
    case Reason::kTooLarge:
    case Reason::kTooManyParts:
      return Code::kTooLarge;
    case Reason::kOldCounter:
      return Code::kPermissionDenied;
    case Reason::kUnknownFile:
    case Reason::kNewerFormat:
    case Reason::kUnknownPart:
    case Reason::kUnknownComponent:
    case Reason::kNoUsableEncoding:
      return Code::kUnsupported;
    case Reason::kTruncated:
    case Reason::kMalformed:
    case Reason::kWrongLength:
      return Code::kMalformed;
    default:
      return Code::kMismatch;
  }
}

StringView NamePart(PartKind kind, std::uint8_t index, Span<char> out) {
  if (kind == PartKind::kApplication) {
    return "application";
  }
  if (kind == PartKind::kBootImage) {
    return Format(out, "boot image {}", index);
  }
  const StringView name = CompanionName(index);
  return name.empty() ? Format(out, "companion {}", index) : name;
}

StringView Explain(const Verdict& verdict, Span<char> out) {
  if (const StringView text = OfTheFile(verdict.reason); !text.empty()) {
    return Format(out, "{}", text);
  }
  std::array<char, 24> name{};
  const StringView part = NamePart(verdict.kind, verdict.index, name);
  if (const StringView text = OfTheParts(verdict, part, out); !text.empty()) {
    return text;
  }
  return OfTheFirmware(verdict, out);
}

}  // namespace linnet::package
