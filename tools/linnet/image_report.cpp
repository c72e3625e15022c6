// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/image_report.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>

#include "base/endian.hpp"
#include "image/tlv.hpp"
#include "tools/sign/manifest.hpp"

namespace linnet::cli {
namespace {

namespace fs = std::filesystem;

bool BeginsLikeAnImage(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 4> first{};
  return file.read(first.data(), first.size()) &&
         LoadLe32(std::as_bytes(std::span(first))) == image::kImageMagic;
}

void AddFolder(const std::string& folder, ImageFiles& out) {
  std::vector<std::string> found;
  try {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) {
        const bool image = BeginsLikeAnImage(entry.path());
        out.others += image ? 0 : 1;
        if (image) {
          found.push_back(entry.path().string());
        }
      }
    }
  } catch (const fs::filesystem_error& error) {
    throw Failure("cannot read " + folder + ": " + error.code().message() + ".");
  }
  std::ranges::sort(found);
  out.images.insert(out.images.end(), found.begin(), found.end());
}

bool ReadCounter(std::string_view text, std::uint32_t& out) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && stop == text.data() + text.size();
}

// What the value means, where that is more than its bytes.
std::string Meaning(const sign::Entry& entry) {
  const bool uuid = entry.type == image::tlv::kVendorId || entry.type == image::tlv::kClassId;
  if (uuid && entry.value.size() == 16) {
    return sign::UuidText(entry.value);
  }
  if (entry.type == image::tlv::kSecurityCounter && entry.value.size() == 4) {
    return std::to_string(LoadLe32(entry.value));
  }
  if (entry.type == image::tlv::kDependency && entry.value.size() == 12) {
    return "image " + std::to_string(std::to_integer<unsigned>(entry.value[0])) + " from " +
           std::string(image::ToText(image::LoadVersion(Bytes(entry.value).subspan(4))).view());
  }
  if (entry.type == image::tlv::kManifest) {
    return std::to_string(entry.value.size() / image::kManifestEntrySize) + " parts, below";
  }
  return sign::ToHex(entry.value);
}

// The parts that the image names; a manifest that cannot be read names none.
image::Manifest ManifestOf(const sign::Description& description) {
  image::Manifest manifest;
  for (const sign::Entry& entry : description.entries) {
    if (entry.is_protected && entry.type == image::tlv::kManifest &&
        !image::DecodeManifest(entry.value, manifest).ok()) {
      throw Failure("the release manifest at byte " + std::to_string(entry.offset) +
                    " is malformed; boot refuses such an image.");
    }
  }
  return manifest;
}

std::string PartName(const image::ManifestEntry& part) {
  return part.kind == image::ManifestKind::kBootImage
             ? "boot image " + std::to_string(part.index)
             : "companion " + sign::CompanionName(part.index);
}

nlohmann::json FullJson(const std::string& path, const sign::Description& description) {
  nlohmann::json json = ToJson(description.info);
  json["path"] = path;
  json["flagNames"] = sign::FlagNames(description.info.header.flags);
  json["protectedSize"] = description.info.header.protected_size;
  json["digestMatches"] = description.info.digest == description.actual_digest;
  json["fileSize"] = description.file_size;
  for (const sign::Entry& entry : description.entries) {
    json["entries"].push_back({{"signed", entry.is_protected},
                               {"type", entry.type},
                               {"name", entry.name},
                               {"offset", entry.offset},
                               {"value", sign::ToHex(entry.value)}});
    if (entry.type == image::tlv::kVendorId || entry.type == image::tlv::kClassId) {
      json[entry.type == image::tlv::kVendorId ? "vendorId" : "classId"] = Meaning(entry);
    }
  }
  json["parts"] = nlohmann::json::array();
  const image::Manifest manifest = ManifestOf(description);
  for (const image::ManifestEntry& part : manifest.view()) {
    json["parts"].push_back({{"name", PartName(part)},
                             {"kind", static_cast<unsigned>(part.kind)},
                             {"index", part.index},
                             {"version", image::ToText(part.version).view()},
                             {"length", part.length},
                             {"digest", sign::ToHex(part.digest)}});
  }
  return json;
}

void PrintHeader(const sign::Description& description, const Context& context) {
  const image::Info& info = description.info;
  const image::Header& header = info.header;
  std::array<std::byte, 4> load;
  StoreBe32(header.load_address, load);
  context.out.Line("version  " + VersionOf(info));
  context.out.Line(
      "digest   " + sign::ToHex(info.digest) +
      (info.digest == description.actual_digest ? "" : "  (DAMAGED: the content has another one)"));
  context.out.Line("size     " + HumanBytes(info.total_size) + ": header " +
                   HumanBytes(header.header_size) + ", program " + HumanBytes(header.body_size) +
                   ", signed entries " + HumanBytes(header.protected_size));
  context.out.Line("flags    " + sign::FlagNames(header.flags));
  context.out.Line("load     0x" + sign::ToHex(load));
  if (description.file_size > info.total_size) {
    context.out.Line("behind   " + HumanBytes(description.file_size - info.total_size) +
                     " that are not part of the image");
  }
}

}  // namespace

ImageFiles FindImages(const std::vector<std::string>& paths) {
  ImageFiles files{.several = paths.size() > 1};
  for (const std::string& path : paths) {
    if (fs::is_directory(path)) {
      files.several = true;
      AddFolder(path, files);
    } else {
      files.images.push_back(path);
    }
  }
  if (files.images.empty()) {
    throw Failure("there is no image below " + paths.front() + ".");
  }
  return files;
}

std::string OtherFiles(const ImageFiles& files) {
  return files.others == 0 ? "" : ", " + std::to_string(files.others) + " other files passed over";
}

KeyOption ReadKeyOption(const std::string& text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string::npos) {
    return {.path = text};
  }
  KeyOption option{.path = text.substr(0, equals)};
  const std::string range = text.substr(equals + 1);
  const std::size_t dash = range.find('-');
  const bool open = dash + 1 == range.size();
  if (dash == std::string::npos || !ReadCounter(range.substr(0, dash), option.validity.first) ||
      (!open && !ReadCounter(range.substr(dash + 1), option.validity.last)) ||
      option.validity.first > option.validity.last) {
    throw Failure("\"" + range +
                  "\" is no range of security counters: write KEY=FIRST-LAST or KEY=FIRST-.");
  }
  return option;
}

std::string VersionOf(const image::Info& info) {
  return std::string(image::ToText(info.header.version).view());
}

nlohmann::json ToJson(const image::Info& info) {
  nlohmann::json dependencies = nlohmann::json::array();
  for (std::size_t i = 0; i < info.dependency_count; ++i) {
    const image::Dependency& dependency = info.dependencies.at(i);
    dependencies.push_back(
        {{"image", dependency.image}, {"version", image::ToText(dependency.minimum).view()}});
  }
  nlohmann::json json{{"version", VersionOf(info)},
                      {"digest", sign::ToHex(info.digest)},
                      {"size", info.total_size},
                      {"headerSize", info.header.header_size},
                      {"bodySize", info.header.body_size},
                      {"flags", info.header.flags},
                      {"loadAddress", info.header.load_address},
                      {"dependencies", std::move(dependencies)}};
  if (info.has_security_counter) {
    json["securityCounter"] = info.security_counter;
  }
  return json;
}

void Report(const std::string& path, const sign::Description& description, bool with_path,
            const Context& context) {
  if (context.out.json()) {
    context.out.Value(FullJson(path, description));
    return;
  }
  if (with_path) {
    context.out.Line(path);
  }
  PrintHeader(description, context);
  std::vector<std::vector<std::string>> rows;
  for (const sign::Entry& entry : description.entries) {
    rows.push_back({entry.name, entry.is_protected ? "yes" : "no", std::to_string(entry.offset),
                    Meaning(entry)});
  }
  context.out.Line("");
  context.out.Table({"entry", "signed", "at", "value"}, rows);
  rows.clear();
  const image::Manifest manifest = ManifestOf(description);
  for (const image::ManifestEntry& part : manifest.view()) {
    rows.push_back({PartName(part), std::string(image::ToText(part.version).view()),
                    std::to_string(part.length), sign::ToHex(part.digest)});
  }
  if (!rows.empty()) {
    context.out.Line("");
    context.out.Table({"part", "version", "bytes", "digest"}, rows);
  }
  if (with_path) {
    context.out.Line("");
  }
}

}  // namespace linnet::cli
