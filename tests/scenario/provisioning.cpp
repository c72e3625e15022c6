// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/provisioning.hpp"

#include <stdexcept>

#include "tests/scenario/scenario.hpp"

namespace linnet::scenario {
namespace {

using Json = Stage::Json;
using Seconds = Stage::Seconds;

constexpr Seconds kPatience{240};

/// The text between `before` and the next quotation mark.
std::string Quoted(const std::string& text, const std::string& before) {
  const std::size_t begin = text.find(before);
  Require(begin != std::string::npos, "the console does not say: " + before);
  const std::size_t from = begin + before.size();
  return text.substr(from, text.find('"', from) - from);
}

}  // namespace

void Provisioning::WaitForWords(const std::string& text) {
  stage_.WaitForConsole(text, mark_, kPatience);
}

std::vector<std::string> Provisioning::Provision(const std::vector<std::string>& more) const {
  std::vector<std::string> all{"provision", "--host", "127.0.0.1", "--port", port_};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

void Provisioning::OpensANetworkOfItsOwn() {
  static_cast<void>(stage_.Linnet({"air", "add", "home", "--passphrase", "a good passphrase"}));
  stage_.MakeBoard(stage_.Sign("device-wifi", "1.0.0"), 7);
  stage_.PowerOn();
  WaitForWords("opening -> open");
  for (const char* const speaker : {" mqtt: ", " cloud: ", " tcp: "}) {
    Require(stage_.console().find(speaker) == std::string::npos,
            "it looks for the cloud without a network");
  }
  const std::string ssid = Quoted(stage_.console(), "join Wi-Fi \"");
  const std::string passphrase = Quoted(stage_.console(), "passphrase \"");
  Require(ssid.starts_with("lamp-") && passphrase.size() == 12, "no label: " + ssid);
  const Json visitor = stage_.Linnet({"air", "join", ssid, passphrase});
  Require(visitor["address"] == "192.168.0.2" && visitor["device"] == "192.168.0.1",
          "no address by DHCP: " + visitor.dump());
  Require(visitor["service"].is_object() && visitor["service"]["host"] == "wifiprov.local" &&
              visitor["service"]["port"] == 443,
          "the device is not found by multicast DNS: " + visitor.dump());
  for (const Json& port : visitor["ports"]) {
    if (port["remote"] == 443) {
      port_ = std::to_string(port["port"].get<int>());
    }
  }
  Require(!port_.empty(), "no way to the device: " + visitor.dump());
  done_("a board that knows no network opens \"" + ssid + "\"");
}

void Provisioning::Lists() {
  stage_.WaitUntil("the board to list the network", kPatience, [&] {
    return stage_.Linnet(Provision({"--list"})).dump().find("\"home\"") != std::string::npos;
  });
  done_("it lists what it hears");
}

void Provisioning::RefusesAWrongPassphrase() {
  try {
    static_cast<void>(
        stage_.Linnet(Provision({"--ssid", "home", "--passphrase", "a bad passphrase"})));
  } catch (const std::runtime_error& refusal) {
    Require(std::string(refusal.what()).find("the passphrase is wrong") != std::string::npos,
            std::string("another reason: ") + refusal.what());
    done_("a wrong passphrase is told, and nothing kept");
    return;
  }
  Require(false, "a wrong passphrase was taken");
}

void Provisioning::TakesTheRightOne() {
  const Json answer =
      stage_.Linnet(Provision({"--ssid", "home", "--passphrase", "a good passphrase"}));
  Require(answer.value("connected", false), "not connected: " + answer.dump());
  stage_.WaitForVersion("1.0.0", kPatience);
  WaitForWords("leaving -> closed");
  done_("the right one connects it to the cloud, and its own network is gone");
}

void Provisioning::KnowsItAfterAPowerCut() {
  stage_.CutPower();
  stage_.Pump();
  mark_ = stage_.console().size();
  stage_.PowerOn();
  stage_.WaitForVersion("1.0.0", kPatience);
  Require(stage_.console().find("closed -> opening", mark_) == std::string::npos,
          "it opened its own network again");
  done_("after a power cut it knows its network");
}

void Provisioning::OpensItAgainWhenTheButtonIsHeld() {
  stage_.Pump();
  mark_ = stage_.console().size();
  static_cast<void>(stage_.Linnet({"board", "press", stage_.flash(), "--seconds", "1"}));
  static_cast<void>(stage_.Linnet({"board", "press", stage_.flash(), "--seconds", "7"}));
  WaitForWords("the button was held");
  WaitForWords("opening -> open");
  const std::string said = stage_.console().substr(mark_);
  Require(said.find("the button was held") == said.rfind("the button was held"),
          "a short press counts, too");
  const Json status = stage_.Linnet({"air", "status"});
  Require(status["radios"][0]["joined"] == "home", "it has left its network");
  done_("the button, held, opens its own network again beside the other");
}

}  // namespace linnet::scenario
