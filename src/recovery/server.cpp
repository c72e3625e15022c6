// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "recovery/server.hpp"

#include <optional>

#include "base/view.hpp"
#include "cbor/cursor.hpp"
#include "cbor/writer.hpp"

namespace linnet::recovery {
namespace {

using smp::Error;
using smp::Operation;

constexpr std::uint32_t kMaxListed = 8;

Error FromStatus(Status status) {
  switch (status.code()) {
    case Code::kOk:
      return Error::kNone;
    case Code::kResourceExhausted:
      return Error::kNoMemory;
    case Code::kNotFound:
      return Error::kNotFound;
    case Code::kTooLarge:
      return Error::kTooLarge;
    case Code::kMalformed:
    case Code::kMismatch:
    case Code::kOutOfRange:
      return Error::kInvalid;
    case Code::kDataLoss:
      return Error::kCorrupt;
    case Code::kUnauthenticated:
    case Code::kPermissionDenied:
      return Error::kAccessDenied;
    default:
      return Error::kUnknown;
  }
}

struct UploadRequest {
  std::uint64_t image = 0;
  std::uint64_t length = 0;
  std::uint64_t offset = 0;
  bool has_offset = false;
  Bytes sha;
  Bytes data;
};

Status ReadUnsigned(cbor::Cursor& cursor, std::uint64_t& out) {
  LINNET_TRY_ASSIGN(out, cursor.Unsigned());
  return OkStatus();
}

Status ReadBytes(cbor::Cursor& cursor, Bytes& out) {
  LINNET_TRY_ASSIGN(out, cursor.ByteString());
  return OkStatus();
}

Status ReadPair(cbor::Cursor& cursor, UploadRequest& out) {
  LINNET_TRY_ASSIGN(const StringView key, cursor.Text());
  if (key == "image") {
    return ReadUnsigned(cursor, out.image);
  }
  if (key == "len") {
    return ReadUnsigned(cursor, out.length);
  }
  if (key == "off") {
    out.has_offset = true;
    return ReadUnsigned(cursor, out.offset);
  }
  if (key == "sha") {
    return ReadBytes(cursor, out.sha);
  }
  if (key == "data") {
    return ReadBytes(cursor, out.data);
  }
  return cursor.Skip();
}

Status ReadUpload(Bytes body, UploadRequest& out) {
  cbor::Cursor cursor(body);
  LINNET_TRY_ASSIGN(std::uint32_t pairs, cursor.BeginMap());
  for (; pairs > 0; --pairs) {
    LINNET_TRY(ReadPair(cursor, out));
  }
  return cursor.at_end() && out.has_offset ? OkStatus() : Status(Code::kMalformed);
}

}  // namespace

/// One reply while it is written. What fails before anything was written is told by Fail().
class Server::Answer {
 public:
  explicit Answer(MutableBytes out) : out_(out.subspan(smp::kHeaderSize)), writer_(out_) {}

  cbor::Writer& writer() { return writer_; }
  void Fail(Error error, StringView reason = {}) {
    writer_ = cbor::Writer(out_);
    writer_.BeginMap(reason.empty() ? 1 : 2);
    writer_.Text("rc");
    writer_.Unsigned(static_cast<std::uint8_t>(error));
    if (!reason.empty()) {
      writer_.Text("rsn");
      writer_.Text(reason);
    }
  }
  void Reset() { reset_ = true; }
  [[nodiscard]] bool reset() const { return reset_; }

  std::uint16_t Finish() {
    if (!writer_.Finish().ok()) {
      Fail(Error::kTooLarge);
    }
    return static_cast<std::uint16_t>(writer_.Finish()->size());
  }

 private:
  MutableBytes out_;
  cbor::Writer writer_;
  bool reset_ = false;
};

Server::Reply Server::Handle(Bytes request, MutableBytes out) {
  const Result<smp::Header> header = smp::Decode(request);
  if (!header.ok() ||
      (header->operation != Operation::kRead && header->operation != Operation::kWrite)) {
    return {};
  }
  const Bytes body = request.subspan(smp::kHeaderSize);
  Answer answer(out);
  if (header->group == smp::kOsGroup) {
    Os(*header, body, answer);
  } else if (header->group == smp::kImageGroup) {
    Image(*header, body, answer);
  } else {
    answer.Fail(Error::kNotSupported);
  }
  smp::Header reply = *header;
  reply.operation =
      header->operation == Operation::kRead ? Operation::kReadReply : Operation::kWriteReply;
  reply.length = answer.Finish();
  smp::Encode(reply, std::span<std::byte, smp::kHeaderSize>(out.first(smp::kHeaderSize)));
  return {Bytes(out).first(smp::kHeaderSize + reply.length), answer.reset()};
}

void Server::Os(const smp::Header& header, Bytes body, Answer& answer) {
  cbor::Writer& writer = answer.writer();
  if (header.command == smp::kEcho) {
    cbor::Cursor cursor(body);
    const Result<std::uint32_t> pairs = cursor.BeginMap();
    const Result<StringView> key = cursor.Text();
    const Result<StringView> text = cursor.Text();
    if (!pairs.ok() || !key.ok() || *key != "d" || !text.ok()) {
      return answer.Fail(Error::kInvalid);
    }
    writer.BeginMap(1);
    writer.Text("r");
    return writer.Text(*text);
  }
  if (header.command == smp::kParameters) {
    writer.BeginMap(2);
    writer.Text("buf_size");
    writer.Unsigned(buffer_size_);
    writer.Text("buf_count");
    return writer.Unsigned(1);
  }
  if (header.command == smp::kReset && header.operation == Operation::kWrite) {
    answer.Reset();
    return writer.BeginMap(0);
  }
  answer.Fail(Error::kNotSupported);
}

void Server::Image(const smp::Header& header, Bytes body, Answer& answer) {
  if (header.command == smp::kState && header.operation == Operation::kRead) {
    return List(answer);
  }
  if (header.command == smp::kUpload && header.operation == Operation::kWrite) {
    return Upload(body, answer);
  }
  answer.Fail(Error::kNotSupported);
}

void Server::List(Answer& answer) {
  std::uint32_t count = 0;
  ImageEntry entry;
  while (count < kMaxListed && images_.Describe(count, entry).ok()) {
    ++count;
  }
  cbor::Writer& writer = answer.writer();
  writer.BeginMap(1);
  writer.Text("images");
  writer.BeginArray(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    IgnoreStatus(images_.Describe(i, entry));
    writer.BeginMap(4);
    writer.Text("image");
    writer.Unsigned(entry.image);
    writer.Text("slot");
    writer.Unsigned(0);
    writer.Text("version");
    writer.Text(image::ToText(entry.version).view());
    writer.Text("hash");
    writer.ByteString(entry.digest);
  }
}

/// Data that does not continue what is there is not taken; the offset in the reply says what is
/// wanted, so that a lost reply or a new sender costs one exchange.
void Server::Upload(Bytes body, Answer& answer) {
  UploadRequest request;
  crypto::Digest sha;
  if (!ReadUpload(body, request).ok() || request.image > 7 || request.length > UINT32_MAX ||
      (!request.sha.empty() && request.sha.size() != sha.size())) {
    return answer.Fail(Error::kInvalid);
  }
  if (request.offset == 0) {
    CopyBytes(request.sha, sha);
    const Status begun = images_.Begin(static_cast<std::uint8_t>(request.image),
                                       static_cast<std::uint32_t>(request.length),
                                       request.sha.empty() ? nullptr : &sha);
    if (!begun.ok()) {
      return answer.Fail(FromStatus(begun));
    }
  }
  const std::uint32_t length = images_.length();
  if (length == 0) {
    return answer.Fail(Error::kBadState);
  }
  Status status;
  if (request.offset == images_.position()) {
    status = images_.Append(request.data);
  }
  const std::uint32_t position = images_.position();
  const bool complete = status.ok() && position == length;
  if (complete) {
    status = images_.Finish();
  }
  if (!status.ok()) {
    return answer.Fail(FromStatus(status), images_.refusal());
  }
  cbor::Writer& writer = answer.writer();
  writer.BeginMap(complete ? 3 : 2);
  writer.Text("rc");
  writer.Unsigned(0);
  writer.Text("off");
  writer.Unsigned(position);
  if (complete) {
    writer.Text("match");
    writer.Bool(true);
  }
}

}  // namespace linnet::recovery
