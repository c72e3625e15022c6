// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/client.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/view.hpp"

namespace linnet::aws {

using namespace std::string_view_literals;

namespace {

constexpr const char* kTag = "aws";

}  // namespace

Instant Client::Run(Instant now) {
  Request request;  // NOLINT(*-member-init): written before it is read
  Instant wake = kNever;
  for (Machine* const machine : machines_) {
    if (machine->Next(now, request).ok()) {
      const auto sent =
          publisher_.Publish(request.topic, AsBytes(request.payload), mqtt::Qos::kAtLeastOnce);
      if (!sent.ok()) {
        log::Warning(kTag, "not sent to {}: {}", request.topic.view(), sent.code());
        machine->OnUnsent();
      }
    }
    wake = std::min(wake, machine->wake());
  }
  return std::max(wake, now);
}

void Client::OnReady() {
  for (Machine* const machine : machines_) {
    machine->OnReady();
  }
}

void Client::OnOffline() {
  receiver_ = nullptr;
  for (Machine* const machine : machines_) {
    machine->OnOffline();
  }
}

void Client::OnMessage(const mqtt::MessagePart& part) {
  if (part.offset == 0) {
    Begin(part.topic);
  }
  if (receiver_ == nullptr) {
    return;
  }
  if (part.offset != received_) {
    End(Code::kCancelled);
    return;
  }
  received_ += part.data.size();
  if (const Status status = reader_->Feed(part.data); !status.ok()) {
    log::Warning(kTag, "{}: {} at byte {}", part.topic, status, reader_->offset());
    End(status);
  } else if (part.last()) {
    End(reader_->Finish());
  }
}

void Client::Begin(StringView topic) {
  if (receiver_ != nullptr) {
    End(Code::kCancelled);
  }
  received_ = 0;
  for (Machine* const machine : machines_) {
    if (machine->OnTopic(topic).ok()) {
      receiver_ = machine;
      reader_->Begin(*machine);
      return;
    }
  }
}

void Client::End(Status status) {
  Machine* const machine = receiver_;
  receiver_ = nullptr;
  machine->OnEnd(status);
}

}  // namespace linnet::aws
