// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/stream_folder.hpp"

#include <fstream>

#include "twin/files.hpp"
#include "twin/firmware.hpp"
#include "twin/pki.hpp"

namespace linnet::twin {

std::string StreamFolder::Etag(const std::string& object) {
  const std::filesystem::path file = directory_ / object;
  if (!IsFirmwareName(object) || !std::filesystem::is_regular_file(file)) {
    return "";
  }
  const auto changed = std::filesystem::last_write_time(file);
  const auto size = std::filesystem::file_size(file);
  Known& known = known_[object];
  if (known.etag.empty() || known.changed != changed || known.size != size) {
    known = {changed, size, Sha256Hex(ReadFile(file))};
  }
  return known.etag;
}

std::uint64_t StreamFolder::Size(const std::string& object) {
  return std::filesystem::file_size(directory_ / object);
}

std::string StreamFolder::Read(const std::string& object, std::uint64_t offset,
                               std::size_t length) {
  std::ifstream file(directory_ / object, std::ios::binary);
  std::string content(length, '\0');
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(content.data(), static_cast<std::streamsize>(length));
  content.resize(static_cast<std::size_t>(file.gcount()));
  return content;
}

}  // namespace linnet::twin
