// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/archive.hpp"

#include <zlib.h>

#include <algorithm>

#include "base/endian.hpp"
#include "tools/layout/yaml.hpp"

namespace linnet::doctor {

namespace {

// APPNOTE.TXT 4.3: end of central directory, central entry, local entry.
constexpr std::uint32_t kEndMagic = 0x06054B50;
constexpr std::uint32_t kCentralMagic = 0x02014B50;
constexpr std::uint32_t kLocalMagic = 0x04034B50;
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kCentralSize = 46;
constexpr std::size_t kLocalSize = 30;
constexpr std::size_t kMaxComment = 0xFFFF;

class ArchiveReader {
 public:
  ArchiveReader(const std::string& file, Bytes zip) : file_(file), zip_(zip) {}

  std::vector<ArchiveFile> Read() {
    const Bytes end = Part(FindEnd(), kEndSize);
    const std::size_t count = LoadLe16(end.subspan(10, 2));
    std::size_t at = LoadLe32(end.subspan(16, 4));
    if (count > kMaxEntries) {
      Fail("holds more than " + std::to_string(kMaxEntries) + " files");
    }
    std::vector<ArchiveFile> files;
    for (std::size_t i = 0; i < count; ++i) {
      const Bytes entry = Part(at, kCentralSize);
      if (LoadLe32(entry) != kCentralMagic) {
        Fail("its directory is damaged at byte " + std::to_string(at));
      }
      const std::size_t name_size = LoadLe16(entry.subspan(28, 2));
      const Bytes name = Part(at + kCentralSize, name_size);
      ArchiveFile& file = files.emplace_back();
      file.name.assign(reinterpret_cast<const char*>(name.data()), name.size());
      file.content = Unpack(entry, file.name);
      at += kCentralSize + name_size + LoadLe16(entry.subspan(30, 2)) +
            LoadLe16(entry.subspan(32, 2));
    }
    return files;
  }

 private:
  [[noreturn]] void Fail(const std::string& what) const { throw layout::Error(file_, 0, what); }

  [[nodiscard]] Bytes Part(std::size_t at, std::size_t size) const {
    if (at > zip_.size() || size > zip_.size() - at) {
      Fail("ends too early: it is cut off or damaged; make it again");
    }
    return zip_.subspan(at, size);
  }

  [[nodiscard]] std::size_t FindEnd() const {
    for (std::size_t back = kEndSize; back <= std::min(zip_.size(), kEndSize + kMaxComment);
         ++back) {
      if (LoadLe32(zip_.subspan(zip_.size() - back, 4)) == kEndMagic) {
        return zip_.size() - back;
      }
    }
    Fail("is no zip file, or it is cut off");
  }

  [[nodiscard]] std::vector<std::byte> Unpack(Bytes entry, const std::string& name) const {
    const std::uint16_t flags = LoadLe16(entry.subspan(8, 2));
    const std::uint16_t method = LoadLe16(entry.subspan(10, 2));
    const std::uint32_t packed = LoadLe32(entry.subspan(20, 4));
    const std::uint32_t size = LoadLe32(entry.subspan(24, 4));
    const std::size_t local_at = LoadLe32(entry.subspan(42, 4));
    const Bytes local = Part(local_at, kLocalSize);
    if (LoadLe32(local) != kLocalMagic || (flags & 1U) != 0 || size > kMaxEntrySize) {
      Fail("'" + name.substr(0, 64) + "' in it is damaged, encrypted or over 16 MiB");
    }
    const std::size_t data_at =
        local_at + kLocalSize + LoadLe16(local.subspan(26, 2)) + LoadLe16(local.subspan(28, 2));
    const Bytes data = Part(data_at, packed);
    std::vector<std::byte> content(size);
    const bool ok = method == 0 ? Copy(data, content) : method == 8 && Inflate(data, content);
    const auto* bytes = reinterpret_cast<const Bytef*>(content.data());
    if (!ok ||
        crc32(0, bytes, static_cast<uInt>(content.size())) != LoadLe32(entry.subspan(16, 4))) {
      Fail("'" + name.substr(0, 64) + "' in it is damaged; make the package again");
    }
    return content;
  }

  static bool Copy(Bytes data, std::vector<std::byte>& content) {
    if (data.size() != content.size()) {
      return false;
    }
    std::copy(data.begin(), data.end(), content.begin());
    return true;
  }

  static bool Inflate(Bytes data, std::vector<std::byte>& content) {
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
      return false;
    }
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(data.data()));
    stream.avail_in = static_cast<uInt>(data.size());
    stream.next_out = reinterpret_cast<Bytef*>(content.data());
    stream.avail_out = static_cast<uInt>(content.size());
    const int result = inflate(&stream, Z_FINISH);
    const bool whole = result == Z_STREAM_END && stream.avail_out == 0;
    inflateEnd(&stream);
    return whole;
  }

  const std::string& file_;
  Bytes zip_;
};

}  // namespace

std::vector<ArchiveFile> ReadArchive(const std::string& file, Bytes zip) {
  return ArchiveReader(file, zip).Read();
}

}  // namespace linnet::doctor
