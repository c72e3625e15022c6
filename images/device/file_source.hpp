// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// The file of the current job: over HTTPS or over MQTT, as its document says.
#pragma once

#include "aws/jobs.hpp"
#include "base/view.hpp"
#include "images/device/http_source.hpp"
#include "images/device/stream_source.hpp"
#include "update/types.hpp"

namespace linnet::device {

class FileSource final : public update::ByteSource {
 public:
  FileSource(http::RangeClient& http, aws::StreamDownload& stream) : http_(http), stream_(stream) {}

  /// Where the job's file is. Codes of HttpSource, which needs the job's URL, and of StreamSource.
  Status SetLocation(const aws::Job& job);
  [[nodiscard]] bool over_mqtt() const { return current_ == &stream_; }

  Status Fetch(std::uint32_t offset, std::uint32_t length, StringView validator,
               update::ByteSink& sink) override {
    return current_->Fetch(offset, length, validator, sink);
  }
  Status Poll(Instant now) override { return current_->Poll(now); }
  [[nodiscard]] StringView validator() const override { return current_->validator(); }
  [[nodiscard]] std::uint32_t file_size() const override { return current_->file_size(); }
  void Cancel() override { current_->Cancel(); }

 private:
  HttpSource http_;
  StreamSource stream_;
  update::ByteSource* current_ = &http_;
};

}  // namespace linnet::device
