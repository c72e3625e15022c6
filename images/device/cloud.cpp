// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/cloud.hpp"
#include "base/view.hpp"

#include "base/log.hpp"

namespace linnet::device {

namespace {

constexpr const char* kTag = "cloud";

mqtt::Config MqttConfig(const Identity& identity) {
  mqtt::Config config;
  config.endpoint = {identity.endpoint, identity.port};
  config.client_id = identity.thing;
  config.version = static_cast<mqtt::Version>(identity.mqtt_version);
  return config;
}

}  // namespace

Cloud::Cloud(Board& board, Links& links, const Identity& identity)
    : identity_(identity),
      stream_(links.cloud()),
      time_client_(links.time_client()),
      wall_clock_(links.wall_clock()),
      backoff_(board.entropy),
      client_(MqttConfig(identity), links.cloud(), backoff_, *this) {}

Status Cloud::Start(aws::Client& services, aws::StreamDownload& streams,
                    telemetry::Reporter& reporter) {
  services_ = &services;
  streams_ = &streams;
  reporter_ = &reporter;
  LINNET_TRY(aws::CheckThingName(identity_.thing));
  LINNET_TRY(telemetry_topic_.Append("dt/linnet/"));
  LINNET_TRY(telemetry_topic_.Append(identity_.thing));
  LINNET_TRY(telemetry_topic_.Append("/telemetry"));
  return SubscribeAll();
}

Status Cloud::SubscribeAll() {
  std::size_t next = 0;
  const auto subscribe = [this, &next](StringView suffix) -> Status {
    LINNET_TRY_ASSIGN(const StringView filter,
                      aws::BuildFilter(identity_.thing, suffix, filters_[next++]));
    return client_.Subscribe(filter, mqtt::Qos::kAtLeastOnce);
  };
  for (const StringView suffix : aws::kShadowFilters) {
    LINNET_TRY(subscribe(suffix));
  }
  for (const StringView suffix : aws::kJobsFilters) {
    LINNET_TRY(subscribe(suffix));
  }
  return OkStatus();
}

Status Cloud::UseStreams() {
  if (streams_used_) {
    return OkStatus();
  }
  LINNET_TRY_ASSIGN(const StringView filter, streams_->BuildFilter(filters_.back()));
  // Blocks that are lost are asked for again: nobody has to keep or acknowledge them.
  LINNET_TRY(client_.Subscribe(filter, mqtt::Qos::kAtMostOnce));
  streams_used_ = true;
  return OkStatus();
}

Result<std::uint16_t> Cloud::Publish(StringView topic, Bytes payload, mqtt::Qos qos) {
  return client_.Publish(topic, payload, qos);
}

Result<std::uint16_t> Cloud::Send(Bytes record) {
  if (!client_.connected()) {
    return Code::kUnavailable;  // The reporter's own queue is the one that drops the oldest.
  }
  return client_.Publish(telemetry_topic_, record, mqtt::Qos::kAtLeastOnce);
}

void Cloud::OnConnected(bool session_present) {
  log::Info(kTag, "connected to {} as {}, {} session", identity_.endpoint.view(),
            identity_.thing.view(), session_present ? "kept" : "new");
  wall_clock_.Prove();
  reporter_->Wake();
}

void Cloud::OnReady() {
  if (!services_ready_) {
    services_ready_ = true;
    services_->OnReady();
  }
  if (streams_used_) {
    streams_->OnReady();
  }
}

void Cloud::OnDisconnected(const mqtt::Ending& ending) {
  services_ready_ = false;
  services_->OnOffline();
  streams_->OnOffline();
  if (ending.cause == mqtt::Cause::kStopped) {
    log::Info(kTag, "left");
    return;
  }
  const StringView tls = stream_.failure_text();
  log::Warning(kTag, "not connected: {}, {}{}{}", mqtt::ToString(ending.cause), ending.status,
               tls.empty() ? "" : ", ", tls);
  // A clock that is wrong looks like a certificate that is wrong.
  if (stream_.reason() == tls::Failure::kServerExpired ||
      stream_.reason() == tls::Failure::kServerNotYetValid) {
    time_client_.RequestSync();
  }
}

void Cloud::OnMessage(const mqtt::MessagePart& part) {
  services_->OnMessage(part);
  streams_->OnMessage(part);
}

void Cloud::OnPublished(std::uint16_t id, mqtt::Reason reason) {
  if (mqtt::IsFailure(reason)) {
    log::Warning(kTag, "message {} was not taken: reason {:x}", id,
                 static_cast<std::uint8_t>(reason));
    reporter_->OnLost(id);
  } else {
    reporter_->OnDelivered(id);
  }
}

void Cloud::OnSubscribed(StringView filter, mqtt::Reason reason) {
  if (mqtt::IsFailure(reason)) {
    log::Error(kTag, "subscription to {} refused: reason {:x}", filter,
               static_cast<std::uint8_t>(reason));
  }
}

}  // namespace linnet::device
