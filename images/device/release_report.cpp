// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/release_report.hpp"

#include <algorithm>
#include <array>

#include "base/format.hpp"
#include "base/log.hpp"
#include "base/view.hpp"
#include "base/words.hpp"
#include "image/header.hpp"
#include "image/manifest.hpp"
#include "image/verify.hpp"

namespace linnet::device {

namespace {

constexpr const char* kTag = "release";

/// By value of release::Outcome.
constexpr const char* kWords =
    "none|adopted|staged|stage-refused|accepted|rejected|attempt-ended|attempts-spent|"
    "install-failed|copy-failed|install-starts-spent|repaired|golden-marked|golden-restored|"
    "factory-reset";

/// The image's first line, as far as it is text.
StringView FirstWords(image::Source& source, const image::Header& header, Span<char> text) {
  const std::size_t size = std::min<std::size_t>(text.size(), header.body_size);
  if (!source.Read(header.header_size, std::as_writable_bytes(text.first(size))).ok()) {
    return {};
  }
  const auto end = std::find_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size),
                                [](char c) { return c < ' ' || c > '~'; });
  return {text.data(), static_cast<std::size_t>(end - text.begin())};
}

}  // namespace

EventText ToText(const release::Event& event) {
  std::array<char, EventText::capacity()> line;  // NOLINT: written by Format
  EventText text;
  IgnoreStatus(
      text.Assign(Format(line, "{} {} {} {} {}{}", event.boot_count, Bytes(event.release).first(4),
                         WordAt(static_cast<std::size_t>(event.outcome), kWords), event.detail,
                         event.companion != 0 ? "c" : "", event.image)));
  return text;
}

bool ReleaseReport::NamesSecond() {
  const Result<image::Header> header = image::ReadHeader(application_);
  image::Manifest manifest;
  return header.ok() && image::ReadManifest(application_, *header, manifest).ok() &&
         manifest.Find(image::ManifestKind::kBootImage, kSecondImage) != nullptr;
}

void ReleaseReport::Start() {
  // What lies there unnamed is of another release.
  const Result<image::Header> header = image::ReadHeader(second_);
  if (!NamesSecond() || !header.ok()) {
    return;
  }
  version_ = header->version;
  std::array<char, 40> text;  // NOLINT: read into
  log::Info(kTag, "second image {}: {}", image::ToText(*version_).view(),
            FirstWords(second_, *header, text));
}

void ReleaseReport::WriteSecond(json::Writer& json) const {
  if (version_) {
    json.String(image::ToText(*version_).view());
  } else {
    json.Null();
  }
}

void ReleaseReport::WriteOutcomes(json::Writer& json) const {
  release::ReleaseStatus status;
  if (!control_.Query(status).ok()) {
    json.Null();
    return;
  }
  json.BeginArray();
  for (std::size_t i = 0; i < status.event_count && i < status.events.size(); ++i) {
    json.String(ToText(status.events[i]).view());
  }
  json.EndArray();
}

}  // namespace linnet::device
