// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/core.hpp"

#include "base/assert.hpp"

namespace linnet::provision {

void SupervisedNetworks::Forget() {
  while (supervisor_.networks().size() > 0) {
    const hal::Ssid first = supervisor_.networks().view().front().ssid;
    IgnoreStatus(supervisor_.Forget(first));
  }
}

wifi::DeviceStatus SupervisedNetworks::status() const {
  return {supervisor_.state(), supervisor_.reason()};
}

wifi::Answer Core::Do(const wifi::Request& request) {
  switch (request.operation) {
    case wifi::Operation::kGetStatus:
      return wifi::Answer::kSuccess;
    case wifi::Operation::kStartScan:
      networks_.StartScan();
      reports_scan_ = true;
      reported_ = 0;
      return wifi::Answer::kSuccess;
    case wifi::Operation::kStopScan:
      reports_scan_ = false;
      return wifi::Answer::kSuccess;
    case wifi::Operation::kSetConfiguration: {
      const Result<wifi::Configuration> configuration =
          wifi::DecodeConfiguration(request.configuration);
      if (!configuration.ok()) {
        return configuration.code() == Code::kMalformed ? wifi::Answer::kInvalidMessage
                                                        : wifi::Answer::kInvalidArgument;
      }
      if (!configuration->keep) {
        return wifi::Answer::kInvalidArgument;
      }
      reports_state_ = networks_.Try(configuration->network).ok();
      last_ = {};
      return reports_state_ ? wifi::Answer::kSuccess : wifi::Answer::kInternalError;
    }
    case wifi::Operation::kForgetConfiguration:
      known_.Forget();
      return wifi::Answer::kSuccess;
  }
  return wifi::Answer::kInvalidArgument;
}

Bytes Core::Handle(Bytes message, MutableBytes out) {
  const Result<wifi::Request> request = wifi::DecodeRequest(message);
  const wifi::Operation operation = request.ok() ? request->operation : wifi::Operation::kGetStatus;
  const wifi::Answer answer = request.ok() ? Do(*request)
                              : request.code() == Code::kUnsupported
                                  ? wifi::Answer::kInvalidArgument
                                  : wifi::Answer::kInvalidMessage;
  const wifi::DeviceStatus status = known_.status();
  const bool asked = request.ok() && operation == wifi::Operation::kGetStatus;
  const Result<Bytes> response =
      wifi::EncodeResponse(operation, answer, asked ? &status : nullptr, out);
  LINNET_ASSERT(response.ok());
  return *response;
}

Result<Bytes> Core::NextEvent(MutableBytes out) {
  if (reports_scan_ && !networks_.scanning()) {
    const auto heard = networks_.heard();
    if (reported_ < heard.size()) {
      return wifi::EncodeScanEvent(heard[reported_++], out);
    }
    reports_scan_ = false;
  }
  if (reports_state_) {
    const wifi::DeviceStatus now = known_.status();
    const bool changed = now.state != last_.state || now.reason != last_.reason;
    reports_state_ = networks_.trial().state == Trial::State::kGoing;
    if (changed) {
      last_ = now;
      return wifi::EncodeStateEvent(now, out);
    }
  }
  return Code::kNotFound;
}

}  // namespace linnet::provision
