// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/streams_service.hpp"

#include <algorithm>
#include <stdexcept>

#include "twin/utf8.hpp"

namespace linnet::twin {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxClientToken = 64;

struct Rejection {
  const char* code;
  std::string message;
};

Json Parse(std::string_view payload, StreamFormat format) {
  const bool cbor = format == StreamFormat::kCbor;
  // An empty payload is a request without members.
  Json body = payload.empty() ? Json::object()
              : cbor ? Json::from_cbor(payload, /*strict=*/true, /*allow_exceptions=*/false)
              : IsUtf8(payload) ? Json::parse(payload, nullptr, /*allow_exceptions=*/false)
                                : Json(Json::value_t::discarded);
  if (body.is_discarded()) {
    throw Rejection{cbor ? "InvalidCbor" : "InvalidJson", "The request cannot be read"};
  }
  if (!body.is_object()) {
    throw Rejection{"InvalidRequest", "The request is not an object"};
  }
  return body;
}

std::string Write(const Json& body, StreamFormat format) {
  if (format == StreamFormat::kJson) {
    return body.dump();
  }
  const std::vector<std::uint8_t> bytes = Json::to_cbor(body);
  return {bytes.begin(), bytes.end()};
}

Json Binary(std::string_view bytes, StreamFormat format) {
  if (format == StreamFormat::kJson) {
    return ToBase64(bytes);
  }
  return Json::binary({bytes.begin(), bytes.end()});
}

// A bitmap of either form; empty when there is none.
std::string Bitmap(const Json& body, StreamFormat format) {
  if (!body.contains("b")) {
    return "";
  }
  const Json& value = body["b"];
  std::string bitmap;
  if (format == StreamFormat::kCbor && value.is_binary()) {
    bitmap.assign(value.get_binary().begin(), value.get_binary().end());
  } else if (format == StreamFormat::kJson && value.is_string()) {
    try {
      bitmap = FromBase64(value.get_ref<const std::string&>());
    } catch (const std::invalid_argument&) {
      throw Rejection{"InvalidRequest", "The bitmap is not base64"};
    }
  } else {
    throw Rejection{"InvalidRequest", "The bitmap is not a byte string"};
  }
  if (bitmap.size() > StreamsService::kMaxBitmap) {
    throw Rejection{"BlockBitmapLimitExceeded", "The bitmap is larger than 12,288 bytes"};
  }
  return bitmap;
}

// An integer member in its bounds; `fallback` when it may be missing and is.
std::int64_t Number(const Json& body, const char* key, std::int64_t low, std::int64_t high,
                    std::optional<std::int64_t> fallback, const char* out_of_bounds) {
  if (!body.contains(key)) {
    if (fallback) {
      return *fallback;
    }
    throw Rejection{"InvalidRequest", std::string("The request lacks ") + key};
  }
  const Json& value = body[key];
  if (!value.is_number_integer()) {
    throw Rejection{"InvalidRequest", std::string(key) + " is not an integer"};
  }
  const bool fits =
      !value.is_number_unsigned() || value.get<std::uint64_t>() <= static_cast<std::uint64_t>(high);
  if (!fits || value.get<std::int64_t>() < low) {
    throw Rejection{out_of_bounds, std::string(key) + " is not in " + std::to_string(low) + " to " +
                                       std::to_string(high)};
  }
  return value.get<std::int64_t>();
}

}  // namespace

// One request on its way through the service.
struct StreamsService::Call {
  const Request& request;
  const Stream& stream;
  Json body = Json::object();
  StreamsOutcome outcome = {};

  void Answer(const char* verb, Json answer) {
    if (body.contains("c") && body["c"].is_string()) {
      answer["c"] = body["c"];
    }
    // ".../get/cbor" -> ".../data/cbor"
    const std::string format = request.format == StreamFormat::kCbor ? "cbor" : "json";
    outcome.messages.push_back({StreamPrefix(request.thing, request.stream) + verb + "/" + format,
                                Write(answer, request.format)});
  }
};

void StreamsService::Restore(Stream stream) {
  const std::string id = stream.id;
  streams_[id] = std::move(stream);
}

StreamsOutcome StreamsService::Handle(const Request& request, std::string_view payload) {
  static const Stream none;
  const Stream* found = Find(request.stream);
  Call call{request, found != nullptr ? *found : none};
  try {
    call.body = Parse(payload, request.format);
    if (const auto token = call.body.find("c");
        token != call.body.end() &&
        (!token->is_string() || token->get_ref<const std::string&>().size() > kMaxClientToken)) {
      call.body.erase("c");
      throw Rejection{"InvalidRequest", "The client token is not a text of at most 64 bytes"};
    }
    if (found == nullptr) {
      throw Rejection{"ResourceNotFound", "There is no stream " + request.stream};
    }
    request.operation == Operation::kStreamDescribe ? Describe(call) : Get(call);
  } catch (const Rejection& rejection) {
    call.Answer("rejected", {{"o", rejection.code}, {"m", rejection.message}});
    call.outcome.event = request.stream + "  refused: " + rejection.code;
    call.outcome.data = {{"streamId", request.stream}, {"rejected", rejection.code}};
  }
  return call.outcome;
}

void StreamsService::Describe(Call& call) const {
  Json files = Json::array();
  for (const StreamFile& file : call.stream.files) {
    files.push_back({{"f", file.id}, {"z", file.size}});
  }
  call.Answer(
      "description",
      {{"s", call.stream.version}, {"d", call.stream.description}, {"r", std::move(files)}});
  call.outcome.event =
      call.stream.id + "  described, version " + std::to_string(call.stream.version);
  call.outcome.data = {{"streamId", call.stream.id}, {"streamVersion", call.stream.version}};
}

// The file, if its content is still what it was.
const StreamFile& StreamsService::FileFor(const Stream& stream, std::int64_t id) const {
  const auto file = std::find_if(stream.files.begin(), stream.files.end(),
                                 [id](const StreamFile& candidate) { return candidate.id == id; });
  if (file == stream.files.end()) {
    throw Rejection{"ResourceNotFound", "The stream has no file " + std::to_string(id)};
  }
  const std::string etag = objects_.Etag(file->object);
  if (etag.empty()) {
    throw Rejection{"ResourceNotFound", "The content of the file is gone"};
  }
  if (etag != file->etag) {
    throw Rejection{"ETagMismatch", "The content of the file is another one now"};
  }
  return *file;
}

void StreamsService::Get(Call& call) const {
  const Json& body = call.body;
  constexpr const char* kInvalid = "InvalidRequest";
  constexpr std::int64_t kAnyVersion = std::int64_t{1} << 53;
  if (Number(body, "s", 0, kAnyVersion, call.stream.version, kInvalid) != call.stream.version) {
    throw Rejection{"VersionMismatch",
                    "The stream is at version " + std::to_string(call.stream.version)};
  }
  const std::int64_t id = Number(body, "f", 0, 255, std::nullopt, kInvalid);
  const std::int64_t size =
      Number(body, "l", kMinBlock, kMaxBlock, std::nullopt, "BlockSizeOutOfBounds");
  const std::int64_t offset = Number(body, "o", 0, kMaxOffset, 0, "OffsetOutOfBounds");
  const std::string bitmap = Bitmap(body, call.request.format);
  const std::int64_t all = body.contains("b") ? kMaxOffset : kMaxAnswer / size;
  std::int64_t left =
      std::min(Number(body, "n", 0, kMaxOffset, all, "BlockCountLimitExceeded"), kMaxAnswer / size);

  const StreamFile& file = FileFor(call.stream, id);
  const auto blocks = static_cast<std::int64_t>((file.size + static_cast<std::uint64_t>(size) - 1) /
                                                static_cast<std::uint64_t>(size));
  if (offset >= blocks) {
    throw Rejection{"OffsetOutOfBounds", "The offset is behind the end of the file"};
  }
  std::int64_t sent = 0;
  std::uint64_t bytes = 0;
  for (std::int64_t block = offset; block < blocks && left > 0; ++block) {
    const auto bit = static_cast<std::size_t>(block - offset);
    if (body.contains("b") && (bit / 8 >= bitmap.size() ||
                               (static_cast<unsigned char>(bitmap[bit / 8]) >> bit % 8 & 1) == 0)) {
      continue;
    }
    const std::string content = objects_.Read(file.object, static_cast<std::uint64_t>(block * size),
                                              static_cast<std::size_t>(size));
    call.Answer("data", {{"f", id},
                         {"l", content.size()},
                         {"i", block},
                         {"p", Binary(content, call.request.format)}});
    --left;
    ++sent;
    bytes += content.size();
  }
  call.outcome.event = call.stream.id + "  file " + std::to_string(id) + "  from block " +
                       std::to_string(offset) + "  " + std::to_string(sent) + " blocks  " +
                       std::to_string(bytes) + " B";
  call.outcome.data = {{"streamId", call.stream.id}, {"fileId", id},   {"offset", offset},
                       {"blockSize", size},          {"blocks", sent}, {"bytes", bytes}};
}

const Stream* StreamsService::Find(const std::string& id) const {
  const auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : &found->second;
}

}  // namespace linnet::twin
