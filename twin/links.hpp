// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Links to firmware that expire, as S3's presigned URLs do.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "twin/message.hpp"

namespace linnet::twin {

/// Whose link it is; stands in upload links.
struct LinkOwner {
  std::string thing{};
  std::string job{};
  std::int64_t execution = 1;
};

/// Signs and checks links. A job document asks for one with one of AWS's placeholders in any of its
/// strings; it is replaced each time that a device fetches the document, so that an expired link is
/// renewed by asking again:
///
///   ${aws:iot:s3-presigned-url:URL}  ${aws:iot:s3-presigned-url-v1:URL}   to download
///   ${aws:iot:s3-presigned-url-v2:URL}          the same, with the URL's path and query escaped
///   ${aws:iot:s3-presigned-url-upload:URL}      to PUT a file; the URL may hold ${thingName},
///                                               ${jobId} and ${executionNumber}
///
/// "SECONDS:" before the URL is how long the link lives, as presignedUrlConfig.expiresInSec is in
/// AWS: 60 to 3,600.
class Links {
 public:
  static constexpr UnixSeconds kDefaultLifetime = 900;
  static constexpr UnixSeconds kMinLifetime = 60;
  static constexpr UnixSeconds kMaxLifetime = 3600;

  explicit Links(std::string secret) : secret_(std::move(secret)) {}

  /// `url` with "?expires=…&sig=…", for GET and HEAD, or for PUT.
  [[nodiscard]] std::string Sign(const std::string& url, UnixSeconds expires,
                                 bool upload = false) const;
  /// `document` with its placeholders replaced.
  [[nodiscard]] nlohmann::json Render(const nlohmann::json& document, const LinkOwner& owner,
                                      UnixSeconds now) const;

  /// Whether the query of a request for `path` ("/fw/…") lets it pass: without `expires` and `sig`
  /// every download does, and no upload.
  [[nodiscard]] bool Allows(std::string_view path, std::string_view expires,
                            std::string_view signature, UnixSeconds now, bool upload = false) const;

 private:
  [[nodiscard]] std::string RenderText(const std::string& text, const LinkOwner& owner,
                                       UnixSeconds now) const;
  [[nodiscard]] std::string Signature(std::string_view path, std::string_view expires,
                                      bool upload) const;

  std::string secret_;
};

}  // namespace linnet::twin
