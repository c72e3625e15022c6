// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "update/finding.hpp"
#include "base/view.hpp"

#include "radio/patch.hpp"

namespace linnet::update {

namespace {

Fault FaultOf(package::Reason reason) {
  using package::Reason;
  switch (reason) {
    case Reason::kAccepted:
      return Fault::kNone;
    case Reason::kUnknownFile:
    case Reason::kMalformed:
    case Reason::kDamaged:
    case Reason::kNewerFormat:
    case Reason::kTooManyParts:
    case Reason::kNoUsableEncoding:
      return Fault::kFormat;
    case Reason::kTruncated:
    case Reason::kWrongLength:
      return Fault::kSize;
    case Reason::kWrongProduct:
    case Reason::kWrongBoard:
    case Reason::kUnknownPart:
    case Reason::kUnknownComponent:
      return Fault::kForAnother;
    case Reason::kTooLarge:
      return Fault::kTooLarge;
    case Reason::kOldCounter:
      return Fault::kNotTrusted;
    case Reason::kUnnamedPart:
    case Reason::kOtherPart:
    case Reason::kNoApplication:
      return Fault::kPairing;
    case Reason::kMissingPart:
    case Reason::kNoFirmware:
      return Fault::kPartMissing;
    case Reason::kOtherFirmware:
      return Fault::kRadioVersion;
  }
  return Fault::kUnknown;
}

}  // namespace

Finding Found(Fault fault, StringView text) {
  Finding finding{.fault = fault};
  IgnoreStatus(finding.text.Assign(text.substr(0, kMaxCause)));
  return finding;
}

Finding Found(Fault fault, const char* text) {
  return Found(fault, StringView(text));
}

Finding Found(const package::Verdict& verdict) {
  if (verdict.ok()) {
    return {};
  }
  std::array<char, package::kMaxExplanation> text{};
  return Found(FaultOf(verdict.reason), package::Explain(verdict, text));
}

PartName NameOf(const image::ManifestEntry& entry) {
  std::array<char, PartName::capacity()> buffer{};
  const auto kind = static_cast<release::PartKind>(entry.kind);
  PartName name;
  IgnoreStatus(name.Assign(package::NamePart(kind, entry.index, buffer)));
  const bool wifi = entry.kind == image::ManifestKind::kCompanion &&
                    entry.index == image::companion::kWifiFirmware;
  if (wifi) {
    IgnoreStatus(name.Append(' '));
    IgnoreStatus(name.Append(radio::FirmwareText(entry.version.build)));
  }
  return name;
}

}  // namespace linnet::update
