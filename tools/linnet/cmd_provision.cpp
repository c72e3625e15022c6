// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet provision
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/linnet/commands.hpp"
#include "tools/linnet/setup_client.hpp"

namespace linnet::cli {
namespace {

using nlohmann::json;

struct Options {
  SetupTarget target;
  bool list = false;
  bool from_stdin = false;
  bool hidden = false;
  std::string ssid;
  std::string passphrase;
};

std::string SecurityName(hal::WifiSecurity security) {
  switch (security) {
    case hal::WifiSecurity::kOpen:
      return "open";
    case hal::WifiSecurity::kWpa2Psk:
      return "WPA2";
    case hal::WifiSecurity::kWpa2Wpa3:
      return "WPA2, WPA3";
    case hal::WifiSecurity::kWpa3Sae:
      return "WPA3";
  }
  return "unknown";
}

/// For JSON and terminals: a name may be any bytes.
std::string Printable(std::string_view ssid) {
  std::string text;
  for (const char c :
       json(std::string(ssid)).dump(-1, ' ', false, json::error_handler_t::replace)) {
    text += static_cast<unsigned char>(c) == 0x7F ? '?' : c;
  }
  return text.substr(1, text.size() - 2);
}

void List(const Context& context, SetupClient& client) {
  json all = json::array();
  std::vector<std::vector<std::string>> rows;
  for (const hal::AccessPoint& point : client.Networks()) {
    const std::string name = Printable(point.ssid);
    const std::string security = SecurityName(point.security);
    const std::string band = point.band == hal::WifiBand::k5GHz ? "5 GHz" : "2.4 GHz";
    all.push_back({{"ssid", name},
                   {"security", security},
                   {"rssi_dbm", point.rssi_dbm},
                   {"channel", point.channel},
                   {"band", band}});
    rows.push_back({name, security, std::to_string(point.rssi_dbm) + " dBm",
                    std::to_string(point.channel), band});
  }
  context.out.Value({{"networks", all}, {"fingerprint", client.fingerprint()}});
  context.out.Table({"NETWORK", "SECURITY", "SIGNAL", "CHANNEL", "BAND"}, rows);
  context.out.Line("certificate: " + client.fingerprint());
}

std::string ReadPassphrase(const Options& options) {
  std::string passphrase = options.passphrase;
  if (options.from_stdin && !std::getline(std::cin, passphrase)) {
    throw Failure("no passphrase on standard input");
  }
  if (!passphrase.empty() && passphrase.back() == '\r') {
    passphrase.pop_back();
  }
  return passphrase;
}

/// What a person can do about a reason in the device's own words.
std::string Advice(const std::string& reason) {
  if (reason == "wrong key") {
    return ": the passphrase is wrong";
  }
  if (reason == "network not found") {
    return ": it is not in reach of the device";
  }
  return reason.empty() ? "" : ": " + reason;
}

wifi::Configuration MakeConfiguration(const Options& options, const hal::AccessPoint* at) {
  wifi::Configuration configuration;
  wifi::Network& network = configuration.network;
  const std::string passphrase = ReadPassphrase(options);
  if (!network.ssid.Assign(options.ssid).ok() || !network.passphrase.Assign(passphrase).ok()) {
    throw Failure("a name has at most 32 bytes, a passphrase at most 64");
  }
  network.minimum_security =
      passphrase.empty() ? hal::WifiSecurity::kOpen : hal::WifiSecurity::kWpa2Psk;
  if (at != nullptr && at->security != hal::WifiSecurity::kOpen && passphrase.empty()) {
    throw Failure("'" + options.ssid + "' has a lock: give its passphrase with --passphrase-stdin");
  }
  if (at != nullptr && at->security == hal::WifiSecurity::kOpen && !passphrase.empty()) {
    throw Failure("'" + options.ssid + "' is open: it has no passphrase");
  }
  if (!wifi::Check(network).ok()) {
    throw Failure("a passphrase has 8 to 63 printable characters, or 64 hexadecimal digits");
  }
  return configuration;
}

void Configure(const Context& context, SetupClient& client, const Options& options) {
  const std::vector<hal::AccessPoint> heard = client.Networks();
  const auto at = std::ranges::find_if(
      heard, [&](const hal::AccessPoint& point) { return point.ssid == options.ssid; });
  if (at == heard.end() && !options.hidden) {
    throw Failure("the device does not hear '" + options.ssid +
                  "': see --list, or say --hidden if it hides its name");
  }
  const hal::AccessPoint* seen = at == heard.end() ? nullptr : &*at;
  const wifi::Configuration configuration = MakeConfiguration(options, seen);
  hal::AccessPoint point = seen == nullptr ? hal::AccessPoint{} : *seen;
  if (seen == nullptr) {
    point.security = configuration.network.minimum_security;
  }
  const SetupAnswer answer = client.Configure(point, configuration);
  const bool worked = answer.status == 200;
  context.out.Value({{"ssid", options.ssid},
                     {"connected", worked},
                     {"reason", answer.body},
                     {"status", answer.status},
                     {"fingerprint", answer.fingerprint}});
  if (!worked) {
    throw Failure("the device is not connected to '" + options.ssid + "'" + Advice(answer.body));
  }
  context.out.Line("the device is connected to '" + options.ssid + "' and keeps its passphrase");
}

}  // namespace

void AddProvisionCommand(CLI::App& app, const Context& context) {
  CLI::App* command = app.add_subcommand(
      "provision", "Give a device its Wi-Fi network, as the phone application does");
  command->footer(
      "The device opens a network of its own while it knows none, or after a long press of its\n"
      "button; its name, passphrase and QR code are on the console. Join it, then:\n\n"
      "  linnet provision --list\n"
      "  linnet provision --ssid Home --passphrase-stdin < passphrase.txt\n\n"
      "It is said to be connected only after it was, and reached the internet.");
  const auto options = std::make_shared<Options>();
  command->add_option("--host", options->target.host, "Where the device is")->capture_default_str();
  command->add_option("--port", options->target.port, "Its HTTPS port")->capture_default_str();
  command->add_option("--fingerprint", options->target.fingerprint,
                      "SHA-256 of the certificate that the device must show");
  auto* list = command->add_flag("--list", options->list, "Print the networks that it hears");
  auto* ssid = command->add_option("--ssid", options->ssid, "The network to join");
  command->add_flag("--hidden", options->hidden, "The network hides its name");
  auto* passphrase = command->add_option("--passphrase", options->passphrase,
                                         "Its passphrase; others on this machine may see it");
  command
      ->add_flag("--passphrase-stdin", options->from_stdin, "Its passphrase is on standard input")
      ->excludes(passphrase);
  ssid->excludes(list);
  command->callback([options, &context] {
    SetupClient client(options->target);
    if (options->list) {
      return List(context, client);
    }
    if (options->ssid.empty()) {
      throw Failure("say --list, or which network with --ssid");
    }
    Configure(context, client, *options);
  });
}

}  // namespace linnet::cli
