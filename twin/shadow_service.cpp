// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/shadow_service.hpp"

#include "twin/throttle.hpp"
#include "twin/utf8.hpp"

namespace linnet::twin {
namespace {

constexpr std::size_t kMaxClientToken = 64;

// What update/rejected, get/rejected and delete/rejected carry.
struct Rejection {
  int code;
  std::string message;
};

std::string DisplayName(const ShadowKey& key) {
  return key.second.empty() ? key.first : key.first + "~" + key.second;
}

Json ParseBody(std::string_view payload) {
  if (!IsUtf8(payload)) {
    throw Rejection{415, "Unsupported documented encoding; supported encoding is UTF-8"};
  }
  Json body = Json::parse(payload, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) {
    throw Rejection{400, "Invalid JSON"};
  }
  return body;
}

void CheckSection(const Json& state, const char* name, const char* title, int max_depth) {
  if (!state.contains(name) || state[name].is_null()) {
    return;
  }
  if (!state[name].is_object()) {
    throw Rejection{400, std::string(title) + " node must be an object"};
  }
  if (Depth(state[name]) > max_depth) {
    throw Rejection{400, "JSON contains too many levels of nesting; maximum is 6"};
  }
  if (HasNullInArray(state[name])) {
    throw Rejection{400, "State contains an invalid node"};
  }
}

}  // namespace

// One request on its way through the service.
struct ShadowService::Call {
  const Request& request;
  std::string_view payload;
  UnixSeconds now;
  ShadowKey key;
  Json client_token = nullptr;
  ShadowOutcome outcome = {};

  void Publish(const char* suffix, Json body) {
    body["timestamp"] = now;
    Send(suffix, std::move(body));
  }

  void Send(const char* suffix, Json body) {
    if (!client_token.is_null()) {
      body["clientToken"] = client_token;
    }
    outcome.messages.push_back({request.topic + suffix, body.dump()});
  }

  // The token is known as early as possible, so that a rejection can carry it.
  void TakeToken(const Json& body) {
    if (!body.contains("clientToken")) {
      return;
    }
    const Json& token = body["clientToken"];
    if (!token.is_string() || token.get_ref<const std::string&>().size() > kMaxClientToken) {
      throw Rejection{400, "Invalid clientToken"};
    }
    client_token = token;
  }
};

ShadowOutcome ShadowService::Handle(const Request& request, std::string_view payload,
                                    UnixSeconds now) {
  Call call{request, payload, now, {request.thing, request.shadow}};
  if (TooMany(call)) {
    return {.messages = {ThrottledAnswer(request, payload, now)}, .saved = {}};
  }
  try {
    switch (request.operation) {
      case Operation::kShadowGet:
        Get(call);
        break;
      case Operation::kShadowUpdate:
        Update(call);
        break;
      default:
        Delete(call);
        break;
    }
  } catch (const Rejection& rejection) {
    const Json body = {{"code", rejection.code}, {"message", rejection.message}};
    // AWS's own example of a version conflict has no timestamp: a client must live without.
    if (rejection.code == 409) {
      call.Send("/rejected", body);
    } else {
      call.Publish("/rejected", body);
    }
  }
  return std::move(call.outcome);
}

bool ShadowService::TooMany(const Call& call) {
  Load& load = loads_[call.key];
  if (load.second != call.now) {
    load = {call.now};
  }
  return ++load.requests > limits_.max_requests;
}

void ShadowService::Get(Call& call) {
  if (!call.payload.empty()) {
    call.TakeToken(ParseBody(call.payload));
  }
  std::optional<Json> document = Document(call.key, call.now);
  if (!document) {
    throw Rejection{404, "No shadow exists with name: '" + DisplayName(call.key) + "'"};
  }
  call.Publish("/accepted", std::move(*document));
}

void ShadowService::Delete(Call& call) {
  // Whatever else the payload says does not matter here.
  const Json body = Json::parse(call.payload, nullptr, /*allow_exceptions=*/false);
  if (body.is_object()) {
    call.TakeToken(body);
  }
  const Shadow* found = Find(call.key);
  if (found == nullptr || !found->exists) {
    throw Rejection{404, "No shadow exists with name: '" + DisplayName(call.key) + "'"};
  }
  const std::int64_t version = found->version;
  shadows_[call.key] = Shadow{{}, {}, version, false, call.now};
  call.outcome.saved = call.key;
  call.Publish("/accepted", {{"version", version}});
}

void ShadowService::CheckVersion(const Call& call, const Json& body) const {
  if (!body.contains("version")) {
    return;
  }
  const Json& version = body["version"];
  if (!version.is_number_unsigned()) {
    throw Rejection{400, "Invalid version"};
  }
  const Shadow* found = Find(call.key);
  if (found == nullptr || !found->exists) {
    if (version != 1) {
      throw Rejection{400, "Invalid version"};
    }
  } else if (version != found->version) {
    throw Rejection{409, "Version conflict"};
  }
}

void ShadowService::CheckUpdate(const Call& call, const Json& body) const {
  if (!body.contains("state")) {
    throw Rejection{400, "Missing required node: state"};
  }
  const Json& state = body["state"];
  if (!state.is_object() && !state.is_null()) {
    throw Rejection{400, "State node must be an object"};
  }
  CheckSection(state, "desired", "Desired", limits_.max_depth);
  CheckSection(state, "reported", "Reported", limits_.max_depth);
  for (const auto& [key, value] : state.items()) {
    if (key != "desired" && key != "reported") {
      throw Rejection{400, "State contains an invalid node"};
    }
  }
  CheckVersion(call, body);
}

void ShadowService::Update(Call& call) {
  if (call.payload.size() > limits_.max_bytes) {
    throw Rejection{413, "The payload exceeds the maximum size allowed"};
  }
  const Json body = ParseBody(call.payload);
  call.TakeToken(body);
  CheckUpdate(call, body);
  Apply(call, body["state"]);
}

void ShadowService::Apply(Call& call, const Json& state) {
  Shadow before = shadows_.contains(call.key) ? shadows_[call.key] : Shadow{};
  if (!before.exists && call.now - before.deleted_at > kVersionMemory) {
    before.version = 0;
  }
  Shadow after = before;
  Json sent_metadata = Json::object();
  for (auto [name, section] :
       {std::pair{"desired", &after.desired}, {"reported", &after.reported}}) {
    if (state.is_null()) {
      MergeSection(*section, nullptr, call.now);
    } else if (state.contains(name)) {
      MergeSection(*section, state[name], call.now);
      if (state[name].is_object()) {
        sent_metadata[name] = StampTree(state[name], call.now);
      }
    }
  }
  if (DocumentSize(after) > limits_.max_bytes) {
    throw Rejection{413, "The payload exceeds the maximum size allowed"};
  }
  after.version = before.version + 1;
  after.exists = true;
  after.deleted_at = 0;

  const Json delta = Delta(after.desired.state, after.reported.state);
  if (!delta.is_null()) {
    call.Publish("/delta", {{"state", delta},
                            {"metadata", DeltaMetadata(after.desired.metadata, delta)},
                            {"version", after.version}});
  }
  const auto describe = [](const Shadow& shadow) {
    return Json{
        {"state", StateOf(shadow)}, {"metadata", MetadataOf(shadow)}, {"version", shadow.version}};
  };
  Json documents = {{"current", describe(after)}};
  if (before.exists) {
    documents["previous"] = describe(before);
  }
  call.Publish("/documents", std::move(documents));
  call.Publish("/accepted",
               {{"state", state}, {"metadata", sent_metadata}, {"version", after.version}});
  shadows_[call.key] = std::move(after);
  call.outcome.saved = call.key;
}

const Shadow* ShadowService::Find(const ShadowKey& key) const {
  const auto found = shadows_.find(key);
  return found == shadows_.end() ? nullptr : &found->second;
}

std::vector<std::string> ShadowService::NamedShadows(std::string_view thing) const {
  std::vector<std::string> names;
  for (const auto& [key, shadow] : shadows_) {
    if (key.first == thing && !key.second.empty() && shadow.exists) {
      names.push_back(key.second);
    }
  }
  return names;
}

std::optional<Json> ShadowService::Document(const ShadowKey& key, UnixSeconds now) const {
  const Shadow* shadow = Find(key);
  if (shadow == nullptr || !shadow->exists) {
    return std::nullopt;
  }
  Json state = StateOf(*shadow);
  Json delta = Delta(shadow->desired.state, shadow->reported.state);
  if (!delta.is_null()) {
    state["delta"] = std::move(delta);
  }
  return Json{{"state", std::move(state)},
              {"metadata", MetadataOf(*shadow)},
              {"version", shadow->version},
              {"timestamp", now}};
}

}  // namespace linnet::twin
