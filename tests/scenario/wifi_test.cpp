// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A device whose network comes through the radio: it joins, and what befalls it in the air ends
// where src/wifi/README.md says, without a reset by hand.
#include <fstream>
#include <iostream>
#include <iterator>

#include "tests/scenario/scenario.hpp"
#include "tests/scenario/stage.hpp"

namespace linnet::scenario {
namespace {

using Json = Stage::Json;
using Seconds = Stage::Seconds;

// For a machine that has much else to do, and longer than a refused key is left alone.
constexpr Seconds kPatience{300};

/// Changes the byte at `at` of what `content` holds, in the file `store` in which it lies, too.
void ChangeByte(const std::filesystem::path& store, const std::filesystem::path& content,
                std::uint64_t at) {
  const auto read = [](const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::size_t found = read(store).find(read(content));
  Require(found != std::string::npos, "the firmware is not in " + store.string());
  std::fstream file(store, std::ios::binary | std::ios::in | std::ios::out);
  file.seekg(static_cast<std::streamoff>(found + at));
  const auto changed = static_cast<char>(file.get() ^ 1);
  file.seekp(static_cast<std::streamoff>(found + at));
  file.put(changed);
}

class WifiTest {
 public:
  explicit WifiTest(Stage& stage) : stage_(stage) {}

  void Joins();
  void ShadowBringsANetwork();
  void OutlivesAHungRadio();
  void PassphraseChanges();
  void FirmwareIsMissing();
  void FirmwareIsWrong();

 private:
  void Mark() {
    stage_.Pump();
    mark_ = stage_.console().size();
  }
  [[nodiscard]] bool Said(const std::string& text) const {
    return stage_.console().find(text, mark_) != std::string::npos;
  }
  void WaitForWords(const std::string& text) { stage_.WaitForConsole(text, mark_, kPatience); }
  void WaitForReport(const std::string& member, const std::string& value);
  void Order(const std::string& ssid, const std::string& passphrase) const;
  void StartAnew(int patch);
  static void Done(const std::string& what) { std::cout << "wifi: " << what << "\n" << std::flush; }

  Stage& stage_;
  std::size_t mark_ = 0;
};

void WifiTest::WaitForReport(const std::string& member, const std::string& value) {
  stage_.WaitUntil("the shadow to report wifi." + member + " as " + value, kPatience,
                   [&] { return stage_.Reported("/wifi/" + member) == value; });
}

void WifiTest::Order(const std::string& ssid, const std::string& passphrase) const {
  static_cast<void>(stage_.Linnet(
      {"shadow", "set", Stage::kThing, "join.ssid=" + ssid, "join.passphrase=" + passphrase}));
}

void WifiTest::Joins() {
  static_cast<void>(stage_.Linnet({"air", "add", "home", "--passphrase", "a good passphrase"}));
  stage_.MakeBoard(stage_.Sign("device-wifi", "1.0.0"), 7, {"--wifi", "home", "a good passphrase"});
  stage_.PowerOn();
  stage_.WaitForVersion("1.0.0", kPatience);
  Require(Said("sealing them: Ok"), "the networks from the factory were not sealed");
  stage_.WaitUntil("telemetry that tells how Wi-Fi is", kPatience, [this] {
    return stage_
        .Last([](const Json& event) {
          const Json payload = event["data"].value("payload", Json::object());
          return event["kind"] == "telemetry" && payload.value("wifi", "") == "online" &&
                 payload.value("rssi_dbm", 0) < -20;
        })
        .has_value();
  });
  WaitForReport("state", "online");
  Require(stage_.Reported("/wifi/ssid") == "home", "the shadow does not name the network");
  Done("a board joins the network that it knows, and tells so");
}

/// Tried before the old is given up, and not shown to anybody.
void WifiTest::ShadowBringsANetwork() {
  static_cast<void>(stage_.Linnet({"air", "add", "cafe", "--passphrase", "coffee and cake"}));
  Order("cafe", "tea and biscuits");
  WaitForReport("join", "wrong key");
  Require(stage_.Reported("/wifi/ssid") == "home", "the board did not go back to its network");
  Order("cafe", "coffee and cake");
  WaitForReport("join", "joined");
  Require(stage_.Reported("/wifi/ssid") == "cafe", "the board is not in the new network");
  const std::string shadow = stage_.Linnet({"shadow", "get", Stage::kThing}).dump();
  Require(shadow.find("coffee") == std::string::npos, "the passphrase is still in the shadow");
  Done("the shadow brings a network: a wrong passphrase is reported, a right one kept");
}

void WifiTest::OutlivesAHungRadio() {
  static_cast<void>(stage_.Linnet({"air", "hang", "join"}));
  static_cast<void>(stage_.Linnet({"air", "hang", "boot"}));
  stage_.CutPower();
  Mark();
  stage_.PowerOn();
  stage_.WaitForVersion("1.0.0", kPatience);
  Require(Said("the radio does not answer"), "the console does not tell that the radio hung");
  Done("a radio that hangs when it boots, and then when it joins, is started anew");
}

void WifiTest::PassphraseChanges() {
  static_cast<void>(stage_.Linnet({"air", "remove", "cafe"}));
  Mark();
  static_cast<void>(stage_.Linnet({"air", "set", "home", "--passphrase", "a new passphrase"}));
  WaitForWords("waiting: wrong key");
  static_cast<void>(stage_.Linnet({"air", "set", "home", "--passphrase", "a good passphrase"}));
  WaitForWords("checking -> online");
  WaitForReport("reason", "wrong key");
  Done("a changed passphrase is left alone for a while, and asked again");
}

/// A device with the firmware 1.2.14.`patch` in its store; 0: none.
void WifiTest::StartAnew(int patch) {
  stage_.CutPower();
  std::filesystem::remove_all(stage_.flash());
  stage_.FlashBoard(stage_.Sign("device-wifi", "1.0.0"), patch,
                    {"--wifi", "home", "a good passphrase"});
  Mark();
}

void WifiTest::FirmwareIsMissing() {
  StartAnew(0);
  stage_.PowerOn();
  WaitForWords("Wi-Fi firmware 1.2.14.7 with digest");
  WaitForWords("no firmware: firmware missing");
  Done("without its firmware the radio stays off, and the device says which one it needs");
}

/// What lies in the store is changed there, past everything that checks it before.
void WifiTest::FirmwareIsWrong() {
  constexpr std::uint64_t kVersion = 8;  // where the container has it
  constexpr std::uint64_t kContent = 5000;
  const struct {
    std::uint64_t at;
    const char* words;
  } cases[] = {{kVersion, "the driver needs"}, {kContent, "damaged"}};
  for (const auto& wrong : cases) {
    StartAnew(7);
    const std::filesystem::path store = std::filesystem::is_directory(stage_.flash())
                                            ? stage_.flash() / "external.bin"
                                            : stage_.flash();
    ChangeByte(store, stage_.Firmware(7), wrong.at);
    stage_.PowerOn();
    WaitForWords(wrong.words);
    WaitForWords("no firmware: firmware refused");
    Done(std::string("firmware is refused: ") + wrong.words);
  }
}

void Run(Stage& stage) {
  WifiTest test(stage);
  test.Joins();
  test.ShadowBringsANetwork();
  test.OutlivesAHungRadio();
  test.PassphraseChanges();
  test.FirmwareIsMissing();
  test.FirmwareIsWrong();
}

}  // namespace
}  // namespace linnet::scenario

int main(int argc, char** argv) {
  return linnet::scenario::RunWifiScenario("wifi", argc, argv, linnet::scenario::Run);
}
