// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet telemetry list|tail
#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "tools/linnet/api_client.hpp"
#include "tools/linnet/commands.hpp"
#include "tools/linnet/follow.hpp"

namespace linnet::cli {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kPoll(200);

struct Options {
  std::string thing;
  int count = 20;
};

void PrintRecord(const Context& context, const json& record) {
  context.out.Value(record);
  context.out.Line(ClockText(record["atMs"]) + "  " + record["thingName"].get<std::string>() +
                   "  " + record["payload"].dump());
}

std::string Target(const Options& options) {
  return "/v1/telemetry?thing=" + UrlEncode(options.thing);
}

std::shared_ptr<Options> AddOptions(CLI::App& command, int count) {
  auto options = std::make_shared<Options>();
  options->count = count;
  command.add_option("THING", options->thing, "Only of this thing");
  command.add_option("-n,--count", options->count, "So many of the last messages")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  return options;
}

void AddList(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("list", "Print the last telemetry messages");
  const auto options = AddOptions(*command, 20);
  command->footer("Example:\n  linnet telemetry list lamp-1 -n 5 --json");
  command->callback([options, &context] {
    const ApiClient twin(context.twin_dir);
    for (const json& record :
         twin.Get(Target(*options) + "&limit=" + std::to_string(options->count))["telemetry"]) {
      PrintRecord(context, record);
    }
  });
}

void AddTail(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("tail", "Print telemetry as it arrives, until Ctrl-C");
  const auto options = AddOptions(*command, 1);
  command->footer("Example:\n  linnet telemetry tail lamp-1");
  command->callback([options, &context] {
    const ApiClient twin(context.twin_dir);
    json records =
        twin.Get(Target(*options) + "&limit=" + std::to_string(options->count))["telemetry"];
    std::int64_t last = 0;
    for (;;) {
      for (const json& record : records) {
        last = record["id"];
        PrintRecord(context, record);
      }
      std::this_thread::sleep_for(kPoll);
      records = twin.Get(Target(*options) + "&after=" + std::to_string(last))["telemetry"];
    }
  });
}

}  // namespace

void AddTelemetryCommands(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("telemetry", "Read what devices report");
  group->require_subcommand(1);
  AddList(*group, context);
  AddTail(*group, context);
}

}  // namespace linnet::cli
