// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// A device of the tests: connects with a certificate, remembers what it received.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "twin/broker_client.hpp"

namespace linnet::twin::integration {

class Device {
 public:
  /// `files` holds cert.pem, key.pem and roots.pem; `subscriptions` follow "$aws/things/THING/".
  Device(std::uint16_t port, const std::filesystem::path& files, const std::string& thing,
         const std::vector<std::string>& subscriptions = {});
  explicit Device(BrokerClient::Options options);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  /// Whether it is connected and subscribed, within the limit.
  bool Ready();
  /// The filters that it was refused when it was ready.
  std::vector<std::string> Refused();
  /// How often its connection failed or ended.
  int losses();

  void Publish(const std::string& topic, const nlohmann::json& payload);
  /// Publishes on "$aws/things/THING/" + `verb`.
  void Ask(const std::string& verb, const nlohmann::json& payload);
  /// Takes the first message that came on "$aws/things/THING/" + `suffix`; throws
  /// std::runtime_error when none comes.
  nlohmann::json Take(const std::string& suffix);
  /// Topics of the messages that were not taken.
  std::vector<std::string> Topics();
  /// Reason codes of refused publications; waits for the first.
  int TakeRefusal();

 private:
  void Start(BrokerClient::Options options);

  std::string thing_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Message> messages_;
  std::vector<std::string> refused_;
  std::vector<int> refusals_;
  bool ready_ = false;
  int losses_ = 0;
  std::unique_ptr<BrokerClient> client_;
};

/// How a client with the files of a thing connects.
BrokerClient::Options DeviceOptions(std::uint16_t port, const std::filesystem::path& files,
                                    const std::string& thing);

}  // namespace linnet::twin::integration
