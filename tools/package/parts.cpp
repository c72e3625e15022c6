// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/package/parts.hpp"

#include <array>
#include <charconv>

#include "package/identify.hpp"
#include "package/verdict.hpp"
#include "tools/sign/manifest.hpp"
#include "tools/sign/sign.hpp"

namespace linnet::package {
namespace {

using release::PartKind;
using sign::Error;

PartFile FromEntry(const image::ManifestEntry& entry, const std::string& path) {
  return {.name = path,
          .kind = static_cast<PartKind>(entry.kind),
          .index = entry.index,
          .version = entry.version,
          .digest = entry.digest,
          .bytes = sign::ReadFile(path)};
}

std::pair<std::string, std::string> Split(const std::string& text, const std::string& form) {
  const std::size_t at = text.find(':');
  if (at == std::string::npos || at == 0 || at + 1 == text.size()) {
    throw Error("\"" + text + "\" is not of the form " + form + ".");
  }
  return {text.substr(0, at), text.substr(at + 1)};
}

image::Version ParseVersion(const std::string& text) {
  const Result<image::Version> version = image::ParseVersion(text);
  if (!version.ok()) {
    throw Error("\"" + text + "\" is no version: write major.minor.revision+build.");
  }
  return *version;
}

std::vector<PartFile> PartsOf(const std::string& path, const std::vector<std::byte>& bytes) {
  const Result<HeadView> head = HeadView::Parse(bytes);
  if (!head.ok() || head->summary().file_size != bytes.size()) {
    throw Error(path + " is a damaged package: make it again.");
  }
  std::vector<PartFile> parts;
  for (std::size_t i = 0; i < head->count(); ++i) {
    const Entry entry = head->At(i);
    if (entry.encoding == Encoding::kRaw) {
      const Bytes stored = Bytes(bytes).subspan(entry.offset, entry.stored_length);
      parts.push_back({.name = path,
                       .kind = entry.kind,
                       .index = entry.index,
                       .version = entry.version,
                       .security_counter = entry.security_counter,
                       .digest = entry.digest,
                       .bytes = {stored.begin(), stored.end()}});
    }
  }
  return parts;
}

}  // namespace

PartFile ReadApplication(const std::string& path) {
  // The same demands as to any other image of a release; the index is only for the message.
  PartFile part = FromEntry(sign::NameBootImage(1, path), path);
  part.kind = PartKind::kApplication;
  part.index = 0;
  part.security_counter = sign::Describe(part.bytes).info.security_counter;
  return part;
}

PartFile ReadBootImage(const std::string& text) {
  const auto [index_text, path] = Split(text, "INDEX:FILE, such as 1:network.img");
  std::uint32_t index = 0;
  const char* end = index_text.data() + index_text.size();
  const auto [stop, error] = std::from_chars(index_text.data(), end, index);
  if (error != std::errc() || stop != end) {
    throw Error("\"" + index_text + "\" is no index of a boot image: a number from 1 to 7.");
  }
  PartFile part = FromEntry(sign::NameBootImage(index, path), path);
  part.security_counter = sign::Describe(part.bytes).info.security_counter;
  return part;
}

PartFile ReadCompanion(const std::string& text) {
  const auto [what, path] = Split(text, "KIND:FILE, such as wifi:nrf70.bin");
  const std::size_t at = what.find('@');
  const std::uint8_t id = sign::ParseCompanion(what.substr(0, at));
  const image::Version version =
      at == std::string::npos ? image::Version{} : ParseVersion(what.substr(at + 1));
  return FromEntry(sign::NameCompanion(id, path, version), path);
}

std::vector<PartFile> ReadBases(const std::string& path) {
  const std::vector<std::byte> bytes = sign::ReadFile(path);
  switch (Identify(bytes)) {
    case FileKind::kPackage:
      return PartsOf(path, bytes);
    case FileKind::kImage:
      return {ReadApplication(path)};
    default:
      throw Error(path + " is neither an application image nor a package.");
  }
}

image::Manifest ManifestOf(const PartFile& application) {
  image::MemorySource source(application.bytes);
  image::Manifest manifest;
  const Result<image::Header> header = image::ReadHeader(source);
  const Status status =
      header.ok() ? image::ReadManifest(source, *header, manifest) : header.status();
  if (!status.ok()) {
    throw Error(application.name + " has a manifest that cannot be read (" +
                std::string(ToString(status.code())) + "); sign it again.");
  }
  return manifest;
}

std::string NameOf(PartKind kind, std::uint8_t index) {
  std::array<char, 24> buffer{};
  return std::string(NamePart(kind, index, buffer));
}

}  // namespace linnet::package
