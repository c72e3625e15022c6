// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "images/device/http_source.hpp"
#include "base/view.hpp"

#include "base/log.hpp"

namespace linnet::device {

namespace {

constexpr const char* kTag = "download";

Result<net::Url> ParseSecure(StringView url) {
  LINNET_TRY_ASSIGN(const net::Url parsed, net::ParseUrl(url));
  if (parsed.scheme != net::Url::Scheme::kHttps) {
    return Code::kPermissionDenied;
  }
  return parsed;
}

}  // namespace

Status HttpSource::SetLocation(StringView url) {
  const Result<net::Url> parsed = ParseSecure(url);
  if (!parsed.ok()) {
    return parsed.status();
  }
  Cancel();
  location_ = url;
  return OkStatus();
}

Status HttpSource::Fetch(std::uint32_t offset, std::uint32_t length, StringView validator,
                         update::ByteSink& sink) {
  LINNET_TRY(validator_.Assign(validator));
  redirected_.Clear();
  offset_ = offset;
  length_ = length;
  sink_ = &sink;
  redirects_ = 0;
  return Start();
}

Status HttpSource::Start() {
  LINNET_TRY_ASSIGN(const net::Url url, ParseSecure(current()));
  return client_.Start({.host = url.host,
                        .port = url.port,
                        .target = url.target,
                        .offset = offset_,
                        .length = length_,
                        .etag = validator_},
                       *this);
}

Status HttpSource::FollowRedirect() {
  if (++redirects_ > http::RangeClient::kMaxRedirects) {
    log::Warning(kTag, "more than {} redirects", http::RangeClient::kMaxRedirects);
    return Code::kUnavailable;
  }
  const StringView to = client_.response().location;
  if (to.starts_with('/') && !to.starts_with("//")) {
    if (redirected_.empty()) {
      LINNET_TRY(redirected_.Assign(location_));
    }
    redirected_.Truncate(redirected_.view().find('/', StringView("https://").size()));
    LINNET_TRY(redirected_.Append(to));
  } else {
    LINNET_TRY(redirected_.Assign(to));
  }
  return Start();
}

Status HttpSource::Poll(Instant /*now*/) {
  switch (client_.outcome()) {
    case http::Outcome::kNone:
      return client_.busy() ? Status(Code::kPending) : Status(Code::kCancelled);
    case http::Outcome::kComplete:
      return OkStatus();
    case http::Outcome::kRedirected: {
      const Status status = FollowRedirect();
      if (status.code() == Code::kPermissionDenied) {
        return Code::kUnsupported;  // Away from https; asking for the job again would not help.
      }
      return status.ok() ? Status(Code::kPending) : status;
    }
    case http::Outcome::kChanged:
      return Code::kMismatch;
    case http::Outcome::kRangeIgnored:
      return Code::kUnsupported;
    case http::Outcome::kRefused:
    case http::Outcome::kFailed:
      return client_.status();
  }
  return Code::kInternal;
}

Status HttpSource::OnBody(std::uint32_t offset, Bytes data) {
  bytes_received_ += static_cast<std::uint32_t>(data.size());
  return sink_->OnBytes(offset, data);
}

}  // namespace linnet::device
