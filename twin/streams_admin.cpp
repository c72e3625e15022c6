// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The administrator's side of the streams service.
#include <set>

#include "twin/streams_service.hpp"

namespace linnet::twin {
namespace {

constexpr std::size_t kMaxDescription = 2028;
constexpr int kMaxFileId = 255;

void Refuse(const std::string& text) {
  throw RequestError("InvalidRequest", text);
}

void CheckNewStream(const NewStream& stream) {
  if (!IsStreamId(stream.id)) {
    Refuse("The stream id '" + stream.id + "' must be 1 to 128 characters out of [a-zA-Z0-9_-]");
  }
  if (stream.description.size() > kMaxDescription) {
    Refuse("The description is longer than 2,028 bytes");
  }
  if (stream.files.empty() || stream.files.size() > StreamsService::kMaxFiles) {
    Refuse("A stream needs 1 to 10 files");
  }
  std::set<int> ids;
  for (const NewStream::File& file : stream.files) {
    if (file.id < 0 || file.id > kMaxFileId || !ids.insert(file.id).second) {
      Refuse("The file id " + std::to_string(file.id) +
             " must be 0 to 255, and stand there only once");
    }
  }
}

}  // namespace

std::vector<StreamFile> StreamsService::Resolve(const NewStream& stream) const {
  CheckNewStream(stream);
  std::vector<StreamFile> files;
  for (const NewStream::File& file : stream.files) {
    const std::string etag = objects_.Etag(file.object);
    if (etag.empty()) {
      throw RequestError("ResourceNotFound",
                         "There is no object '" + file.object + "' in the twin's firmware folder");
    }
    const std::uint64_t size = objects_.Size(file.object);
    if (size == 0 || size > kMaxFileSize) {
      Refuse("The object '" + file.object + "' has " + std::to_string(size) +
             " bytes: a file of a stream has 1 byte to 24 MiB");
    }
    files.push_back({file.id, file.object, etag, size});
  }
  return files;
}

const Stream& StreamsService::Create(const NewStream& stream, UnixSeconds now) {
  std::vector<StreamFile> files = Resolve(stream);
  if (streams_.contains(stream.id)) {
    throw RequestError("ResourceAlreadyExists", "There is a stream '" + stream.id + "' already");
  }
  return streams_[stream.id] = Stream{stream.id, stream.description, std::move(files), 1, now, now};
}

const Stream& StreamsService::Update(const NewStream& stream, UnixSeconds now) {
  Stream& known = Require(stream.id);
  known.files = Resolve(stream);
  if (!stream.description.empty()) {
    known.description = stream.description;
  }
  ++known.version;
  known.updated_at = now;
  return known;
}

void StreamsService::Delete(const std::string& id) {
  Require(id);
  streams_.erase(id);
}

Stream& StreamsService::Require(const std::string& id) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) {
    throw RequestError("ResourceNotFound", "There is no stream '" + id + "'");
  }
  return found->second;
}

}  // namespace linnet::twin
