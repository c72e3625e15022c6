// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet status, linnet events
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "tools/linnet/api_client.hpp"
#include "tools/linnet/commands.hpp"
#include "tools/linnet/follow.hpp"

namespace linnet::cli {
namespace {

using nlohmann::json;

// The execution of `thing` that a person wants to hear of: the last one that was queued.
std::string LastJob(const json& jobs, const std::string& thing) {
  std::string text = "-";
  for (const json& job : jobs) {
    for (const json& execution : job["executions"]) {
      if (execution["thingName"] == thing) {
        text = job["jobId"].get<std::string>() + " " + execution["status"].get<std::string>();
      }
    }
  }
  return text;
}

void PrintStatus(const Context& context, const json& status) {
  context.out.Value(status);
  context.out.Line("twin up: " + status["endpoint"].get<std::string>() + ", MQTT " +
                   status["mqttPort"].dump() + ", HTTPS " + status["httpsPort"].dump());
  std::vector<std::vector<std::string>> rows;
  for (const json& thing : status["things"]) {
    const std::string name = thing["thingName"];
    rows.push_back({name, thing["connected"] ? "connected" : "-", LastJob(status["jobs"], name)});
  }
  context.out.Table({"THING", "STATE", "LAST JOB"}, rows);
}

}  // namespace

void AddStatusCommands(CLI::App& app, Context& context) {
  CLI::App* status =
      app.add_subcommand("status", "What is there: the twin, its things, their jobs");
  status->callback(
      [&context] { PrintStatus(context, ApiClient(context.twin_dir).Get("/v1/status")); });

  CLI::App* events = app.add_subcommand("events", "Print what happens in the twin, until Ctrl-C");
  events->callback([&context] {
    FollowEvents(context, [&context](const json& event) { PrintEvent(context, event); });
  });
}

}  // namespace linnet::cli
