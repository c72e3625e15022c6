// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/package/build.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "package/admission.hpp"
#include "package/writer.hpp"
#include "tools/delta/encode.hpp"
#include "tools/sign/manifest.hpp"

namespace linnet::package {
namespace {

using release::PartKind;
using sign::Error;

/// An entry, and the bytes that it is about.
struct Stored {
  Entry entry{};
  std::vector<std::byte> bytes{};
};

const image::ManifestEntry* FindNamed(const image::Manifest& manifest, const PartFile& part) {
  return manifest.Find(static_cast<image::ManifestKind>(part.kind), part.index);
}

std::string SignRemedy(const PartFile& part) {
  return part.kind == PartKind::kBootImage
             ? "--with " + std::to_string(part.index) + ":" + part.name
             : "--needs " + sign::CompanionName(part.index) + ":" + part.name;
}

/// `part` is what the application names; its version then is the manifest's.
void CheckGiven(const PartFile& application, const image::Manifest& manifest, PartFile& part,
                const BuildOptions& options) {
  const image::ManifestEntry* named = FindNamed(manifest, part);
  const std::string name = NameOf(part.kind, part.index);
  if (named == nullptr) {
    if (options.allow_unnamed && manifest.count == 0) {
      return;
    }
    throw Error(application.name + " does not name the " + name + " " + part.name +
                ", so devices refuse the pair: sign the application with " + SignRemedy(part) +
                ".");
  }
  if (named->digest != part.digest) {
    throw Error(part.name + " is not the " + name + " that " + application.name +
                " was signed with: give that one, or sign the application with " +
                SignRemedy(part) + ".");
  }
  part.version = named->version;
}

void CheckComplete(const PartFile& application, const image::Manifest& manifest,
                   const std::vector<PartFile>& others) {
  for (const image::ManifestEntry& named : manifest.view()) {
    const auto kind = static_cast<PartKind>(named.kind);
    const bool given = std::ranges::any_of(others, [&](const PartFile& part) {
      return part.kind == kind && part.index == named.index;
    });
    if (!given) {
      throw Error(
          application.name + " names a " + NameOf(kind, named.index) + " that was not given: add " +
          (kind == PartKind::kBootImage ? "--with " + std::to_string(named.index) + ":FILE"
                                        : "--needs " + sign::CompanionName(named.index) + ":FILE") +
          ", or --partial if the devices have it.");
    }
  }
}

void CheckOnce(const std::vector<PartFile>& others) {
  for (auto part = others.begin(); part != others.end(); ++part) {
    const bool twice = std::any_of(part + 1, others.end(), [&](const PartFile& other) {
      return other.kind == part->kind && other.index == part->index;
    });
    if (twice) {
      throw Error("the " + NameOf(part->kind, part->index) + " is given twice.");
    }
  }
}

Stored RawOf(const PartFile& part) {
  const auto length = static_cast<std::uint32_t>(part.bytes.size());
  return {.entry = {.kind = part.kind,
                    .index = part.index,
                    .stored_length = length,
                    .length = length,
                    .version = part.version,
                    .security_counter = part.security_counter,
                    .digest = part.digest,
                    .stored_digest = crypto::Hash(part.bytes)},
          .bytes = part.bytes};
}

Stored StreamOf(const Stored& raw, Encoding encoding, Bytes base, const crypto::Digest& identity) {
  Stored stored{.entry = raw.entry, .bytes = delta::Encode(base, raw.bytes)};
  stored.entry.encoding = encoding;
  stored.entry.stored_length = static_cast<std::uint32_t>(stored.bytes.size());
  stored.entry.stored_digest = crypto::Hash(stored.bytes);
  stored.entry.base = identity;
  return stored;
}

/// The part in every form that is worth it.
void AppendForms(const PartFile& part, const BuildOptions& options, std::vector<Stored>& out) {
  const Stored raw = RawOf(part);
  out.push_back(raw);
  const auto keep = [&](Stored stored) {
    const bool twice = std::ranges::any_of(out, [&](const Stored& other) {
      return SamePart(other.entry, stored.entry) && other.entry.encoding == stored.entry.encoding &&
             other.entry.base == stored.entry.base;
    });
    if (!twice && stored.bytes.size() < raw.bytes.size()) {
      out.push_back(std::move(stored));
    }
  };
  for (const PartFile& base : options.bases) {
    if (base.kind == part.kind && base.index == part.index && base.digest != part.digest) {
      keep(StreamOf(raw, Encoding::kDelta, base.bytes, base.digest));
    }
  }
  if (options.compress) {
    keep(StreamOf(raw, Encoding::kCompressed, {}, {}));
  }
}

std::vector<std::byte> Assemble(Summary summary, std::vector<Stored> parts) {
  std::vector<Entry> entries;
  std::ranges::transform(parts, std::back_inserter(entries), &Stored::entry);
  if (!PlaceEntries(summary, entries).ok()) {
    throw Error("a package has at most " + std::to_string(kMaxEntries) +
                " entries and 4 GiB: give fewer parts or fewer --from.");
  }
  std::vector<std::byte> file(summary.file_size, std::byte{0xFF});
  const Result<Bytes> head = WriteHead(summary, entries, file);
  if (!head.ok()) {
    throw Error("the package would break its format (" + std::string(ToString(head.code())) + ").");
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    CopyBytes(parts[i].bytes, MutableBytes(file).subspan(entries[i].offset));
  }
  return file;
}

void CheckOptions(const BuildOptions& options) {
  for (const std::string& text : {options.product, options.board}) {
    if (!IsIdentity(text)) {
      throw Error("\"" + text + "\" names no product or board: 1 to " +
                  std::to_string(kMaxIdentity) + " letters, digits, points, dashes, underscores.");
    }
  }
  if (!std::has_single_bit(options.alignment) || options.alignment > kMaxAlignment) {
    throw Error("the alignment must be a power of two up to " + std::to_string(kMaxAlignment) +
                ".");
  }
}

}  // namespace

std::vector<std::byte> Build(const PartFile& application, std::vector<PartFile> others,
                             const BuildOptions& options) {
  CheckOptions(options);
  CheckOnce(others);
  const image::Manifest manifest = ManifestOf(application);
  for (PartFile& part : others) {
    CheckGiven(application, manifest, part, options);
  }
  if (!options.partial) {
    CheckComplete(application, manifest, others);
  }
  // The order in which they were given must not change the file.
  std::ranges::sort(others, {},
                    [](const PartFile& part) { return std::pair(part.kind, part.index); });
  std::vector<Stored> parts;
  AppendForms(application, options, parts);
  for (const PartFile& part : others) {
    AppendForms(part, options, parts);
  }
  return Assemble({.product = options.product,
                   .board = options.board,
                   .version = application.version,
                   .release = application.digest,
                   .alignment = options.alignment},
                  std::move(parts));
}

}  // namespace linnet::package
