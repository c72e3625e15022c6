// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Answers SMP requests: the part of mcumgr's protocol that brings an image onto a device that has
// none. A machine: packets in, packets out; where images go is behind `Images`.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/view.hpp"
#include "crypto/sha256.hpp"
#include "image/version.hpp"
#include "recovery/smp.hpp"

namespace linnet::recovery {

/// What one entry of the image list says of an execution area.
struct ImageEntry {
  std::uint8_t image = 0;  ///< Number of the image in the release; 0 is the application.
  image::Version version;
  crypto::Digest digest{};
};

/// Takes uploads, one at a time, from their first byte to their last.
class Images {
 public:
  /// Begins an upload of `length` bytes, or goes on with the one that has the same three arguments;
  /// position() then says where. `sha` is the SHA-256 of all of the file; nullptr: unknown, it
  /// begins anew. kNotFound: there is no such image. kTooLarge: more than its area takes.
  virtual Status Begin(std::uint8_t image, std::uint32_t length, const crypto::Digest* sha) = 0;
  /// Bytes taken of the current upload.
  [[nodiscard]] virtual std::uint32_t position() const = 0;
  /// Bytes of the current upload; 0: there is none.
  [[nodiscard]] virtual std::uint32_t length() const = 0;
  /// kOutOfRange: more than the length.
  virtual Status Append(Bytes data) = 0;
  /// All bytes are there: judges them. Not ok: they are dropped, and refusal() says why.
  virtual Status Finish() = 0;
  /// One clause for a person; empty: the last Finish() did not refuse.
  [[nodiscard]] virtual StringView refusal() const = 0;
  /// The entry number `index` of the list. kNotFound: none, and none behind it.
  virtual Status Describe(std::uint32_t index, ImageEntry& out) = 0;

 protected:
  ~Images() = default;  // nobody deletes through it
};

class Server {
 public:
  struct Reply {
    Bytes packet;        ///< Empty: the request deserves none.
    bool reset = false;  ///< After it was sent.
  };

  /// `buffer_size`: bytes of a request that the caller can take, told to those who ask.
  Server(Images& images, std::uint32_t buffer_size) : images_(images), buffer_size_(buffer_size) {}

  /// `out` (kReplySize) holds the reply.
  Reply Handle(Bytes request, MutableBytes out);

  /// A list of eight images fits, and an echo of as much.
  static constexpr std::size_t kReplySize = 768;

 private:
  class Answer;

  void Os(const smp::Header& header, Bytes body, Answer& answer);
  void Image(const smp::Header& header, Bytes body, Answer& answer);
  void List(Answer& answer);
  void Upload(Bytes body, Answer& answer);

  Images& images_;
  std::uint32_t buffer_size_;
};

}  // namespace linnet::recovery
