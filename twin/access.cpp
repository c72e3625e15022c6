// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/access.hpp"

#include "twin/topics.hpp"

namespace linnet::twin {
namespace {

constexpr std::string_view kThings = "$aws/things/";
constexpr std::string_view kTelemetry = "dt/linnet/";

// Whether `topic` is `prefix`, the name, a slash, and something.
bool IsUnder(std::string_view topic, std::string_view prefix, std::string_view name) {
  if (name.empty() || !topic.starts_with(prefix)) {
    return false;
  }
  topic.remove_prefix(prefix.size());
  return topic.size() > name.size() + 1 && topic.starts_with(name) && topic[name.size()] == '/';
}

bool IsOwn(std::string_view user, std::string_view topic) {
  return IsUnder(topic, kThings, user) || IsUnder(topic, kTelemetry, user);
}

}  // namespace

bool IsService(std::string_view user) {
  return user == kServiceName;
}

bool MayPublish(std::string_view user, std::string_view topic) {
  if (IsService(user) || IsUnder(topic, kTelemetry, user)) {
    return true;
  }
  return IsUnder(topic, kThings, user) && ParseRequestTopic(topic).has_value();
}

bool MayReceive(std::string_view user, std::string_view topic) {
  return IsService(user) || IsOwn(user, topic);
}

// A name holds no wildcard, so what stands in its place in the filter is the name itself.
bool MaySubscribe(std::string_view user, std::string_view filter) {
  return IsService(user) || IsOwn(user, filter);
}

}  // namespace linnet::twin
