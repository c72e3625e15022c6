// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet air list|add|set|remove|join|leave|hang|status
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "tools/linnet/commands.hpp"
#include "twin/air_client.hpp"

namespace linnet::cli {
namespace {

using nlohmann::json;

constexpr int kSeconds = 5;
constexpr int kJoinSeconds = 20;

json Ask(const Context& context, const json& request, int seconds = kSeconds) {
  return twin::AskAir(context.twin_dir, request, seconds);
}

std::shared_ptr<std::string> NameOption(CLI::App& command) {
  auto name = std::make_shared<std::string>();
  command.add_option("NAME", *name, "What this access point is called here")->required();
  return name;
}

/// Puts into `wish` what is given on the command line.
void WishOptions(CLI::App& command, json& wish) {
  const auto text = [&command, &wish](const char* option, const char* member, const char* what) {
    return command.add_option_function<std::string>(
        option, [&wish, member](const std::string& value) { wish[member] = value; }, what);
  };
  const auto number = [&command, &wish](const char* option, const char* member, const char* what) {
    return command.add_option_function<int>(
        option, [&wish, member](int value) { wish[member] = value; }, what);
  };
  text("--ssid", "ssid", "The network's name (default: NAME)");
  text("--passphrase", "passphrase", "8 to 63 characters, or 64 hexadecimal digits");
  text("--security", "security", "open, wpa2, wpa2-wpa3 or wpa3 (default: wpa2 with a passphrase)")
      ->check(CLI::IsMember({"open", "wpa2", "wpa2-wpa3", "wpa3"}));
  command
      .add_option_function<std::string>(
          "--band",
          [&wish](const std::string& value) { wish["band"] = value == "5" ? json(5) : json(2.4); },
          "2.4 or 5, in GHz")
      ->check(CLI::IsMember({"2.4", "5"}));
  number("--channel", "channel", "1 to 13, or 36 to 165 with 5 GHz");
  number("--signal", "signal", "How it is heard, in dBm: -50 is near; below -95 it is not heard");
  text("--bssid", "bssid", "Its address, as 02:4c:69:01:00:01 (default: a free one)");
  text("--network", "network", "What is behind it; access points that name the same share it");
  text("--uplink", "uplink", "internet, none (nothing but DHCP and DNS), or portal (captive)")
      ->check(CLI::IsMember({"internet", "none", "portal"}));
}

void SwitchOptions(CLI::App& command, json& wish) {
  const auto onoff = [&command, &wish](const char* option, const char* member, const char* what) {
    command
        .add_option_function<std::string>(
            option, [&wish, member](const std::string& value) { wish[member] = value == "on"; },
            what)
        ->check(CLI::IsMember({"on", "off"}));
  };
  onoff("--dhcp", "dhcp", "off: it has no address left for anybody");
  onoff("--overloaded", "overloaded", "on: it takes nobody any more");
  onoff("--silent", "silent", "on: it beacons, and answers nothing");
  onoff("--away", "away", "on: it is out of range, until off");
}

std::string Row(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string Oddities(const json& place) {
  std::string text;
  const auto add = [&text](bool odd, const std::string& what) {
    text += odd ? (text.empty() ? "" : ", ") + what : "";
  };
  add(place["uplink"] == "none", "no internet");
  add(place["uplink"] == "portal", "captive portal");
  add(!place["dhcp"].get<bool>(), "no DHCP");
  for (const char* member : {"overloaded", "silent", "away"}) {
    add(place[member].get<bool>(), member);
  }
  return text.empty() ? "-" : text;
}

void PrintPlaces(const Context& context, const json& places) {
  std::vector<std::vector<std::string>> rows;
  for (const json& place : places) {
    rows.push_back({Row(place["name"]), Row(place["ssid"]), Row(place["security"]),
                    Row(place["band"]) + " GHz, " + Row(place["channel"]),
                    Row(place["signal"]) + " dBm", Oddities(place),
                    std::to_string(place["stations"].size())});
  }
  context.out.Table({"NAME", "SSID", "SECURITY", "CHANNEL", "SIGNAL", "STATE", "STATIONS"}, rows);
}

void AddList(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("list", "List the access points");
  command->footer("Example:\n  linnet air list --json");
  command->callback([&context] {
    const json places = Ask(context, {{"do", "status"}})["accessPoints"];
    context.out.Value(places);
    PrintPlaces(context, places);
  });
}

void AddChange(CLI::App& group, Context& context, const char* verb, const char* what,
               const char* done, const char* examples) {
  CLI::App* command = group.add_subcommand(verb, what);
  const auto name = NameOption(*command);
  const auto wish = std::make_shared<json>(json::object());
  WishOptions(*command, *wish);
  SwitchOptions(*command, *wish);
  command->footer(examples);
  command->callback([name, wish, verb, done, &context] {
    (*wish)["name"] = *name;
    const json place = Ask(context, {{"do", verb}, {"accessPoint", *wish}});
    context.out.Line(std::string(done) + " " + *name + ": \"" + Row(place["ssid"]) + "\", " +
                     Row(place["security"]) + ", channel " + Row(place["channel"]) + ", " +
                     Row(place["signal"]) + " dBm, " + Oddities(place));
    context.out.Value(place);
  });
}

void AddRemove(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("remove", "Take an access point away for good");
  const auto name = NameOption(*command);
  command->footer("Example:\n  linnet air remove home");
  command->callback([name, &context] {
    static_cast<void>(Ask(context, {{"do", "remove"}, {"name", *name}}));
    context.out.Line("Removed " + *name + ".");
    context.out.Value({{"name", *name}, {"removed", true}});
  });
}

/// "443" or "53/udp".
json ParseForward(const std::string& text) {
  const bool udp = text.ends_with("/udp");
  const std::string digits = udp ? text.substr(0, text.size() - 4) : text;
  if (digits.empty() || digits.size() > 5 ||
      digits.find_first_not_of("0123456789") != std::string::npos || std::stoi(digits) > 65535) {
    throw Failure("\"" + text + "\" is no port: 443, or 53/udp");
  }
  return {{"remote", std::stoi(digits)}, {"udp", udp}};
}

struct JoinOptions {
  std::string ssid;
  std::string passphrase;
  std::vector<std::string> forwards;
};

void AddJoin(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand(
      "join", "Join a device's own access point, as a phone does, and open ports that lead to it");
  const auto options = std::make_shared<JoinOptions>();
  command->add_option("SSID", options->ssid, "The device's access point")->required();
  command->add_option("PASSPHRASE", options->passphrase, "Its passphrase; none: it is open");
  command->add_option("--forward", options->forwards,
                      "A port of the device, as 443 or 53/udp; may be given again (default: 80, "
                      "443 and 53/udp)");
  command->footer(
      "It asks for an address by DHCP, and by multicast DNS for the device's web service. The "
      "ports "
      "are on 127.0.0.1. It stays until `linnet air leave`, or until the device goes.\n"
      "\n"
      "Example:\n"
      "  linnet air join lamp-1f2e \"the code on its label\"\n"
      "  curl -k https://127.0.0.1:PORT/");
  command->callback([options, &context] {
    json request = {{"do", "join"}, {"ssid", options->ssid}, {"passphrase", options->passphrase}};
    for (const std::string& forward : options->forwards) {
      request["forwards"].push_back(ParseForward(forward));
    }
    const json visitor = Ask(context, request, kJoinSeconds);
    context.out.Value(visitor);
    context.out.Line("Joined " + options->ssid + " as visitor " + Row(visitor["number"]) + ", " +
                     Row(visitor["address"]) + " by DHCP.");
    if (const json& service = visitor["service"]; service.is_object()) {
      context.out.Line("By multicast DNS the device is " + Row(service["host"]) + ", port " +
                       Row(service["port"]) + ": " + Row(service["text"]));
    } else {
      context.out.Line("It announces no service by multicast DNS.");
    }
    for (const json& port : visitor["ports"]) {
      context.out.Line("127.0.0.1:" + Row(port["port"]) + (port["udp"].get<bool>() ? "/udp" : "") +
                       " leads to " + Row(visitor["device"]) + ":" + Row(port["remote"]));
    }
  });
}

void AddLeave(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("leave", "Let a visitor leave a device's access point");
  const auto number = std::make_shared<int>(1);
  command->add_option("NUMBER", *number, "Which one: see `linnet air status`")
      ->capture_default_str();
  command->callback([number, &context] {
    static_cast<void>(Ask(context, {{"do", "leave"}, {"number", *number}}));
    context.out.Line("Visitor " + std::to_string(*number) + " left.");
    context.out.Value({{"number", *number}, {"left", true}});
  });
}

struct HangOptions {
  std::string at;
  int times = 1;
  bool clear = false;
};

void AddHang(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("hang", "Let a radio hang at a command, or now");
  const auto options = std::make_shared<HangOptions>();
  command->add_option("COMMAND", options->at, "power-on, reset, boot, scan, join …, or now");
  command->add_option("--times", options->times, "So many commands of that name; 0: all of them")
      ->capture_default_str();
  command->add_flag("--clear", options->clear, "No more hangs");
  command->footer(
      "A radio that hangs answers nothing until its host switches it off.\n"
      "\n"
      "Examples:\n"
      "  linnet air hang join\n"
      "  linnet air hang boot --times 3\n"
      "  linnet air hang now\n"
      "  linnet air hang --clear");
  command->callback([options, &context] {
    if (options->at.empty() && !options->clear) {
      throw Failure("say where: `linnet air hang join`, or --clear");
    }
    if (options->clear) {
      static_cast<void>(Ask(context, {{"do", "clear"}}));
    }
    if (!options->at.empty()) {
      static_cast<void>(
          Ask(context, {{"do", "hang"}, {"at", options->at}, {"times", options->times}}));
    }
    context.out.Line(options->at.empty()    ? "No radio hangs any more."
                     : options->at == "now" ? "All radios hang."
                                            : "The next radio hangs at " + options->at + ".");
    context.out.Value({{"at", options->at}, {"cleared", options->clear}});
  });
}

void AddStatus(CLI::App& group, Context& context) {
  CLI::App* command =
      group.add_subcommand("status", "Say who is in the air: access points, radios, visitors");
  command->footer("Example:\n  linnet air status --json");
  command->callback([&context] {
    const json status = Ask(context, {{"do", "status"}});
    context.out.Value(status);
    PrintPlaces(context, status["accessPoints"]);
    for (const json& radio : status["radios"]) {
      std::string line = "radio " + Row(radio["mac"]) + " is " + Row(radio["state"]);
      line += radio["firmware"].is_null() ? "" : ", firmware " + Row(radio["firmware"]);
      line += radio["joined"].is_null() ? "" : ", in \"" + Row(radio["joined"]) + "\"";
      if (const json& own = radio["accessPoint"]; own.is_object()) {
        line += ", is \"" + Row(own["ssid"]) + "\" with " + std::to_string(own["stations"].size()) +
                " stations";
      }
      context.out.Line(line);
    }
    for (const json& visitor : status["visitors"]) {
      context.out.Line("visitor " + Row(visitor["number"]) + " in \"" + Row(visitor["ssid"]) +
                       "\" as " + Row(visitor["address"]));
    }
    for (const auto& [command_name, times] : status["hangs"].items()) {
      context.out.Line("hangs at " + command_name +
                       (times == 0 ? ", always" : ", times: " + Row(times)));
    }
    context.out.Line("radios connect to " + Row(status["radioSocket"]));
  });
}

}  // namespace

void AddAirCommands(CLI::App& app, Context& context) {
  CLI::App* group =
      app.add_subcommand("air", "Access points, radios and visitors around the devices");
  group->require_subcommand(1);
  AddList(*group, context);
  AddChange(*group, context, "add", "Add an access point", "Added",
            "Examples:\n"
            "  linnet air add home --passphrase \"correct horse\"\n"
            "  linnet air add upstairs --ssid home --passphrase \"correct horse\" --band 5 "
            "--signal -70\n"
            "  linnet air add cafe --uplink portal");
  AddChange(*group, context, "set", "Change an access point while devices use it", "Changed",
            "What is not given stays. Who is joined is put out when name, key, channel or address "
            "change.\n"
            "\n"
            "Examples:\n"
            "  linnet air set home --passphrase \"another horse\"\n"
            "  linnet air set home --away on\n"
            "  linnet air set home --uplink none\n"
            "  linnet air set home --dhcp off --overloaded on");
  AddRemove(*group, context);
  AddJoin(*group, context);
  AddLeave(*group, context);
  AddHang(*group, context);
  AddStatus(*group, context);
}

}  // namespace linnet::cli
