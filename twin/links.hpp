// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Links to firmware that expire, as S3's presigned URLs do.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "twin/message.hpp"

namespace linnet::twin {

/// Signs and checks links. A job document asks for one with AWS's placeholder,
/// "${aws:iot:s3-presigned-url:https://HOST/PATH}", in any of its strings; it is replaced each time
/// that a device fetches the document, so that an expired link is renewed by asking again.
class Links {
 public:
  static constexpr UnixSeconds kDefaultLifetime = 900;

  explicit Links(std::string secret) : secret_(std::move(secret)) {}

  /// `url` with "?expires=…&sig=…".
  [[nodiscard]] std::string Sign(const std::string& url, UnixSeconds expires) const;
  /// `document` with its placeholders replaced.
  [[nodiscard]] nlohmann::json Render(const nlohmann::json& document, UnixSeconds now) const;

  /// Whether the query of a request for `path` ("/fw/…") lets it pass: without `expires` and `sig`
  /// everything does.
  [[nodiscard]] bool Allows(std::string_view path, std::string_view expires,
                            std::string_view signature, UnixSeconds now) const;

 private:
  [[nodiscard]] std::string Signature(std::string_view path, std::string_view expires) const;

  std::string secret_;
};

}  // namespace linnet::twin
