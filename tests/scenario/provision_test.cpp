// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A board that knows no network opens one of its own; somebody joins it and gives it one, as the
// phone application does.
#include <exception>
#include <iostream>
#include <stdexcept>

#include "tests/scenario/stage.hpp"

namespace linnet::scenario {
namespace {

using Json = Stage::Json;
using Seconds = Stage::Seconds;

constexpr Seconds kPatience{240};

void Require(bool holds, const std::string& what) {
  if (!holds) {
    throw std::runtime_error(what);
  }
}

/// The text between `before` and the next quotation mark.
std::string Quoted(const std::string& text, const std::string& before) {
  const std::size_t begin = text.find(before);
  Require(begin != std::string::npos, "the console does not say: " + before);
  const std::size_t from = begin + before.size();
  return text.substr(from, text.find('"', from) - from);
}

class ProvisionTest {
 public:
  explicit ProvisionTest(Stage& stage) : stage_(stage) {}

  void OpensANetworkOfItsOwn();
  void Lists();
  void RefusesAWrongPassphrase();
  void TakesTheRightOne();
  void KnowsItAfterAPowerCut();

 private:
  void WaitForWords(const std::string& text) {
    stage_.WaitUntil("the console to say '" + text + "'", kPatience,
                     [&] { return stage_.console().find(text, mark_) != std::string::npos; });
  }
  void Mark() {
    stage_.Pump();
    mark_ = stage_.console().size();
  }
  [[nodiscard]] std::vector<std::string> Provision(const std::vector<std::string>& more) const {
    std::vector<std::string> all{"provision", "--host", "127.0.0.1", "--port", port_};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  static void Done(const std::string& what) {
    std::cout << "provision: " << what << "\n" << std::flush;
  }

  Stage& stage_;
  std::size_t mark_ = 0;
  std::string port_;
};

void ProvisionTest::OpensANetworkOfItsOwn() {
  static_cast<void>(stage_.Linnet({"air", "add", "home", "--passphrase", "a good passphrase"}));
  stage_.MakeBoard(stage_.Sign("device-wifi", "1.0.0"), 7);
  stage_.PowerOn();
  WaitForWords("opening -> open");
  const std::string ssid = Quoted(stage_.console(), "join Wi-Fi \"");
  const std::string passphrase = Quoted(stage_.console(), "passphrase \"");
  Require(ssid.starts_with("lamp-") && passphrase.size() == 12, "no label: " + ssid);
  const Json visitor = stage_.Linnet({"air", "join", ssid, passphrase, "--device", "192.168.0.1"});
  for (const Json& port : visitor["ports"]) {
    if (port["remote"] == 443) {
      port_ = std::to_string(port["port"].get<int>());
    }
  }
  Require(!port_.empty(), "no way to the device: " + visitor.dump());
  Done("a board that knows no network opens \"" + ssid + "\"");
}

void ProvisionTest::Lists() {
  stage_.WaitUntil("the board to list the network", kPatience, [&] {
    return stage_.Linnet(Provision({"--list"})).dump().find("\"home\"") != std::string::npos;
  });
  Done("it lists what it hears");
}

void ProvisionTest::RefusesAWrongPassphrase() {
  try {
    static_cast<void>(
        stage_.Linnet(Provision({"--ssid", "home", "--passphrase", "a bad passphrase"})));
  } catch (const std::runtime_error& refusal) {
    Require(std::string(refusal.what()).find("the passphrase is wrong") != std::string::npos,
            std::string("another reason: ") + refusal.what());
    Done("a wrong passphrase is told, and nothing kept");
    return;
  }
  Require(false, "a wrong passphrase was taken");
}

void ProvisionTest::TakesTheRightOne() {
  const Json answer =
      stage_.Linnet(Provision({"--ssid", "home", "--passphrase", "a good passphrase"}));
  Require(answer.value("connected", false), "not connected: " + answer.dump());
  stage_.WaitForVersion("1.0.0", kPatience);
  WaitForWords("leaving -> closed");
  Done("the right one connects it to the cloud, and its own network is gone");
}

void ProvisionTest::KnowsItAfterAPowerCut() {
  stage_.CutPower();
  Mark();
  stage_.PowerOn();
  stage_.WaitForVersion("1.0.0", kPatience);
  Require(stage_.console().find("closed -> opening", mark_) == std::string::npos,
          "it opened its own network again");
  Done("after a power cut it knows its network");
}

int Run(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: linnet_provision_test SOURCE_DIR WORK_DIR\n";
    return 2;
  }
  Stage stage(FindPrograms(argv[1]), argv[2], MakeWifiBoard(argv[1], argv[2]));
  stage.StartTwin();
  ProvisionTest test(stage);
  test.OpensANetworkOfItsOwn();
  test.Lists();
  test.RefusesAWrongPassphrase();
  test.TakesTheRightOne();
  test.KnowsItAfterAPowerCut();
  return 0;
}

}  // namespace
}  // namespace linnet::scenario

int main(int argc, char** argv) {
  try {
    return linnet::scenario::Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "provision: " << error.what() << "\n";
    return 1;
  }
}
