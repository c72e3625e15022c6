// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet twin up|down|status; what it does wrong on demand is in cmd_twin_fault.cpp
#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "tools/linnet/api_client.hpp"
#include "tools/linnet/commands.hpp"
#include "twin/twin.hpp"

namespace linnet::cli {
namespace {

constexpr std::chrono::milliseconds kPoll(50);

constexpr const char* kUpFooter =
    "Everything listens on 127.0.0.1 only. Ports are chosen at the first start and kept in the "
    "directory.\n"
    "Ctrl-C stops the twin and all that it started.\n"
    "\n"
    "Examples:\n"
    "  linnet twin up\n"
    "  linnet twin up --dir /tmp/twin --mqtt-port 8883 --https-port 8443\n"
    "  linnet twin up --https-rate 50000      firmware at 50 kB/s, to watch an update\n"
    "  linnet twin up --server-key rsa        an RSA server certificate, as older AWS endpoints "
    "have";

// Programs that belong together are built beside each other. Empty: this one is not there.
std::filesystem::path BesideUs(const char* program) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path path = self.parent_path() / program;
  return std::filesystem::exists(path) ? path : std::filesystem::path();
}

struct UpOptions {
  twin::TwinOptions twin;
  bool no_air = false;
  std::string server_key = "p256";
};

void AddPort(CLI::App& app, const char* name, std::optional<std::uint16_t>& port,
             const char* what) {
  app.add_option(
      name, port,
      std::string("Port of ") + what + "; 0: any free one (default: that of the last time)");
}

void AddUp(CLI::App& group, Context& context) {
  CLI::App* up = group.add_subcommand("up", "Run a local AWS IoT Core until Ctrl-C");
  const auto options = std::make_shared<UpOptions>();
  AddPort(*up, "--mqtt-port", options->twin.mqtt_port, "MQTT with TLS");
  AddPort(*up, "--https-port", options->twin.https_port, "the firmware server");
  AddPort(*up, "--sntp-port", options->twin.sntp_port, "the time server (UDP)");
  AddPort(*up, "--api-port", options->twin.api_port, "the admin API that this command line uses");
  up->add_option("--https-rate", options->twin.https_bytes_per_second,
                 "Firmware server: bytes a second for each connection; 0: no limit");
  up->add_option("--server-key", options->server_key, "Kind of the server's key")
      ->check(CLI::IsMember({"p256", "rsa"}));
  up->add_option("--events", options->twin.events_file,
                 "Append events to this file, a JSON object a line");
  up->add_flag("--no-air", options->no_air, "Without access points and radios (see linnet air)");
  up->footer(kUpFooter);
  up->callback([options, &context] {
    options->twin.directory = context.twin_dir;
    options->twin.air_program = options->no_air ? "" : BesideUs("linnet_air");
    options->twin.json_output = context.out.json();
    options->twin.server_key =
        options->server_key == "rsa" ? twin::KeyKind::kRsa2048 : twin::KeyKind::kP256;
    try {
      twin::Twin twin(options->twin, std::cout);
      twin.Run();
    } catch (const std::runtime_error& error) {
      throw Failure(error.what());
    }
  });
}

void AddDown(CLI::App& group, Context& context) {
  CLI::App* down = group.add_subcommand("down", "Stop the twin that runs in the directory");
  down->footer("Example:\n  linnet twin down --dir /tmp/twin");
  down->callback([&context] {
    const ApiClient twin(context.twin_dir);
    static_cast<void>(twin.Post("/v1/stop", nlohmann::json::object()));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::filesystem::exists(std::filesystem::path(context.twin_dir) / "twin.json")) {
      if (std::chrono::steady_clock::now() > deadline) {
        throw Failure("the twin in " + context.twin_dir + " does not stop: end process " +
                      twin.description()["pid"].dump());
      }
      std::this_thread::sleep_for(kPoll);
    }
    context.out.Line("The twin is down.");
    context.out.Value({{"down", true}});
  });
}

void PrintStatus(const Context& context, const nlohmann::json& status) {
  context.out.Value(status);
  context.out.Line("twin       up, process " + status["pid"].dump() + ", in " +
                   status["directory"].get<std::string>());
  context.out.Line("endpoint   " + status["endpoint"].get<std::string>() + "  MQTT " +
                   status["mqttPort"].dump() + "  HTTPS " + status["httpsPort"].dump() + "  SNTP " +
                   status["sntpPort"].dump() + "  API " + status["apiPort"].dump());
  context.out.Line("things     " + std::to_string(status["things"].size()) + "   jobs " +
                   std::to_string(status["jobs"].size()));
}

void AddStatus(CLI::App& group, Context& context) {
  CLI::App* status =
      group.add_subcommand("status", "Say whether the twin runs, and on which ports");
  const auto wait = std::make_shared<double>(0);
  status->add_option("--wait", *wait, "Wait up to so many seconds until it is up");
  status->footer("Example:\n  linnet twin status --wait 10 --json");
  status->callback([wait, &context] {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(*wait);
    while (!TwinIsRunning(context.twin_dir) && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(kPoll);
    }
    PrintStatus(context, ApiClient(context.twin_dir).Get("/v1/status"));
  });
}

}  // namespace

void AddTwinCommands(CLI::App& app, Context& context) {
  CLI::App* group =
      app.add_subcommand("twin", "Run a local AWS IoT Core for development and tests");
  group->require_subcommand(1);
  AddUp(*group, context);
  AddDown(*group, context);
  AddStatus(*group, context);
  AddTwinFaultCommands(*group, context);
}

}  // namespace linnet::cli
