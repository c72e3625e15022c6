// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/board/smp_client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "cbor/cursor.hpp"
#include "cbor/writer.hpp"
#include "tools/board/flash_file.hpp"

namespace linnet::board {

namespace {

namespace smp = recovery::smp;
using std::chrono::milliseconds;

constexpr std::size_t kLargestReply = 4096;
constexpr int kAttempts = 5;
constexpr int kMostOffers = 1000;  // of the same offset: the board does not take it
/// Of an upload request besides its data: header, keys, numbers, the file's digest.
constexpr std::size_t kRequestOverhead = 100;

int Connect(const std::filesystem::path& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof(address.sun_path)) {
    throw Error("The path " + text +
                " is too long for a socket; keep the flash file in a shorter one.");
  }
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
  const int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (file < 0 || connect(file, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    close(file);
    throw Error("No board's console is at " + text + " (" + std::strerror(error) +
                "): start the board with `linnet board run`.");
  }
  return file;
}

/// What a reply's map says under the keys that a client looks at.
struct Answer {
  std::uint64_t rc = 0;
  std::uint64_t offset = 0;
  std::uint64_t buffer_size = 0;
  std::string reason;
  std::string text;
};

Status ReadPair(cbor::Cursor& cursor, Answer& out) {
  LINNET_TRY_ASSIGN(const StringView key, cursor.Text());
  std::uint64_t* number = key == "rc"         ? &out.rc
                          : key == "off"      ? &out.offset
                          : key == "buf_size" ? &out.buffer_size
                                              : nullptr;
  std::string* text = key == "rsn" ? &out.reason : key == "r" ? &out.text : nullptr;
  if (number != nullptr) {
    LINNET_TRY_ASSIGN(*number, cursor.Unsigned());
    return OkStatus();
  }
  if (text != nullptr) {
    LINNET_TRY_ASSIGN(*text, cursor.Text());
    return OkStatus();
  }
  return cursor.Skip();
}

Answer ReadAnswer(Bytes body) {
  cbor::Cursor cursor(body);
  Answer answer;
  const Result<std::uint32_t> pairs = cursor.BeginMap();
  bool sound = pairs.ok();
  for (std::uint32_t i = 0; sound && i < *pairs; ++i) {
    sound = ReadPair(cursor, answer).ok();
  }
  if (!sound) {
    throw Error("The board's answer is not what mcumgr's protocol says.");
  }
  if (answer.rc != 0) {
    throw Error("The board refuses (mcumgr error " + std::to_string(answer.rc) + ")" +
                (answer.reason.empty() ? "." : ": " + answer.reason + "."));
  }
  return answer;
}

ListedImage ReadImage(cbor::Cursor& cursor) {
  ListedImage image;
  const Result<std::uint32_t> pairs = cursor.BeginMap();
  for (std::uint32_t i = 0; pairs.ok() && i < *pairs; ++i) {
    const Result<StringView> key = cursor.Text();
    if (!key.ok()) {
      break;
    }
    if (*key == "image" || *key == "slot") {
      const auto number = static_cast<std::uint32_t>(cursor.Unsigned().value_or(0));
      (*key == "slot" ? image.slot : image.image) = number;
    } else if (*key == "version") {
      image.version = cursor.Text().value_or("");
    } else if (*key == "hash") {
      CopyBytes(cursor.ByteString().value_or({}), image.hash);
    } else {
      IgnoreStatus(cursor.Skip());
    }
  }
  return image;
}

}  // namespace

SmpClient::SmpClient(const std::filesystem::path& line, milliseconds patience)
    : socket_(Connect(line)), patience_(patience), buffer_(kLargestReply), reader_(buffer_) {}

SmpClient::~SmpClient() {
  close(socket_);
}

void SmpClient::Send(Bytes packet) const {
  recovery::FrameWriter writer(packet);
  std::array<std::byte, recovery::kMaxFrameSize> frame;
  for (Bytes next = writer.Next(frame); !next.empty(); next = writer.Next(frame)) {
    while (!next.empty()) {
      const ssize_t sent = send(socket_, next.data(), next.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        throw Error("The board is gone: its console takes nothing more.");
      }
      next = next.subspan(static_cast<std::size_t>(sent));
    }
  }
}

/// Waits for the reply with that number; false: it did not come in time.
bool SmpClient::Receive(std::uint8_t sequence, std::vector<std::byte>& body) {
  const auto deadline = std::chrono::steady_clock::now() + patience_;
  while (true) {
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd ready = {socket_, POLLIN, 0};
    if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) <= 0) {
      return false;
    }
    std::byte byte;  // one by one: what follows a reply belongs to the next
    if (recv(socket_, &byte, 1, 0) != 1) {
      throw Error("The board is gone: its console ended.");
    }
    if (!reader_.Feed(byte)) {
      continue;
    }
    const Result<smp::Header> header = smp::Decode(reader_.packet());
    if (header.ok() && header->sequence == sequence) {
      const Bytes content = reader_.packet().subspan(smp::kHeaderSize);
      body.assign(content.begin(), content.end());
      return true;
    }
  }
}

std::vector<std::byte> SmpClient::Request(const smp::Header& header, Bytes body) {
  smp::Header request = header;
  request.sequence = ++sequence_;
  request.length = static_cast<std::uint16_t>(body.size());
  std::vector<std::byte> packet(smp::kHeaderSize + body.size());
  smp::Encode(request, std::span<std::byte, smp::kHeaderSize>(packet.data(), smp::kHeaderSize));
  CopyBytes(body, MutableBytes(packet).subspan(smp::kHeaderSize));
  std::vector<std::byte> reply;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Send(packet);
    if (Receive(request.sequence, reply)) {
      return reply;
    }
  }
  throw Error("The board does not answer: is it in recovery (boot-recovery.elf, nothing to run)?");
}

std::string SmpClient::Echo(const std::string& text) {
  std::array<std::byte, 256> body;
  cbor::Writer writer(body);
  writer.BeginMap(1);
  writer.Text("d");
  writer.Text(text);
  return ReadAnswer(Request({.operation = smp::Operation::kWrite,
                             .group = smp::kOsGroup,
                             .command = smp::kEcho},
                            writer.Finish().value()))
      .text;
}

std::size_t SmpClient::ChunkSize() {
  const std::byte empty_map{0xA0};
  const Answer answer = ReadAnswer(
      Request({.group = smp::kOsGroup, .command = smp::kParameters}, Bytes(&empty_map, 1)));
  if (answer.buffer_size <= 2 * kRequestOverhead) {
    throw Error("The board takes requests of " + std::to_string(answer.buffer_size) +
                " bytes only, too small for an upload.");
  }
  return std::min<std::size_t>(answer.buffer_size, 2048) - kRequestOverhead;
}

std::vector<ListedImage> SmpClient::List() {
  const std::byte empty_map{0xA0};
  const std::vector<std::byte> body =
      Request({.group = smp::kImageGroup, .command = smp::kState}, Bytes(&empty_map, 1));
  static_cast<void>(ReadAnswer(body));
  cbor::Cursor cursor(body);
  std::vector<ListedImage> images;
  const Result<std::uint32_t> pairs = cursor.BeginMap();
  for (std::uint32_t i = 0; pairs.ok() && i < *pairs; ++i) {
    const Result<StringView> key = cursor.Text();
    if (!key.ok() || *key != "images") {
      IgnoreStatus(cursor.Skip());
      continue;
    }
    const std::uint32_t count = cursor.BeginArray().value_or(0);
    while (images.size() < count) {
      images.push_back(ReadImage(cursor));
    }
  }
  return images;
}

void SmpClient::Upload(std::uint32_t image, Bytes file,
                       const std::function<void(std::size_t)>& progress) {
  const std::size_t chunk = ChunkSize();
  const crypto::Digest sha = crypto::Hash(file);
  std::vector<std::byte> body(chunk + kRequestOverhead);
  std::size_t offset = 0;
  for (int stuck = 0; offset < file.size();) {
    const Bytes data = file.subspan(offset, std::min(chunk, file.size() - offset));
    cbor::Writer writer(body);
    writer.BeginMap(offset == 0 ? 5 : 2);
    if (offset == 0) {
      writer.Text("image");
      writer.Unsigned(image);
      writer.Text("len");
      writer.Unsigned(file.size());
      writer.Text("sha");
      writer.ByteString(sha);
    }
    writer.Text("off");
    writer.Unsigned(offset);
    writer.Text("data");
    writer.ByteString(data);
    const Answer answer = ReadAnswer(Request(
        {.operation = smp::Operation::kWrite, .group = smp::kImageGroup, .command = smp::kUpload},
        writer.Finish().value()));
    stuck = answer.offset > offset ? 0 : stuck + 1;
    if (answer.offset > file.size() || stuck > kMostOffers) {
      throw Error("The board asks for byte " + std::to_string(answer.offset) + " of a file of " +
                  std::to_string(file.size()) + ".");
    }
    offset = answer.offset;
    progress(offset);
  }
}

void SmpClient::Reset() {
  const std::byte empty_map{0xA0};
  static_cast<void>(ReadAnswer(
      Request({.operation = smp::Operation::kWrite, .group = smp::kOsGroup, .command = smp::kReset},
              Bytes(&empty_map, 1))));
}

}  // namespace linnet::board
