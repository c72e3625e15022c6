// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/integration/device.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace linnet::twin::integration {
namespace {

constexpr std::chrono::seconds kLimit(30);

std::string Prefix(const std::string& thing) {
  return "$aws/things/" + thing + "/";
}

}  // namespace

BrokerClient::Options DeviceOptions(std::uint16_t port, const std::filesystem::path& files,
                                    const std::string& thing) {
  return {"127.0.0.1", port, thing, files / "roots.pem", files / "cert.pem", files / "key.pem", {}};
}

Device::Device(std::uint16_t port, const std::filesystem::path& files, const std::string& thing,
               const std::vector<std::string>& subscriptions)
    : thing_(thing) {
  BrokerClient::Options options = DeviceOptions(port, files, thing);
  for (const std::string& subscription : subscriptions) {
    options.subscriptions.push_back(Prefix(thing) + subscription);
  }
  Start(std::move(options));
}

Device::Device(BrokerClient::Options options) : thing_(options.client_id) {
  Start(std::move(options));
}

Device::~Device() {
  client_.reset();
}

void Device::Start(BrokerClient::Options options) {
  const auto locked = [this](const std::function<void()>& change) {
    const std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  };
  client_ = std::make_unique<BrokerClient>(
      std::move(options),
      BrokerClient::Callbacks{
          [this, locked](const Message& message) { locked([&] { messages_.push_back(message); }); },
          [this, locked](const std::vector<std::string>& refused) {
            locked([&] {
              ready_ = true;
              refused_ = refused;
            });
          },
          [this, locked](const std::string&) { locked([&] { ++losses_; }); },
          [this, locked](int reason) { locked([&] { refusals_.push_back(reason); }); }});
}

std::vector<std::string> Device::Refused() {
  const std::lock_guard lock(mutex_);
  return refused_;
}

bool Device::Ready() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kLimit, [this] { return ready_; });
}

int Device::losses() {
  const std::lock_guard lock(mutex_);
  return losses_;
}

void Device::Publish(const std::string& topic, const nlohmann::json& payload) {
  client_->Publish({topic, payload.dump()});
}

void Device::Ask(const std::string& verb, const nlohmann::json& payload) {
  Publish(Prefix(thing_) + verb, payload);
}

nlohmann::json Device::Take(const std::string& suffix) {
  const std::string topic = Prefix(thing_) + suffix;
  const auto here = [&topic](const Message& message) { return message.topic == topic; };
  std::unique_lock lock(mutex_);
  const bool came = changed_.wait_for(lock, kLimit, [this, &here] {
    return std::any_of(messages_.begin(), messages_.end(), here);
  });
  if (!came) {
    throw std::runtime_error("nothing came on " + topic);
  }
  const auto found = std::find_if(messages_.begin(), messages_.end(), here);
  nlohmann::json payload = nlohmann::json::parse(found->payload);
  messages_.erase(found);
  return payload;
}

std::vector<std::string> Device::Topics() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> topics;
  for (const Message& message : messages_) {
    topics.push_back(message.topic);
  }
  return topics;
}

int Device::TakeRefusal() {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, kLimit, [this] { return !refusals_.empty(); })) {
    return 0;
  }
  const int refusal = refusals_.front();
  refusals_.erase(refusals_.begin());
  return refusal;
}

}  // namespace linnet::twin::integration
