// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// update::ByteSource over HTTPS: a job's location, its redirects, and ranges of the file there.
#pragma once

#include <cstdint>

#include "base/fixed_string.hpp"
#include "base/view.hpp"
#include "http/range_client.hpp"
#include "net/url.hpp"
#include "update/types.hpp"

namespace linnet::device {

class HttpSource final : public update::ByteSource, private http::BodySink {
 public:
  explicit HttpSource(http::RangeClient& client) : client_(client) {}

  /// Where the file of the current order is; not copied: `url` must live as long as it is fetched
  /// from. Codes of net::ParseUrl; kPermissionDenied: not https, which would tell everybody on the
  /// way what the fleet is about to run.
  Status SetLocation(StringView url);
  Status Fetch(std::uint32_t offset, std::uint32_t length, StringView validator,
               update::ByteSink& sink) override;
  Status Poll(Instant now) override;
  [[nodiscard]] StringView validator() const override { return client_.response().etag; }
  [[nodiscard]] std::uint32_t file_size() const override {
    return client_.response().file_size.value_or(0);
  }
  void Cancel() override { client_.Cancel(); }

  /// Body bytes that came over the air since the start, for reports.
  [[nodiscard]] std::uint32_t bytes_received() const { return bytes_received_; }

 private:
  Status OnBody(std::uint32_t offset, Bytes data) override;
  Status Start();
  Status FollowRedirect();
  [[nodiscard]] StringView current() const {
    return redirected_.empty() ? location_ : redirected_.view();
  }

  http::RangeClient& client_;
  StringView location_;                         ///< What the job said.
  FixedString<net::kMaxUrlLength> redirected_;  ///< Where redirects have led from there, if any.
  FixedString<update::kMaxValidator> validator_;
  update::ByteSink* sink_ = nullptr;
  std::uint32_t offset_ = 0;
  std::uint32_t length_ = 0;
  std::uint32_t bytes_received_ = 0;
  int redirects_ = 0;
};

}  // namespace linnet::device
