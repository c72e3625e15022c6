// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/topics.hpp"

#include <algorithm>

namespace linnet::twin {
namespace {

constexpr std::string_view kThings = "$aws/things/";
constexpr std::string_view kTelemetry = "dt/linnet/";
constexpr std::string_view kNext = "$next";

bool IsName(std::string_view name, std::size_t limit, std::string_view extra) {
  const auto allowed = [extra](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           extra.find(c) != std::string_view::npos;
  };
  return !name.empty() && name.size() <= limit && std::all_of(name.begin(), name.end(), allowed);
}

std::vector<std::string_view> Split(std::string_view topic) {
  std::vector<std::string_view> levels;
  for (;;) {
    const std::size_t slash = topic.find('/');
    levels.push_back(topic.substr(0, slash));
    if (slash == std::string_view::npos) {
      return levels;
    }
    topic.remove_prefix(slash + 1);
  }
}

std::optional<Operation> ShadowOperation(std::string_view verb) {
  if (verb == "get") {
    return Operation::kShadowGet;
  }
  if (verb == "update") {
    return Operation::kShadowUpdate;
  }
  if (verb == "delete") {
    return Operation::kShadowDelete;
  }
  return std::nullopt;
}

// `levels` begin after "shadow".
std::optional<Request> ParseShadow(std::vector<std::string_view> levels, Request request) {
  if (levels.size() == 3 && levels[0] == "name" && IsShadowName(levels[1])) {
    request.shadow = levels[1];
    levels.erase(levels.begin(), levels.begin() + 2);
  }
  const auto operation = levels.size() == 1 ? ShadowOperation(levels[0]) : std::nullopt;
  if (!operation) {
    return std::nullopt;
  }
  request.operation = *operation;
  return request;
}

// `levels` begin after "jobs".
std::optional<Request> ParseJobs(const std::vector<std::string_view>& levels, Request request) {
  if (levels.size() == 1 && levels[0] == "get") {
    request.operation = Operation::kJobsGetPending;
    return request;
  }
  if (levels.size() == 1 && levels[0] == "start-next") {
    request.operation = Operation::kJobsStartNext;
    return request;
  }
  if (levels.size() != 2 || !(levels[0] == kNext || IsJobId(levels[0]))) {
    return std::nullopt;
  }
  request.job = levels[0];
  if (levels[1] == "get") {
    request.operation = Operation::kJobDescribe;
    return request;
  }
  if (levels[1] == "update" && levels[0] != kNext) {
    request.operation = Operation::kJobUpdate;
    return request;
  }
  return std::nullopt;
}

// `levels` begin after "streams".
std::optional<Request> ParseStreams(const std::vector<std::string_view>& levels, Request request) {
  if (levels.size() != 3 || !IsStreamId(levels[0]) ||
      (levels[1] != "describe" && levels[1] != "get") ||
      (levels[2] != "json" && levels[2] != "cbor")) {
    return std::nullopt;
  }
  request.stream = levels[0];
  request.operation = levels[1] == "get" ? Operation::kStreamGet : Operation::kStreamDescribe;
  request.format = levels[2] == "cbor" ? StreamFormat::kCbor : StreamFormat::kJson;
  return request;
}

}  // namespace

std::optional<Request> ParseRequestTopic(std::string_view topic) {
  if (!topic.starts_with(kThings)) {
    return std::nullopt;
  }
  const std::vector<std::string_view> levels = Split(topic.substr(kThings.size()));
  if (levels.size() < 3 || !IsThingName(levels[0])) {
    return std::nullopt;
  }
  Request request{};
  request.topic = topic;
  request.thing = levels[0];
  const std::vector<std::string_view> rest(levels.begin() + 2, levels.end());
  if (levels[1] == "shadow") {
    return ParseShadow(rest, std::move(request));
  }
  if (levels[1] == "jobs") {
    return ParseJobs(rest, std::move(request));
  }
  if (levels[1] == "streams") {
    return ParseStreams(rest, std::move(request));
  }
  return std::nullopt;
}

std::string ShadowPrefix(std::string_view thing, std::string_view shadow) {
  std::string prefix = std::string(kThings) + std::string(thing) + "/shadow";
  if (!shadow.empty()) {
    prefix += "/name/" + std::string(shadow);
  }
  return prefix;
}

std::string StreamPrefix(std::string_view thing, std::string_view stream) {
  return std::string(kThings) + std::string(thing) + "/streams/" + std::string(stream) + "/";
}

bool IsThingName(std::string_view name) {
  return IsName(name, 128, ":_-");
}

bool IsShadowName(std::string_view name) {
  return IsName(name, 64, ":_-");
}

bool IsJobId(std::string_view id) {
  return IsName(id, 64, "_-");
}

bool IsStreamId(std::string_view id) {
  return IsName(id, 128, "_-");
}

std::vector<std::string> ServiceSubscriptions() {
  const std::string thing = std::string(kThings) + "+/";
  std::vector<std::string> filters;
  for (const char* shadow : {"shadow/", "shadow/name/+/"}) {
    for (const char* verb : {"get", "update", "delete"}) {
      filters.push_back(thing + shadow + verb);
    }
  }
  for (const char* job : {"jobs/get", "jobs/start-next", "jobs/+/get", "jobs/+/update"}) {
    filters.push_back(thing + job);
  }
  for (const char* stream : {"streams/+/describe/+", "streams/+/get/+"}) {
    filters.push_back(thing + stream);
  }
  filters.push_back(std::string(kTelemetry) + "#");
  return filters;
}

std::optional<std::string> ParseTelemetryTopic(std::string_view topic) {
  if (!topic.starts_with(kTelemetry)) {
    return std::nullopt;
  }
  topic.remove_prefix(kTelemetry.size());
  const std::size_t slash = topic.find('/');
  const std::string_view thing = topic.substr(0, slash);
  if (slash == std::string_view::npos || !IsThingName(thing)) {
    return std::nullopt;
  }
  return std::string(thing);
}

}  // namespace linnet::twin
