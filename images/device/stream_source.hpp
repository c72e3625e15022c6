// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// update::ByteSource over a file of an AWS stream, on the MQTT connection that is there already.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "aws/stream_download.hpp"
#include "base/bytes.hpp"
#include "base/view.hpp"
#include "update/types.hpp"

namespace linnet::device {

/// The validator is the stream's version, in four bytes.
class StreamSource final : public update::ByteSource, private aws::StreamSink {
 public:
  explicit StreamSource(aws::StreamDownload& download) : download_(download) {}

  /// Which file of which stream; copied. Codes of aws::StreamDownload::Open.
  Status SetLocation(StringView stream, std::uint8_t file) { return download_.Open(stream, file); }
  Status Fetch(std::uint32_t offset, std::uint32_t length, StringView validator,
               update::ByteSink& sink) override;
  Status Poll(Instant now) override;
  [[nodiscard]] StringView validator() const override { return AsText(version_); }
  [[nodiscard]] std::uint32_t file_size() const override { return download_.file_size(); }
  void Cancel() override { download_.Cancel(); }

 private:
  using Version = std::array<std::byte, sizeof(std::uint32_t)>;

  Status OnBytes(std::uint32_t offset, Bytes data) override { return sink_->OnBytes(offset, data); }

  aws::StreamDownload& download_;
  update::ByteSink* sink_ = nullptr;
  Version version_{};
};

}  // namespace linnet::device
