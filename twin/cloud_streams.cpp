// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The cloud's streams: what devices fetch, and what an administrator makes.
#include "twin/cloud.hpp"

namespace linnet::twin {
namespace {

NewStream ParseWish(const Json& wish) {
  NewStream stream;
  try {
    stream.id = wish.at("streamId");
    stream.description = wish.value("description", "");
    for (const Json& file : wish.at("files")) {
      stream.files.push_back({file.at("fileId").get<int>(), file.at("object")});
    }
  } catch (const Json::exception& error) {
    throw RequestError("InvalidRequest",
                       std::string("The stream is not complete: ") + error.what());
  }
  return stream;
}

}  // namespace

void Cloud::OnStreams(const Request& request, const StreamsOutcome& outcome) {
  Publish(outcome.messages);
  events_.Add({0, 0, "stream", request.thing, outcome.event, outcome.data});
}

Json Cloud::SaveStream(const Stream& stream, const char* what) {
  store_.SaveStream(stream);
  events_.Add({0, 0, "stream", "",
               stream.id + "  " + what + ", version " + std::to_string(stream.version),
               ToJson(stream)});
  return ToJson(stream);
}

Json Cloud::CreateStream(const Json& wish) {
  return SaveStream(streams_.Create(ParseWish(wish), clock_()), "created");
}

Json Cloud::UpdateStream(const Json& wish) {
  return SaveStream(streams_.Update(ParseWish(wish), clock_()), "updated");
}

void Cloud::DeleteStream(const std::string& id) {
  streams_.Delete(id);
  store_.RemoveStream(id);
  events_.Add({0, 0, "stream", "", id + "  deleted", {{"streamId", id}}});
}

Json Cloud::Streams() const {
  Json list = Json::array();
  for (const auto& [id, stream] : streams_.streams()) {
    list.push_back(ToJson(stream));
  }
  return list;
}

Json Cloud::DescribeStream(const std::string& id) const {
  const Stream* stream = streams_.Find(id);
  if (stream == nullptr) {
    throw RequestError("ResourceNotFound", "There is no stream '" + id + "'");
  }
  return ToJson(*stream);
}

}  // namespace linnet::twin
