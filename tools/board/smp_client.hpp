// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Speaks mcumgr's protocol to a running board's console: what `mcumgr` does over a serial port, as
// far as recovery answers it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "crypto/sha256.hpp"
#include "recovery/frame.hpp"
#include "recovery/smp.hpp"

namespace linnet::board {

/// One line of the board's image list.
struct ListedImage {
  std::uint32_t image = 0;
  std::uint32_t slot = 0;
  std::string version;
  crypto::Digest hash{};
};

/// Throws Error (flash_file.hpp): no board listens there, none answers, or it refuses, with its
/// words.
class SmpClient {
 public:
  /// `line` is the board's console as a socket: SerialSocket() of its options. An unanswered
  /// request is sent again after `patience`, five times in all.
  SmpClient(const std::filesystem::path& line, std::chrono::milliseconds patience);
  ~SmpClient();
  SmpClient(const SmpClient&) = delete;
  SmpClient& operator=(const SmpClient&) = delete;

  std::string Echo(const std::string& text);
  std::vector<ListedImage> List();
  /// `progress` is told the bytes that are there. Continues where the board says that it is.
  void Upload(std::uint32_t image, Bytes file, const std::function<void(std::size_t)>& progress);
  void Reset();

  /// Any request; returns the body of its reply, which may say an error.
  std::vector<std::byte> Request(const recovery::smp::Header& header, Bytes body);

 private:
  void Send(Bytes packet) const;
  bool Receive(std::uint8_t sequence, std::vector<std::byte>& body);
  std::size_t ChunkSize();

  int socket_ = -1;
  std::chrono::milliseconds patience_;
  std::uint8_t sequence_ = 0;
  std::vector<std::byte> buffer_;
  recovery::FrameReader reader_;
};

}  // namespace linnet::board
