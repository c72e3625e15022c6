// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "twin/broker_client.hpp"

#include <mosquitto.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace linnet::twin {
namespace {

constexpr int kKeepAliveSeconds = 30;
constexpr int kQos = 1;
constexpr int kLoopMs = 100;
constexpr std::chrono::milliseconds kRetry(100);
constexpr int kFirstErrorCode = 0x80;

void Check(int result, const char* what) {
  if (result != MOSQ_ERR_SUCCESS) {
    const char* reason =
        result == MOSQ_ERR_ERRNO ? std::strerror(errno) : mosquitto_strerror(result);
    throw std::runtime_error(std::string(what) + ": " + reason);
  }
}

struct Library {
  Library() { mosquitto_lib_init(); }
  ~Library() { mosquitto_lib_cleanup(); }
};

}  // namespace

struct BrokerClient::State {
  struct Destroy {
    void operator()(mosquitto* owned) const { mosquitto_destroy(owned); }
  };

  static State& From(void* self) { return *static_cast<State*>(self); }

  // The library's own thread gives up for good when a TLS connection is refused once; this one does
  // not.
  void Work() {
    while (!stopping) {
      int result =
          mosquitto_connect(client.get(), options.host.c_str(), options.port, kKeepAliveSeconds);
      while (!stopping && result == MOSQ_ERR_SUCCESS) {
        result = mosquitto_loop(client.get(), kLoopMs, 1);
      }
      if (!stopping) {
        Lost(mosquitto_strerror(result));
        std::this_thread::sleep_for(kRetry);
      }
    }
    mosquitto_disconnect(client.get());
  }

  // Subscribes, or reports ready when there is nothing to subscribe.
  void Connected(int reason) {
    if (reason != 0) {
      Lost(std::string("refused: ") + mosquitto_reason_string(reason));
      return;
    }
    const std::lock_guard lock(mutex);
    pending.clear();
    refused.clear();
    for (const std::string& filter : options.subscriptions) {
      int id = 0;
      if (mosquitto_subscribe(client.get(), &id, filter.c_str(), kQos) == MOSQ_ERR_SUCCESS) {
        pending[id] = filter;
      }
    }
    ReportIfReady();
  }

  void Subscribed(int id, int granted) {
    const std::lock_guard lock(mutex);
    const auto found = pending.find(id);
    if (found == pending.end()) {
      return;
    }
    if (granted >= kFirstErrorCode) {
      refused.push_back(found->second);
    }
    pending.erase(found);
    ReportIfReady();
  }

  void ReportIfReady() {
    if (pending.empty() && callbacks.on_ready) {
      callbacks.on_ready(refused);
    }
  }

  void Lost(const std::string& reason) const {
    if (callbacks.on_lost) {
      callbacks.on_lost(reason);
    }
  }

  static void OnConnect(mosquitto* /*client*/, void* self, int reason, int /*flags*/,
                        const mosquitto_property* /*p*/) {
    From(self).Connected(reason);
  }
  static void OnDisconnect(mosquitto* /*client*/, void* self, int reason,
                           const mosquitto_property* /*p*/) {
    From(self).Lost(mosquitto_strerror(reason));
  }
  static void OnSubscribe(mosquitto* /*client*/, void* self, int id, int count, const int* granted,
                          const mosquitto_property* /*p*/) {
    From(self).Subscribed(id, count > 0 ? granted[0] : kFirstErrorCode);
  }
  static void OnPublish(mosquitto* /*client*/, void* self, int /*id*/, int reason,
                        const mosquitto_property* /*p*/) {
    if (reason >= kFirstErrorCode && From(self).callbacks.on_publish_refused) {
      From(self).callbacks.on_publish_refused(reason);
    }
  }
  static void OnMessage(mosquitto* /*client*/, void* self, const mosquitto_message* message,
                        const mosquitto_property* /*p*/) {
    if (From(self).callbacks.on_message) {
      const auto* payload = static_cast<const char*>(message->payload);
      From(self).callbacks.on_message(
          {message->topic, std::string(payload, static_cast<std::size_t>(message->payloadlen))});
    }
  }

  Options options;
  Callbacks callbacks;
  std::unique_ptr<mosquitto, Destroy> client;
  std::mutex mutex;
  std::map<int, std::string> pending;
  std::vector<std::string> refused;
  std::atomic<bool> stopping = false;
  std::thread thread;
};

BrokerClient::BrokerClient(Options options, Callbacks callbacks)
    : state_(std::make_unique<State>()) {
  static const Library library;
  state_->options = std::move(options);
  state_->callbacks = std::move(callbacks);
  const Options& o = state_->options;
  state_->client.reset(mosquitto_new(o.client_id.c_str(), true, state_.get()));
  mosquitto* client = state_->client.get();
  if (client == nullptr) {
    throw std::runtime_error("cannot make an MQTT client");
  }
  Check(mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5), "MQTT 5");
  const bool has_certificate = !o.certificate.empty();
  Check(mosquitto_tls_set(client, o.roots.c_str(), nullptr,
                          has_certificate ? o.certificate.c_str() : nullptr,
                          has_certificate ? o.key.c_str() : nullptr, nullptr),
        "the MQTT client's certificates");
  mosquitto_connect_v5_callback_set(client, State::OnConnect);
  mosquitto_subscribe_v5_callback_set(client, State::OnSubscribe);
  mosquitto_publish_v5_callback_set(client, State::OnPublish);
  mosquitto_message_v5_callback_set(client, State::OnMessage);
  mosquitto_threaded_set(client, true);
  state_->thread = std::thread([state = state_.get()] { state->Work(); });
}

BrokerClient::~BrokerClient() {
  state_->stopping = true;
  state_->thread.join();
}

void BrokerClient::Publish(const Message& message) {
  mosquitto_publish(state_->client.get(), nullptr, message.topic.c_str(),
                    static_cast<int>(message.payload.size()), message.payload.data(), kQos, false);
}

}  // namespace linnet::twin
