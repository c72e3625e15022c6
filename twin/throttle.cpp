// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/throttle.hpp"

#include <nlohmann/json.hpp>

namespace linnet::twin {
namespace {

using Json = nlohmann::json;

bool IsShadow(Operation operation) {
  return operation == Operation::kShadowGet || operation == Operation::kShadowUpdate ||
         operation == Operation::kShadowDelete;
}

}  // namespace

Message ThrottledAnswer(const Request& request, std::string_view payload, UnixSeconds now) {
  Json body = {{"message", "Too many requests"}, {"timestamp", now}};
  body["code"] = IsShadow(request.operation) ? Json(429) : Json("RequestThrottled");
  const Json asked = Json::parse(payload, nullptr, /*allow_exceptions=*/false);
  if (asked.is_object() && asked.contains("clientToken")) {
    body["clientToken"] = asked["clientToken"];
  }
  return {request.topic + "/rejected", body.dump()};
}

}  // namespace linnet::twin
