// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The objects of streams are files of one folder.
#pragma once

#include <filesystem>
#include <map>

#include "twin/streams_types.hpp"

namespace linnet::twin {

class StreamFolder final : public StreamObjects {
 public:
  explicit StreamFolder(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// The content's digest, taken anew when the file was written.
  std::string Etag(const std::string& object) override;
  std::uint64_t Size(const std::string& object) override;
  std::string Read(const std::string& object, std::uint64_t offset, std::size_t length) override;

 private:
  struct Known {
    std::filesystem::file_time_type changed;
    std::uint64_t size = 0;
    std::string etag;
  };

  std::filesystem::path directory_;
  std::map<std::string, Known> known_;
};

}  // namespace linnet::twin
