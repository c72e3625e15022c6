// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/linnet/follow.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "tools/linnet/api_client.hpp"
#include "twin/events.hpp"

namespace linnet::cli {
namespace {

constexpr std::chrono::milliseconds kPoll(200);

}  // namespace

void FollowEvents(const Context& context,
                  const std::function<void(const nlohmann::json&)>& on_event) {
  const ApiClient twin(context.twin_dir);
  std::int64_t last = twin.Get("/v1/status")["lastEvent"];
  for (;;) {
    for (const nlohmann::json& event :
         twin.Get("/v1/events?after=" + std::to_string(last))["events"]) {
      last = event["id"];
      on_event(event);
    }
    std::this_thread::sleep_for(kPoll);
  }
}

void PrintEvent(const Context& context, const nlohmann::json& event) {
  context.out.Value(event);
  context.out.Line(twin::ToLine(
      {event["id"], event["atMs"], event["kind"], event["thing"], event["text"], event["data"]}));
}

std::string ClockText(std::int64_t at_ms) {
  const std::string line = twin::ToLine({0, at_ms, "", "", "", nullptr});
  return line.substr(0, line.find(' '));
}

}  // namespace linnet::cli
